"""Reading what runs did and what they changed, beside a run that may be going on."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harvester.outcomes import BadUsage, Outcome, Reason, run_exit_code
from harvester.store.connection import Row, reading
from harvester.store.read.documents import beginning
from harvester.timestamps import Since

TOLD = """
    SELECT changes.run, collections.name AS collection, documents.site,
        documents.id AS document, documents.title,
        documents.date_text AS date, documents.url, kind, field, old, new, at
    FROM changes JOIN documents ON number = changes.document
    LEFT JOIN collections ON collections.id = changes.collection
    WHERE {} ORDER BY at, changes.id"""
NEWEST = """
    SELECT (SELECT id FROM runs WHERE collection = collections.id AND outcome IS NOT NULL
        ORDER BY id DESC LIMIT 1) FROM collections"""
OF_RUNS = """
    changes.run IN (WITH told AS MATERIALIZED (
        SELECT id, collection, (SELECT id FROM runs AS before
            WHERE before.collection = last.collection AND before.id < last.id
                AND outcome <> 'interrupted' AND details_wanted = details_fetched + details_failed
            ORDER BY id DESC LIMIT 1) AS before
        FROM runs AS last WHERE id IN ({}))
    SELECT runs.id FROM told CROSS JOIN runs ON runs.collection = told.collection
        AND runs.id > coalesce(before, 0) AND runs.id <= told.id)"""
"""These runs, and those right before them that were broken off: nobody has told of them."""
RUNS = """
    SELECT runs.*, collections.name AS name, (SELECT json_group_array(DISTINCT reason)
        FROM failures WHERE run = runs.id) AS reasons FROM runs
    JOIN collections ON collections.id = runs.collection
    WHERE :name IS NULL OR name = :name ORDER BY runs.id DESC LIMIT :last"""

BEYOND = ("details", "files")
"""What runs get beyond their listings, as their columns call it."""


class History:
    """What a database holds of the past. Nothing is written, and nobody is kept waiting.

    Raises BadDatabase if it can't be read, and BadUsage if a collection asked for is not in it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def changes(self, since: Since, collection: str | None = None) -> list[Row]:
        """Changes in the order in which they happened; a document's own have no collection."""
        self._check(collection)
        self._check_run(since.run)
        wanted, values = _wanted(since)
        if collection is not None:
            wanted, values = f"{wanted} AND collections.name = ?", [*values, collection]
        return self._rows(TOLD.format(wanted), values)

    def of_runs(self, runs: Sequence[int]) -> list[Row]:
        """The changes that these runs have seen, and runs before them that were broken off."""
        return self._rows(TOLD.format(OF_RUNS.format(", ".join("?" * len(runs)))), runs)

    def runs(self, last: int, collection: str | None = None) -> list[Row]:
        """The last runs, the newest first; with the `reasons` for which something is missing, and
        the `exit_code` that each asks for, None as long as it is going on."""
        self._check(collection)
        rows = self._rows(RUNS, {"name": collection, "last": last})
        return [{**row, **_missing(row)} for row in rows]

    def _check(self, collection: str | None) -> None:
        names = [row["name"] for row in self._rows("SELECT name FROM collections ORDER BY id", ())]
        if collection is not None and collection not in names:
            there = ", ".join(names) or "none"
            raise BadUsage(
                f"There is no collection {collection!r} in this database, only: {there}."
            )

    def _check_run(self, run: int | None) -> None:
        if run is not None:
            beginning(self._connection, run)

    def _rows(self, sql: str, values: Any) -> list[Row]:
        return [dict(row) for row in self._connection.execute(sql, values)]


@contextmanager
def history(path: Path) -> Iterator[History]:
    """The history in a database, for as long as the block lasts. Raises BadDatabase."""
    with reading(path) as connection:
        yield History(connection)


def _missing(run: Row) -> Row:
    reasons = [Reason(reason) for reason in json.loads(run["reasons"])]
    if run["outcome"] is None:
        return {"reasons": reasons, "exit_code": None}
    stopped = any(run[f"{what}_wanted"] > run[f"{what}_fetched"] for what in BEYOND)
    why = [*reasons, Reason.STOPPED] if stopped else []
    return {"reasons": reasons, "exit_code": run_exit_code(Outcome(run["outcome"]), why)}


def _wanted(since: Since) -> tuple[str, list[Any]]:
    if since.run is not None:
        return "changes.run >= ?", [since.run]
    if since.moment is not None:
        return "changes.at >= ?", [since.moment]
    return OF_RUNS.format(NEWEST), []
