"""The column with the titles of a listing, and the links that belong to its entries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harvester.dates.phrases import is_date
from harvester.pages.elements import HEADINGS
from harvester.pages.general.outline import Outline, host_of
from harvester.pages.general.parts import Column, Part, Path
from harvester.pages.general.table import Rows

NAMED = re.compile(r"title|headline|heading|caption|name|subject|titre|titel", re.IGNORECASE)
WORD = re.compile(r"\w{2,}")
LETTERS = re.compile(r"[^\W\d_]{2,}")
DIGIT = re.compile(r"\d")
SHORTENED = (".", "…")
LONG = 220
"""Average length above which texts are summaries, not titles."""
LONGEST_PHRASE = 7
"""Most words of a phrase; more words with a full stop are a sentence."""
FILE = re.compile(r"\.(?:pdf|docx?|rtf|txt|odt|epub|zip|xlsx?|jpe?g|tiff?)\b", re.IGNORECASE)
MOST_ENTRIES = 0.6
"""Share of the entries that must have a title."""
ALL_ALIKE = 0.95
OWN = 0.3
"""Share of the entries above which a part is a column of its own."""
LEAST_LINKED = 0.3
"""So many of the entries have a link, if it is the only one; of several, MOST_LINKED."""
MOST_LINKED = 0.5
MOST_COLUMNS = 50
"""Most columns of links that are compared."""
SAME_LINK = 0.9
"""Share of the entries in which two columns have the same target if they count as one."""
DIFFERENT_LINKS = 0.5
"""Share of a column's addresses that must differ: entries' own links lead to different places."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A column, and its score as the title."""

    score: float
    path: Path
    is_linked: bool
    is_mixed: bool = False


def rate_titles(rows: Rows) -> list[Rated]:
    """The columns that most rows have, the best title first."""
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
    score *= 1 - 0.9 * _share(parts, map(rows.words.is_kind, texts))
    score *= 1 + linked + 0.7 * _share(parts, [part.in_heading for part in parts])
    if parts[0].in_heading and not {"h1", "h2"}.isdisjoint(parts[0].tags):
        score *= 1.15
    if parts[0].mixed:
        score *= 0.7
    if NAMED.search(" ".join(path)):
        score *= 1.4
    score *= _by_header(rows, path)
    if sum(map(len, texts)) > LONG * len(texts):
        score *= 0.4
    if sum(map(is_date, texts)) > len(texts) / 2:
        score *= 0.35
    if sum(map(_is_sentence, texts)) > len(texts) / 2:
        score *= 0.6
    return Rated(score, path, linked > 0.5, parts[0].mixed)


def _is_sentence(text: str) -> bool:
    return text[-1:] == "." and len(WORD.findall(text)) > LONGEST_PHRASE


def _wordiness(texts: list[str]) -> float:
    """A factor from 0.25 for texts without a word to 1.25 for texts of six words."""
    words = sum(min(len(WORD.findall(text)), 10) for text in texts) / len(texts)
    return 0.25 + min(words, 6) / 6


def _variety(texts: list[str], linked: float) -> float:
    """How much texts differ, with and without their numbers."""
    different = len(set(texts)) / len(texts)
    in_words = len({DIGIT.sub("", text) for text in texts}) / len(texts)
    variety = (0.15 + 0.85 * different) * (
        0.2 + 0.8 * min(1, (2.2 if linked > 0.8 else 1) * in_words)
    )
    return variety * (0.3 if different < 0.3 and len(texts) > 4 else 1)


def _by_header(rows: Rows, path: Path) -> float:
    header, words = rows.header(path), rows.words
    is_title = words.titles.search(header) is not None
    is_other = bool(words.others.search(header) or words.days.search(header) or "#" in header)
    if is_title and not is_other:
        return 2.4 if words.titles.fullmatch(header.strip(" :")) else 1.6
    return 0.4 if is_other and not is_title else 1


def _share(parts: list[Part], those: Iterable[bool]) -> float:
    return sum(those) / len(parts)


def says_title(rows: Rows, path: Path) -> bool:
    """Whether the page itself marks a column as the title: by a header, a heading, or a class."""
    if rows.words.titles.search(rows.header(path)) or NAMED.search(" ".join(path)):
        return True
    return any(step.partition(".")[0] in HEADINGS for step in path)


def title_parts(rows: Rows, titles: list[Rated]) -> Column:
    """The title of each row: of the best column, or where another class has it in a single row, of
    the same place; and the longer one, where a second column has it in full."""
    best = titles[0].path
    found = dict(rows.columns[best])
    for number, parts in enumerate(rows.parts):
        if number not in found:
            alike = [
                part
                for part in parts
                if part.tags == Part.tags_of(best)
                and len(rows.columns[part.path]) < OWN * len(rows)
                and not rows.words.is_kind(part.text)
            ]
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


@dataclass(frozen=True, slots=True)
class OwnLink:
    """The column of the entries' own links; `others` could be as well."""

    path: Path | None
    others: tuple[Path, ...] = ()


def own_link(outline: Outline, rows: Rows) -> OwnLink:
    """Finds the column of the entries' own links."""
    columns = {path: _links(column) for path, column in rows.columns.items()}
    linked = {path: column for path, column in columns.items() if column}
    several = {path: one for path, one in linked.items() if len(one) >= MOST_LINKED * len(rows)}
    found = _on_site(outline, rows, _without_copies(_leading_apart(several)))
    if not found:
        only = len(linked) == 1 and min(map(len, linked.values())) >= LEAST_LINKED * len(rows)
        return OwnLink(next(iter(linked)) if only else None)
    if len(found) == 1:
        return OwnLink(found[0])
    if best := _of_one_place(rows, found):
        return OwnLink(best)
    return OwnLink(found[0], tuple(found[1:]))


def _on_site(outline: Outline, rows: Rows, paths: list[Path]) -> list[Path]:
    """Those that lead to files or to pages of the site itself, if any: links elsewhere are more
    likely a court's register or a shop."""
    if len(paths) < 2:
        return paths
    host = outline.host_beside(rows.group)
    kept = [path for path in paths if not _leads_elsewhere(rows.columns[path], host)]
    return kept or paths


def _leads_elsewhere(column: Column, host: str) -> bool:
    addresses = [part.href for part in column.values() if part.href]
    outside = sum(bool(there := host_of(one)) and there != host for one in addresses)
    files = sum(FILE.search(one) is not None for one in addresses)
    return not files and outside >= SAME_LINK * len(addresses)


def _links(column: Column) -> Column:
    return {number: part for number, part in column.items() if part.href is not None}


def _leading_apart(columns: dict[Path, Column]) -> dict[Path, Column]:
    """Those with a different target in each entry, or nearly each."""
    return {
        path: column
        for path, column in columns.items()
        if len({part.href for part in column.values()}) > DIFFERENT_LINKS * len(column)
    }


def _without_copies(columns: dict[Path, Column]) -> list[Path]:
    """Of columns with the same targets, the first with text."""
    said = sorted(columns, key=lambda path: not any(one.text for one in columns[path].values()))
    kept: list[Path] = []
    for path in said[:MOST_COLUMNS]:
        if not any(_are_same(columns[path], columns[one]) for one in kept):
            kept.append(path)
    return sorted(kept, key=lambda path: min(part.place for part in columns[path].values()))


def _are_same(one: Column, other: Column) -> bool:
    both = one.keys() & other.keys()
    return bool(both) and sum(_stem(one[n]) == _stem(other[n]) for n in both) >= SAME_LINK * len(
        both
    )


def _stem(part: Part) -> str:
    """An address without fragment and file extension: PDF and text of one document count as one."""
    address = (part.href or "").partition("#")[0]
    stem, dot, kind = address.rpartition(".")
    return stem + dot if kind.isalnum() and len(kind) < 5 else address


def _of_one_place(rows: Rows, paths: Iterable[Path]) -> Path | None:
    """Of links that stand together in one cell or block, the only one that has the number of its
    entry, where the others are icons or say the same each time."""
    paths = list(paths)
    if len({_around(path) for path in paths}) > 1:
        return None
    numbered = [path for path in paths if _has_numbers(rows.columns[path])]
    return numbered[0] if len(numbered) == 1 else None


def _around(path: Path) -> Path:
    cell = next((n for n, step in enumerate(path) if step[:2] == "td"), None)
    return path[: cell + 1] if cell is not None else path[:1]


def _has_numbers(column: Column) -> bool:
    texts = {part.text for part in column.values() if any(map(str.isdigit, part.text))}
    return len(texts) > SAME_LINK * len(column)
