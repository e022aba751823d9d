"""Observations: what was read from a page of a listing. They are appended, never changed.

Words that are seen again cost one row. If new bytes at the same address are read as before, the new
reading refers to the earlier observations, and costs no row per entry.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from operator import attrgetter
from typing import Any

from harvester.items import Entry, PageItem
from harvester.store.addresses import (
    NOBODY,
    PUT_ADDRESSES,
    known_addresses,
    next_address,
    note,
    put_joining,
)
from harvester.store.connection import Row, put_rows
from harvester.store.history.facts import FIELDS, Content, Rule
from harvester.store.pages import put_page
from harvester.store.run import Run
from harvester.timestamps import shifted

OF_ENTRY = attrgetter(*("link" if name == "url" else name for name in FIELDS))
"""The fields of a statement, as an entry has them: its address is its link."""

TITLE = FIELDS.index("title")
NEXT = "SELECT coalesce(max(id), 0) + 1 FROM statements"
KNOWN_STATEMENTS = f"""
    SELECT address, {", ".join(FIELDS)}, id FROM statements WHERE address IN ({{}})"""
PUT_STATEMENTS = f"INSERT INTO statements (id, address, {', '.join(FIELDS)}) VALUES {{}}"
PUT_READING = """
    INSERT INTO readings (content, run, made, reader, same_as) VALUES (?, ?, ?, ?, coalesce(?,
        (SELECT coalesce(max(id), 0) + 1 FROM readings)))
    RETURNING id"""
PUT_OBSERVATIONS = "INSERT INTO observations (reading, position, statement) VALUES {}"
NEWEST = """
    SELECT same_as FROM readings WHERE content = ? ORDER BY made DESC, reader DESC, id DESC
    LIMIT 1"""
LAST_AT_URL = """
    SELECT same_as FROM readings WHERE content = (
        SELECT content FROM pages JOIN runs ON runs.id = run
        WHERE pages.url = ? AND collection = ? AND content IS NOT NULL AND pages.id <> ?
        ORDER BY fetched DESC, pages.id DESC LIMIT 1)
    ORDER BY made DESC, reader DESC, id DESC LIMIT 1"""
LAST_MADE = "SELECT max(made) FROM readings WHERE content = ?"
OF_READING = "SELECT position, statement FROM observations WHERE reading = ? ORDER BY position"


@dataclass(slots=True)
class Place:
    """An entry in its place: the numbers of its address, of its statement, whose fields it has as
    `words`, and of the document, which `is_new` if it is not stored yet. Its address `was_named` by
    a joining, maybe, before anything was seen there. One that `withdraws` what was never seen is of
    no document, NOBODY."""

    position: int
    slug: str
    address: int
    statement: int
    words: tuple[Any, ...]
    document: int
    is_new: bool
    was_named: bool

    @property
    def withdraws(self) -> bool:
        """Whether it says that the document was withdrawn."""
        return not self.words[TITLE]


@dataclass(frozen=True, slots=True)
class Met:
    """A page of a listing as it was noted: its number, and that of its content.

    It is `read_anew` if its bytes were known, but something else was read in them. The `places` are
    those of documents; `joined` are addresses of which it says anew that they are one document's.
    """

    page: int
    content: int
    of: Content
    read_anew: bool
    places: list[Place]
    joined: tuple[int, ...] = ()


def values(entry: Entry) -> Row:
    """What an entry says, by the fields of a statement."""
    return dict(zip(FIELDS, OF_ENTRY(entry), strict=True))


def meet(db: sqlite3.Connection, run: Run, item: PageItem, *, all_new: bool = False) -> Met:
    """Appends a page and what was read from it. `all_new` says that none of its documents is known,
    so that nothing has to be looked up."""
    entries = item.listing.entries
    page, content = put_page(db, run, item, is_new=all_new and bool(entries))
    places = _places(db, run, entries, all_new=all_new)
    of = Content(run.collection, item.listing.url, item.sha256)
    seen = [(one.position, one.statement) for one in places]
    joined = _join_aliases(db, run, item, places, all_new=all_new)
    places = [one for one in places if one.document != NOBODY]
    known = None if page == content else _newest(db, content)
    if known is not None and _is_alike(known, seen, partly=bool(item.duplicates)):
        return Met(page, content, of, False, places, joined)
    same = None if all_new or known else _same_at_url(db, run, item.listing.url, page, seen)
    made = item.fetched if run.live else run.started
    if known is not None:
        made = _after_all(db, content, made)
    put_reading(db, run, content, made, seen, same)
    return Met(page, content, of, known is not None, places, joined)


def read_again(
    db: sqlite3.Connection, run: Run, content: int, made: str, entries: Sequence[Entry]
) -> list[Place]:
    """Appends a new reading of known bytes."""
    places = _places(db, run, entries)
    made = _after_all(db, content, made)
    put_reading(db, run, content, made, [(one.position, one.statement) for one in places])
    return places


def put_reading(
    db: sqlite3.Connection,
    run: Run,
    content: int,
    made: str,
    seen: Sequence[tuple[int, int]],
    same: int | None = None,
) -> None:
    """Appends a reading with its observations, or with a reference to equal ones."""
    ((reading,),) = db.execute(PUT_READING, [content, run.id, made, run.reader, same]).fetchall()
    if same is None:
        put_rows(db, PUT_OBSERVATIONS, [(reading, *one) for one in seen])


def _places(
    db: sqlite3.Connection, run: Run, entries: Sequence[Entry], *, all_new: bool = False
) -> list[Place]:
    """The entries in their places; notes what is new about them."""
    if not entries:
        return []
    slugs = list(dict.fromkeys(entry.document for entry in entries))
    withdrawn = {entry.document for entry in entries if entry.withdrawn}
    addresses = note(db, run, slugs, withdrawn, all_new=all_new)
    said = _statements(db, [one.number for one in addresses.values() if one.was_known])
    next_statement = count(db.execute(NEXT).fetchone()[0])
    places, wordings = [], []
    for entry in entries:
        one, words = addresses[entry.document], OF_ENTRY(entry)
        statement = said.get((one.number, *words))
        if statement is None:
            statement = said[one.number, *words] = next(next_statement)
            wordings.append((statement, one.number, *words))
        assert entry.position is not None
        place = entry.position, entry.document, one.number, statement, words
        named = one.is_new and one.was_known
        places.append(Place(*place, one.document, one.is_new, named))
    put_rows(db, PUT_STATEMENTS, wordings)
    return places


def _join_aliases(
    db: sqlite3.Connection,
    run: Run,
    item: PageItem,
    places: Sequence[Place],
    *,
    all_new: bool = False,
) -> tuple[int, ...]:
    """Appends by which other identifiers an interface knows documents. Returns the addresses of
    those that had been seen before, for which this is news."""
    aliases = {entry.document: entry.alias for entry in item.listing.entries if entry.alias}
    if not aliases:
        return ()
    known = {} if all_new else known_addresses(db, run, list(aliases.values()))
    number = next_address(db)
    new, joinings = [], list[tuple[int, int, bool]]()
    for one in places:
        if (alias := aliases.get(one.slug)) is None:
            continue
        other, document = known.get(alias, (None, None))
        was_known = other is not None
        if other is None:
            other, number = number, number + 1
            new.append((other, run.site, alias, run.identity.rank(alias), one.document))
        if document != one.document:
            joinings.append((one.address, other, was_known))
    put_rows(db, PUT_ADDRESSES, new)
    joined = [
        (one_address, other)
        for one_address, other, was_known in joinings
        if put_joining(db, run, one_address, other, Rule.TAG, item.fetched) and was_known
    ]
    return tuple(address for pair in joined for address in pair)


def _statements(db: sqlite3.Connection, addresses: Sequence[int]) -> dict[tuple[object, ...], int]:
    """All statements about some addresses, with their numbers."""
    if not addresses:
        return {}
    return {tuple(said): number for *said, number in _marked(db, KNOWN_STATEMENTS, [], addresses)}


def _after_all(db: sqlite3.Connection, content: int, made: str) -> str:
    """When a reading was made of bytes that are known: a second later, at least, than all before,
    so that it is certain which one counts."""
    (before,) = db.execute(LAST_MADE, [content]).fetchone()
    return max(made, shifted(before, 1)) if before else made


def _newest(db: sqlite3.Connection, content: int) -> list[tuple[int, int]] | None:
    """The latest reading of some bytes; None if they were never read."""
    found = db.execute(NEWEST, [content]).fetchone()
    return db.execute(OF_READING, found).fetchall() if found else None


def _is_alike(
    known: Sequence[tuple[int, int]], seen: Sequence[tuple[int, int]], *, partly: bool
) -> bool:
    """Whether the same was read; with `partly`, entries met before may be left out."""
    return seen == known or (partly and set(seen) <= set(known))


def _same_at_url(
    db: sqlite3.Connection, run: Run, url: str, page: int, seen: Sequence[tuple[int, int]]
) -> int | None:
    """The reading of the last page at an address, if exactly the same was seen there."""
    found = db.execute(LAST_AT_URL, [url, run.collection, page]).fetchone()
    if found is None or not seen:
        return None
    return int(found[0]) if db.execute(OF_READING, found).fetchall() == list(seen) else None


def _marked(
    db: sqlite3.Connection, sql: str, first: Sequence[object], values: Iterable[object]
) -> sqlite3.Cursor:
    wanted = list(values)
    return db.execute(sql.format(", ".join("?" * len(wanted))), [*first, *wanted])
