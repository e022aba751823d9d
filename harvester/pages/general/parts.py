"""The parts of an entry: its separate texts, and the place of each in the entry.

A part's path is the way to it from the entry: `("tr", "td2", "a")`, `("div", "h3.title", "a")`.
Parts of different entries with the same path form a column, whether the page shows a table or not.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harvester.dates.phrases import find_date
from harvester.pages.elements import HEADINGS, all_text, fold
from harvester.pages.general.cells import CELLS
from harvester.pages.general.outline import Outline

Path = tuple[str, ...]
MIXED = "*"
"""The last step of a path to a whole block of links and texts."""
DEEPEST = 60
"""Depth below which everything in an entry is one part."""
LONGEST_REACHING = 100
"""Most characters of a cell from a row above that is part of several entries; a longer one is
beside them."""
STEADY = 0.8
"""In so many of the entries a part has to be there equally often for its repeats to be columns."""
DIGIT = re.compile(r"[0-9]")
DATE_LIKE = (5, 40)
"""Most letters and digits of a day that is written in pieces."""
MOST_BESIDE = 4
MOST_LOOSE = 4
"""Most loose texts of one element that are told apart."""


@dataclass(slots=True, eq=False)
class Part:
    """A text of an entry, or a link without text, such as an image.

    It is `mixed` if it is the whole of a block of links and texts, which are parts of their own as
    well. It is `cut` if other text of its element is left out.
    """

    path: Path
    text: str
    href: str | None
    place: int
    in_heading: bool = False
    mixed: bool = False
    cut: bool = False

    @property
    def tags(self) -> Path:
        """The path without classes."""
        return self.tags_of(self.path)

    @staticmethod
    def tags_of(path: Path) -> Path:
        """A path without classes."""
        return tuple(step.partition(".")[0] for step in path)


Column = dict[int, Part]
"""The parts of one path, by the number of their entry; the first if an entry has several."""


def columns(entries: Iterable[list[Part]], is_kind: Callable[[str], bool]) -> dict[Path, Column]:
    """The columns of entries. Of several links with one path, a label such as "PDF" (`is_kind`)
    yields to one that says more."""
    found: dict[Path, Column] = defaultdict(dict)
    for number, parts in enumerate(entries):
        for part in parts:
            first = found[part.path].setdefault(number, part)
            both = first is not part and first.href and part.href and first.text
            if both and is_kind(first.text) and not is_kind(part.text):
                found[part.path][number] = part
    return found


def tell_repeats_apart(entries: list[list[Part]]) -> None:
    """Numbers parts of one path, if nearly every entry has the same number of them, in those that
    do: in the others it can't be told which is missing."""
    repeated = {
        path
        for parts in entries
        if len({part.path for part in parts}) < len(parts)
        for path, number in Counter(part.path for part in parts).items()
        if number > 1
    }
    if not repeated:
        return
    numbers: dict[Path, Counter[int]] = defaultdict(Counter)
    for parts in entries:
        has = Counter(part.path for part in parts if part.path in repeated)
        for path, number in has.items():
            numbers[path][number] += 1
    usual = {path: counts.most_common(1)[0] for path, counts in numbers.items()}
    steady = {
        path: number
        for path, (number, times) in usual.items()
        if number > 1 and times >= STEADY * len(entries)
    }
    if not steady:
        return
    for parts in entries:
        has = Counter(part.path for part in parts)
        met: Counter[Path] = Counter()
        for part in parts:
            path = part.path
            if steady.get(path) == has[path]:
                part.path = (*path, f"@{met[path]}")
                met[path] += 1


class PartsReader:
    """Reads the parts of a page's elements; what it finds out about an element is kept for all
    entries with it."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._whole: dict[int, str | None] = {}
        self._bare: dict[int, str | None] = {}
        self._steps: dict[int, str] = {}
        self._known: dict[int, list[Part]] = {}
        self._parts: list[Part] = []

    def read(self, place: int) -> list[Part]:
        """The parts of one element, in reading order. The caller may change the list."""
        if place not in self._known:
            self._parts = []
            for cell in self._outline.cells.reaching.get(place, ()):
                if self._outline.length(cell) <= LONGEST_REACHING:
                    self._visit(cell, (self._step(place),), None, in_heading=False)
            self._visit(place, (), None, in_heading=False)
            if self._outline.tags[place] in CELLS:
                self._forget_column()
            self._known[place] = self._parts
        return [
            Part(part.path, part.text, part.href, part.place, part.in_heading, part.mixed)
            for part in self._known[place]
        ]

    def _forget_column(self) -> None:
        """Of cells that are entries themselves, it doesn't matter in which column one stands."""
        for part in self._parts:
            part.path = ("td", *part.path[1:])

    def _visit(self, place: int, above: Path, href: str | None, *, in_heading: bool) -> None:
        """Reads an element; `href` is that of the link around it."""
        outline = self._outline
        path = (*above, self._steps.get(place) or self._step(place))
        in_heading = in_heading or outline.tags[place] in HEADINGS
        if not outline.length(place):
            self._add_bare_link(place, path)
            return
        own = outline.href(place)
        href = own or href
        text = self._whole_text(place, own) if len(path) <= DEEPEST else outline.text(place)
        if text is not None:
            self._parts.append(Part(path, text, href, place, in_heading))
            return
        if DATE_LIKE[0] <= outline.length(place) <= DATE_LIKE[1] and len(path) > 1:
            self._add_pieces(place, path)
        if not outline.says[place]:
            for child in outline.children(place):
                self._visit(child, path, href, in_heading=in_heading)
            return
        if len(path) > 1 and outline.tags[place] in ("td", "p", "div", "li", "dd"):
            text = outline.text(place)
            self._parts.append(Part((*path, MIXED), text, None, place, in_heading, mixed=True))
        self._visit_mixed(place, path, href, in_heading=in_heading)

    def _step(self, place: int) -> str:
        tag, kind = self._outline.tags[place], self._outline.kinds[place]
        if tag in CELLS:
            step = f"td{self._outline.cells.columns[place]}"
        else:
            step = f"{tag}.{kind[0]}" if kind and tag not in ("tr", "tbody") else tag
        self._steps[place] = step
        return step

    def _whole_text(self, place: int, own: str | None) -> str | None:
        """The text of an element that is a single part; None if it holds several."""
        if place not in self._whole:
            is_part = self._is_part(place, own)
            self._whole[place] = self._first_lines(place) if is_part else None
        return self._whole[place]

    def _is_part(self, place: int, own: str | None) -> bool:
        """Whether an element is a single text: it holds nothing but formatting."""
        outline = self._outline
        if not outline.plain[place]:
            return False
        children = [child for child in outline.children(place) if outline.length(child)]
        if any(outline.text(child)[-1:] == ":" for child in children):
            return False
        if outline.says[place] or not children:
            return True
        if own is not None:
            return sum(bool(outline.kinds[child]) for child in children) < 2
        broken = any(outline.tags[child] == "br" for child in outline.children(place))
        return len(children) == 1 and not broken and outline.tags[place] not in ("tr", "tbody")

    def _first_lines(self, place: int) -> str:
        """The text up to a line with another look ("Title<br><strong>Author:</strong> ...")."""
        outline = self._outline
        said = [outline.elements[place].text or ""]
        children = list(outline.elements[place])
        for child, following in zip(children, [*children[1:], None], strict=False):
            breaks = child.tag == "br" and not fold(child.tail or "")
            other = following is not None and following.tag in ("strong", "b", "em", "i", "small")
            if breaks and other and (text := fold(" ".join(said))):
                return text
            said += (all_text(child) if isinstance(child.tag, str) else "", child.tail or "")
        return outline.text(place)

    def _add_pieces(self, place: int, path: Path) -> None:
        """Adds the pieces of an element; a day may have its number, month and year in separate
        elements."""
        outline = self._outline
        text = outline.text(place)
        if not DIGIT.search(text):
            return
        pieces = sum(outline.length(child) > 0 for child in outline.children(place))
        found = find_date(text) if pieces > 1 or outline.says[place] else None
        if found and found.is_whole and len(found.shown) >= len(text) - MOST_BESIDE:
            self._parts.append(Part((*path, "date"), text, None, place, mixed=True))

    def _visit_mixed(self, place: int, path: Path, href: str | None, *, in_heading: bool) -> None:
        """Reads an element with mixed content: texts and elements, in order."""
        outline, number = self._outline, 0
        children = {outline.elements[child]: child for child in outline.children(place)}
        element = outline.elements[place]
        for child in (None, *element):
            if child in children:
                self._visit(children[child], path, href, in_heading=in_heading)
            text = fold((element.text if child is None else child.tail) or "")
            if any(map(str.isalnum, text)):
                step = f"#{min(number, MOST_LOOSE - 1)}"
                self._parts.append(Part((*path, step), text, href, place, in_heading))
                number += 1

    def _add_bare_link(self, place: int, path: Path) -> None:
        if place not in self._bare:
            links = (self._outline.href(one) for one in self._outline.within(place))
            self._bare[place] = next(filter(None, links), None)
        if href := self._bare[place]:
            self._parts.append(Part((*path, "img"), "", href, place))
