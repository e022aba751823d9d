"""A reading of a page: what its listing is taken to be, and how well that fits."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from harvester.pages.elements import Element
from harvester.pages.general.days import date_columns, read_dates, read_headings
from harvester.pages.general.groups import Group, groups
from harvester.pages.general.outline import Outline
from harvester.pages.general.parts import Part, PartsReader, Path
from harvester.pages.general.table import Rows, read_rows
from harvester.pages.general.titles import WORD, Rated, link_columns, rate_titles, title_parts

LEAST_SUMMARY = 4
"""A summary has so many words."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry: its title, link and date as the page has them, and the longest text beside them."""

    title: str
    href: str | None = None
    date_text: str | None = None
    summary: str | None = None


@dataclass(slots=True)
class Reading:
    """One way to read a page.

    `entries` are those of the rows that have a title, `elements` what they stand in. `covered` is
    the share of rows that do, `linked` and `dated` those that have a link and a date, `framed`
    those in the page's frame; `share` is that of the page's text. `is_grouped` says that dates are
    those of headings over several entries.
    """

    rows: Rows
    titles: list[Rated]
    links: list[Path]
    date_path: Path | None = None
    entries: list[Found] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    linked: float = 0
    dated: float = 0
    framed: float = 0
    share: float = 0
    is_grouped: bool = False

    @property
    def covered(self) -> float:
        """The share of rows that have a title."""
        return len(self.entries) / len(self.rows)

    @property
    def is_linked(self) -> bool:
        """Whether titles are links themselves, or in one."""
        return self.titles[0].is_linked

    @property
    def score(self) -> float:
        """How well a listing is read in this way, compared with others."""
        fit = (0.3 + min(self.titles[0].score, 2.5)) * (0.45 + 1.55 * self.dated)
        fit *= (0.4 + 0.6 * self.linked) * self.covered**2 * (1 - 0.85 * self.framed)
        return float(len(self.entries) ** 0.5 * fit * (0.05 + self.share) ** 0.6)


def readings(outline: Outline) -> list[Reading]:
    """All ways to read a page, the best first."""
    reader = PartsReader(outline)
    read = (_read(outline, group, reader) for group in groups(outline))
    return sorted((one for one in read if one is not None), key=lambda one: one.score, reverse=True)


def _read(outline: Outline, group: Group, reader: PartsReader) -> Reading | None:
    rows = read_rows(outline, group, reader)
    titles = rate_titles(rows) if rows else []
    return _titled(outline, rows, titles) if rows and titles else None


def other_title(outline: Outline, reading: Reading) -> Reading | None:
    """The same rows with the next best column as their titles; None if there is no other."""
    first, *others = reading.titles
    second = next((one for one in others if not one.is_mixed), None)
    if second is None:
        return None
    titles = [second, first, *(one for one in others if one is not second)]
    return _titled(outline, reading.rows, titles)


def _titled(outline: Outline, rows: Rows, titles: list[Rated]) -> Reading:
    """The reading of rows by which the first of these columns has their titles."""
    found = Reading(rows, titles, link_columns(rows))
    parts = title_parts(rows, titles)
    columns = date_columns(rows, titles[0].path)
    found.date_path = columns[0] if columns else None
    dates = read_dates(rows, parts, columns)
    if not dates:
        dates = read_headings(outline, rows)
        found.is_grouped = bool(dates)
    for number, title in sorted(parts.items()):
        found.entries.append(_entry(found, number, title, dates.get(number)))
        found.elements.append(outline.elements[rows.group[number]])
    _measure(outline, found)
    return found


def _entry(reading: Reading, number: int, title: Part, date: str | None) -> Found:
    parts = reading.rows.parts[number]
    href = title.href or _link_beside(reading, number, parts)
    return Found(title.text, href, date, _summary(parts, title, date))


def _link_beside(reading: Reading, number: int, parts: list[Part]) -> str | None:
    """The link of an entry whose title is none."""
    if reading.is_linked:
        return None
    if reading.links and (part := reading.rows.columns[reading.links[0]].get(number)):
        return part.href
    return next((part.href for part in parts if part.href is not None), None)


def _summary(parts: Iterable[Part], title: Part, date: str | None) -> str | None:
    others = (
        part.text
        for part in parts
        if part is not title and part.href is None and part.text not in (title.text, date)
    )
    wordy = [text for text in others if len(WORD.findall(text)) >= LEAST_SUMMARY]
    return max(wordy, key=len, default=None)


def _measure(outline: Outline, reading: Reading) -> None:
    number = len(reading.rows)
    reading.linked = sum(entry.href is not None for entry in reading.entries) / number
    reading.dated = sum(entry.date_text is not None for entry in reading.entries) / number
    reading.framed = sum(outline.frame[place] for place in reading.rows.group) / number
    said = sum(map(outline.length, reading.rows.group))
    reading.share = said / max(1, outline.length(0))
