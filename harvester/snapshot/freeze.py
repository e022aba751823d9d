"""Freezing a harvest: the folder gets its name when all is in it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from harvester.descriptions import TABLES
from harvester.disk import beside, create_folder, is_at, whole_file
from harvester.exports.csv_export import write_rows
from harvester.interrupt import interrupt
from harvester.outcomes import BadOutput, BadUsage, Misplaced
from harvester.snapshot.datapackage import DATABASE, DESCRIPTOR, descriptor, file_of
from harvester.store.file import read_only
from harvester.store.frozen import copy_database
from harvester.store.table import Table, tables


def freeze(database: Path, directory: Path) -> None:
    """Writes a snapshot of the database into a folder that is not there, or is empty.

    Raises BadUsage if it is neither, BadDatabase if the database can't be read, BadOutput if the
    folder can't be written; then nothing is left behind.
    """
    directory = Path(os.path.realpath(directory))
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise BadUsage(f"{directory} is there already and is no empty folder: name another.")
    file = database.stat() if database.exists() else None
    try:
        with _whole_folder(directory) as part:
            _fill(part, database)
            if file and not is_at(file, database):
                raise Misplaced(database)
    except OSError as error:
        raise BadOutput(
            f"{directory} can't be written ({error.strerror}): see that the folder around it exists"
            " and may be written to, and that the disk is not full."
        ) from error


@contextmanager
def _whole_folder(directory: Path) -> Iterator[Path]:
    """A folder beside, which takes the name when all is in it, and else goes."""
    part, made = beside(directory), False
    try:
        with interrupt.held():
            create_folder(part)
            made = True
        yield part
        interrupt.too_late()
        part.rename(directory)
    finally:
        if made:
            shutil.rmtree(part, ignore_errors=True)


def _fill(folder: Path, database: Path) -> None:
    """All else is made of the copy, so that all say the same."""
    copy_database(database, folder / DATABASE)
    with closing(sqlite3.connect(read_only(folder / DATABASE), uri=True)) as db:
        db.row_factory = sqlite3.Row
        found = {table.name: table.without_numbers() for table in tables(db)}
        main = [found[name] for name in TABLES if name in found]
        for table in main:
            _write_csv(db, table, folder / file_of(table))
        with whole_file(folder / DESCRIPTOR) as out:
            out.write(descriptor(db, main, folder).encode())


def _write_csv(db: sqlite3.Connection, table: Table, path: Path) -> None:
    names = [column.name for column in table.columns]
    with whole_file(path) as out:
        write_rows(names, db.execute(table.rows_in_order), out)
