"""Documents whose address changed: a vanished one and a new one that say the same."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harvester.store.changes import Change, Kind, put_changes
from harvester.store.documents import FIELDS
from harvester.store.identity import put_alias, slug
from harvester.store.joining import move
from harvester.store.rows import select
from harvester.store.run import Run

VANISHED = """
    SELECT * FROM documents WHERE number = ? AND summary IS NOT NULL"""
NEW = """
    SELECT documents.* FROM changes JOIN documents ON number = changes.document
    WHERE run = :run AND kind = 'added' AND summary IS NOT NULL
        AND first_seen >= (SELECT started FROM runs WHERE id = :run)
        AND NOT EXISTS (SELECT 1 FROM changes AS earlier
            WHERE earlier.document = documents.number AND earlier.run < :run)"""
MOVE = f"""
    UPDATE documents SET ({", ".join(FIELDS)}, page, last_changed)
        = (SELECT {", ".join(FIELDS)}, page, :at FROM documents WHERE number = :new)
    WHERE number = :old"""
MOVE_MEMBERSHIP = """
    UPDATE memberships SET (position, page) = (SELECT position, page FROM memberships
        WHERE collection = :collection AND document = :new)
    WHERE collection = :collection AND document = :old"""
FORGET = (
    "DELETE FROM changes WHERE document = :new",
    "DELETE FROM memberships WHERE document = :new",
)

Row = dict[str, Any]


def find_renames(db: sqlite3.Connection, run: Run, absent: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pairs of a document that vanished in this run and a new one, alike in date and summary.

    Where more than one could be meant, none is.
    """
    gone = _by_words(
        row
        for one in absent
        if one["missing"] is None
        for row in select(db, VANISHED, [one["document"]])
    )
    if not gone:
        return []
    numbers = {one["document"] for one in absent}
    new = _by_words(row for row in select(db, NEW, {"run": run.id}) if row["number"] not in numbers)
    return [
        (gone[words][0], new[words][0])
        for words in gone
        if len(gone[words]) == len(new.get(words, ())) == 1
    ]


def rename(db: sqlite3.Connection, run: Run, old: Row, new: Row) -> None:
    """Makes one document of two: the old one, with what is new since that was seen first."""
    at = new["first_seen"]
    document, other = old["number"], new["number"]
    names = {"old": document, "new": other, "collection": run.collection, "at": at}
    db.execute(MOVE, names)
    db.execute(MOVE_MEMBERSHIP, names)
    for sql in FORGET:
        db.execute(sql, names)
    move(db, document, other)
    for address in (slug(old["url"]), new["id"]):
        put_alias(db, run, address, document)
    put_changes(db, run, _changes(old, new, at))
    run.counts.renamed += 1
    run.counts.added -= 1


def _by_words(rows: Iterable[Row]) -> dict[tuple[str | None, str], list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["date_text"], row["summary"]].append(row)
    return found


def _changes(old: Row, new: Row, at: str) -> Iterator[Change]:
    for name in FIELDS:
        if old[name] != new[name]:
            yield Change(old["number"], Kind.RENAMED, at, name, old[name], new[name])
