"""The documents that a question finds, page by page, with what narrows them further."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from harvester.store.read.question import Question, Selection

SIZE = 20
"""Documents on a page."""
COUNT = "SELECT count(*) FROM ({sql})"
PAGE = "SELECT number FROM ({ordered} LIMIT :limit OFFSET :offset)"
HITS = """
    SELECT d.number, d.site, d.id, d.title, d.summary, d.date_text AS date, d.url AS link,
        d.first_seen, d.last_changed, d.removed, sites.name AS archive,
        (SELECT json_group_array(name) FROM memberships JOIN collections ON id = collection
            WHERE document = d.number AND removed IS NULL) AS collections,
        EXISTS (SELECT 1 FROM texts WHERE document = d.number) AS has_text,
        EXISTS (SELECT 1 FROM files WHERE document = d.number) AS has_scan
    FROM json_each(:numbers) AS chosen CROSS JOIN documents AS d ON d.number = chosen.value
        JOIN sites ON sites.key = d.site
    ORDER BY chosen.key"""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what a question finds."""

    question: Question
    found: int
    hits: list[dict[str, Any]]

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.found // SIZE))


def results(db: sqlite3.Connection, question: Question) -> Results:
    """A page of what a question finds."""
    selection = question.selection()
    (found,) = db.execute(COUNT.format(sql=selection.sql), selection.parameters).fetchone()
    return Results(question, found, hits(db, selection, SIZE * (question.page - 1)))


def hits(db: sqlite3.Connection, selection: Selection, offset: int) -> list[dict[str, Any]]:
    """The documents of a page, each with what is shown of it."""
    limits = {"limit": SIZE, "offset": offset}
    asked = PAGE.format(ordered=selection.ordered)
    numbers = [row[0] for row in db.execute(asked, selection.parameters | limits)]
    rows = db.execute(HITS, {"numbers": json.dumps(numbers)})
    return [dict(row) | {"collections": json.loads(row["collections"])} for row in rows]
