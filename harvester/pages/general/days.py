"""The dates of a listing: in a column, in titles, or wherever nearly all rows have one.

Those in headings over several entries are in `day_headings`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from harvester.dates.phrases import find_date, is_date
from harvester.pages.general.parts import Column, Part, Path
from harvester.pages.general.table import Rows

WORD = re.compile(r"\w{2,}")
NAMED = re.compile(r"date|time|datum|fecha|publish|posted", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\(([^()]{4,40})\)")
LONGEST = 160
"""Most characters of a text with a date; a longer one is about something else."""
NEARLY_ALL = 0.75
FULL = 0.8
"""A column with so many of the rows' dates, or with all but one, is as good as a full one."""
LEAST = 0.25
"""Share of the rows in which a column must have a date."""
MOST_OF_IT = 0.8
MOST_WORDS = 12
"""Most words of a text with the entry's date; in a longer one it is about something else."""

Pick = Callable[[list[Part], Part | None], str | None]
"""Picks the date of a row, given the row's title."""
Dates = dict[int, str]
"""The date of each row, as it is shown."""


def date_columns(rows: Rows, title: Path) -> list[Path]:
    """The columns that have dates, the best first."""
    rated = sorted(_rated(rows), key=lambda one: (-one[0], _offset(rows, one[1])))
    return [path for _, path in rated if path != title]


def _offset(rows: Rows, path: Path) -> int:
    """How far from the beginning of its row a column stands: of two, the first counts."""
    return min(part.place - rows.group[number] for number, part in rows.columns[path].items())


def read_dates(rows: Rows, titles: Column, found: list[Path]) -> Dates:
    """The dates of rows: from the best of these columns, or else from wherever nearly all have
    one."""
    picks: tuple[Pick, ...] = (_only_day, _only_month, _day_in_title, _date_in_title)
    if found and _is_in_text(rows, found[0]) and _are_dated(titles):
        picks = (_day_in_title,)
    elif found:
        return _from_columns(rows, titles, found)
    for pick in picks:
        dates = _picked(rows, titles, pick)
        if len(dates) >= NEARLY_ALL * len(rows):
            return dates
    return {}


def _is_in_text(rows: Rows, path: Path) -> bool:
    """Whether a column's dates are inside texts that say much more."""
    parts = rows.columns[path].values()
    return sum(is_date(part.text) for part in parts) < len(parts) / 2


def _are_dated(titles: Column) -> bool:
    return sum(_has_day(part.text) for part in titles.values()) >= NEARLY_ALL * len(titles)


def _rated(rows: Rows) -> Iterator[tuple[float, Path]]:
    whole = False
    has_column = any(map(rows.words.days.search, rows.headers.values()))
    for path, column in list(rows.columns.items()):
        parts = list(column.values())
        hits, worth = _hits(parts)
        if len(hits) < max(2, len(parts) / 2) or len(hits) < LEAST * len(rows):
            continue
        if has_column and worth < 1 and not rows.words.days.search(rows.header(path)):
            continue
        whole = whole or (worth == 1 and len(hits) >= 0.6 * len(rows))
        enough = max(1, min(FULL * len(rows), len(rows) - 1))
        score = min(1, len(hits) / enough) * worth * _precision(hits)
        yield score * _by_name(rows, path) * (0.8 if hits[0].href else 1), path
    if not whole:
        yield from _of_any_class(rows)


def is_pure_date(text: str) -> bool:
    """Whether a text is nothing but a date."""
    found = find_date(text)
    return found is not None and len(found.shown) > MOST_OF_IT * len(text)


def _precision(parts: list[Part]) -> float:
    """1 for days, less for months, least for years."""
    days = sum(_has_day(part.text) for part in parts) / len(parts)
    months = sum(_names_month(part.text) for part in parts) / len(parts)
    return 0.3 + 0.3 * max(months, days) + 0.4 * days


def _names_month(text: str) -> bool:
    found = find_date(text)
    return found is not None and _has_word(found.said)


def _hits(parts: list[Part]) -> tuple[list[Part], float]:
    """The parts of a column that are or contain dates, and a score for that."""
    enough = max(2, len(parts) / 2)
    hits = [part for part in parts if is_date(part.text)]
    if len(hits) >= enough:
        return hits, 1
    plain = [part for part in parts if part.href is None]
    hits = [part for part in plain if len(part.text) < LONGEST and _has_day(part.text)]
    if len(hits) >= enough:
        wordy = sum(len(WORD.findall(part.text)) for part in hits) > MOST_WORDS * len(hits)
        return hits, 0.25 if wordy else 0.5
    return [part for part in plain if _bracketed(part.text)], 0.3


def _of_any_class(rows: Rows) -> Iterator[tuple[float, Path]]:
    """Columns of dates whose elements have different classes in different rows."""
    alike: dict[Path, Column] = defaultdict(dict)
    for number, parts in enumerate(rows.parts):
        for part in parts:
            if part.href is None and not part.mixed and is_date(part.text):
                tags = tuple(step for step in part.tags if step[0] != "@")
                alike["any", *tags].setdefault(number, part)
    for path, column in alike.items():
        if len(column) >= 0.6 * len(rows):
            rows.columns[path] = column
            yield len(column) / len(rows) * _precision(list(column.values())) * 0.9, path


def _by_name(rows: Rows, path: Path) -> float:
    named = rows.words.days.search(rows.header(path)) or NAMED.search(" ".join(path))
    return 1.4 if named or path[-1].startswith(("time", "relative-time")) else 1


def _from_columns(rows: Rows, titles: Column, found: list[Path]) -> Dates:
    dates, columns = {}, _complementary(rows, found)
    taken, least = _other_dates(rows, found[0]), _are_days(columns[0])
    for number, parts in enumerate(rows.parts):
        others = [
            part for part in parts if part is not titles.get(number) and part.path not in taken
        ]
        part = next((column[number] for column in columns if number in column), None)
        said = part and _said_in(part.text, day=least and not is_date(part.text))
        if date := said or _beside(others, part, found[0], day=least):
            dates[number] = date
    return dates


def _other_dates(rows: Rows, path: Path) -> set[Path]:
    """The columns with another date of entries that have one in the usual column: where an entry
    has none there, what these say is still another date."""
    own = rows.columns[path]
    return {
        part.path
        for number in own
        for part in rows.parts[number]
        if part.path != path and not part.mixed and is_date(part.text)
    }


def _are_days(column: Column) -> bool:
    """Whether nearly all dates of a column are days: what says a year there says something else."""
    found = [date for part in column.values() if (date := find_date(part.text))]
    return sum(date.is_whole for date in found) > NEARLY_ALL * len(found)


def _complementary(rows: Rows, found: list[Path]) -> list[Column]:
    """The best column, and those that have the dates of rows that lack one there, and only these:
    entries of two kinds have them in two places."""
    columns, met = [], set[int]()
    for path in found:
        column = rows.columns[path]
        if met.isdisjoint(column):
            columns.append(column)
            met |= column.keys()
    return columns


def _said_in(text: str, *, day: bool) -> str | None:
    """The date that a text is, has in brackets, or contains; with `day`, only a whole day."""
    said = None if is_date(text) else _bracketed(text)
    said = said or (shown(text) if not day or _has_day(text) else None)
    return said if said is None or not day or _has_day(said) else None


def _beside(parts: list[Part], part: Part | None, path: Path, *, day: bool) -> str | None:
    """A row's date where its usual place has none: the only one there is, one around that place, or
    one in brackets; if it has to be a `day`, no less."""
    parts = [one for one in parts if not day or _has_day(one.text)]
    whole = [one.text for one in parts if is_date(one.text)]
    if len(set(whole)) == 1 and len(whole) < 3:
        return shown(whole[0])
    around = (one for one in parts if one.path == path[:-1] and len(one.text) < LONGEST)
    for one in around:
        if date := shown(one.text):
            return date
    bracketed = {said for one in parts if not one.mixed and (said := _bracketed(one.text))}
    return bracketed.pop() if len(bracketed) == 1 else None


def shown(text: str) -> str | None:
    """The date in a text as a reader is shown it."""
    found = find_date(text)
    return found.shown if found else None


def _has_day(text: str) -> bool:
    found = find_date(text)
    return found is not None and found.is_whole


def _bracketed(text: str) -> str | None:
    return next((said for said in reversed(IN_BRACKETS.findall(text)) if is_date(said)), None)


def _picked(rows: Rows, titles: Column, pick: Pick) -> Dates:
    found = ((number, pick(parts, titles.get(number))) for number, parts in enumerate(rows.parts))
    return {number: date for number, date in found if date}


def _only_day(parts: list[Part], title: Part | None) -> str | None:
    """The only day that a row names outside its title."""
    texts = (part.text for part in parts if part is not title and not part.mixed)
    days = {found.said for text in texts if (found := find_date(text)) and found.is_whole}
    return days.pop() if len(days) == 1 else None


def _only_month(parts: list[Part], title: Part | None) -> str | None:
    """The only date outside a row's title that is coarser than a day and finer than a year."""
    texts = (part.text for part in parts if part is not title and not part.mixed)
    found = {date.said for text in texts if (date := find_date(text)) and _has_word(date.said)}
    return found.pop() if len(found) == 1 else None


def _day_in_title(parts: list[Part], title: Part | None) -> str | None:
    return shown(title.text) if title and _has_day(title.text) else None


def _date_in_title(parts: list[Part], title: Part | None) -> str | None:
    """A date in a title that names its month: "2019" alone is no date there."""
    found = find_date(title.text) if title else None
    return found.said if found and _has_word(found.said) else None


def _has_word(date: str) -> bool:
    return re.search(r"[^\W\d_]{3}", date) is not None
