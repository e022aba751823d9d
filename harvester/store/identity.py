"""Which document an entry is: what its address leads to, and whether it was met before."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from harvester.items import Entry
from harvester.sites import site_of
from harvester.store.rows import Row, select
from harvester.store.run import Run

ALIASES = """
    SELECT alias, id FROM aliases JOIN documents ON number = document
    WHERE aliases.site = ? AND alias IN ({})"""
OF_IDS = "SELECT number FROM documents WHERE site = ? AND id IN ({})"
AS_MET = """
    SELECT documents.id, coalesce(
        (SELECT old FROM changes WHERE changes.document = sightings.document AND field = 'url'
            AND at > fetched ORDER BY at, changes.id LIMIT 1), documents.url), record_id
    FROM sightings CROSS JOIN pages JOIN documents ON number = sightings.document"""
"""Documents that stood on pages, at which addresses they were then, and their numbers. CROSS keeps
SQLite from looking through pages first, of which a run has many."""
MET = f"""{AS_MET}
    WHERE pages.id = sightings.page AND +run = ? AND +walk = ?
        AND sightings.page >= (SELECT min(id) FROM pages WHERE run = ? AND walk = ?)
        AND sightings.document IN ({OF_IDS})"""
"""Those that stood on pages which a walk has read. A plus keeps SQLite from looking up by a column:
by these, it would look through all pages of the run for each document."""
HAS_UNCHANGED = "SELECT EXISTS (SELECT 1 FROM pages WHERE run = ? AND same_as IS NOT NULL)"
MET_UNCHANGED = f"""{AS_MET}
    WHERE run = ? AND same_as = sightings.page AND +walk = ? AND sightings.document IN ({OF_IDS})"""
"""Those that stood on pages which it has found to be as they were."""
KNOWN = f"SELECT EXISTS ({OF_IDS})"
DOCUMENT = """
    SELECT * FROM documents WHERE site = :site AND id = :name OR number = (SELECT document
        FROM aliases WHERE site = :site AND alias = :name) ORDER BY id <> :name LIMIT 1"""
NUMBERED = "SELECT * FROM documents WHERE number = ?"
PUT_ALIAS = """
    INSERT INTO aliases (site, alias, document, run) VALUES (:site, :alias, :document, :run)
    ON CONFLICT (site, alias) DO UPDATE SET document = excluded.document, run = excluded.run
    WHERE document IS NOT excluded.document"""
MOVE_ALIAS = """
    UPDATE aliases SET document = :document, run = :run
    WHERE site = :site AND alias = :alias AND document IS NOT :document"""


def new_entries(
    db: sqlite3.Connection, run: Run, walk: int, entries: Sequence[Entry], *, all_new: bool = False
) -> list[Entry]:
    """The entries that this walk has not met before, each with the document that it is of.

    An address that was an alias of a document's, and is listed beside that document's own, is a
    document's of its own. If none of the documents is known at all, they are `all_new`.
    """
    known = {} if all_new else dict(_select(db, ALIASES, [run.site], entries))
    for entry in entries:
        entry.document = known.get(entry.document, entry.document)
    met = {} if all_new else _met(db, run, walk, entries)
    return [entry for entry in entries if _is_new(entry, met)]


def knows_some(db: sqlite3.Connection, run: Run, entries: Sequence[Entry]) -> bool:
    """Whether one of the documents is stored already."""
    return bool(_select(db, KNOWN, [run.site], entries)[0][0])


def find(db: sqlite3.Connection, site: str, name: str) -> Row | None:
    """The document of a site with that id, or else the one that this is another address of."""
    return next(select(db, DOCUMENT, {"site": site, "name": name}), None)


def numbered(db: sqlite3.Connection, number: int) -> Row:
    """The document with that number."""
    return next(select(db, NUMBERED, [number]))


def is_by_number(link: str, url: str, record_id: str | None) -> bool:
    """Whether a link leads to the document at `url` by the number that an earlier site gave it."""
    number = slug(link)
    return link != url and number == record_id and site_of(link).identity.rank(number) > 0


def put_alias(db: sqlite3.Connection, run: Run, alias: str, document: int) -> None:
    """Notes that an address leads to a document."""
    db.execute(PUT_ALIAS, _alias(run, alias, document))


def move_aliases(
    db: sqlite3.Connection, run: Run, entries: Iterable[Entry], numbers: Mapping[str, int]
) -> None:
    """Notes which addresses are documents of their own now; they have these numbers."""
    own = {slug(entry.link): numbers[entry.document] for entry in entries}
    known = db.execute(ALIASES.format(_marks(own)), [run.site, *own]).fetchall()
    for alias, _ in known:
        db.execute(MOVE_ALIAS, _alias(run, alias, own[alias]))


def slug(url: str) -> str:
    """The identity that an address alone gives a document."""
    return site_of(url).identity.document(url) or url


def _alias(run: Run, alias: str, document: int) -> dict[str, str | int]:
    return {"site": run.site, "alias": alias, "document": document, "run": run.id}


def _met(
    db: sqlite3.Connection, run: Run, walk: int, entries: Sequence[Entry]
) -> dict[str, tuple[str, str | None]]:
    """Those of the documents that a walk has met, each with its address then, and its number.

    This costs the same however many runs there were before.
    """
    rows = _select(db, MET, [run.id, walk, run.id, walk, run.site], entries)
    if db.execute(HAS_UNCHANGED, [run.id]).fetchone()[0]:
        rows += _select(db, MET_UNCHANGED, [run.id, walk, run.site], entries)
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
