"""Rows of documents, memberships and changes, as `current` writes them."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvester.store.history.facts import FIELDS, Content
from harvester.store.history.fold import Document
from harvester.store.history.state import Change, Kind, Membership, When
from harvester.store.observations import Place
from harvester.store.run import Run

OF_DOCUMENT = (
    *("number", "site", "id", *FIELDS, "first_seen", "last_changed", "page", "statement"),
    "removed",
)
OF_MEMBERSHIP = (
    *("collection", "document", "position", "first_seen", "page", "missed", "missing"),
    "removed",
)
OF_CHANGE = ("run", "document", "collection", "kind", "field", "old", "new", "at")
HISTORY = f"""(kind IN ('added', 'missing', 'removed', 'restored', 'joined', 'renamed')
    OR field IN ('{"', '".join(FIELDS)}'))"""
"""Kinds of changes that follow from facts; the others concern own pages and scans."""
OF_HISTORY = f"""
    SELECT id, at, kind, collection, field, old, new FROM changes
    WHERE document = ? AND {HISTORY} ORDER BY id"""
NOTHING: Mapping[str, str] = {}

Pages = Mapping[tuple[Content, When], int]
"""The numbers of pages, by content and moment."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change on a document's own page or in a scan."""

    document: int
    kind: Kind
    at: str
    field: str
    old: str | None
    new: str | None


def new_row(run: Run, one: Place, at: str, page: int) -> tuple[object, ...]:
    """The row of a new document on a page."""
    return (one.document, run.site, one.slug, *one.words, at, at, page, one.statement, None)


def seen_row(run: Run, one: Place, first_seen: str, page: int) -> tuple[object, ...]:
    """The row of a document's membership in a run's collection, as seen on this page."""
    return (run.collection, one.document, one.position, first_seen, page, 0, None, None)


def document_row(number: int, found: Document, pages: Pages, statement: int) -> tuple[object, ...]:
    """The row of a document by its history, with the `statement` that holds now."""
    state, words = found.state, found.state.words
    assert words is not None
    said = (getattr(words.statement, name) for name in FIELDS)
    read = pages[words.read], statement
    when = state.first_seen, state.last_changed
    return (number, found.name.site, found.name.id, *said, *when, *read, state.removed)


def membership_row(
    number: int, collection: int, one: Membership, pages: Pages
) -> tuple[object, ...]:
    """The row of a document's membership by its history."""
    page = pages[one.content, one.seen]
    place = collection, number, one.position
    return (*place, one.first_seen, page, one.missed, one.missing, one.removed)


def stored_changes(db: sqlite3.Connection, number: int) -> dict[int, Change]:
    """The stored changes of a document that follow from facts, by row number."""
    return {row[0]: _change(*row[1:]) for row in db.execute(OF_HISTORY, [number]).fetchall()}


def _change(
    at: str, kind: str, collection: int | None, field: str | None, old: str | None, new: str | None
) -> Change:
    """A row of changes. That a document was joined is told of the collection by which it was found;
    of what that document had, only its id is told by facts."""
    if kind == Kind.JOINED and old is not None:
        collection, old = None, json.loads(old)["id"]
    return Change(at, Kind(kind), collection, field, old, new)


def old_of(change: Change, held: Mapping[str, str]) -> str | None:
    """The old value of a change. Of a document that was joined, that is all it had, in JSON: `held`
    has this by ids."""
    if change.kind != Kind.JOINED or change.old is None:
        return change.old
    return held.get(change.old, json.dumps({"id": change.old}))


def change_row(
    run: Run, document: int, change: Change, held: Mapping[str, str] = NOTHING
) -> tuple[Any, ...]:
    """The row of a change, by the columns OF_CHANGE. A joining is told of the run's collection."""
    where = run.collection if change.kind == Kind.JOINED else change.collection
    what = where, change.kind, change.field, old_of(change, held), change.new, change.at
    return (run.id, document, *what)


def told_row(run: Run, one: Told) -> tuple[object, ...]:
    """The row of a change on a document's own page or in a scan."""
    return (run.id, one.document, run.collection, one.kind, one.field, one.old, one.new, one.at)
