"""Reading what runs did and what they changed, beside a run that may be going on."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from harvester.outcomes import BadUsage, Outcome, Reason, run_exit_code
from harvester.store.connection import Row, reading
from harvester.store.read.documents import beginning
from harvester.timestamps import ago, first_second, in_utc

COLUMNS = """
    changes.run, collections.name AS collection, documents.site, documents.id AS document,
    documents.title, documents.date_text AS date, documents.url, kind, field, old, new, at"""
TOLD = f"""
    SELECT {COLUMNS} FROM changes JOIN documents ON number = changes.document
    LEFT JOIN collections ON collections.id = changes.collection
    WHERE {{}} ORDER BY at, changes.id"""
FIRST = "first"
"""The kind of the changes by which a first harvest adds all that it finds."""
KINDS = ("added", "changed", "reread", "renamed", "missing", "removed", "restored", "joined")
"""All others, in the order in which they are told."""
# A first harvest is all runs of a collection up to the first that has found something and was not
# broken off.
GROUPED = f"""
    WITH firsts AS MATERIALIZED (
        SELECT id, (SELECT id FROM runs WHERE collection = collections.id
            AND outcome <> 'interrupted' AND added > 0 ORDER BY id LIMIT 1) AS run
        FROM collections),
    grouped AS NOT MATERIALIZED (
        SELECT changes.*, collections.name AS collection_name,
            CASE WHEN :whole OR kind <> 'added' OR changes.run > firsts.run
                THEN kind ELSE '{FIRST}' END AS told,
            CASE kind {" ".join(f"WHEN '{kind}' THEN {n}" for n, kind in enumerate(KINDS))}
                END AS rank
        FROM changes JOIN firsts ON firsts.id = changes.collection
            JOIN collections ON collections.id = changes.collection
        WHERE {{}})"""
COUNTED = f"""{GROUPED}
    SELECT collection_name AS collection, told AS kind, count(DISTINCT document) AS documents
    FROM grouped GROUP BY collection_name, rank, told
    ORDER BY collection_name, rank, told <> '{FIRST}'"""
OF_GROUPS = f"""{GROUPED}
    SELECT {COLUMNS.replace("collections.name", "collection_name")}
    FROM grouped AS changes JOIN documents ON number = changes.document
    WHERE told <> '{FIRST}' ORDER BY collection_name, rank,
        min(changes.id) OVER (PARTITION BY collection, kind, number), at, changes.id"""
GIVEN = "(SELECT value FROM json_each(:runs))"
NEWEST = """(
    SELECT (SELECT id FROM runs WHERE collection = collections.id AND outcome IS NOT NULL
        ORDER BY id DESC LIMIT 1) FROM collections)"""
OF_RUNS = """
    changes.run IN (WITH told AS MATERIALIZED (
        SELECT id, collection, (SELECT id FROM runs AS before
            WHERE before.collection = last.collection AND before.id < last.id
                AND outcome <> 'interrupted' AND details_wanted = details_fetched + details_failed
            ORDER BY id DESC LIMIT 1) AS before
        FROM runs AS last WHERE id IN {})
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

SINCE_FORMS = "a day (2026-11-24), a time (2026-11-24T05:06:07Z), how long ago (12h, 7d, 2w)"
SPAN = re.compile(r"(?P<number>[0-9]{1,6})(?P<unit>[hdw])")
HOURS = {"h": 1, "d": 24, "w": 7 * 24}
MOST_HOURS = 1_000_000 * 24
RUN_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Since:
    """From when on something is wanted: a moment (compared with `at`) or a run's number. With
    neither, it is the run of each collection that ended last, with the broken-off ones before
    it."""

    moment: str | None = None
    run: int | None = None


def since_when(text: str | None) -> Since:
    """Reads the option --since. Raises BadUsage for anything else than its forms.

    A day means its beginning; a time without a zone is UTC. Eight digits are a day, if there is
    such a day; other numbers are a run's.
    """
    if text is None:
        return Since()
    moment = _so_long_ago(text) or _stated(text)
    if moment is None and RUN_NUMBER.fullmatch(text):
        return Since(run=int(text))
    if moment is None:
        raise BadUsage(
            f"--since {text!r} is not understood: give {SINCE_FORMS}, or a run's number."
        )
    return Since(moment=moment)


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of a kind in a collection, and of how many documents they are.

    All of a document follow each other. Those of a kind that is only counted are not there.
    """

    collection: str
    kind: str
    documents: int
    changes: Iterable[Row]


class History:
    """What a database holds of the past. Nothing is written, and nobody is kept waiting.

    Raises BadDatabase if it can't be read, and BadUsage if a collection asked for is not in it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def changes(self, since: Since, collection: str | None = None) -> Iterator[Row]:
        """Changes in the order in which they happened; a document's own have no collection."""
        wanted, values = self._wanted(since, collection)
        yield from self._rows(TOLD.format(wanted), values)

    def groups(
        self, since: Since, collection: str | None = None, *, whole: bool = False
    ) -> Iterator[Group]:
        """Changes by collection and kind. Of a first harvest each only if that is to be `whole`."""
        wanted, values = self._wanted(since, collection)
        yield from self._groups(wanted, {**values, "whole": whole})

    def groups_of_runs(self, runs: Sequence[int]) -> Iterator[Group]:
        """The changes that these runs have seen, and runs before them that were broken off."""
        given = {"runs": json.dumps(list(runs)), "whole": False}
        yield from self._groups(OF_RUNS.format(GIVEN), given)

    def runs(self, last: int, collection: str | None = None) -> list[Row]:
        """The last runs, the newest first; with the `reasons` for which something is missing, and
        the `exit_code` that each asks for, None as long as it is going on."""
        self._check(collection)
        rows = self._rows(RUNS, {"name": collection, "last": last})
        return [{**row, **_missing(row)} for row in rows]

    def _wanted(self, since: Since, collection: str | None) -> tuple[str, Row]:
        """The condition that changes fulfil, with its values."""
        self._check(collection)
        if since.run is not None:
            beginning(self._connection, since.run)
        if since.run is not None:
            wanted = "changes.run >= :run"
        else:
            wanted = "changes.at >= :moment" if since.moment else OF_RUNS.format(NEWEST)
        named = "" if collection is None else " AND collections.name = :collection"
        return f"{wanted}{named}", {
            "run": since.run,
            "moment": since.moment,
            "collection": collection,
        }

    def _groups(self, wanted: str, values: Row) -> Iterator[Group]:
        rows = groupby(self._rows(OF_GROUPS.format(wanted), values), _of_group)
        for group in self._rows(COUNTED.format(wanted), values):
            some: Iterable[Row] = () if group["kind"] == FIRST else next(rows)[1]
            yield Group(**group, changes=some)

    def _check(self, collection: str | None) -> None:
        names = [row["name"] for row in self._rows("SELECT name FROM collections ORDER BY id")]
        if collection is not None and collection not in names:
            there = ", ".join(names) or "none"
            raise BadUsage(
                f"There is no collection {collection!r} in this database, only: {there}."
            )

    def _rows(self, sql: str, values: Row | tuple[()] = ()) -> Iterator[Row]:
        return (dict(row) for row in self._connection.execute(sql, values))


@contextmanager
def history(path: Path) -> Iterator[History]:
    """The history in a database, for as long as the block lasts. Raises BadDatabase."""
    with reading(path) as connection:
        yield History(connection)


def _of_group(change: Row) -> tuple[str, str]:
    return change["collection"], change["kind"]


def _missing(run: Row) -> Row:
    reasons = [Reason(reason) for reason in json.loads(run["reasons"])]
    if run["outcome"] is None:
        return {"reasons": reasons, "exit_code": None}
    stopped = any(run[f"{what}_wanted"] > run[f"{what}_fetched"] for what in BEYOND)
    why = [*reasons, Reason.STOPPED] if stopped else []
    return {"reasons": reasons, "exit_code": run_exit_code(Outcome(run["outcome"]), why)}


def _so_long_ago(text: str) -> str | None:
    found = SPAN.fullmatch(text)
    hours = int(found["number"]) * HOURS[found["unit"]] if found else MOST_HOURS
    return ago(timedelta(hours=hours)) if hours < MOST_HOURS else None


def _stated(text: str) -> str | None:
    if text.isdecimal() and len(text) != len("20261124"):
        return None
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None if text.isdecimal() else first_second(text)
