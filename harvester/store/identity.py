"""Which document an entry is: what its address leads to, and whether it was met before."""

from collections.abc import Collection, Iterable, Sequence

from sqlite_utils import Database

from harvester.items import Entry
from harvester.store.run import Run

ALIASES = "SELECT alias, document FROM aliases WHERE alias IN ({})"
MET = """
    SELECT memberships.document, documents.url FROM memberships
    JOIN documents ON documents.id = memberships.document
    WHERE collection = ? AND EXISTS (SELECT 1 FROM pages WHERE +run = ? AND walk = ?
            AND (pages.id = memberships.page OR pages.same_as = memberships.page))
        AND memberships.document IN ({})"""
"""With a plain `run`, SQLite would look through all pages of the run for each document."""
PUT_ALIAS = """
    INSERT INTO aliases (alias, document, run) VALUES (:alias, :document, :run)
    ON CONFLICT (alias) DO UPDATE SET document = excluded.document, run = excluded.run
    WHERE document IS NOT excluded.document"""
MOVE_ALIAS = """
    UPDATE aliases SET document = :document, run = :run
    WHERE alias = :alias AND document IS NOT :document"""


def new_entries(db: Database, run: Run, walk: int, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that this walk has not met before, each with the document that it is of.

    An address that was an alias of a document's, and is listed beside that document's own, is a
    document's of its own.
    """
    known = _select(db, ALIASES, [], entries)
    for entry in entries:
        entry.document = known.get(entry.document, entry.document)
    met = _select(db, MET, [run.collection, run.id, walk], entries)
    return [entry for entry in entries if _is_new(db, entry, met)]


def put_alias(db: Database, run: Run, alias: str, document: str) -> None:
    """Notes that an address leads to a document."""
    db.execute(PUT_ALIAS, {"alias": alias, "document": document, "run": run.id})


def move_aliases(db: Database, run: Run, entries: Iterable[Entry]) -> None:
    """Notes which addresses are documents of their own now."""
    own = {slug(entry.link): entry.document for entry in entries}
    known = db.execute(ALIASES.format(_marks(own)), list(own)).fetchall()
    for alias, _ in known:
        db.execute(MOVE_ALIAS, {"alias": alias, "document": own[alias], "run": run.id})


def slug(url: str) -> str:
    """The identity that an address alone gives a document."""
    return url.rpartition("/")[2]


def _is_new(db: Database, entry: Entry, met: dict[str, str]) -> bool:
    if met.get(entry.document, entry.link) != entry.link:
        entry.document = _own(db, slug(entry.link))
    new = entry.document not in met
    met.setdefault(entry.document, entry.link)
    return new


def _own(db: Database, name: str) -> str:
    known = db.execute("SELECT 1 FROM documents WHERE id = ?", [name]).fetchone()
    return f"{name}~2" if known else name


def _select(
    db: Database, sql: str, first: Sequence[object], entries: Sequence[Entry]
) -> dict[str, str]:
    ids = [entry.document for entry in entries]
    rows = db.execute(sql.format(_marks(ids)), [*first, *ids]).fetchall()
    return dict(rows)


def _marks(ids: Collection[str]) -> str:
    return ", ".join("?" * len(ids))
