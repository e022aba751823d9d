"""Changes and runs as plain text, for a mail or a terminal."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from harvester.clean_text import one_line
from harvester.outcomes import Outcome
from harvester.record import CALLED, KINDS
from harvester.store.read.changes import FIRST, Group
from harvester.timestamps import differs, spoken

Row = dict[str, Any]

HEADINGS = {
    FIRST: "Found by the first harvest",
    "added": "New",
    "changed": "Changed",
    "reread": "Read otherwise",
    "renamed": "At another address",
    "missing": "Missing",
    "removed": "Removed",
    "restored": "Back",
    "joined": "Found to be one",
}
FIELDS = {
    **{name: called.lower() for name, called in CALLED.items()},
    **{"date_text": "date", "url": "address"},
}
"""The fields whose name here differs from that of their column."""
READING = {"date_edtf": "date read as"}
"""Fields shown only where the date as written has not changed."""
HIDDEN = (None, "date_earliest", "date_latest", "missing", "removed")
"""Fields that the heading implies or that follow from the date."""
LISTS = (*KINDS, "scan links")
LONGEST = 70
"""Characters of a value that are shown, from around the first difference on."""
COLUMNS = ("run", "started", "collection", "outcome", "documents", "new", "changed", "gone", "took")
BEYOND = {"details": "details", "files": "scans"}
"""Headings of columns that only some harvests fill, by their names in `runs`."""


def changes_as_text(groups: Iterable[Group]) -> Iterator[str]:
    """The lines for groups of changes in their order; none if there are none."""
    collection = None
    for group in groups:
        if group.collection != collection:
            yield from ("", group.collection) if collection else (group.collection,)
            collection = group.collection
        yield f"  {HEADINGS[group.kind]} ({group.documents:,})"
        for _, fields in groupby(group.changes, key=_document):
            yield from _lines(list(fields))


def documents_as_lines(heading: str, rows: Iterable[Row]) -> Iterator[str]:
    """Documents under a heading, each with its differences; a row has one of these, or none."""
    documents: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        documents.setdefault(_document(row), []).append(row)
    yield f"  {heading} ({len(documents):,})"
    for fields in documents.values():
        yield from _lines(fields)


def _document(row: Row) -> tuple[str, str]:
    return row["site"], row["document"]


def _lines(fields: list[Row]) -> Iterator[str]:
    """A document with its differences."""
    first = fields[0]
    date = f" ({plain(first['date'])})" if first["date"] else ""
    yield f"    {plain(first['title'])}{date}"
    yield f"      {plain(first['url'])}"
    yield from _differences(fields)


def runs_as_text(runs: Iterable[Row]) -> str:
    """A table of runs in aligned columns."""
    told = list(runs)
    table = [COLUMNS, *map(_run, told)]
    for what, heading in BEYOND.items():
        if any(run[f"{what}_wanted"] for run in told):
            column = [heading, *(_got(run, what) for run in told)]
            table = [(*line, cell) for line, cell in zip(table, column, strict=True)]
    for heading, cells in (("exit", [*map(_exit, told)]), ("clock", [*map(_clock, told)])):
        if any(cells):
            table = [(*line, cell) for line, cell in zip(table, [heading, *cells], strict=True)]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    )


def plain(text: str) -> str:
    """Text from the web on one line, without control characters."""
    return one_line(" ".join(text.split()))


def _differences(fields: list[Row]) -> Iterator[str]:
    dated = any(row["field"] == "date_text" for row in fields)
    hidden = (*HIDDEN, *READING) if dated else HIDDEN
    for row in fields:
        if row["field"] not in hidden:
            name = {**FIELDS, **READING}.get(row["field"], row["field"])
            old, new = _apart(*(_as_line(row["field"], row[value]) for value in ("old", "new")))
            yield f"      {name}: {old} -> {new}"


def _as_line(field: str, value: str | None) -> str | None:
    """A value for display; names, a list in JSON, are separated by semicolons."""
    return "; ".join(json.loads(value)) if value and field in LISTS else value


def _apart(old: str | None, new: str | None) -> tuple[str, str]:
    """Both values for display; of long ones, the part where they begin to differ."""
    one, two = plain(old or ""), plain(new or "")
    if one == two:
        one, two = (ascii(value or "")[1:-1] for value in (old, new))
    pairs = zip(one, two, strict=False)
    same = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
    start = max(0, same - LONGEST // 3) if max(len(one), len(two)) > LONGEST else 0
    return _shown(old, one, start), _shown(new, two, start)


def _shown(value: str | None, text: str, start: int) -> str:
    if value is None:
        return "(none)"
    part = text[start : start + LONGEST]
    return f'"{"..." if start else ""}{part}{"..." if start + LONGEST < len(text) else ""}"'


def _run(run: Row) -> tuple[str, ...]:
    total = "?" if run["stated_total"] is None else f"{run['stated_total']:,}"
    return (
        str(run["id"]),
        run["started"],
        run["name"],
        run["outcome"] or "going on",
        f"{run['seen']:,} of {total}",
        str(run["added"]),
        str(run["changed"]),
        str(run["missing"] + run["removed"]),
        _took(run["started"], run["finished"]),
    )


def _got(run: Row, what: str) -> str:
    """How many of the documents' pages or scans a run got."""
    wanted, fetched = run[f"{what}_wanted"], run[f"{what}_fetched"]
    return f"{fetched:,} of {wanted:,}" if wanted else ""


def _exit(run: Row) -> str:
    """A run's exit code, if it differs from that of its outcome, which is the listing's alone."""
    is_outcomes = run["outcome"] is None or run["exit_code"] == Outcome(run["outcome"]).exit_code
    return "" if is_outcomes else str(run["exit_code"])


def _clock(run: Row) -> str:
    """A run's clock error, if any, and whether its moments were corrected."""
    ahead, said = run["clock_ahead"], []
    if differs(ahead):
        said.append(f"{spoken(ahead)} {'ahead' if ahead > 0 else 'behind'}")
    if differs(run["clock_moved"]):
        said.append("put right")
    return ", ".join(said)


def _took(started: str, finished: str | None) -> str:
    if finished is None:
        return ""
    return str(datetime.fromisoformat(finished) - datetime.fromisoformat(started))
