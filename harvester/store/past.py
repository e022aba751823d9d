"""Captures that are older than what is known: they fill history in, and are no news.

Whatever the order in which captures are read, a database ends with the same documents, memberships
and changes. A capture of which no time is known only brings what is not known at all.

`documents`, `memberships` and the presence in collections are made anew of all sightings for each
document that an older page has, or that an older complete run lacks. What a change was already
known by keeps its row, even if its moment moves; new ones get this run's number.

What is suspect is judged by what is known when a capture is read. A document at another address is
another document here: only a live run that has seen both, one after the other, joins them.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from typing import Any

from harvester.items import Entry, PageItem
from harvester.store.changes import Kind
from harvester.store.documents import (
    FIELDS,
    SAID,
    check_fields,
    known_documents,
    put_documents,
    put_memberships,
    row_of,
)
from harvester.store.identity import is_by_number
from harvester.store.pages import put_page, same_capture
from harvester.store.rows import select
from harvester.store.run import Run, shares_before
from harvester.store.sightings import events, put_sightings
from harvester.store.timeline import Event, Presence, Turn, filled_in
from harvester.timestamps import earliest, is_known

TURNS = """
    SELECT id, collection, kind, field, old, new, at FROM changes
    WHERE document = ? AND kind {} ORDER BY at, id"""
OF_FIELDS = TURNS.format("IN ('changed', 'renamed')")
OF_PRESENCE = TURNS.format("IN ('added', 'missing', 'removed', 'restored')")
PUT_TURN = """
    INSERT INTO changes (run, document, collection, kind, field, old, new, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
MOVE_TURN = "UPDATE changes SET old = ?, new = ?, at = ? WHERE id = ?"
FORGET_TURN = "DELETE FROM changes WHERE id = ?"
LAST_SEEN = """
    SELECT fetched FROM memberships JOIN pages ON pages.id = page
    WHERE memberships.collection = ? AND memberships.document = ?"""
PUT_STANDING = """
    UPDATE memberships SET first_seen = ?, missed = ?, missing = ?, removed = ?
    WHERE collection = ? AND document = ?"""
PUT_MOMENTS = f"""
    UPDATE documents SET first_seen = :seen, removed = :removed, last_changed = coalesce(
        (SELECT max(at) FROM changes WHERE document = :document
            AND (kind = 'renamed' OR field IN ('{"', '".join(SAID)}'))), :seen)
    WHERE number = :document"""
STOOD = """
    SELECT document, coalesce((SELECT kind FROM changes WHERE changes.document = m.document
            AND changes.collection = m.collection AND field = 'missing' AND at <= :at
            ORDER BY at DESC, id DESC LIMIT 1), '') <> 'missing' AS present,
        document IN (SELECT sightings.document FROM pages
            JOIN sightings ON page = coalesce(same_as, pages.id)
            WHERE run = :run AND walk = :walk) AS seen
    FROM memberships AS m WHERE collection = :collection AND first_seen <= :at"""

Row = dict[str, Any]


def put_past_page(db: sqlite3.Connection, run: Run, item: PageItem, *, after: int) -> None:
    """Writes an older page, and what it changes in what is known of its documents.

    A capture that was read before is noted as the same, and changes nothing. Raises Unreadable if
    it lacks a field that the entries of the last complete run before it had.
    """
    item.same_as = same_capture(db, run, item)
    page = put_page(db, run, item)
    if item.same_as is None:
        ids = [entry.document for entry in item.listing.entries]
        known, numbers = known_documents(db, run, ids)
        check_fields(as_of(db, run, item.fetched), item, known)
        for entry in item.listing.entries:
            before, document = known.get(entry.document), numbers[entry.document]
            row = row_of(run, entry, before, item.fetched, page) | {"document": document}
            row["by_number"] = before is not None and _is_by_number(entry, before)
            _put_entry(db, run, row, before)
            put_sightings(db, page, [document])
            settle_presence(db, run, document, after)


def as_of(db: sqlite3.Connection, run: Run, moment: str) -> Run:
    """The run as what was complete before a moment lets it be judged."""
    return replace(run, before=shares_before(db, run.collection, moment))


def lacking(db: sqlite3.Connection, run: Run) -> tuple[list[int], int, int]:
    """The documents that an older complete run does not have and that were known before it; how
    many of them had not been missing then, and of how many that is."""
    values = {
        "collection": run.collection,
        "run": run.id,
        "walk": run.walk,
        "at": run.captured,
    }
    rows = list(select(db, STOOD, values))
    absent = [row for row in rows if not row["seen"]]
    new, there = (sum(row["present"] for row in some) for some in (absent, rows))
    return [row["document"] for row in absent], new, there


def put_past_absences(
    db: sqlite3.Connection, run: Run, documents: Iterable[int], *, after: int
) -> None:
    """Notes that an older complete run did not find these documents."""
    lack = Event(run.captured, False, run.collection)
    for document in documents:
        settle_presence(db, run, document, after, lack)


def _put_entry(db: sqlite3.Connection, run: Run, row: Row, known: Row | None) -> None:
    """Writes what a document said then; what it says now stays, if it was seen later."""
    document, at = row["document"], row["seen"]
    following = min((e.at for e in events(db, document) if e.seen and e.at > at), default=None)
    if known is not None and is_known(at) and not row["by_number"]:
        _fill_in(db, run, row, known, following)
    if following is None and (known is None or row["differs"]):
        put_documents(db, [row])
    last = db.execute(LAST_SEEN, [run.collection, document]).fetchone()
    if last is None or last[0] < at:
        put_memberships(db, run, [row])


def _is_by_number(entry: Entry, known: Row) -> bool:
    """Whether an earlier site is speaking, whose words are no part of what today's has said."""
    return is_by_number(entry.link, known["url"], known["record_id"])


def _fill_in(db: sqlite3.Connection, run: Run, row: Row, known: Row, following: str | None) -> None:
    stored = turns_of(db, OF_FIELDS, row["document"])
    first, wanted = row["seen"] < known["first_seen"], []
    for name in FIELDS:
        turns = [turn for turn in stored.values() if turn.field == name]
        seen = Turn(run.collection, Kind.CHANGED, name, None, row[name], row["seen"])
        wanted += filled_in(turns, known[name], seen, following, first=first)
    of_fields = {key: turn for key, turn in stored.items() if turn.field in FIELDS}
    new = put_turns(db, run, row["document"], of_fields, wanted)
    run.counts.changed += any(turn.field in SAID for turn in new)


def settle_presence(
    db: sqlite3.Connection, run: Run, document: int, after: int, *others: Event
) -> None:
    """Makes anew what follows from all sightings of a document, and from complete runs without."""
    presence = Presence(after)
    presence.take(events(db, document).union(others))
    stored = turns_of(db, OF_PRESENCE, document)
    _count(run, put_turns(db, run, document, stored, presence.turns))
    for collection, one in presence.standings.items():
        standing = (one.first_seen, one.missed, one.missing, one.removed)
        db.execute(PUT_STANDING, [*standing, collection, document])
    seen = earliest(one.first_seen for one in presence.standings.values())
    db.execute(PUT_MOMENTS, {"document": document, "seen": seen, "removed": presence.removed})


def turns_of(db: sqlite3.Connection, sql: str, document: int) -> dict[int, Turn]:
    """The changes of a document that are stored, by their numbers, in the order of time; `sql` is
    OF_FIELDS or OF_PRESENCE."""
    return {number: Turn(*turn) for number, *turn in db.execute(sql, [document]).fetchall()}


def put_turns(
    db: sqlite3.Connection, run: Run, document: int, stored: dict[int, Turn], wanted: Sequence[Turn]
) -> list[Turn]:
    """Makes the turns that are stored those that are wanted; returns what was not known at all."""
    there, wished = set(stored.values()), set(wanted)
    gone = {number: turn for number, turn in stored.items() if turn not in wished}
    new = []
    for turn in (turn for turn in wanted if turn not in there):
        like = next((number for number, old in gone.items() if _alike(old, turn)), None)
        if like is None:
            new.append(turn)
        else:
            del gone[like]
            db.execute(MOVE_TURN, [turn.old, turn.new, turn.at, like])
    db.executemany(FORGET_TURN, ([number] for number in gone))
    db.executemany(PUT_TURN, (_values(run, document, turn) for turn in new))
    return new


def _alike(one: Turn, other: Turn) -> bool:
    return (one.collection, one.kind, one.field) == (other.collection, other.kind, other.field)


def _values(run: Run, document: int, turn: Turn) -> tuple[str | int | None, ...]:
    return (run.id, document, *astuple(turn))


def _count(run: Run, turns: Iterable[Turn]) -> None:
    """Counts what was not known of the run's own collection."""
    for turn in turns:
        if turn.collection != run.collection:
            continue
        run.counts.added += turn.kind == Kind.ADDED
        run.counts.missing += turn.kind == Kind.MISSING
        run.counts.removed += turn.kind == Kind.REMOVED
        run.counts.restored += turn.kind == Kind.RESTORED and turn.field == "missing"
