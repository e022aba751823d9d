"""Readings of a page: what its listing is taken to be, and how well that fits."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from harvester.dates.phrases import find_date, is_date
from harvester.pages.elements import Element
from harvester.pages.general.day_headings import read_headings
from harvester.pages.general.days import date_columns, read_dates
from harvester.pages.general.groups import Group, groups
from harvester.pages.general.outline import Outline
from harvester.pages.general.parts import Part, PartsReader, Path
from harvester.pages.general.summaries import read_summaries
from harvester.pages.general.table import Rows, read_rows
from harvester.pages.general.titles import OwnLink, Rated, own_link, rate_titles, title_parts
from harvester.sites.wording import Words

BEST_FIT = 5.6
"""The score of a perfect reading, for its size."""
LEAST_FIT, LEAST_OF_FEW, FEW, LITTLE = 0.6, 0.2, 6, 0.1
"""A group that can't fit so well, compared with the best, isn't read; nor compared with a best of
few entries or little text, which is rather some latest news than the listing."""
RICH, SENTENCE = 0.5, 150
MOST_COMPARED = 100
FAR = 50
"""Most elements between two texts of one line."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry: its title, link and date as the page has them, and its summary and other values.

    `other` are further texts by the header of their column or the label before them, as they stand.
    """

    title: str
    href: str | None = None
    date_text: str | None = None
    summary: str | None = None
    other: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """One way to read a page.

    `entries` are those of the rows that have a title, `elements` what they stand in. `covered` is
    the share of rows that do, `linked` and `dated` those that have a link and a date, `framed`
    those in the page's frame; `share` is that of the page's text, `several` that of the rows with
    more than one title. `is_grouped` says that dates are those of headings over several entries.
    """

    rows: Rows
    titles: list[Rated]
    own_link: OwnLink
    date_path: Path | None = None
    entries: list[Found] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    linked: float = 0
    dated: float = 0
    framed: float = 0
    share: float = 0
    several: float = 0
    is_grouped: bool = False

    @property
    def covered(self) -> float:
        """The share of rows that have a title."""
        return len(self.entries) / len(self.rows)

    @property
    def is_linked(self) -> bool:
        """Whether titles are, or are in, links."""
        return self.titles[0].is_linked

    @property
    def score(self) -> float:
        """The score of this reading, for comparison with others."""
        return self.undated_score * (0.45 + 1.55 * self.dated)

    @property
    def rival(self) -> Rated | None:
        """The second best title column."""
        return next((one for one in self.titles[1:] if not one.is_mixed), None)

    def sample(self, path: Path | None = None) -> str:
        """A sample text of a column in quotes; of the titles if no column is given."""
        part = next(iter(self.rows.columns[path or self.titles[0].path].values()))
        return f'"{part.text[:60]}"'

    @property
    def has_sentences(self) -> bool:
        """Whether most titles read like sentences."""
        texts = [entry.title for entry in self.entries]
        return sum(text[-1:] == "." or len(text) > SENTENCE for text in texts) > len(texts) / 2

    @property
    def is_bare(self) -> bool:
        """Whether entries are nothing but titles, as in a menu."""
        rich = sum(_says_more(parts) for parts in self.rows.parts)
        return rich < RICH * len(self.rows)

    @property
    def undated_score(self) -> float:
        """The score without dates."""
        fit = 0.3 + min(self.titles[0].score, 2.5)
        fit *= (0.4 + 0.6 * self.linked) * self.covered**2
        fit *= 1 - (0.85 if self.dated else 0.97) * self.framed
        fit *= 1 - 0.7 * self.several
        return float(len(self.entries) ** 0.5 * fit * (0.05 + self.share) ** 0.6)


def readings(outline: Outline, words: Words) -> list[Reading]:
    """All ways to read a page, the best first."""
    reader, found = PartsReader(outline), list[Reading]()
    best: Reading | None = None
    for group, size in groups(outline):
        if best and size * BEST_FIT < _least(best) * best.score:
            break
        one = _read(outline, group, reader, words)
        if one:
            found.append(one)
            best = one if best is None or one.score > best.score else best
    return sorted(found, key=lambda one: one.score, reverse=True)


def _least(best: Reading) -> float:
    """How well a group must be able to fit, compared with the best."""
    return LEAST_OF_FEW if len(best.rows) < FEW or best.share < LITTLE else LEAST_FIT


def _read(outline: Outline, group: Group, reader: PartsReader, words: Words) -> Reading | None:
    rows = read_rows(outline, group, reader, words)
    titles = rate_titles(rows) if rows else []
    return _titled(outline, rows, titles) if rows and titles else None


def other_title(outline: Outline, reading: Reading) -> Reading | None:
    """The same rows with the second best column as titles; None if there is no other."""
    first, *others = reading.titles
    second = next((one for one in others if not one.is_mixed), None)
    if second is None:
        return None
    titles = [second, first, *(one for one in others if one is not second)]
    return _titled(outline, reading.rows, titles)


def tell_more(outline: Outline, reading: Reading) -> None:
    """Adds to each entry its summary, and its other values under a header or a label."""
    rows, path = reading.rows, reading.titles[0].path
    known = {rows.header(one) for one in (path, reading.date_path) if one is not None}
    titles = title_parts(rows, reading.titles)
    entries = dict(zip(sorted(titles), reading.entries, strict=True))
    dates = {number: one.date_text for number, one in entries.items() if one.date_text}
    summaries = read_summaries(rows, titles, dates)
    for place, (number, entry) in enumerate(entries.items()):
        other = _other(outline, rows, number, known)
        reading.entries[place] = replace(entry, summary=summaries.get(number), other=other)


def _other(outline: Outline, rows: Rows, number: int, known: Container[str]) -> dict[str, str]:
    """The texts of an entry by their headers, but for those that are known. A text that is all of a
    block has its parts in it; of a long list, only the last texts are compared."""
    other: dict[str, list[str]] = {}
    last: dict[str, Part] = {}
    for part in rows.parts[number]:
        named = rows.header(part.path)
        header = named.strip(" :")
        if not header or not part.text or named in known:
            continue
        if header not in other:
            other[header] = [part.text]
        elif part.text not in "".join(other[header][-MOST_COMPARED:]):
            other[header] += (_joint(outline, last[header], part), part.text)
        last[header] = part
    return {header: "".join(texts) for header, texts in other.items()}


def _joint(outline: Outline, before: Part, part: Part) -> str:
    """The separator for two texts of one cell, such as "; " between links to two persons."""
    if part.place - before.place > FAR:
        return " "
    signs = outline.between(before.place, part.place)
    return " " if any(map(str.isalnum, signs)) else f"{signs} "


def _titled(outline: Outline, rows: Rows, titles: list[Rated]) -> Reading:
    """The reading of rows with the first of these columns as titles."""
    found = Reading(rows, titles, own_link(outline, rows))
    parts = title_parts(rows, titles)
    columns = date_columns(rows, titles[0].path)
    found.date_path = columns[0] if columns else None
    dates = read_dates(rows, parts, columns)
    if not dates:
        dates = read_headings(outline, rows)
        found.is_grouped = bool(dates)
    for number, title in sorted(parts.items()):
        href = _href(found, number, title)
        found.entries.append(Found(title.text, href, dates.get(number)))
        found.elements.append(outline.elements[rows.group[number]])
    _measure(outline, found)
    return found


def _says_more(parts: Iterable[Part]) -> bool:
    """Whether an entry has more than one text and a count."""
    texts = (part.text.strip(" ()[]") for part in parts)
    return sum(any(map(str.isalnum, text)) and not text.isdecimal() for text in texts) > 1


def _href(reading: Reading, number: int, title: Part) -> str | None:
    """The address of an entry: that of its title, or of the link beside it."""
    path = reading.own_link.path
    beside = reading.rows.columns[path].get(number) if path and not reading.is_linked else None
    return title.href or (beside.href if beside else None)


def _holds_several(reading: Reading, parts: list[Part]) -> bool:
    """Whether a row holds several titles, or several that are told apart by their number alone and
    are dated each, so that it is rather a list of entries than one."""
    path, is_kind = reading.titles[0].path, reading.rows.words.is_kind
    if sum(part.path == path and not is_kind(part.text) for part in parts) > 1:
        return True
    if not path[-1].startswith("@"):
        return False
    alike = [part for part in parts if part.path[:-1] == path[:-1]]
    dates = sum(is_date(part.text) for part in parts if not part.mixed)
    return (
        len(alike) > 1 and max(dates, sum(find_date(part.text) is not None for part in alike)) > 1
    )


def _measure(outline: Outline, reading: Reading) -> None:
    number = len(reading.rows)
    reading.linked = sum(entry.href is not None for entry in reading.entries) / number
    reading.dated = sum(entry.date_text is not None for entry in reading.entries) / number
    reading.framed = sum(outline.frame[place] for place in reading.rows.group) / number
    reading.several = sum(map(partial(_holds_several, reading), reading.rows.parts)) / number
    said = sum(map(outline.length, reading.rows.group))
    reading.share = said / max(1, outline.length(0))
