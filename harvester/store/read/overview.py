"""A harvest at a glance: what is here, how whole it is, and where to begin."""

import sqlite3
from typing import Any

COUNTS = """
    SELECT (SELECT count(*) FROM documents) AS documents,
        (SELECT count(*) FROM collections) AS collections,
        (SELECT count(DISTINCT site) FROM collections) AS archives"""


def overview(db: sqlite3.Connection) -> dict[str, Any]:
    """What the home page says."""
    return dict(db.execute(COUNTS).fetchone())
