"""Dates in headings over several entries: "May 2019", and below it the entries of that month."""

from bisect import bisect_right
from collections.abc import Iterator

from harvester.dates.phrases import find_date, is_date
from harvester.pages.elements import HEADINGS
from harvester.pages.general.days import NEARLY_ALL, Dates
from harvester.pages.general.outline import Outline
from harvester.pages.general.table import Rows

LONGEST_HEADING = 70
EMPHASIS = frozenset(("caption", "th", "strong", "b"))
"""Elements besides headings that can head a group of entries."""


def read_headings(outline: Outline, rows: Rows) -> Dates:
    """The dates of headings between rows; each holds for the rows below it. None if a row is
    outside the element with the heading."""
    headings = _of_one_kind(outline, list(_headings(outline, rows)), rows)
    if not headings:
        return {}
    if len(headings) == 1 and not _heads(outline, headings[0][0]):
        return {}
    if len(headings) > NEARLY_ALL * len(rows) and outline.tags[rows.group[0]] != "dd":
        return {}
    places = [place for place, _ in headings]
    found: Dates = {}
    for number, place in enumerate(rows.group):
        heading, date = headings[bisect_right(places, place) - 1]
        if place >= outline.ends[outline.parents[heading]]:
            return {}
        if date:
            found[number] = date
    return found


def _of_one_kind(
    outline: Outline, headings: list[tuple[int, str]], rows: Rows
) -> list[tuple[int, str | None]]:
    """Those like the one that stands before the first row, and those that are like it but for the
    date: what is below "Undated" has none. None if no heading stands before."""
    first, last = rows.group[0], rows.group[-1]
    before = [place for place, _ in headings if place < first]
    if not before:
        return []
    kind = outline.paths[before[-1]], outline.full_paths[before[-1]]
    dated = {place: date for place, date in headings if outline.paths[place] == kind[0]}
    taken = {place for row in rows.group for place in (*outline.within(row), *outline.line(row))}
    alike = {
        place: None
        for place in range(before[0], last)
        if outline.full_paths[place] == kind[1] and place not in taken and outline.length(place)
    }
    return sorted((alike | dated).items())


def _headings(outline: Outline, rows: Rows) -> Iterator[tuple[int, str]]:
    last = rows.group[-1]
    region = rows.group[0]
    while region > 0 and outline.ends[region] < outline.ends[last]:
        region = outline.parents[region]
    if outline.parents[region] > 0:
        region = outline.parents[region]
    inside = {place: outline.ends[place] for place in rows.group}
    place = region
    while place < last:
        if place in inside:
            place = inside[place]
            continue
        text = outline.text(place) if outline.length(place) <= LONGEST_HEADING else ""
        found = find_date(text) if text else None
        heads = found and found.is_whole and (is_date(text) or _heads(outline, place))
        if found and heads and not any(map(outline.href, outline.within(place))):
            yield place, found.shown
            place = outline.ends[place]
        else:
            place += 1


def _heads(outline: Outline, place: int) -> bool:
    return outline.tags[place] in HEADINGS | EMPHASIS
