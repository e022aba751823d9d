"""What follows from the facts: the only module that writes `documents`, `memberships` and
`changes`.

`stepping` says what a new page makes of them, `folding` what the whole history of a document does.
Changes on documents' own pages are written here, too; they are kept beside `history`, not in it.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harvester.store.connection import Row, put_rows
from harvester.store.dublin_core import described
from harvester.store.history.facts import FIELDS, SAID
from harvester.store.history.fold import Document, reconcile
from harvester.store.history.state import Change, Kind, State
from harvester.store.index import expect
from harvester.store.observations import Met
from harvester.store.rows import (
    HISTORY,
    OF_CHANGE,
    OF_DOCUMENT,
    OF_MEMBERSHIP,
    Pages,
    Told,
    change_row,
    document_row,
    membership_row,
    new_row,
    old_of,
    seen_row,
    stored_changes,
    told_row,
)
from harvester.store.run import Run
from harvester.store.schema import DETAILS

OTHER = FIELDS.index("listed_other")


def _upsert(table: str, columns: Sequence[str], key: str) -> str:
    rest = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key.split(", "))
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {{}}"
        f" ON CONFLICT ({key}) DO UPDATE SET {rest}"
    )


PUT_DOCUMENTS = _upsert("documents", OF_DOCUMENT, "number")
PUT_MEMBERSHIPS = _upsert("memberships", OF_MEMBERSHIP, "collection, document")
NEW_DOCUMENTS, NEW_MEMBERSHIPS = (
    sql.partition(" ON ")[0] for sql in (PUT_DOCUMENTS, PUT_MEMBERSHIPS)
)
PUT_CHANGES = f"INSERT INTO changes ({', '.join(OF_CHANGE)}) VALUES {{}}"
PUT_DETAILS = f"""
    UPDATE documents SET {", ".join(f"{name} = :{name}" for name in DETAILS)}, details = :page
    WHERE number = :document"""
TAKE_DETAILS = f"""
    UPDATE documents SET ({", ".join(DETAILS)}, details) = (SELECT {", ".join(DETAILS)}, details
        FROM documents WHERE number = :other) WHERE number = :kept"""
DROP_DETAILS = f"""
    UPDATE documents SET {", ".join(f"{name} = NULL" for name in DETAILS)}, details = NULL
    WHERE number = :other"""
MOVE_CHANGE = "UPDATE changes SET old = iif(?, old, ?), new = ?, at = ? WHERE id = ?"
DROP_CHANGE = "DELETE FROM changes WHERE id = ?"
DROP_MEMBERSHIP = "DELETE FROM memberships WHERE document = ? AND collection = ?"
MOVE_TOLD = f"""
    UPDATE changes SET at = strftime('%Y-%m-%dT%H:%M:%SZ', at, ?)
    WHERE run = ? AND at BETWEEN ? AND ? AND NOT {HISTORY}"""
TELL_BY_MOMENT = (
    """CREATE TEMP TABLE moments AS
    SELECT fetched AS at, collection, runs.id AS run FROM pages JOIN runs ON runs.id = run
    UNION SELECT made, collection, runs.id FROM readings JOIN runs ON runs.id = run
    UNION SELECT at, collection, runs.id FROM joinings JOIN runs ON runs.id = run""",
    "CREATE INDEX temp.idx_moments ON moments (at, collection)",
    f"""UPDATE changes SET run = coalesce(
        (SELECT min(m.run) FROM temp.moments AS m
            WHERE m.at = changes.at AND m.collection = changes.collection),
        (SELECT min(m.run) FROM temp.moments AS m WHERE m.at = changes.at),
        (SELECT max(id) FROM runs WHERE started <= changes.at), (SELECT min(id) FROM runs))
    WHERE {HISTORY}""",
    """UPDATE changes SET collection = (SELECT collection FROM runs WHERE id = changes.run)
    WHERE kind = 'joined'""",
)
TELL_AGAIN = (
    f"""INSERT INTO changes ({", ".join(OF_CHANGE)})
    SELECT DISTINCT r.new, d.new, (SELECT collection FROM runs WHERE id = r.new), c.kind, c.field,
        c.old, c.new, c.at
    FROM temp.all_changes AS c
        JOIN temp.run_map AS r ON r.origin = c.origin AND r.old = c.run
        JOIN temp.document_map AS d ON d.origin = c.origin AND d.old = c.document
    WHERE NOT {HISTORY} ORDER BY c.at, 1, 2, c.field, 6, 7""",
    """UPDATE changes SET old = coalesce((SELECT c.old FROM temp.all_changes AS c
            JOIN temp.document_map AS d ON d.origin = c.origin AND d.old = c.document
            WHERE d.new = changes.document AND c.kind = 'joined' AND c.at = changes.at
                AND json_extract(c.old, '$.id') = json_extract(changes.old, '$.id')
            ORDER BY length(c.old) DESC, c.old LIMIT 1), old)
    WHERE kind = 'joined'""",
)
DOCUMENT = f"SELECT {', '.join(OF_DOCUMENT)} FROM documents WHERE number = ?"
OF_COLLECTIONS = f"SELECT {', '.join(OF_MEMBERSHIP)} FROM memberships WHERE document = ?"
ABSORB = (
    "DELETE FROM memberships WHERE document = :other",
    "UPDATE changes SET document = :kept WHERE document = :other",
    "DELETE FROM documents WHERE number = :other",
)


def put_new(db: sqlite3.Connection, run: Run, met: Met, at: str) -> None:
    """Writes a page whose documents are all new, and counts it."""
    places = met.places
    put_rows(db, NEW_DOCUMENTS, [new_row(run, one, at, met.page) for one in places])
    _describe(db, [(one.document, one.words[OTHER], met.page) for one in places], all_new=True)
    put_rows(db, NEW_MEMBERSHIPS, [seen_row(run, one, at, met.page) for one in places])
    added = Change(at, Kind.ADDED, run.collection)
    put_changes(db, run, [(one.document, added) for one in places])
    run.counts.added += len(places)


def put_documents(db: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Writes documents, by the columns OF_DOCUMENT."""
    expect(db, (row[0] for row in rows))
    put_rows(db, PUT_DOCUMENTS, rows)
    at = [OF_DOCUMENT.index(name) for name in ("number", "listed_other", "page")]
    _describe(db, [tuple(row[one] for one in at) for row in rows])


def put_memberships(db: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Writes memberships, by the columns OF_MEMBERSHIP."""
    put_rows(db, PUT_MEMBERSHIPS, rows)


def put_changes(db: sqlite3.Connection, run: Run, changes: Iterable[tuple[int, Change]]) -> None:
    """Writes the changes that a run found, each by its document's number."""
    put_rows(db, PUT_CHANGES, [change_row(run, *one) for one in changes])


def put(
    db: sqlite3.Connection,
    run: Run,
    number: int,
    found: Document,
    pages: Pages,
    statement: int,
    held: Mapping[str, str],
) -> Sequence[Change]:
    """Makes the rows of a document say what its history says; returns the changes that were not
    known.

    The document now says the `statement` of this number. `pages` are those of its history, by
    number. `held` is what documents that were joined to it had, in JSON, by their ids.
    """
    row = document_row(number, found, pages, statement)
    if db.execute(DOCUMENT, [number]).fetchone() != row:
        put_documents(db, [row])
    _put_memberships(db, number, found.state, pages)
    return _put_history(db, run, number, found.changes, held)


def _describe(
    db: sqlite3.Connection, rows: Sequence[tuple[Any, ...]], *, all_new: bool = False
) -> None:
    """Writes what repositories' records say in columns and names: each by its document's number,
    what else the listing says, and the page that says so."""
    pages = {number: page for number, _, page in rows}
    said = ((number, other) for number, other, _ in rows)
    for number, fields in described(db, said, all_new=all_new):
        put_details(db, number, fields, pages[number])


def tell(db: sqlite3.Connection, run: Run, told: Iterable[Told]) -> None:
    """Writes what has changed on documents' own pages and in their scans."""
    put_rows(db, PUT_CHANGES, [told_row(run, one) for one in told])


def move_told(db: sqlite3.Connection, run: int, seconds: int, span: tuple[str, str]) -> None:
    """Moves the changes of own pages and scans that a run has told within a span of time."""
    db.execute(MOVE_TOLD, [f"{seconds} seconds", run, *span])


def tell_by_moment(db: sqlite3.Connection) -> None:
    """Has each change that follows from facts told by the run that saw what it follows from: where
    databases are united, it was made by another."""
    for sql in TELL_BY_MOMENT:
        db.execute(sql)


def tell_again(db: sqlite3.Connection) -> None:
    """Writes the changes of documents' own pages and scans of the databases that are united (see
    `gathering`), and what documents had that were joined."""
    for sql in TELL_AGAIN:
        db.execute(sql)


def put_details(db: sqlite3.Connection, document: int, fields: Row, page: int) -> None:
    """Writes what a document's own page says into the columns of `documents`."""
    db.execute(PUT_DETAILS, {**fields, "page": page, "document": document})


def move_details(db: sqlite3.Connection, other: int, kept: int) -> None:
    """Moves what another document's own page says to this document."""
    for sql in (TAKE_DETAILS, DROP_DETAILS):
        db.execute(sql, {"kept": kept, "other": other})


def absorb(db: sqlite3.Connection, kept: int, other: int) -> None:
    """Moves the changes of another document, which ceases to exist, to this one; `put` does the
    rest."""
    for sql in ABSORB:
        db.execute(sql, {"kept": kept, "other": other})


def count(run: Run, changes: Sequence[Change]) -> None:
    """Counts what a run has found to be different about a document of its collection."""
    own = [one for one in changes if one.collection == run.collection]
    added = sum(one.kind == Kind.ADDED for one in own)
    run.counts.added += added
    run.counts.missing += sum(one.kind == Kind.MISSING for one in own)
    run.counts.removed += sum(one.kind == Kind.REMOVED for one in own)
    run.counts.restored += any(one.kind == Kind.RESTORED and one.field == "missing" for one in own)
    run.counts.changed += not added and any(one.field in SAID for one in changes)


def _put_memberships(db: sqlite3.Connection, number: int, state: State, pages: Pages) -> None:
    stored = {row[0]: row for row in db.execute(OF_COLLECTIONS, [number]).fetchall()}
    for collection, one in state.memberships.items():
        row = membership_row(number, collection, one, pages)
        if stored.pop(collection, None) != row:
            put_rows(db, PUT_MEMBERSHIPS, [row])
    for collection in stored:
        db.execute(DROP_MEMBERSHIP, [number, collection])


def _put_history(
    db: sqlite3.Connection,
    run: Run,
    number: int,
    wanted: Sequence[Change],
    held: Mapping[str, str],
) -> Sequence[Change]:
    stored = stored_changes(db, number)
    plan = reconcile(stored, wanted)
    for row, change in plan.move.items():
        stays = change.kind == Kind.JOINED and stored[row].old == change.old
        db.execute(MOVE_CHANGE, [stays, old_of(change, held), change.new, change.at, row])
    db.executemany(DROP_CHANGE, [(row,) for row in plan.drop])
    put_rows(db, PUT_CHANGES, [change_row(run, number, change, held) for change in plan.add])
    return plan.add
