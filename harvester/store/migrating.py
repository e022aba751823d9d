"""Migrations: the steps that bring a database up to date, after a copy of it; and indexes that a
new database gets later.

The first step makes all tables. A released step is never edited: later changes are steps of their
own.

Building an index over many rows at once costs a tenth of adding them one by one. The search index
exists from the start, but many pages at once are added to it, without its trigger.
"""

import filecmp
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from sqlite_utils import Database, Migrations

from harvester.disk import create, sync
from harvester.store import schema
from harvester.store.connection import APPLICATION_ID
from harvester.store.index import expect_missing, index, tidy

migrations = Migrations("harvester")
"""The steps, in their order."""
LATER = (
    "idx_addresses_slug",
    "idx_changes_at",
    "idx_changes_collection",
    "idx_changes_document",
    "idx_changes_run",
    "idx_documents_date_latest",
    "idx_documents_dates",
    "idx_documents_decade",
    "idx_documents_details",
    "idx_documents_first_seen",
    "idx_documents_id",
    "idx_documents_last_changed",
    "idx_documents_page",
    "idx_documents_record_id",
    "idx_documents_sort_date",
    "idx_memberships_missing",
    "idx_memberships_of_document",
    "idx_memberships_page",
    "idx_observations_statement",
    "idx_pages_bytes",
    "idx_pages_content",
    "idx_pages_document",
    "idx_pages_run_walk",
    "idx_pages_url_fetched",
    "idx_readings_content",
    "idx_readings_run",
    "idx_readings_same_as",
    "idx_statements_address",
)
"""Indexes that a run does not use while everything it finds is new."""
TRIGGER = "documents_added"
"""The trigger that indexes each document at once."""
MADE_LATER = re.compile(r"CREATE (?:UNIQUE )?(?:INDEX|TRIGGER) (\w+).*", re.DOTALL)
MAKING = {made[1]: made[0] for made in map(MADE_LATER.match, schema.STATEMENTS) if made}
"""The statement that makes an index or a trigger, by its name."""
NAMES = "SELECT name FROM sqlite_schema"
UNDO_IN_MEMORY = "PRAGMA temp_store = MEMORY"
"""What a statement has changed so far, in case that it fails, is some 80 KB with ten new documents:
a little more than SQLite keeps in memory by itself, so that each would have a file made."""
SORT_IN_FILES = "PRAGMA temp_store = DEFAULT"
"""Else all rows of an index would be in memory at once when it is made."""
HAS_DOCUMENTS = "SELECT EXISTS (SELECT 1 FROM documents) OR EXISTS (SELECT 1 FROM addresses)"


@migrations(name=schema.NAME)
def make_tables(db: Database) -> None:
    """Makes all tables in a new database, and marks it as ours."""
    for sql in schema.STATEMENTS:
        db.execute(sql)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def is_due(db: Database) -> bool:
    """Whether a database lacks a step."""
    return bool(migrations.pending(db))


def is_too_old(db: Database) -> bool:
    """Whether a database was made by another first step than ours, before the first release."""
    steps = [step.name for step in migrations.applied(db)]
    return bool(steps) and schema.NAME not in steps


def unknown_steps(db: Database) -> list[str]:
    """The applied steps that this program does not know: the database is newer."""
    empty = Database(memory=True, execute_plugins=False)
    with closing(empty):
        known = {step.name for step in migrations.pending(empty)}
    return [step.name for step in migrations.applied(db) if step.name not in known]


def migrate(db: Database, path: Path) -> None:
    """Applies the steps that a database lacks; must be called within a write transaction.

    A database with tables is first copied to `NAME.before-STEP` beside it. The copy is complete and
    on the disk before the first step, and is removed if a step fails.
    """
    steps = migrations.pending(db)
    if db.table_names():
        with _kept(path.resolve(), steps[0].name):
            migrations.apply(db)
    else:
        migrations.apply(db)


@contextmanager
def _kept(path: Path, step: str) -> Iterator[None]:
    """Keeps a copy of the database as it was before the block, unless that fails."""
    new = path.with_name(f"{path.name}.copying")
    for left in (new, new.with_name(f"{new.name}-journal")):
        left.unlink(missing_ok=True)
    try:
        _copy(path, new)
        copy = next(name for name in _names(path, step) if not name.exists() or _same(name, new))
        new.replace(copy)
        sync(path.parent)
    finally:
        new.unlink(missing_ok=True)
    try:
        yield
    except BaseException:
        copy.unlink()
        raise


def _copy(path: Path, new: Path) -> None:
    """Copies what is committed, over a connection of its own: the writer's open transaction is not
    in the copy, and nobody else can write meanwhile."""
    os.close(create(new))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source:
        source.execute("VACUUM INTO ?", [str(new)])
    shutil.copymode(path, new)
    sync(new)


def _names(path: Path, step: str) -> Iterator[Path]:
    """Names for the copy: an earlier one is never overwritten unless it is identical."""
    yield path.with_name(f"{path.name}.before-{step}")
    for number in count(2):
        yield path.with_name(f"{path.name}.before-{step}-{number}")


def _same(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)


def put_off_indexes(db: sqlite3.Connection) -> bool:
    """Drops the indexes for now if there is no document yet; otherwise makes sure that all exist.

    Returns whether it left them away. Then `expect_new` and `make_index` are called, the latter
    for all `missing_indexes` before any document is looked up or changed.
    """
    if has_documents(db):
        make_indexes(db)
        tidy(db)
        return False
    for name in LATER:
        db.execute(f"DROP INDEX IF EXISTS {name}")
    db.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}")
    db.execute(UNDO_IN_MEMORY)
    return True


def has_documents(db: sqlite3.Connection) -> bool:
    """Whether there is any document, or an address of one."""
    return bool(db.execute(HAS_DOCUMENTS).fetchone()[0])


def make_indexes(db: sqlite3.Connection) -> None:
    """Makes the missing indexes, such as those that a killed run has left out."""
    for name in missing_indexes(db):
        make_index(db, name)


def missing_indexes(db: sqlite3.Connection) -> list[str]:
    """The names of the missing indexes. Making only some of them is fine."""
    db.execute(SORT_IN_FILES)
    there = {name for (name,) in db.execute(NAMES)}
    return [name for name in (*LATER, TRIGGER) if name not in there]


def make_index(db: sqlite3.Connection, name: str) -> None:
    """Makes one of them. The last is the trigger of the search index, which is complete by then."""
    db.execute(MAKING[name])
    if name == TRIGGER:
        expect_missing(db)
        index(db)
