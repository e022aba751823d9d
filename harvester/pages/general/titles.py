"""Which column of a listing is the title, and which link is the entry's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harvester.dates.phrases import is_date
from harvester.pages.elements import HEADINGS
from harvester.pages.general.parts import Column, Part, Path
from harvester.pages.general.table import DATE, OTHER, TITLE, Rows

NAMED = re.compile(r"title|headline|heading|caption|name|subject|titre|titel", re.IGNORECASE)
GENERIC = re.compile(
    r"(?:read (?:more|full)\b.{0,30}|more|more info.{0,30}|view(?: \w+){0,2}|download(?: \w+)?"
    r"|details?|pdf|html|word|docx?|open|link|(?:click )?here|see more|continue reading.{0,30}"
    r"|full (?:text|story)|minutes|agenda|audio|video|opinion|order|(?:\d+ )?comments?"
    r"|leave a comment|share|tweet|permalink|ver más|leer más.{0,30}|mehr|weiterlesen|läs mer"
    r"|lire la suite|\W*)",
    re.IGNORECASE,
)
"""What a link says that is no title."""
WORD = re.compile(r"\w{2,}")
DIGIT = re.compile(r"\d")
SHORTENED = (".", "…")
LONG = 220
"""Texts that are longer on the average are no titles, but summaries."""
MOST_ENTRIES = 0.6
"""A title is there in so many of the entries."""
ALL_ALIKE = 0.95


@dataclass(frozen=True, slots=True)
class Rated:
    """A column, and how well it would do as the title."""

    score: float
    path: Path
    is_linked: bool
    is_mixed: bool = False


def rate_titles(rows: Rows) -> list[Rated]:
    """The columns that are there in most rows, the best title first."""
    number = len(rows)
    found = (
        _rate(rows, path, list(column.values()))
        for path, column in rows.columns.items()
        if len(column) >= MOST_ENTRIES * number
    )
    return sorted(found, key=lambda one: one.score, reverse=True)


def _rate(rows: Rows, path: Path, parts: list[Part]) -> Rated:
    texts = [part.text for part in parts]
    linked = _share(parts, [part.href is not None for part in parts])
    score = len(parts) / len(rows) * _wordiness(texts) * _variety(texts, linked)
    score *= 1 - 0.9 * _share(parts, [GENERIC.fullmatch(text) is not None for text in texts])
    score *= 1 + linked + 0.7 * _share(parts, [part.in_heading for part in parts])
    if parts[0].in_heading and not {"h1", "h2"}.isdisjoint(parts[0].tags):
        score *= 1.15
    if parts[0].mixed:
        score *= 0.7
    if NAMED.search(" ".join(path)):
        score *= 1.4
    score *= _by_header(rows.header(path))
    if sum(map(len, texts)) > LONG * len(texts):
        score *= 0.4
    if sum(map(is_date, texts)) > len(texts) / 2:
        score *= 0.35
    return Rated(score, path, linked > 0.5, parts[0].mixed)


def _wordiness(texts: list[str]) -> float:
    """From 0.25 for texts without a word to 1.25 for those of six."""
    words = sum(min(len(WORD.findall(text)), 10) for text in texts) / len(texts)
    return 0.25 + min(words, 6) / 6


def _variety(texts: list[str], linked: float) -> float:
    """How much texts differ, and how much of that is more than numbers."""
    different = len(set(texts)) / len(texts)
    in_words = len({DIGIT.sub("", text) for text in texts}) / len(texts)
    variety = (0.15 + 0.85 * different) * (
        0.2 + 0.8 * min(1, (2.2 if linked > 0.8 else 1) * in_words)
    )
    return variety * (0.3 if different < 0.3 and len(texts) > 4 else 1)


def _by_header(header: str) -> float:
    if TITLE.search(header):
        return 1.6
    return 0.4 if OTHER.search(header) or DATE.search(header) else 1


def _share(parts: list[Part], those: Iterable[bool]) -> float:
    return sum(those) / len(parts)


def says_title(rows: Rows, path: Path) -> bool:
    """Whether the page itself calls a column the title: by a header, a heading, or a class."""
    if TITLE.search(rows.header(path)) or NAMED.search(" ".join(path)):
        return True
    return any(step.partition(".")[0] in HEADINGS for step in path)


def title_parts(rows: Rows, titles: list[Rated]) -> Column:
    """The title of each row: of the best column, or where another class has it in a single row, of
    the same place; and the longer one, where a second column has it in full."""
    best = titles[0].path
    found = dict(rows.columns[best])
    for number, parts in enumerate(rows.parts):
        if number not in found:
            alike = [part for part in parts if part.tags == _tags(best)]
            if len(alike) == 1:
                found[number] = alike[0]
    for other in titles[1:6]:
        _take_longer(found, rows.columns[other.path])
    return found


def _take_longer(found: Column, other: Column) -> None:
    both = found.keys() & other.keys()
    alike = sum(_begin_alike(found[number], other[number]) for number in both)
    if len(both) >= 0.9 * len(found) and alike >= ALL_ALIKE * len(both):
        for number in both:
            mine, longer = found[number], other[number]
            if mine.text.endswith(SHORTENED[1]) or mine.text.endswith("..."):
                found[number] = longer if len(longer.text) > len(mine.text) else mine


def _begin_alike(one: Part, other: Part) -> bool:
    first, second = (part.text.rstrip(".… ") for part in (one, other))
    same = first.startswith(second) or second.startswith(first)
    return same and one.href == other.href


def _tags(path: Path) -> Path:
    return tuple(step.partition(".")[0] for step in path)


def link_columns(rows: Rows) -> list[Path]:
    """The columns of links, those first that most rows have, that differ, and that come early."""
    places: dict[Path, list[int]] = {}
    for parts in rows.parts:
        for place, part in enumerate(parts):
            if part.href is not None:
                places.setdefault(part.path, []).append(place)
    rated = []
    for path, found in places.items():
        hrefs = [part.href for part in rows.columns[path].values() if part.href is not None]
        share = len(hrefs) / len(rows)
        if share >= 0.5:
            variety = 0.3 + 0.7 * len(set(hrefs)) / len(hrefs)
            rated.append((share * variety, -sum(found) / len(found), path))
    return [path for *_, path in sorted(rated, reverse=True)]
