"""Checking a snapshot: whether it is what its description says, no less and no more."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from harvester.outcomes import BadUsage
from harvester.snapshot.datapackage import DATABASE, DESCRIPTOR, sealed
from harvester.store.file import read_only


def differences(directory: Path) -> Iterator[str]:
    """A sentence for each difference; none if there is none. Raises BadUsage if it is no folder."""
    if not directory.is_dir():
        raise BadUsage(f"{directory} is no folder: name that of a snapshot.")
    resources = _resources(directory / DESCRIPTOR)
    if resources is None:
        yield f"{directory / DESCRIPTOR} is missing or does not describe a snapshot."
        return
    names = {DESCRIPTOR, *(resource["path"] for resource in resources)}
    for path in sorted(directory.iterdir()):
        if path.name not in names:
            yield f"{path} is not part of the snapshot."
    for resource in resources:
        yield from _file(directory, resource)


def _resources(path: Path) -> list[dict[str, Any]] | None:
    """The files that are described; None if the description is not one of ours."""
    try:
        resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
        ours = resources and all(_is_named(resource["path"]) for resource in resources)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return resources if ours else None


def _is_named(path: str) -> bool:
    """Whether it is the plain name of a file: a description may be anybody's."""
    return path == Path(path).name


def _file(directory: Path, resource: dict[str, Any]) -> Iterator[str]:
    path = directory / resource["path"]
    if not path.is_file():
        yield f"{path} is missing."
        return
    for what, value in sealed(path).items():
        if value != resource.get(what):
            yield f"{path} has not the {what} that it had: {value}, not {resource.get(what)}."
            return
    if "rows" in resource:
        yield from _rows(directory, path, resource)


def _rows(directory: Path, path: Path, resource: dict[str, Any]) -> Iterator[str]:
    counted = ((path, _in_csv(path)), (directory / DATABASE, _in_database(directory, resource)))
    for where, rows in counted:
        if rows is not None and rows != resource["rows"]:
            yield (
                f"{where} has {rows} rows of {resource['name']}, though {DESCRIPTOR} says"
                f" {resource['rows']}."
            )


def _in_csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _in_database(directory: Path, resource: dict[str, Any]) -> int | None:
    """How many rows the table has; None if the database is not there, which is said elsewhere."""
    name = str(resource["name"]).replace('"', '""')
    try:
        with closing(sqlite3.connect(read_only(directory / DATABASE), uri=True)) as db:
            (rows,) = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            return int(rows)
    except sqlite3.Error:
        return None
