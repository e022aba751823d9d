"""What can be wrong with a database, each made of a place for it and of a good one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from databases import clone, ran

BREAK_OFF = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE mine (a)")
connection.execute("INSERT INTO mine VALUES (1)")
os._exit(0)
"""
"""Leaves a journal behind, as a killed process does."""


def text(path: Path, _: Path) -> None:
    path.write_text("This is no database. " * 99)


def one_byte(path: Path, _: Path) -> None:
    path.write_bytes(b"S")


def folder(path: Path, _: Path) -> None:
    path.mkdir()


def no_folder(path: Path, _: Path) -> None:
    path.parent.rmdir()


def foreign(path: Path, _: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (a)")


def foreign_marked(path: Path, _: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 7")
        connection.execute("CREATE TABLE mine (a)")


def foreign_broken_off(path: Path, _: Path) -> None:
    ran(BREAK_OFF, path)
    assert path.with_name(f"{path.name}-wal").stat().st_size


def head_damaged(path: Path, db: Path) -> None:
    path.write_bytes(b"?" * 16 + db.read_bytes()[16:])


def middle_damaged(path: Path, db: Path) -> None:
    content = bytearray(db.read_bytes())
    content[4096 * 4 : 4096 * 12] = b"?" * 4096 * 8
    path.write_bytes(content)


def middle_damaged_and_broken_off(path: Path, db: Path) -> None:
    clone(db, path.parent)
    ran(BREAK_OFF, path)
    middle_damaged(path, path)


def cut_off(path: Path, db: Path) -> None:
    path.write_bytes(db.read_bytes()[: 4096 * 9])


def newer(path: Path, db: Path) -> None:
    clone(db, path.parent)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('harvester', 'm999_future', '2099')"
        )


def earlier(path: Path, db: Path) -> None:
    if path != db:
        clone(db, path.parent)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE _sqlite_migrations SET name = 'm001_harvest'")


def read_only_file(path: Path, db: Path) -> None:
    clone(db, path.parent).chmod(0o444)


def read_only_folder(path: Path, db: Path) -> None:
    clone(db, path.parent)
    path.parent.chmod(0o555)


def new_in_read_only_folder(path: Path, _: Path) -> None:
    path.parent.chmod(0o555)


BAD: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "no folder": (no_folder, "no folder"),
    "folder": (folder, "is a folder"),
    "text": (text, "no SQLite database"),
    "one byte": (one_byte, "no SQLite database"),
    "foreign": (foreign, "not one of this program's"),
    "foreign, marked": (foreign_marked, "not one of this program's"),
    "foreign, broken off": (foreign_broken_off, "not one of this program's"),
    "head damaged": (head_damaged, "its beginning is damaged"),
    "middle damaged": (middle_damaged, "is damaged"),
    "middle damaged, broken off": (middle_damaged_and_broken_off, "is damaged"),
    "cut off": (cut_off, "is damaged"),
    "newer": (newer, "a newer version of this program (m999_future)"),
    "earlier": (earlier, "an earlier development version of this program"),
    "read-only file": (read_only_file, "read-only"),
    "read-only folder": (read_only_folder, "read-only"),
    "new in a read-only folder": (new_in_read_only_folder, "read-only"),
}
