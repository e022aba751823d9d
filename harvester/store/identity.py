"""Which document an entry is: what its address leads to, and whether it was met before."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from harvester.items import Entry
from harvester.sites import site_of
from harvester.store.run import Run

ALIASES = "SELECT alias, document FROM aliases WHERE alias IN ({})"
AS_MET = """
    SELECT sightings.document, coalesce(
        (SELECT old FROM changes WHERE changes.document = sightings.document AND field = 'url'
            AND at > fetched ORDER BY at, changes.id LIMIT 1), documents.url), record_id
    FROM sightings CROSS JOIN pages JOIN documents ON documents.id = sightings.document"""
"""Documents that stood on pages, at which addresses they were then, and their numbers. CROSS keeps
SQLite from looking through pages first, of which a run has many."""
MET = f"""{AS_MET}
    WHERE pages.id = sightings.page AND +run = ? AND +walk = ?
        AND sightings.page >= (SELECT min(id) FROM pages WHERE run = ? AND walk = ?)
        AND sightings.document IN ({{}})"""
"""Those that stood on pages which a walk has read. A plus keeps SQLite from looking up by a column:
by these, it would look through all pages of the run for each document."""
HAS_UNCHANGED = "SELECT EXISTS (SELECT 1 FROM pages WHERE run = ? AND same_as IS NOT NULL)"
MET_UNCHANGED = f"""{AS_MET}
    WHERE run = ? AND same_as = sightings.page AND +walk = ? AND sightings.document IN ({{}})"""
"""Those that stood on pages which it has found to be as they were."""
KNOWN = "SELECT EXISTS (SELECT 1 FROM documents WHERE id IN ({}))"
PUT_ALIAS = """
    INSERT INTO aliases (alias, document, run) VALUES (:alias, :document, :run)
    ON CONFLICT (alias) DO UPDATE SET document = excluded.document, run = excluded.run
    WHERE document IS NOT excluded.document"""
MOVE_ALIAS = """
    UPDATE aliases SET document = :document, run = :run
    WHERE alias = :alias AND document IS NOT :document"""


def new_entries(
    db: sqlite3.Connection, run: Run, walk: int, entries: Sequence[Entry], *, all_new: bool = False
) -> list[Entry]:
    """The entries that this walk has not met before, each with the document that it is of.

    An address that was an alias of a document's, and is listed beside that document's own, is a
    document's of its own. If none of the documents is known at all, they are `all_new`.
    """
    known = {} if all_new else dict(_select(db, ALIASES, [], entries))
    for entry in entries:
        entry.document = known.get(entry.document, entry.document)
    met = {} if all_new else _met(db, run, walk, entries)
    return [entry for entry in entries if _is_new(entry, met)]


def knows_some(db: sqlite3.Connection, entries: Sequence[Entry]) -> bool:
    """Whether one of the documents is stored already."""
    return bool(_select(db, KNOWN, [], entries)[0][0])


def is_by_number(link: str, url: str, record_id: str | None) -> bool:
    """Whether a link leads to the document at `url` by the number that an earlier site gave it."""
    number = slug(link)
    return link != url and number == record_id and site_of(link).identity.rank(number) > 0


def put_alias(db: sqlite3.Connection, run: Run, alias: str, document: str) -> None:
    """Notes that an address leads to a document."""
    db.execute(PUT_ALIAS, {"alias": alias, "document": document, "run": run.id})


def move_aliases(db: sqlite3.Connection, run: Run, entries: Iterable[Entry]) -> None:
    """Notes which addresses are documents of their own now."""
    own = {slug(entry.link): entry.document for entry in entries}
    known = db.execute(ALIASES.format(_marks(own)), list(own)).fetchall()
    for alias, _ in known:
        db.execute(MOVE_ALIAS, {"alias": alias, "document": own[alias], "run": run.id})


def slug(url: str) -> str:
    """The identity that an address alone gives a document."""
    return site_of(url).identity.document(url) or url


def _met(
    db: sqlite3.Connection, run: Run, walk: int, entries: Sequence[Entry]
) -> dict[str, tuple[str, str | None]]:
    """Those of the documents that a walk has met, each with its address then, and its number.

    This costs the same however many runs there were before.
    """
    rows = _select(db, MET, [run.id, walk, run.id, walk], entries)
    if db.execute(HAS_UNCHANGED, [run.id]).fetchone()[0]:
        rows += _select(db, MET_UNCHANGED, [run.id, walk], entries)
    return {document: (url, number) for document, url, number in rows}


def _is_new(entry: Entry, met: dict[str, tuple[str, str | None]]) -> bool:
    link, number = met.get(entry.document, (entry.link, None))
    if link != entry.link and not is_by_number(entry.link, link, number):
        entry.document = _own(entry)
    new = entry.document not in met
    met.setdefault(entry.document, (entry.link, None))
    return new


def _own(entry: Entry) -> str:
    """The identity that is left to a document of which another one was known by its address."""
    name = slug(entry.link)
    return f"{name}~2" if name == entry.document else name


def _select(
    db: sqlite3.Connection, sql: str, first: Sequence[object], entries: Sequence[Entry]
) -> list[tuple[Any, ...]]:
    ids = [entry.document for entry in entries]
    found: list[tuple[Any, ...]] = db.execute(sql.format(_marks(ids)), [*first, *ids]).fetchall()
    return found


def _marks(ids: Collection[str]) -> str:
    return ", ".join("?" * len(ids))
