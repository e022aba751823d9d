"""Pages that have not changed: what their documents say was said again, which is next to nothing.

Only if a document was missing, or says something else by now, as another collection has it, more
follows from it.
"""

import sqlite3
from collections.abc import Sequence
from json import dumps

from harvester.items import PageItem
from harvester.store.connection import WANTED
from harvester.store.folding import fold
from harvester.store.run import Run

STANDING = f"""
    SELECT slug, document, EXISTS (SELECT 1 FROM memberships WHERE missing IS NOT NULL
            AND document = addresses.document AND collection = ?)
        OR documents.statement <> said AND rank <= (
        SELECT rank FROM statements CROSS JOIN addresses ON addresses.id = address
        WHERE statements.id = documents.statement)
    FROM (SELECT address, observations.statement AS said
        FROM pages CROSS JOIN readings ON readings.content = pages.content
            CROSS JOIN observations ON reading = readings.same_as
            CROSS JOIN statements ON statements.id = observations.statement
        WHERE pages.id IN {WANTED} AND NOT EXISTS (SELECT 1 FROM readings AS later
            WHERE later.content = readings.content AND later.id > readings.id))
    CROSS JOIN addresses ON addresses.id = address
    CROSS JOIN documents ON number = document"""


def go_on(
    db: sqlite3.Connection, run: Run, pages: Sequence[tuple[int, PageItem]], *, after: int
) -> set[str]:
    """Has the documents of unchanged pages go on; returns the ids that the pages have."""
    asked = [run.collection, dumps([number for number, _ in pages])]
    found = db.execute(STANDING, asked).fetchall()
    others = {document for _, document, differs in found if differs}
    fold(db, run, others, after)
    return {slug for slug, *_ in found}
