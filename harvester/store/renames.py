"""Documents whose address changed: a vanished one and a new one that say the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlite_utils import Database

from harvester.store.changes import Change, Kind, put_changes
from harvester.store.documents import FIELDS
from harvester.store.identity import put_alias, slug
from harvester.store.run import Run

VANISHED = """
    SELECT * FROM documents WHERE id = ? AND summary IS NOT NULL"""
NEW = """
    SELECT documents.*, max(changes.run) AS run FROM changes
    JOIN documents ON documents.id = changes.document
    WHERE changes.collection = :collection AND kind = 'added' AND summary IS NOT NULL
        AND changes.run > coalesce((SELECT max(id) FROM runs
            WHERE collection = :collection AND outcome = 'complete'), 0)
        AND NOT EXISTS (SELECT 1 FROM memberships WHERE document = documents.id
            AND (collection <> :collection OR missing IS NOT NULL))
    GROUP BY documents.id"""
MOVE = f"""
    UPDATE documents SET ({", ".join(FIELDS)}, page, last_changed)
        = (SELECT {", ".join(FIELDS)}, page, :at FROM documents WHERE id = :new) WHERE id = :old"""
MOVE_MEMBERSHIP = """
    UPDATE memberships SET (position, page) = (SELECT position, page FROM memberships
        WHERE collection = :collection AND document = :new)
    WHERE collection = :collection AND document = :old"""
FORGET = (
    "DELETE FROM changes WHERE document = :new",
    "DELETE FROM memberships WHERE document = :new",
    "UPDATE aliases SET document = :old WHERE document = :new",
    "DELETE FROM documents WHERE id = :new",
)

Row = dict[str, Any]


def find_renames(db: Database, run: Run, absent: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Pairs of a document that vanished in this run and a new one, alike in date and summary.

    New is what came since the last complete run. Where more than one could be meant, none is.
    """
    gone = _by_words(
        row
        for one in absent
        if one["missing"] is None
        for row in db.query(VANISHED, [one["document"]])
    )
    if not gone:
        return []
    ids = {row["id"] for rows in gone.values() for row in rows}
    new = _by_words(
        row for row in db.query(NEW, {"collection": run.collection}) if row["id"] not in ids
    )
    return [
        (gone[words][0], new[words][0])
        for words in gone
        if len(gone[words]) == len(new.get(words, ())) == 1
    ]


def rename(db: Database, run: Run, old: Row, new: Row, at: str) -> None:
    """Makes one document of two: the old one, with what is new."""
    names = {"old": old["id"], "new": new["id"], "collection": run.collection, "at": at}
    db.execute(MOVE, names)
    db.execute(MOVE_MEMBERSHIP, names)
    for sql in FORGET:
        db.execute(sql, names)
    for address in (slug(old["url"]), new["id"]):
        put_alias(db, run, address, old["id"])
    put_changes(db, run, _changes(old, new, at))
    run.counts.renamed += 1
    run.counts.added -= new["run"] == run.id


def _by_words(rows: Iterable[Row]) -> dict[tuple[str | None, str], list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["date_text"], row["summary"]].append(row)
    return found


def _changes(old: Row, new: Row, at: str) -> Iterator[Change]:
    for name in FIELDS:
        if old[name] != new[name]:
            yield Change(old["id"], Kind.RENAMED, at, name, old[name], new[name])
