"""Rows: a group of elements as a table, with the headers of its columns if the page gives them."""

import re
from dataclasses import dataclass, field

from harvester.dates.phrases import is_date
from harvester.pages.general.groups import Group
from harvester.pages.general.outline import CELLS, Outline
from harvester.pages.general.parts import (
    Column,
    Part,
    PartsReader,
    Path,
    columns,
    tell_repeats_apart,
)

TITLE = re.compile(
    r"\b(?:titles?|case (?:name|title|caption|description)|caption|name|subject|style|parties"
    r"|betreff|titel|titre|título|titolo|vs|v|description|meeting|opinion|topic)\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"date|filed|issued|released?|posted|published|decided|datum|fecha|data|day|argued",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:judges?|justices?|court|docket|numbers?|no|types?|authors?|county|status|size|format"
    r"|counsel|citation|appeal|location|time|office|agency|district|panel|source|category"
    r"|division)\b|#",
    re.IGNORECASE,
)
LONGEST_HEADER = 40


@dataclass(slots=True)
class Rows:
    """Elements that may be entries, with their parts.

    `headers` are those of a table's columns, by the number of the column.
    """

    group: Group
    parts: list[list[Part]]
    headers: dict[int, str] = field(default_factory=dict)
    columns: dict[Path, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.group)

    def header(self, path: Path) -> str:
        """What stands above a column, or nothing."""
        cell = next((step for step in path if step[:2] == "td" and step[2:].isdecimal()), None)
        return self.headers.get(int(cell[2:]), "") if cell else ""


def read_rows(outline: Outline, group: Group, reader: PartsReader) -> Rows | None:
    """A group as rows, without those that are headers or say nothing; None if too few are left."""
    headers, above = _headers(outline, group)
    read = [(place, reader.read(place)) for place in group if place != above]
    rows = [(place, parts) for place, parts in read if parts and not _is_header(outline, place)]
    if len(rows) > 3 and _reads_as_header(rows[0][1]) and not _reads_as_header(rows[1][1]):
        del rows[0]
    if len(rows) < 2:
        return None
    parts = [parts for _, parts in rows]
    tell_repeats_apart(parts)
    return Rows(tuple(place for place, _ in rows), parts, headers, columns(parts))


def _is_header(outline: Outline, place: int) -> bool:
    cells = [child for child in outline.children(place) if outline.tags[child] in CELLS]
    return bool(cells) and all(outline.tags[cell] == "th" for cell in cells)


def _reads_as_header(parts: list[Part]) -> bool:
    """Whether a first row only names what is below it ("Date", "Meeting", "Documents")."""
    texts = [part.text for part in parts]
    if any(part.href for part in parts) or not all(map(_may_head, texts)):
        return False
    return sum(map(_is_label, texts)) >= len(texts) / 2


def _may_head(text: str) -> bool:
    return len(text) < LONGEST_HEADER and not is_date(text)


def _is_label(text: str) -> bool:
    return any(words.search(text) for words in (TITLE, DATE, OTHER))


def _headers(outline: Outline, group: Group) -> tuple[dict[int, str], int | None]:
    """The headers of the table in which rows stand, by column, and the row that has them."""
    table = group[0]
    if outline.tags[table] not in ("tr", "tbody"):
        return {}, None
    while table >= 0 and outline.tags[table] != "table":
        table = outline.parents[table]
    for row in outline.within(table) if table >= 0 else ():
        cells = [child for child in outline.children(row) if outline.tags[child] in CELLS]
        if outline.tags[row] == "tr" and len(cells) > 1:
            heads = outline.tags[outline.parents[row]] == "thead" or _is_header(outline, row)
            texts = {outline.columns[cell]: outline.text(cell) for cell in cells}
            return (texts, row) if heads or _are_labels(list(texts.values())) else ({}, None)
    return {}, None


def _are_labels(texts: list[str]) -> bool:
    said = [text for text in texts if text]
    if not said or not all(map(_may_head, said)):
        return False
    return sum(map(_is_label, said)) >= max(1, len(said) / 2)
