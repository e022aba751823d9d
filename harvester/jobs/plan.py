"""The collections of collections.toml as they are scheduled, and the schedule as a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from urllib.parse import urlsplit

from harvester.clean_text import one_line
from harvester.collection import Collection
from harvester.jobs.following import first_due
from harvester.jobs.schedule import Planned, Row
from harvester.outcomes import BadUsage
from harvester.sites import site_for

HEAD = ("collection", "state", "due", "exit code", "ended")


def planned(file: Path, collections: Sequence[Collection]) -> list[Planned]:
    """The collections that say how often to harvest them. Raises BadUsage if none does.

    Their jobs take turns by host, without the port: it is a machine that is spared.
    """
    now = datetime.now(UTC)
    found = []
    for one in collections:
        if one.every is None:
            continue
        try:
            due = first_due(one.every, now)
        except BadUsage as problem:
            raise BadUsage(f"{file}: collection {one.name!r}: {problem}") from None
        host = (urlsplit(one.url).hostname or "").rstrip(".")
        found.append(Planned(one.name, host, one.every, definition(one), due))
    if not found:
        raise BadUsage(f'{file}: no collection says how often it is harvested: add every = "week".')
    return found


def definition(one: Collection) -> str:
    """The text of a collections.toml with only this collection."""
    known = site_for(one.url, None).key
    said: dict[str, str | bool] = {
        "url": one.url,
        "details": one.details,
        "files": one.files,
        **({"site": one.site.key} if one.site.key != known else {}),
    }
    lines = (f"{key} = {_toml(value)}\n" for key, value in said.items())
    return f"[{_toml(one.name)}]\n{''.join(lines)}"


def _toml(value: str | bool) -> str:
    """A value in TOML, whose texts and truths are those of JSON, but for the character DEL."""
    return dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def as_text(rows: Sequence[Row]) -> str:
    """The schedule for a person: how many are in which state, each collection, and below those that
    something is wrong with its sentence."""
    counts = Counter(row["state"] for row in rows)
    first = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(one[column]) for one in cells) for column in range(len(HEAD))]
    return "\n".join((first or "nothing is scheduled", *_lines(cells, widths, rows)))


def _lines(
    cells: Sequence[tuple[str, ...]], widths: Sequence[int], rows: Sequence[Row]
) -> Iterator[str]:
    for number, one in enumerate(cells):
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(one, widths, strict=True)).rstrip()
        row = rows[number - 1] if number else None
        if row and row["sentence"]:
            yield f"  {one_line(row['sentence'])}"


def _cells(row: Row) -> tuple[str, ...]:
    code = "" if row["code"] is None else str(row["code"])
    return row["name"], row["state"], row["due"], code, row["ended"] or ""
