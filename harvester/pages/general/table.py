"""Rows: a group of elements as a table, with the headers or labels of its columns.

A label is recognised by occurring in many entries: "Judge: A. Weber", a `dt` with its `dd`, a text
after a bold label. A value gets the label as its path, so the values of one label form a column
wherever they are, and even if some entries lack them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from harvester.dates.phrases import find_date, is_date
from harvester.pages.general.groups import Group
from harvester.pages.general.headers import are_labels, headers_of, heads_below, is_heading
from harvester.pages.general.outline import Outline
from harvester.pages.general.parts import (
    Column,
    Part,
    PartsReader,
    Path,
    columns,
    tell_repeats_apart,
)
from harvester.sites.wording import Words

LEAST_WITHIN, LEAST_OF_MENU = 4, 3
"""Entries among which a menu is told, and the links that it has."""
LONGEST_LABEL = 40
SHORTEST = 12
OFTEN, MANY = 0.3, 0.6
"""So many of the entries have a label; MANY if only its place shows that it is one."""
SIGN = "="
"""Prefix of the last step in the path of a labelled value; the label follows."""
LABEL_TAGS = ("dt", "th", "label")
LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Rows:
    """Elements that may be entries, with their parts.

    `headers` are those of a table's columns, by column number; `named` are those of other columns.
    `above` are elements of the group that are not rows.
    """

    group: Group
    parts: list[list[Part]]
    words: Words
    headers: dict[int, str] = field(default_factory=dict)
    above: frozenset[int] = frozenset()
    columns: dict[Path, Column] = field(init=False)
    named: dict[Path, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = columns(self.parts, self.words.is_kind)

    def __len__(self) -> int:
        return len(self.group)

    @property
    def has_headers(self) -> bool:
        """Whether the page names the columns."""
        return bool(self.headers or self.named)

    def header(self, path: Path) -> str:
        """The header of a column, or the label before its values, or nothing."""
        if said := label_of(path) or self.named.get(path):
            return said
        cell = next((step for step in path if step[:2] == "td" and step[2:].isdecimal()), None)
        return self.headers.get(int(cell[2:]), "") if cell else ""


def read_rows(outline: Outline, group: Group, reader: PartsReader, words: Words) -> Rows | None:
    """A group as rows, without those that are headers or say nothing; None if too few are left."""
    headers, head = headers_of(outline, group, words)
    read = [(place, reader.read(place)) for place in group if place != head]
    rows = [
        (place, parts)
        for place, parts in read
        if parts and not is_heading(outline, place) and not _leads_on(parts, words)
    ]
    above = set(group) - {place for place, _ in rows} | ({head} if head is not None else set())
    if len(rows) > 3 and heads_below(rows[0][1], words) and not heads_below(rows[1][1], words):
        above.add(rows.pop(0)[0])
    if len(rows) > LEAST_WITHIN:
        above |= _trim(rows)
    if len(rows) < 2:
        return None
    parts = [parts for _, parts in rows]
    tell_labels(parts)
    tell_repeats_apart(parts)
    found = Rows(tuple(place for place, _ in rows), parts, words, headers, frozenset(above))
    if not headers and (row := _row_above(outline, found)) is not None:
        _name(outline, found, row)
    return found


def _trim(rows: list[tuple[int, list[Part]]]) -> set[int]:
    """Takes a menu, or a link to a folder such as "Back to all opinions", out of the first and the
    last row, if all others are dated and say more; returns what these stand in."""
    edges = {place for place, parts in (rows[0], rows[-1]) if _leads_away(parts)}
    inner = [parts for place, parts in rows if place not in edges]
    if edges and all(map(_is_dated, inner)) and not any(map(_is_only_links, inner)):
        rows[:] = [row for row in rows if row[0] not in edges]
        return edges
    return set()


def _leads_away(parts: list[Part]) -> bool:
    links = {part.href for part in parts if part.href}
    if not links or not _is_only_links(parts) or _is_dated(parts):
        return False
    paths = (link.partition("#")[0].partition("?") for link in links)
    is_folder = all(path.endswith("/") and not query for path, _, query in paths)
    return is_folder or len(links) >= LEAST_OF_MENU


def _is_only_links(parts: list[Part]) -> bool:
    return all(part.href or part.mixed for part in parts)


def _is_dated(parts: list[Part]) -> bool:
    return any(find_date(part.text) is not None for part in parts)


def _leads_on(parts: list[Part], words: Words) -> bool:
    """Whether a row is only a link to the next page, to the parent folder, or to the first page."""
    addresses = {part.href for part in parts if part.href}
    if len(addresses) != 1:
        return False
    says_next = len(parts) == 1 and words.is_next(parts[0].text)
    return says_next or not addresses.pop().strip("./")


def _row_above(outline: Outline, rows: Rows) -> int | None:
    """The element right before the first row that names each of its parts."""
    first, before = rows.group[0], None
    parent = outline.parents[first]
    for child in outline.children(parent) if parent >= 0 else ():
        if child >= first:
            break
        before = child
    if before is None:
        return None
    cells, own = list(outline.children(before)), list(outline.children(first))
    texts = [outline.text(cell) for cell in cells]
    alike = len(cells) == len(own) > 1 and not any(text.endswith(":") for text in texts)
    return before if alike and are_labels(texts, rows.words) else None


def _name(outline: Outline, rows: Rows, row: int) -> None:
    """Names columns by the parts in the same places of a row above."""
    texts = [outline.text(cell) for cell in outline.children(row)]
    for path, column in rows.columns.items():
        number, part = next(iter(column.items()))
        cells = outline.children(rows.group[number])
        for text, cell in zip(texts, cells, strict=False):
            if cell <= part.place < outline.ends[cell]:
                rows.named[path] = text


def label_of(path: Path) -> str:
    """The label that a path names, or nothing."""
    return path[-1][1:] if path[-1].startswith(SIGN) else ""


def tell_labels(entries: list[list[Part]]) -> None:
    """Takes labels out of the entries, and gives their values paths of their own."""
    met = Counter(label for parts in entries for label in {*_labels(parts)})
    glued = Counter(label for parts in entries for label in {*_glued(parts)})
    usual = {label for label, number in met.items() if number >= max(2, OFTEN * len(entries))}
    usual |= {label for label, number in glued.items() if number >= max(3, MANY * len(entries))}
    if usual:
        for parts in entries:
            parts[:] = _labelled(parts, usual)


def _labels(parts: list[Part]) -> Iterator[str]:
    for part in parts:
        if label := _alone(part) or _before(part)[0]:
            yield label


def _glued(parts: list[Part]) -> Iterator[str]:
    """Short loose texts right before a link or a date of the same element, such as "by"."""
    for part, following in pairwise(parts):
        is_loose = part.path[-1].startswith("#") and part.path[:-1] == following.path[:-1]
        is_short = len(part.text) <= SHORTEST and not any(map(str.isdigit, part.text))
        if is_loose and is_short and not part.href and (following.href or is_date(following.text)):
            yield part.text


def _alone(part: Part) -> str:
    """The label that a part is, or nothing."""
    text = part.text
    if text[-1:] != ":" and not part.path[-1].startswith(LABEL_TAGS):
        return ""
    if part.href or part.mixed or len(text) > LONGEST_LABEL or not LETTER.match(text):
        return ""
    if text[-1] == ":":
        return text[:-1].strip()
    return text if part.path[-1].partition(".")[0] in LABEL_TAGS else ""


def _before(part: Part) -> tuple[str, str]:
    """The label with which a text begins, and what follows it."""
    label, colon, value = part.text.partition(": ")
    if (
        not colon
        or part.href
        or part.mixed
        or len(label) > LONGEST_LABEL
        or not LETTER.match(label)
    ):
        return "", ""
    return label.strip(), value.strip()


def _labelled(parts: list[Part], usual: set[str]) -> Iterator[Part]:
    pending = ""
    glued = {*_glued(parts)} & usual
    for part in parts:
        label, value = _before(part)
        if part.text in glued and part.path[-1].startswith("#"):
            pending = part.text
        elif (alone := _alone(part)) in usual:
            pending = alone
        elif label in usual and value:
            part.text, part.path, part.cut = value, _path(part, label), True
            pending = ""
            yield part
        else:
            if pending and not part.mixed:
                part.path, pending = _path(part, pending), ""
            yield part


def _path(part: Part, label: str) -> Path:
    return (*part.path[:1], SIGN + label)
