"""Uniting databases: gathers their facts in one, and derives again what follows from them.

Whatever the order of the databases, and however often one is given, the result has the same rows
with the same numbers. It is for reading: harvests continue in the original databases.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from hashlib import file_digest
from itertools import pairwise
from pathlib import Path

from harvester.disk import folder_beside, sync
from harvester.interrupt import interrupt
from harvester.outcomes import BadOutput, BadUsage
from harvester.sites.identity import Identity
from harvester.store import current
from harvester.store.canonical_copy import copy_database
from harvester.store.connection import reading as read_only
from harvester.store.connection import select
from harvester.store.database import open_database
from harvester.store.folding import fold
from harvester.store.gathering import gather
from harvester.store.history.classes import Class, Proof
from harvester.store.history.facts import Rule
from harvester.store.history.state import When
from harvester.store.lock import Lock
from harvester.store.merge import ASSIGN, RENAMES, by_joinings, linked
from harvester.store.rebuilding import ALL, PUT_WHEN, newest, rename
from harvester.store.run import Run
from harvester.store.said import known, put_said

PROVED = "SELECT id, walk FROM runs WHERE moment IS NOT NULL ORDER BY id"
SEEN = """
    SELECT DISTINCT address FROM statements CROSS JOIN observations ON statement = statements.id
    WHERE title <> ''"""
"""Addresses at which a document was seen; a withdrawal alone does not count."""
JOINED = "SELECT one FROM joinings UNION SELECT one FROM renames"
SINGLE = "SELECT id FROM addresses ORDER BY site, slug"
GONE = """
    SELECT c.name, d.site, d.id, m.removed FROM memberships AS m
    JOIN documents AS d ON d.number = m.document JOIN collections AS c ON c.id = m.collection
    WHERE m.missing IS NOT NULL"""
HERE = f"""
    SELECT removed FROM ({GONE} AND c.name = ? AND d.site = ? AND d.id = ?)"""
HARVESTED = """
    SELECT name, count(*) FROM runs JOIN collections AS c ON c.id = collection GROUP BY name"""
LAST = "SELECT id, collection, reader, started FROM runs ORDER BY id DESC LIMIT 1"
OF_OLD = """
    SELECT d.origin, d.number AS old, a.document AS new FROM all_documents AS d
    JOIN addresses AS a ON a.site = d.site AND a.slug = d.id WHERE a.document IS NOT NULL"""
OWN_PAGES = """
    UPDATE pages SET document = (SELECT d.new FROM page_map AS m
        JOIN all_pages AS p ON p.origin = m.origin AND p.id = m.old
        JOIN document_map AS d ON d.origin = p.origin AND d.old = p.document
        WHERE m.new = pages.id AND m.taken)
    WHERE id IN (SELECT m.new FROM page_map AS m
        JOIN all_pages AS p ON p.origin = m.origin AND p.id = m.old WHERE p.document IS NOT NULL)"""
NEWEST_DETAILS = """
    SELECT origin, old, new, page FROM (
        SELECT d.origin, d.number AS old, m.new, p.new AS page, row_number() OVER (
            PARTITION BY m.new
            ORDER BY pages.fetched DESC, p.new DESC, p.taken DESC, d.origin) AS place
        FROM all_documents AS d
        JOIN document_map AS m ON m.origin = d.origin AND m.old = d.number
        JOIN page_map AS p ON p.origin = d.origin AND p.old = d.details
        JOIN pages ON pages.id = p.new) WHERE place = 1 ORDER BY new"""
FILES = """
    INSERT INTO files (document, url, path, sha256, size, media_type, etag, last_modified, fetched,
        run, page)
    SELECT new, url, path, sha256, size, media_type, etag, last_modified, fetched, run, page FROM (
        SELECT d.new, f.url, path, sha256, size, media_type, etag, last_modified, fetched,
            r.new AS run, p.new AS page, row_number() OVER (PARTITION BY d.new, f.url
                ORDER BY fetched DESC, sha256, r.new, p.new DESC) AS place
        FROM all_files AS f JOIN document_map AS d ON d.origin = f.origin AND d.old = f.document
        JOIN run_map AS r ON r.origin = f.origin AND r.old = f.run
        LEFT JOIN page_map AS p ON p.origin = f.origin AND p.old = f.page)
    WHERE place = 1 ORDER BY new, url"""
MOST_OPEN = 250
"""So many databases are open at once: a process may usually open 1,024 files."""


def unite(out: Path, paths: Iterable[Path], after: int = 2) -> list[Path]:
    """Writes one database with everything that some databases know; an existing one at `out` is
    included.

    A document is removed `after` so many complete runs without it. Returns the databases whose
    documents were removed sooner or later than that.

    Raises BadDatabase, BadUsage or BadOutput, and Busy if somebody writes to it; then it stays as
    it was.
    """
    if not out.parent.is_dir():
        raise BadOutput(f"There is no folder for {out}: make it, or name another database.")
    lock = Lock(out)
    try:
        given = [*paths, *([out] if out.exists() else [])]
        for path in given:
            with read_only(path):
                pass
        with folder_beside(out) as folder:
            whole = folder / "whole.db"
            _write(folder / "united.db", sorted(given, key=_digest), after)
            copy_database(folder / "united.db", whole)
            sync(whole)
            otherwise = [path for path in given if _is_otherwise(whole, path)]
            interrupt.too_late()
            whole.replace(out)
            return otherwise
    except OSError as error:
        sentence = f"{out} can't be written ({error.strerror}): see to its folder and its disk."
        raise BadOutput(sentence) from error
    finally:
        lock.release()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _is_otherwise(whole: Path, path: Path) -> bool:
    """Whether one of the two has removed a document sooner than the other, though both have all
    runs of its collection."""
    with read_only(whole) as here, read_only(path) as there:
        runs = dict(here.execute(HARVESTED))
        same = {name for name, number in there.execute(HARVESTED) if runs[name] == number}
        for *document, removed in there.execute(GONE):
            found = here.execute(HERE, document).fetchone() if document[0] in same else None
            if found and found[0] != removed:
                return True
    return False


def _write(path: Path, given: Sequence[Path], after: int) -> None:
    database = open_database(path)
    try:
        with database.writing() as db:
            gather(db, given)
            last = db.execute(LAST).fetchone()
            if last is None:
                raise BadUsage("None of these databases has a harvest: name one that has.")
            _follow(db, _run(*last), after)
            _put_details(db, given)
    finally:
        database.close()


def _run(number: int, collection: int, reader: str, started: str) -> Run:
    """The last run, in whose name everything is derived again."""
    identity = Identity("", "{id}")
    return Run(number, collection, "", reader, True, None, None, True, "", started, identity)


def _follow(db: sqlite3.Connection, run: Run, after: int) -> None:
    """Derives everything from the facts: moments, renames, documents and their history."""
    for number, walk in db.execute(PROVED).fetchall():
        db.execute(PUT_WHEN, [*newest(db, number, walk), number])
    for (collection,) in db.execute("SELECT id FROM collections ORDER BY id").fetchall():
        moments = [When(*one) for one in db.execute(ALL, [collection]).fetchall()]
        rename(db, ((collection, *pair) for pair in pairwise(moments)))
    documents = _number_documents(db)
    fold(db, run, documents, after, counting=False)
    current.tell_by_moment(db)


def _number_documents(db: sqlite3.Connection) -> list[int]:
    """Numbers documents by their first address, if one was seen there; returns the numbers."""
    some = linked(db, [one for (one,) in db.execute(JOINED)])
    classes, of = by_joinings(db, some), some.by_number
    rows = db.execute(RENAMES, [some.ids])
    classes.hear(Proof(Rule.RENAME, of[one], of[other]) for one, other in rows)
    groups: dict[Class, list[int]] = defaultdict(list)
    for address, number in some.numbers.items():
        groups[classes.of(address)].append(number)
    group_of = {number: tuple(sorted(group)) for group in groups.values() for number in group}
    seen = {address for (address,) in db.execute(SEEN)}
    numbers: dict[tuple[int, ...], int] = {}
    for (address,) in db.execute(SINGLE).fetchall():
        group = group_of.get(address, (address,))
        if not seen.isdisjoint(group):
            number = numbers.setdefault(group, len(numbers) + 1)
            db.execute(ASSIGN, [number, address])
    return list(numbers.values())


def _put_details(db: sqlite3.Connection, given: Sequence[Path]) -> None:
    """Gives documents what their own pages said last, in any of the databases, and their scans."""
    db.execute(f"CREATE TEMP TABLE document_map AS {OF_OLD}")
    db.execute("CREATE INDEX temp.idx_document_map ON document_map (origin, old)")
    db.execute(OWN_PAGES)
    wanted = db.execute(NEWEST_DETAILS).fetchall()
    sources: dict[int, sqlite3.Connection] = {}
    with ExitStack() as opened:
        for origin, old, new, page in wanted:
            if origin not in sources and len(sources) == MOST_OPEN:
                opened.close()
                sources.clear()
            if origin not in sources:
                sources[origin] = opened.enter_context(read_only(given[origin]))
            said = known(sources[origin], _document(sources[origin], old))
            put_said(db, new, known(db, _document(db, new)), said, page)
    db.execute(FILES)
    current.tell_again(db)


def _document(db: sqlite3.Connection, number: int) -> dict[str, object]:
    return next(select(db, "SELECT * FROM documents WHERE number = ?", [number]))
