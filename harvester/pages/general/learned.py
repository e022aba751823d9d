"""The selectors by which a profile says the same as a reading: of entry, title, link and date.

A selector is the plainest that finds these elements and no others on the page: a class before a
place among siblings, nothing around it before what is around it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from harvester.pages.elements import Element
from harvester.pages.general.outline import Outline, kind_of
from harvester.pages.general.parts import Part, Path
from harvester.pages.general.reading import LEAST_SUMMARY, Reading
from harvester.pages.general.titles import WORD
from harvester.pages.selectors import Index

NAME = re.compile(r"-?[A-Za-z_][\w-]*")
"""What needs no escape in a selector."""
HIGHEST = 8
"""So many of the elements around are looked at."""
CELLS = ("td", "th")


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors under the keys of a profile's `[listing]`.

    None is what no selector can say, such as a date within a longer text, or what need not be said,
    such as the link of a title that is one. What `ignore` finds is no part of an entry that has a
    field.
    """

    entry: str
    title: str
    link: str | None = None
    date: str | None = None
    ignore: tuple[str, ...] = ()


def learn(outline: Outline, reading: Reading, index: Index) -> Selectors | None:
    """The selectors of a reading; None if entries or titles have none."""
    entries = [outline.elements[place] for place in reading.rows.group]
    entry = _found_by(index, entries, None)
    title = _of_part(outline, reading, index, reading.titles[0].path)
    if entry is None or title is None:
        return None
    link = None
    if not reading.is_linked and reading.links:
        link = _of_part(outline, reading, index, reading.links[0], links=True)
    date = _of_part(outline, reading, index, reading.date_path) if reading.date_path else None
    return Selectors(entry, title, link, date, _other_columns(outline, reading, index))


def _other_columns(outline: Outline, reading: Reading, index: Index) -> tuple[str, ...]:
    """Selectors of what is neither title, date nor summary: numbers, names, "PDF"."""
    known = {reading.titles[0].path, reading.date_path}
    found = []
    for path, column in reading.rows.columns.items():
        texts = [part.text for part in column.values()]
        words = sum(len(WORD.findall(text)) for text in texts) / len(texts)
        if path not in known and any(texts) and words < LEAST_SUMMARY and path[0] != "any":
            found.append(_of_part(outline, reading, index, path))
    return tuple(dict.fromkeys(filter(None, found)))


def _of_part(
    outline: Outline, reading: Reading, index: Index, path: Path, *, links: bool = False
) -> str | None:
    """The selector of the elements that hold a column; None if a column is part of an element."""
    column = reading.rows.columns[path]
    if any(step[0] == "#" for step in path) or any(part.mixed for part in column.values()):
        return None
    elements = [
        _link(outline, part) if links else outline.elements[part.place] for part in column.values()
    ]
    if None in elements:
        return None
    rows = [outline.elements[place] for place in reading.rows.group]
    return _found_by(index, [one for one in elements if one is not None], rows)


def _link(outline: Outline, part: Part) -> Element | None:
    """The link that a part is in, is, or has in it."""
    element = outline.elements[part.place]
    around = (one for one in (element, *element.iterancestors()) if one.get("href"))
    inside = (one for one in element.iter("a") if one.get("href"))
    return next(around if element.tag == "a" else chain(inside, around), None)


def _found_by(
    index: Index, elements: Sequence[Element], within: Sequence[Element] | None
) -> str | None:
    """The plainest selector that finds these elements and no others, on the page or `within` some
    of its elements."""
    wanted = set(elements)
    for css in _selectors(elements, within):
        found = index.select(css)
        if within is not None:
            inside = set(within)
            found = [one for one in found if not inside.isdisjoint((one, *one.iterancestors()))]
        if len(found) == len(wanted) and set(found) == wanted:
            return css
    return None


def _selectors(elements: Sequence[Element], within: Sequence[Element] | None) -> Iterator[str]:
    """Selectors that find the elements, perhaps among others, the plainest first."""
    own = list(_own(elements))
    yield from own
    around = [list(_own(level)) for level in _around(elements, within)]
    for number, names in enumerate(around):
        sign = " > " if number == 0 else " "
        yield from (f"{name}{sign}{one}" for name in names for one in own)
    for outer in around[1:]:
        yield from (
            f"{name} {inner} > {one}" for name in outer for inner in around[0] for one in own
        )


def _around(
    elements: Sequence[Element], within: Sequence[Element] | None
) -> Iterator[list[Element]]:
    """The parents of all elements, their parents, and so on."""
    stop = set(within or ())
    level = list(elements)
    for _ in range(HIGHEST):
        if not stop.isdisjoint(level):
            return
        parents = [parent for one in level if (parent := one.getparent()) is not None]
        if len(parents) < len(level):
            return
        level = list(dict.fromkeys(parents))
        yield level


def _own(elements: Sequence[Element]) -> Iterator[str]:
    """What all the elements have in common: their id, classes, tag, their place among siblings."""
    tags = {str(one.tag) for one in elements}
    tag = tags.pop() if len(tags) == 1 else ""
    if len(elements) == 1 and (name := elements[0].get("id") or "") and NAME.fullmatch(name):
        yield f"#{name}"
    shared = _shared(kind_of(one.get("class")) for one in elements)
    classes = [name for name in shared if NAME.fullmatch(name)]
    yield from (f"{tag}.{name}" for name in classes)
    if not tag:
        return
    places = {len(list(one.itersiblings(*CELLS, preceding=True))) + 1 for one in elements}
    if tag in CELLS and len(places) == 1:
        yield f"{tag}:nth-child({places.pop()})"
    yield tag
    if tag == "tr":
        yield "tr:has(td)"
    yield from (f"{tag}.{one}.{two}" for one in classes for two in classes if one < two)


def _shared(kinds: Iterable[tuple[str, ...]]) -> list[str]:
    """The classes that all have, in the order of the first."""
    first, *others = kinds
    return [name for name in first if all(name in other for other in others)]
