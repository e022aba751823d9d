"""The documents that a question finds, page by page, and how many there are of each kind."""

import json
import sqlite3
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from harvester.store.read.question import BEGAN, DATE, NEWEST, ORDERS, RELEVANCE, STATES, Question
from harvester.store.read.search import marked, passages
from harvester.store.read.suggestion import suggestion

SIZE = 20
"""Documents on a page."""
FOUND = "CREATE TEMP TABLE found (number INTEGER PRIMARY KEY, rank REAL)"
"""What a question finds is found once; the table goes when the page has been read."""
PUT_FOUND = "INSERT INTO temp.found {}"
# Found documents are looked up in the order of an index of all, which is left after a page's worth.
PAGES = {
    RELEVANCE: "SELECT number FROM temp.found ORDER BY rank, number",
    **{
        order: f"SELECT d.number FROM documents AS d CROSS JOIN temp.found USING (number)"
        f" ORDER BY {ORDERS[order]}"
        for order in (DATE, NEWEST)
    },
}
HITS = f"""
    SELECT d.number, d.site, d.id, d.title, d.summary, d.date_text AS date, d.url AS link,
        d.removed, sites.name AS archive,
        CASE WHEN {STATES["changed"]} THEN d.last_changed END AS changed,
        (SELECT max(m.first_seen) FROM memberships AS m JOIN news USING (collection)
            WHERE m.document = d.number AND m.first_seen > began AND m.removed IS NULL) AS new,
        (SELECT json_group_array(name) FROM memberships JOIN collections ON id = collection
            WHERE document = d.number AND removed IS NULL) AS collections,
        EXISTS (SELECT 1 FROM texts WHERE document = d.number) AS has_text,
        EXISTS (SELECT 1 FROM files WHERE document = d.number) AS has_scan
    FROM json_each(:numbers) AS chosen CROSS JOIN documents AS d ON d.number = chosen.value
        JOIN sites ON sites.key = d.site
    ORDER BY chosen.key"""
HITS = f"WITH news AS MATERIALIZED ({BEGAN}) {HITS}"


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what a question finds; `found` counts everything that it finds.

    If that is nothing, `suggestion` is the question with words that do occur.
    """

    question: Question
    found: int
    hits: list[dict[str, Any]]
    suggestion: Question | None = None

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.found // SIZE))

    @property
    def near(self) -> list[int | None]:
        """The pages to lead to: the first, the last and those around this one; None for a gap."""
        page, last = self.question.page, self.pages
        shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
        gaps = [one > before + 1 for before, one in pairwise(shown)]
        near: list[int | None] = [shown[0]]
        for one, gap in zip(shown[1:], gaps, strict=True):
            near += [None, one] if gap else [one]
        return near

    @property
    def first(self) -> int:
        """The place of the page's first document among all, counted from 1."""
        return SIZE * (self.question.page - 1) + 1


def results(db: sqlite3.Connection, question: Question) -> Results:
    """A page of what a question finds. The table `temp.found` has everything that it finds
    afterwards.

    The connection must be in a transaction that is rolled back, and the table with it.
    """
    selection = question.selection()
    db.execute(FOUND)
    db.execute(PUT_FOUND.format(selection.ranked), selection.parameters)
    (found,) = db.execute("SELECT count(*) FROM temp.found").fetchone()
    page = min(question.page, max(1, -(-found // SIZE)))
    rows = db.execute(f"{PAGES[question.order]} LIMIT ? OFFSET ?", [SIZE, SIZE * (page - 1)])
    hits = _hits(db, [number for (number,) in rows], question.words)
    other = suggestion(db, question.words) if question.words and not found else None
    instead = replace(question, words=other, page=1) if other else None
    return Results(replace(question, page=page), found, hits, instead)


def _hits(db: sqlite3.Connection, numbers: list[int], words: str) -> list[dict[str, Any]]:
    """Documents in this order, each with what is shown of it."""
    found = [dict(row) for row in db.execute(HITS, {"numbers": json.dumps(numbers)})]
    hidden = [hit["number"] for hit in found if words and not _shows(hit, words)]
    texts = passages(db, hidden, words) if hidden else {}
    for hit in found:
        hit["collections"] = json.loads(hit["collections"])
        hit["passage"] = texts.get(hit["number"])
    return found


def _shows(hit: dict[str, Any], words: str) -> bool:
    """Whether title or summary have something of what was looked for; else a piece of text does."""
    said = (hit["title"], hit["summary"] or "")
    return any(is_found for text in said for _, is_found in marked(text, words))
