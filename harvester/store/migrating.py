"""The steps that make a database what this program needs, after a copy of it as it was.

The first step makes all tables. A step that was released is never edited: what changes later is a
step of its own.
"""

import filecmp
import os
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

migrations = Migrations("harvester")
"""The steps, in their order."""


@migrations(name=schema.NAME)
def make_tables(db: Database) -> None:
    """Makes all tables in a new database, and marks it as ours."""
    for sql in schema.statements():
        db.execute(sql)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def is_due(db: Database) -> bool:
    """Whether a database lacks a step."""
    return bool(migrations.pending(db))


def is_too_old(db: Database) -> bool:
    """Whether a database was made by other first steps than ours, before there was a release."""
    steps = [step.name for step in migrations.applied(db)]
    return bool(steps) and schema.NAME not in steps


def unknown_steps(db: Database) -> list[str]:
    """The steps that a database has behind it and this program does not know: it is newer."""
    empty = Database(memory=True, execute_plugins=False)
    with closing(empty):
        known = {step.name for step in migrations.pending(empty)}
    return [step.name for step in migrations.applied(db) if step.name not in known]


def migrate(db: Database, path: Path) -> None:
    """Applies the steps that a database lacks; to be called within a transaction of a writer.

    A database that has tables is copied beforehand, to `NAME.before-STEP` beside it. The copy is
    whole and on the disk before the first step, and goes again if a step fails.
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
    """Copies what is committed, by a reader's own connection: the writer's change that is going on
    is not in it, and nobody else's can come between."""
    os.close(create(new))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source:
        source.execute("VACUUM INTO ?", [str(new)])
    shutil.copymode(path, new)
    sync(new)


def _names(path: Path, step: str) -> Iterator[Path]:
    """Where a copy can go: an earlier one is never overwritten, unless it is the very same."""
    yield path.with_name(f"{path.name}.before-{step}")
    for number in count(2):
        yield path.with_name(f"{path.name}.before-{step}-{number}")


def _same(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)
