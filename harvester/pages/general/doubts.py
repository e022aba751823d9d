"""Doubts: why the best reading of a page can't be believed.

A wrong row is worse than none. Most readings that are wrong have the right number of entries, and
the wrong column for the title or the wrong link. So it is rivals that are looked for: another
column that would do as well, another group of elements with more of the same, dates left over.
"""

from collections.abc import Iterator, Sequence

from harvester.dates.phrases import find_date
from harvester.pages.general.outline import Outline
from harvester.pages.general.reading import Reading
from harvester.pages.general.titles import DIGIT, Rated, says_title

NEAR = 0.74
"""A second title that is rated so near the first could be meant as well."""
CLEAR = 0.35
"""A title that nothing names, and that is no link, has to be so far before the next."""
WEAK = 0.25
"""What is rated lower is hardly a title: a number, the same words each time."""
LARGER = 0.6
"""A larger group of the same entries that fits so well may be the listing."""
SMALLER = 0.9
ELSEWHERE = 0.7
"""Another list on the page that fits so well."""
ALIKE = 0.25
"""Fewer different titles than this, numbers apart, are no titles."""
MOST = 0.97
"""So many of the rows have a title."""
IN_FRAME = 0.9
LEFT_OVER = 0.25
"""So many dates outside of entries, compared with these, are left over."""
UNEVEN = 20
"""An entry so many times as long as usual holds something else."""
LONGEST = 300


def doubts(outline: Outline, readings: Sequence[Reading]) -> Iterator[str]:
    """What speaks against the first of all readings of a page, as clauses of a sentence."""
    best, others = readings[0], readings[1:]
    yield from _of_titles(best)
    yield from _of_others(best, others)
    yield from _of_left_over(outline, best)
    if not best.is_linked:
        yield from _of_links(best)


def _of_titles(best: Reading) -> Iterator[str]:
    if best.covered < MOST:
        yield f"only {len(best.entries)} of {len(best.rows)} entries have a title in its place"
    if best.titles[0].score < WEAK:
        yield f"nothing in an entry looks like a title, rather {_sample(best, best.titles[0])}"
    if _are_numbers(best):
        yield f"titles such as {_sample(best, best.titles[0])} differ in their numbers alone"
    rival = _second(best)
    if rival and rival.score >= NEAR * best.titles[0].score:
        first, second = _sample(best, best.titles[0]), _sample(best, rival)
        yield f"two parts of an entry could be its title: {first} or {second}"


def _are_numbers(best: Reading) -> bool:
    """Whether titles are numbers with words around that are nearly always the same. A date is no
    such number."""
    titles = [entry.title for entry in best.entries]
    wordings = {DIGIT.sub("", title) for title in titles}
    dated = sum(find_date(title) is not None for title in titles)
    return len(wordings) < ALIKE * len(titles) and dated < len(titles) / 2


def _second(best: Reading) -> Rated | None:
    return next((one for one in best.titles[1:] if not one.is_mixed), None)


def _sample(reading: Reading, rated: Rated) -> str:
    part = next(iter(reading.rows.columns[rated.path].values()))
    return f'"{part.text[:60]}"'


def _of_others(best: Reading, others: Sequence[Reading]) -> Iterator[str]:
    if best.framed >= IN_FRAME and not best.dated:
        yield "what looks most like a list is part of the page's frame, such as a menu"
    mine = {entry.title for entry in best.entries}
    for other in others:
        theirs = {entry.title for entry in other.entries}
        fit = other.score / best.score
        common = len(mine & theirs)
        larger = len(theirs) > len(mine) and common >= 0.9 * len(mine) and fit >= LARGER
        if larger or _has_more_alike(best, other):
            yield f"{len(other.rows)} elements are of the same kind, not {len(best.rows)}"
            return
        smaller = len(mine) > len(theirs) > len(mine) / 2 and common >= 0.9 * len(theirs)
        if smaller and fit >= SMALLER and 0.5 < best.linked < 1:
            yield f"of {len(best.entries)} entries that are alike, {len(other.entries)} have a link"
            return
        if not best.dated and not common and fit >= ELSEWHERE and _is_apart(best, other):
            yield "two lists of the page could be meant"
            return


def _has_more_alike(best: Reading, other: Reading) -> bool:
    """Whether further elements have nearly all that entries have, but for the title."""
    own, theirs = set(best.rows.group), set(other.rows.group)
    if not own < theirs:
        return False
    usual = {
        path
        for path, column in best.rows.columns.items()
        if len(column) >= MOST * len(best.rows) and path != best.titles[0].path
    }
    further = (
        {part.path for part in parts}
        for place, parts in zip(other.rows.group, other.rows.parts, strict=True)
        if place not in own
    )
    return len(usual) > 1 and any(len(usual & paths) > len(usual) / 2 for paths in further)


def _is_apart(best: Reading, other: Reading) -> bool:
    first, last = best.rows.group[0], best.rows.group[-1]
    return not any(first <= place <= last for place in other.rows.group)


def _of_left_over(outline: Outline, best: Reading) -> Iterator[str]:
    number = len(best.rows)
    left = 0 if best.is_grouped else _dates_outside(outline, best)
    if left >= max(3, LEFT_OVER * number):
        yield f"{left} dates stand outside of the {number} entries"
    sizes = sorted(map(outline.length, best.rows.group))
    if sizes[-1] > UNEVEN * max(1, sizes[number // 2]):
        yield "one of the entries is much longer than the others"
    kinds = {(outline.tags[place], outline.kinds[place]) for place in best.rows.group}
    parents = {outline.parents[place] for place in best.rows.group}
    if len(kinds) > 1 and len(parents) > 1:
        yield "the entries are of different kinds, and in different places"
    path = best.titles[0].path
    several = sum(sum(part.path == path for part in parts) > 1 for parts in best.rows.parts)
    if several > 0.2 * number:
        yield f"{several} entries have more than one title"


def _dates_outside(outline: Outline, best: Reading) -> int:
    """How many texts with a date stand between entries, but in none, nor in the page's frame."""
    ends = {place: outline.ends[place] for place in best.rows.group}
    region = outline.around(best.rows.group)
    place, found = region, 0
    while place < outline.ends[region]:
        if place in ends:
            place = ends[place]
            continue
        if outline.says[place] and not outline.frame[place]:
            text = " ".join(outline.loose(place))
            date = find_date(text) if len(text) < LONGEST else None
            found += date is not None and date.is_whole
        place += 1
    return found


def _of_links(best: Reading) -> Iterator[str]:
    """Of titles that are no links: which of an entry's links is meant, and if it is a title."""
    often = [path for path in best.links if _share(best, path) > 0.5]
    if len(often) > 1:
        yield f"an entry has {len(often)} links, and its title is none of them"
    title = best.titles[0]
    if says_title(best.rows, title.path):
        return
    rival = _second(best)
    if (rival and rival.score > CLEAR * title.score) or title.path[-1].startswith("#"):
        yield f"nothing on the page says that {_sample(best, title)} is a title"
    elif sum(_share(best, path) > 0.8 for path in best.links) != 1:
        yield "an entry's title is no link, and it is not certain which other link is its own"


def _share(best: Reading, path: tuple[str, ...]) -> float:
    return len(best.rows.columns[path]) / len(best.rows)
