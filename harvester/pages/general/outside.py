"""Rivals of a reading: other groups of elements on the page that could be the listing."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from harvester.dates.phrases import is_date
from harvester.pages.elements import INLINE
from harvester.pages.general.headers import are_labels
from harvester.pages.general.outline import Outline
from harvester.pages.general.parts import Part, Path
from harvester.pages.general.reading import Reading
from harvester.pages.general.titles import title_parts

LARGER = 0.6
"""Ratio of scores above which a larger group of the same entries may be the listing."""
SMALLER = 0.9
ELSEWHERE, ELSEWHERE_OF_LITTLE, LITTLE = 0.7, 0.4, 0.1
"""Ratio of scores above which another list on the page is a rival; the second applies if the best
reading has less than LITTLE of the page's text."""
IN_FRAME = 0.9
FRAMED = 0.5
MOST = 0.97
SHORT, PAIR = 6, 2
"""So few entries may be the latest news of a page that lists something else."""
SMALL, NEARLY = 0.5, 0.1
"""A few entries hold more of the page's text, and fit so many times better than another list."""
DATED, TWICE = 0.5, 2
SEVERAL = 0.1
"""So many of the entries may have a second link where their title is, unless these are in a list:
then the list's items are the entries."""
ITEMS = frozenset(("li", "tr", "dt", "dd", "article"))
WORDLESS = 1.02
"""Ratio above which texts between the entries outweigh them."""
USUAL, SELDOM = 0.9, 0
UNEVEN = 20
"""Multiple of the usual length above which an entry holds something else."""


def rivals(outline: Outline, best: Reading, others: Sequence[Reading]) -> Iterator[str]:
    """What other groups on the page speak against a reading, as clauses of a sentence."""
    if best.framed >= IN_FRAME and not best.dated:
        yield "what looks most like a list is part of the page's frame, such as a menu"
    elif best.framed >= IN_FRAME and len(best.rows) < SHORT:
        yield "a few entries in the page's frame may be its latest news"
    elif len(best.rows) == PAIR and not best.rows.has_headers:
        yield "two entries are too few to tell them from other pairs"
    elif len(best.rows) < SHORT and not best.rows.has_headers:
        if best.share < SMALL:
            yield f"{len(best.rows)} entries are few, and the page says a great deal besides"
        elif not best.dated:
            yield f"{len(best.rows)} entries without a date are few, as the parts of a page are"
    mine = {entry.title for entry in best.entries}
    for other in others:
        theirs = {entry.title for entry in other.entries}
        fit = other.score / best.score
        common = len(mine & theirs)
        larger = len(theirs) > len(mine) and common >= 0.9 * len(mine) and fit >= LARGER
        further = _further(outline, best, other)
        if (larger and _has_title(best, further)) or _has_more_alike(best, other, further):
            yield f"{len(other.rows)} elements are of the same kind, not {len(best.rows)}"
            return
        smaller = len(mine) > len(theirs) > len(mine) / 2 and common >= 0.9 * len(theirs)
        if smaller and fit >= SMALLER and 0.5 < best.linked < 1:
            yield f"of {len(best.entries)} entries that are alike, {len(other.entries)} have a link"
            return
        if not common and is_apart(best, other) and _is_rival(best, other):
            yield "two lists of the page could be meant"
            return


def _further(outline: Outline, best: Reading, other: Reading) -> list[list[Part]]:
    """The rows of another group that could be further entries, as their parts. Rows in the page's
    frame can't be, nor can rows elsewhere that lack the date that all entries have."""
    own, region = set(best.rows.group), _region(outline, best)
    return [
        parts
        for place, parts in zip(other.rows.group, other.rows.parts, strict=True)
        if place not in own
        and (best.framed or not outline.frame[place])
        and (place in region or best.dated < MOST or any(is_date(part.text) for part in parts))
        and not are_labels([part.text for part in parts], best.rows.words)
    ]


def _region(outline: Outline, best: Reading) -> range:
    """The region of further entries: the element around all entries, and the one around that."""
    around = outline.around(best.rows.group)
    parent = outline.parents[around]
    return outline.within(parent if parent > 0 else around)


def _has_title(best: Reading, further: Sequence[list[Part]]) -> bool:
    """Whether one of these rows has a new title."""
    tags = Part.tags_of(best.titles[0].path)
    return any(
        part.tags == tags and (part.href or not best.is_linked)
        for parts in further
        for part in parts
    )


def _has_more_alike(best: Reading, other: Reading, further: Sequence[list[Part]]) -> bool:
    """Whether further rows have nearly everything that entries have, except the title."""
    if not further or not set(best.rows.group).issubset(other.rows.group):
        return False
    usual = {
        path
        for path, column in best.rows.columns.items()
        if len(column) >= MOST * len(best.rows) and path != best.titles[0].path
    }
    paths = ({part.path for part in parts} for parts in further)
    return len(usual) > 1 and any(len(usual & some) > len(usual) / 2 for some in paths)


def _is_rival(best: Reading, other: Reading) -> bool:
    """Whether another list fits as well. Dates distinguish a listing from a menu, unless it is
    short: latest news is dated, too."""
    if len(best.rows) < SHORT and best.dated and not best.rows.has_headers:
        return other.framed < FRAMED and other.undated_score >= NEARLY * best.undated_score
    tells_less = other.is_bare and not best.is_bare
    may_be = other.dated > DATED or not (best.dated or tells_less)
    least = best.share if other.framed < FRAMED else TWICE * best.share
    is_larger = other.dated > DATED and other.share > least
    enough = ELSEWHERE if best.share >= LITTLE else ELSEWHERE_OF_LITTLE
    return may_be and (is_larger or other.score >= enough * best.score)


def is_apart(best: Reading, other: Reading) -> bool:
    """Whether another reading covers another part of the page."""
    first, last = best.rows.group[0], best.rows.group[-1]
    return not any(first <= place <= last for place in other.rows.group)


def unlike(outline: Outline, best: Reading) -> Iterator[str]:
    """Why the entries may not all belong to one listing, as clauses of a sentence."""
    number = len(best.rows)
    sizes = sorted(map(outline.length, best.rows.group))
    if sizes[-1] > UNEVEN * max(1, sizes[number // 2]):
        yield "one of the entries is much longer than the others"
    kinds = {(outline.tags[place], outline.kinds[place]) for place in best.rows.group}
    parents = {outline.parents[place] for place in best.rows.group}
    if outline.tags[best.rows.group[0]] in INLINE and len(parents) < number:
        said = sum(map(outline.length, best.rows.group))
        if outline.stretch(best.rows.group[0], best.rows.group[-1]) > WORDLESS * said:
            yield "entries are parts of a text, and what else it says of them can't be told"
    if outline.tags[best.rows.group[0]] == "dd" and not best.is_grouped:
        yield "the entries are what definitions say, without what they define"
    yield from _of_places(outline, best)
    if lone := _lacking_all(best):
        yield f"{lone} is nothing but a link, and the other entries say more"
    if 1 < len(parents) < number < SHORT and not best.is_grouped:
        yield f"{number} entries are few for so many places"
    if len(kinds) > 1 and len(parents) > 1:
        yield "the entries are of different kinds, and in different places"
    if _has_twin(best):
        yield "a row has another cell like the one with its title, as those of a grid are"
    in_list = not ITEMS.isdisjoint(Part.tags_of(best.titles[0].path[1:]))
    if best.several > (0 if in_list else SEVERAL):
        yield f"{best.several:.0%} of the entries have more than one title"


def _has_twin(best: Reading) -> bool:
    """Whether another cell of most rows has a link with the same markup around it as the title's,
    classes included, which leads somewhere else each time."""
    path = best.titles[0].path
    within = _within_cell(path)
    for other, column in best.rows.columns.items() if within else ():
        if _within_cell(other) == within and other[1] != path[1]:
            addresses = {part.href for part in column.values() if part.text}
            if None not in addresses and len(addresses) > DATED * len(best.rows):
                return True
    return False


def _within_cell(path: Path) -> Path | None:
    """The way from a cell to a part of it, if there is a class on it."""
    is_cell = len(path) > 1 and path[0] == "tr" and path[1].startswith("td")
    inner = tuple(step for step in path[2:] if step[0] != "@") if is_cell else ()
    return inner if any("." in step for step in inner) else None


def _lacking_all(best: Reading) -> str | None:
    """The title of an entry that lacks everything else that all others have."""
    number, path = len(best.rows), best.titles[0].path
    usual = [
        column
        for other, column in best.rows.columns.items()
        if other != path and number > len(column) >= min(number - 1, USUAL * number)
    ]
    for lone, parts in enumerate(best.rows.parts) if len(usual) > 1 else ():
        bare = all(part.path == path or part.mixed for part in parts)
        if bare and not any(lone in column for column in usual):
            return f'"{parts[0].text[:60]}"'
    return None


def _of_places(outline: Outline, best: Reading) -> Iterator[str]:
    """Doubts about entries in several places: those in one may belong to another list, with other
    parts."""
    places: dict[int, list[set[Path]]] = defaultdict(list)
    for place, parts in zip(best.rows.group, best.rows.parts, strict=True):
        places[outline.parents[place]].append({part.path for part in parts})
    several = [paths for paths in places.values() if len(paths) > 1]
    usual = [_usual(paths, USUAL) for paths in several]
    ever = [_usual(paths, SELDOM) for paths in several]
    if several and set[Path]().union(*usual) - ever[0].intersection(*ever):
        yield "the entries stand in several places, and those of one lack what others have"


def _usual(paths: Sequence[set[Path]], share: float) -> set[Path]:
    counts = Counter(path for some in paths for path in some)
    return {path for path, number in counts.items() if number > share * len(paths)}


def has_untitled(best: Reading) -> bool:
    """Whether a row without a title in its place has the link or the date that the others have."""
    titled = title_parts(best.rows, best.titles)
    paths = (best.own_link.path, best.date_path)
    own = [best.rows.columns[path] for path in paths if path]
    usual = [column for column in own if len(column) > DATED * len(best.rows)]
    without = (number for number in range(len(best.rows)) if number not in titled)
    return any(number in column for number in without for column in usual)
