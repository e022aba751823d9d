"""Freezing a harvest in a folder, which gets its name only when it is complete.

The folder is a Data Package of the Frictionless standard, version 2.0: see
https://datapackage.org/standard/data-package/. Its description depends on the data alone, not on
the clock.
"""

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from harvester import __version__
from harvester.descriptions import COLUMNS, DAYS, SITE, TABLES, TIMES
from harvester.disk import is_at, sweep, whole_file, whole_folder
from harvester.exports.csv_export import lines
from harvester.outcomes import BadOutput, BadUsage, Misplaced
from harvester.store.canonical_copy import Column, Table, copy_database, tables
from harvester.store.connection import read_only
from harvester.store.read.documents import archives, last_runs, listings

DESCRIPTOR = "datapackage.json"
DATABASE = "harvest.db"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
DESCRIPTION = (
    "The listings of digital archives, and what documents' own pages say if they were read,"
    " harvested as data and frozen. Scans are named, but are not part of it. The CSV files hold the"
    " main tables of the database. In them an apostrophe that is no part of the value stands before"
    " whatever a spreadsheet would take for a formula, and before another apostrophe: at the start"
    " of a text, and after a semicolon, a tab, a bar or a line end in it, with the spaces and"
    " quotation marks that follow those."
    " Times are in UTC. Dates are given as the archive writes them and as what they mean."
)
RIGHTS = (
    "Titles, summaries and texts are by the archives named as sources, whose terms hold for them"
    " and for the documents; this package grants no licence to them. Each row names its document's"
    " address: cite the document and its archive, and see there what its rights are."
)


def freeze(database: Path, directory: Path) -> None:
    """Writes a snapshot of the database into a new or empty folder, or leaves nothing behind.

    Raises BadUsage for any other folder, BadDatabase if the database can't be read, BadOutput if
    the folder can't be written.
    """
    directory = Path(os.path.realpath(directory))
    sweep(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise BadUsage(f"{directory} is there already and is no empty folder: name another.")
    file = database.stat() if database.exists() else None
    try:
        with whole_folder(directory) as part:
            _fill(part, database)
            if file and not is_at(file, database):
                raise Misplaced(database)
    except OSError as error:
        raise BadOutput(
            f"{directory} can't be written ({error.strerror}): see that the folder around it exists"
            " and may be written to, and that the disk is not full."
        ) from error


def _fill(folder: Path, database: Path) -> None:
    """Makes all files of one copy of the database, so that they agree."""
    copy_database(database, folder / DATABASE)
    with closing(sqlite3.connect(read_only(folder / DATABASE), uri=True)) as db:
        db.row_factory = sqlite3.Row
        found = {table.name: table.without_numbers() for table in tables(db)}
        main = [found[name] for name in TABLES if name in found]
        for table in main:
            _write_csv(db, table, folder / file_named(table.name))
        with whole_file(folder / DESCRIPTOR) as out:
            out.write(descriptor(db, main, folder).encode())


def _write_csv(db: sqlite3.Connection, table: Table, path: Path) -> None:
    names = [column.name for column in table.columns]
    with whole_file(path) as out:
        out.writelines(lines(names, db.execute(table.rows_in_order)))


def descriptor(db: sqlite3.Connection, main: list[Table], folder: Path) -> str:
    """The datapackage.json of a folder that has the other files: the database and the tables."""
    found = {name: site["name"] for name, site in archives(db).items()}
    package = {
        "$schema": PROFILE,
        "name": "harvest",
        "title": f"Harvest of {' and '.join(sorted(set(found.values()))) or 'no archive'}",
        "description": DESCRIPTION,
        "rights": RIGHTS,
        "sources": _sources(listings(db), found),
        "runs": last_runs(db),
        "madeBy": f"harvester {__version__}, SQLite {sqlite3.sqlite_version}",
        "resources": [_database(folder), *(_resource(db, table, folder) for table in main)],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def file_named(table: str) -> str:
    """The name of a table's file."""
    return f"{table}.csv"


def sealed(path: Path) -> dict[str, Any]:
    """The size and the SHA-256 of a file, in the terms of a Data Resource."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "hash": f"sha256:{digest}"}


def _sources(found: dict[str, str], archives: dict[str, str]) -> list[dict[str, str]]:
    return [{"title": f"{archives[name]}: {name}", "path": url} for name, url in found.items()]


def _database(folder: Path) -> dict[str, Any]:
    return {
        "name": "database",
        "path": DATABASE,
        "description": "All tables, as an SQLite database.",
        "format": "sqlite",
        "mediatype": "application/vnd.sqlite3",
        **sealed(folder / DATABASE),
    }


def _resource(db: sqlite3.Connection, table: Table, folder: Path) -> dict[str, Any]:
    (rows,) = db.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()
    return {
        "name": table.name,
        "type": "table",
        "path": file_named(table.name),
        "description": TABLES[table.name],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **sealed(folder / file_named(table.name)),
        "rows": rows,
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    keys = [
        {"fields": one.columns, "reference": {"resource": one.table, "fields": one.key}}
        for one in table.references
        if one.table in TABLES
    ]
    schema: dict[str, Any] = {"fields": [_field(table, column) for column in table.columns]}
    schema["primaryKey"] = table.key
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(table: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _type(column)}
    if said := ({"site": SITE} | COLUMNS[table.name]).get(column.name):
        field["description"] = said
    return field | ({"constraints": {"required": True}} if column.required else {})


def _type(column: Column) -> str:
    if column.kind == "INTEGER":
        return "integer"
    if column.name in DAYS | TIMES:
        return "date" if column.name in DAYS else "datetime"
    return "string"
