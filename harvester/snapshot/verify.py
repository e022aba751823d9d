"""Checking a snapshot: its files must be exactly what its description says.

The folder may be hostile: we follow no link in it, wait for no pipe, and trust no form.
"""

import hashlib
import io
import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from harvester.interrupt import interrupt
from harvester.outcomes import BadUsage
from harvester.snapshot.freeze import DATABASE, DESCRIPTOR, file_named
from harvester.store.connection import STEPS

LARGEST = 16_000_000
"""Bytes of the longest description."""
LONGEST = 255
"""Bytes of a file's name, on all common file systems."""
BLOCK = 1 << 20


class Unusable(Exception):
    """Raised within this module; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file of the snapshot as described; `rows` is None for the database."""

    path: str
    bytes: int
    hash: str
    name: str = ""
    rows: int | None = None


@dataclass(frozen=True)
class Database:
    """The snapshot's database, whose rows are counted."""

    path: Path
    db: sqlite3.Connection

    @cached_property
    def tables(self) -> set[str]:
        """The stored tables. A view or a virtual table could be a program that never ends."""
        stored = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        return {name for (name,) in self.db.execute(stored)}

    def rows(self, table: str) -> int:
        """Counts the rows of a table. Raises sqlite3.Error."""
        if table not in self.tables:
            raise sqlite3.OperationalError("there is no such table")
        quoted = table.replace('"', '""')
        (rows,) = self.db.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
        return int(rows)


def differences(directory: Path) -> Iterator[str]:
    """A sentence for each difference. Raises BadUsage if there is no such folder."""
    if not directory.is_dir():
        raise BadUsage(f"{directory} is no folder: name that of a snapshot.")
    description = directory / DESCRIPTOR
    try:
        resources = _resources(description)
        there = sorted(os.listdir(directory))
    except (Unusable, OSError) as problem:
        yield f"{description} does not describe a snapshot: {_why(problem)}."
        return
    names = {DESCRIPTOR, *(resource.path for resource in resources)}
    for name in there:
        if name not in names:
            yield f"{directory / name} is not part of the snapshot."
    with _database(directory / DATABASE) as database:
        for resource in resources:
            yield from _of_file(directory, resource, database)


def _resources(path: Path) -> list[Resource]:
    """Reads the description. Raises Unusable if it is not one of ours."""
    with _opened(path) as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise Unusable(f"it has more than {LARGEST:,} bytes")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Unusable("it is no JSON that can be read") from None
    listed = said.get("resources") if isinstance(said, dict) else None
    if not isinstance(listed, list) or not listed:
        raise Unusable("it names no resources")
    resources = list(map(_resource, listed))
    if len({one.path for one in resources}) < len(resources):
        raise Unusable("it names a file twice")
    return resources


def _resource(said: Any) -> Resource:
    """Reads a resource. Raises Unusable if it is not one of ours."""
    if not isinstance(said, dict):
        raise Unusable("one of its resources is no object")
    path = _value(said, "path", str)
    if not _is_name(path):
        raise Unusable("the path of a resource is not the name of a file in the folder")
    size, digest = _value(said, "bytes", int), _value(said, "hash", str)
    if path == DATABASE:
        return Resource(path, size, digest)
    name, rows = _value(said, "name", str), _value(said, "rows", int)
    if path != file_named(name):
        raise Unusable("the file of a table has not the name of the table")
    return Resource(path, size, digest, name, rows)


def _value(said: dict[str, Any], name: str, kind: type) -> Any:
    value = said.get(name)
    if type(value) is not kind:  # a bool would be an int
        raise Unusable(f"one of its resources lacks {name}, or has something else for it")
    return value


def _is_name(path: str) -> bool:
    """Whether a path is the plain name of a file, and not the description's."""
    try:
        return (
            path == Path(path).name
            and path not in ("", ".", "..", DESCRIPTOR)
            and "\0" not in path
            and len(os.fsencode(path)) <= LONGEST
        )
    except ValueError:  # there is no such name on this system
        return False


def _of_file(directory: Path, resource: Resource, database: Database | None) -> Iterator[str]:
    path = directory / resource.path
    try:
        with _opened(path) as file:
            yield from _of_content(path, file, resource)
    except (Unusable, OSError) as problem:
        yield f"{path} can't be checked: {_why(problem)}."
        return
    if resource.rows is not None and database is not None:
        yield from _of_table(database, resource)


def _of_content(path: Path, file: io.BufferedReader, resource: Resource) -> Iterator[str]:
    size = os.fstat(file.fileno()).st_size
    if size != resource.bytes:
        yield f"{path} has not the bytes that it had: {size}, not {_short(resource.bytes)}."
        return
    digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    if digest != resource.hash:
        yield f"{path} has not the hash that it had: {digest}, not {_short(resource.hash)}."
        return
    file.seek(0)
    if resource.rows is not None and (rows := _rows_of_csv(file)) != resource.rows:
        yield _other_rows(path, rows, resource)


def _of_table(database: Database, resource: Resource) -> Iterator[str]:
    """Compares the number of rows with the database's."""
    try:
        rows = database.rows(resource.name)
    except (sqlite3.Error, ValueError) as error:
        interrupt.raise_again()
        yield f"{database.path} can't be asked for its rows of {_short(resource.name)}: {error}."
        return
    if rows != resource.rows:
        yield _other_rows(database.path, rows, resource)


def _other_rows(where: Path, rows: int, resource: Resource) -> str:
    return (
        f"{where} has {rows} rows of {_short(resource.name)}, though {DESCRIPTOR} says"
        f" {_short(resource.rows)}."
    )


def _rows_of_csv(file: io.BufferedReader) -> int:
    """Counts the rows below the header: the line ends outside of quotes. A line of any length never
    is in memory as a whole."""
    ends, quoted = 0, False
    while block := file.read(BLOCK):
        for number, part in enumerate(block.split(b'"')):
            quoted ^= number > 0
            ends += 0 if quoted else part.count(b"\n")
    return ends - 1


@contextmanager
def _database(path: Path) -> Iterator[Database | None]:
    """Opens the database; None if that fails, which the check of its file reports.

    SQLite looks at no file beside it, and writes none.
    """
    try:
        if not path.is_file():
            raise sqlite3.OperationalError("there is no such file")
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        yield None
        return
    with closing(db):
        db.set_progress_handler(interrupt.hearing, STEPS)
        db.execute("PRAGMA trusted_schema = OFF")
        yield Database(path, db)


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    """Opens a regular file. Raises Unusable if it is none, OSError if it can't be opened."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe would be waited for
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unusable("it is no file")
        yield file


def _why(problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError):
        return "it is missing"
    return getattr(problem, "strerror", None) or str(problem)


def _short(value: object) -> str:
    """A value from the description, cut to what is worth showing."""
    text = str(value)
    return text if len(text) <= 80 else f"{text[:80]}..."
