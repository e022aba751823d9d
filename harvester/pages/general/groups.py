"""Groups of elements that look alike: candidates for the entries of a listing.

A page has many: its entries, their parts, their containers, menus, facets. This only finds them,
the largest first; which one is the listing is decided elsewhere.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from harvester.pages.general.outline import Outline

Group = tuple[int, ...]
"""Elements by their places, in page order; none is inside another."""

LEAST_TEXT = 8
"""Fewest letters of an entry."""
NO_ENTRY_NAMES = "b br col em hr i img input label option span strong td th thead"
NO_ENTRY = frozenset(NO_ENTRY_NAMES.split())
LEAST_OF_GRID = 4
"""Fewer cells of a table are no entries."""
OUTLIERS = 0.1
"""Share of links that may be closer together than others of their kind."""
HIGHEST = 40
"""Most levels between an entry and its link."""
MOST = 20
"""Most groups that are examined, the largest first."""


def groups(outline: Outline) -> list[tuple[Group, float]]:
    """The groups of a page with their sizes: how much of its text they hold, and how many elements
    they are. The largest come first.

    Of nested elements with the same text, the outermost is taken.
    """
    found: dict[Hashable, Group] = {}
    for group in sorted(set(_all_groups(outline))):
        said = (outline.begins(group[0]), *map(outline.length, group))
        found.setdefault(said, group)
    sized = ((group, _size(outline, group)) for group in found.values())
    return sorted(sized, key=lambda one: one[1], reverse=True)[:MOST]


def _size(outline: Outline, group: Group) -> float:
    number = len(group)
    share = sum(map(outline.length, group)) / max(1, outline.length(0))
    framed = sum(outline.frame[place] for place in group) / number
    return float(number**0.5 * (0.05 + share) ** 0.6 * (1 - 0.85 * framed))


def _all_groups(outline: Outline) -> Iterable[Group]:
    for links in _alike_links(outline):
        yield from _apart(outline, _around(outline, links))
    yield from _grids(outline)
    repeated: set[int] = set()
    for parent in range(len(outline)):
        for places in _siblings(outline, parent):
            yield from _apart(outline, places)
            yield from _of_one_kind(outline, places)
            repeated.add(outline.paths[places[0]])
    for places in _alike(outline, repeated):
        yield from _apart(outline, places)


def _grids(outline: Outline) -> Iterable[Group]:
    """The cells of tables in which each is an entry: all have the same elements, a link among them
    that leads elsewhere from each, and more than one that says something."""
    rows: dict[int, list[int]] = defaultdict(list)
    for place in filter(outline.is_row, range(len(outline))):
        rows[outline.parents[place]].append(place)
    for some in rows.values():
        cells = [cell for row in some for cell in outline.children(row) if outline.length(cell)]
        links = {
            next(filter(None, map(outline.href, outline.within(cell))), None) for cell in cells
        }
        if len(cells) < LEAST_OF_GRID or len(links) < len(cells) or None in links:
            continue
        shapes = {tuple(outline.tags[one] for one in outline.within(cell)[1:]) for cell in cells}
        says = sum(outline.says[one] for one in outline.within(cells[0]))
        if len(shapes) == 1 and says > 1 and len(cells) > len(some):
            yield tuple(cells)


def _alike(outline: Outline, paths: set[int]) -> Iterable[list[int]]:
    """All elements to which the same tags lead as to some that stand side by side, and those of
    them that have the same classes. One of them may be the only one in its parent."""
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for place, path in enumerate(outline.paths):
        if path in paths and outline.length(place) >= LEAST_TEXT:
            alike[path].append(place)
            alike[path, outline.kinds[place]].append(place)
    return (places for places in alike.values() if len(places) > 2)


def _alike_links(outline: Outline) -> Iterable[list[int]]:
    """Links with the same path of tags, or of tags and classes."""
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for place in range(len(outline)):
        if outline.href(place) and outline.text(place):
            parent = outline.parents[place]
            near = outline.kinds[place], outline.kinds[parent] if parent >= 0 else ()
            alike["tags", outline.paths[place]].append(place)
            alike["near", outline.paths[place], near].append(place)
            alike["all", outline.full_paths[place]].append(place)
    return (links for links in alike.values() if len(links) > 1)


def _around(outline: Outline, links: list[int]) -> list[int]:
    """The largest elements around links that hold only one of them, all equally many levels up."""
    heights = sorted(_height(outline, links, number) for number in range(len(links)))
    height = heights[int(len(heights) * OUTLIERS)]
    return list(dict.fromkeys(outline.up(link, height) for link in links))


def _height(outline: Outline, links: list[int], number: int) -> int:
    before = links[number - 1] if number else -1
    after = links[number + 1] if number + 1 < len(links) else len(outline)
    place, height = links[number], 0
    while (parent := outline.parents[place]) >= 0 and height < HIGHEST:
        if outline.tags[parent] == "body" or parent <= before or outline.ends[parent] > after:
            break
        place, height = parent, height + 1
    return height


def _siblings(outline: Outline, parent: int) -> Iterable[list[int]]:
    """Sibling elements of one tag that are not empty."""
    by_tag: dict[str, list[int]] = defaultdict(list)
    for child in outline.children(parent):
        if outline.tags[child] not in NO_ENTRY and outline.length(child) >= LEAST_TEXT:
            by_tag[outline.tags[child]].append(child)
    return (places for places in by_tag.values() if len(places) > 1)


def _of_one_kind(outline: Outline, places: list[int]) -> Iterable[Group]:
    """Those with the same classes, if there are others."""
    by_kind: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in places:
        by_kind[outline.kinds[place]].append(place)
    if len(by_kind) > 1:
        yield from (tuple(alike) for alike in by_kind.values() if len(alike) > 2)


def _apart(outline: Outline, places: Iterable[int]) -> Iterable[Group]:
    """The same without nested ones."""
    found: list[int] = []
    for place in places:
        if not found or place >= outline.ends[found[-1]]:
            found.append(place)
    if len(found) > 1:
        yield tuple(found)
