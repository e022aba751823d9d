"""What stands outside of the entries of a reading: other groups of elements, and what is left over.

A listing that is read rightly is read whole, and nothing on its page does as well. What is like the
entries and is none of them may be an entry that has no link, no date, or another class.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from harvester.dates.phrases import find_date
from harvester.pages.elements import INLINE
from harvester.pages.general.days import is_pure_date
from harvester.pages.general.outline import CELLS, Outline
from harvester.pages.general.parts import Part, Path
from harvester.pages.general.reading import Reading
from harvester.pages.general.table import are_labels
from harvester.pages.general.titles import LETTERS

TOKEN = re.compile(r"\w+")
LARGER = 0.6
"""A larger group of the same entries that fits so well may be the listing."""
SMALLER = 0.9
ELSEWHERE = 0.7
"""Another list on the page that fits so well."""
IN_FRAME = 0.9
FRAMED = 0.5
MOST = 0.97
SHORT, PAIR = 6, 2
"""So few entries may be the latest news of a page that lists something else."""
SMALL, NEARLY = 0.5, 0.1
"""A few entries hold more of the page's text, and fit so many times better than another list."""
DATED = 0.5
SEVERAL = 0.2
WORDLESS = 1.1
"""Texts in the line of the entries are so much longer than these."""
USUAL, SELDOM = 0.9, 0
UNEVEN = 20
"""An entry so many times as long as usual holds something else."""
LEFT_OVER = 0.25
"""So many dates outside of entries, compared with these, are left over."""
BETWEEN, MOST_BETWEEN = 0.75, 1.5
"""So many texts of one kind between entries, compared with these, may be their titles."""
LONGEST = 300


def rivals(best: Reading, others: Sequence[Reading]) -> Iterator[str]:
    """What else on the page speaks against a reading, as clauses of a sentence."""
    if best.framed >= IN_FRAME and not best.dated:
        yield "what looks most like a list is part of the page's frame, such as a menu"
    elif best.framed >= IN_FRAME and len(best.rows) < SHORT:
        yield "a few entries in the page's frame may be its latest news"
    elif len(best.rows) == PAIR and not best.rows.headers:
        yield "two entries are too few to tell them from other pairs"
    elif len(best.rows) < SHORT and best.share < SMALL and not best.rows.headers:
        yield f"{len(best.rows)} entries are few, and the page says a great deal besides"
    mine = {entry.title for entry in best.entries}
    for other in others:
        theirs = {entry.title for entry in other.entries}
        fit = other.score / best.score
        common = len(mine & theirs)
        larger = len(theirs) > len(mine) and common >= 0.9 * len(mine) and fit >= LARGER
        if (larger and _has_further(best, other)) or _has_more_alike(best, other):
            yield f"{len(other.rows)} elements are of the same kind, not {len(best.rows)}"
            return
        smaller = len(mine) > len(theirs) > len(mine) / 2 and common >= 0.9 * len(theirs)
        if smaller and fit >= SMALLER and 0.5 < best.linked < 1:
            yield f"of {len(best.entries)} entries that are alike, {len(other.entries)} have a link"
            return
        if not common and is_apart(best, other) and _is_rival(best, other):
            yield "two lists of the page could be meant"
            return


def _has_further(best: Reading, other: Reading) -> bool:
    """Whether a larger group has another title, in what is no header."""
    mine, tags = set(best.rows.group), Part.tags_of(best.titles[0].path)
    further = [
        any(part.tags == tags and (part.href or not best.is_linked) for part in parts)
        and not are_labels([part.text for part in parts], best.rows.words)
        for place, parts in zip(other.rows.group, other.rows.parts, strict=True)
        if place not in mine
    ]
    return any(further)


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
        if place not in own and not are_labels([part.text for part in parts], best.rows.words)
    )
    return len(usual) > 1 and any(len(usual & paths) > len(usual) / 2 for paths in further)


def _is_rival(best: Reading, other: Reading) -> bool:
    """Whether another list fits as well. Dates tell a listing from a menu, unless it is short: the
    latest news are dated, too."""
    if len(best.rows) < SHORT and best.dated and not best.rows.headers:
        return other.framed < FRAMED and other.undated_score >= NEARLY * best.undated_score
    tells_less = other.is_bare and not best.is_bare
    may_be = other.dated > DATED or not (best.dated or tells_less)
    return may_be and other.score >= ELSEWHERE * best.score


def is_apart(best: Reading, other: Reading) -> bool:
    """Whether another reading is of another part of the page."""
    first, last = best.rows.group[0], best.rows.group[-1]
    return not any(first <= place <= last for place in other.rows.group)


def unlike(outline: Outline, best: Reading) -> Iterator[str]:
    """Why the entries may not all be of one listing, as clauses of a sentence."""
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
    yield from _of_places(outline, best)
    if len(kinds) > 1 and len(parents) > 1:
        yield "the entries are of different kinds, and in different places"
    if best.several > SEVERAL:
        yield f"{best.several:.0%} of the entries have more than one title"


def _of_places(outline: Outline, best: Reading) -> Iterator[str]:
    """Of entries in several places: those of one may be of another list, which has other parts."""
    places: dict[int, list[set[Path]]] = defaultdict(list)
    for place, parts in zip(best.rows.group, best.rows.parts, strict=True):
        places[outline.parents[place]].append({part.path for part in parts})
    several = [paths for paths in places.values() if len(paths) > 1]
    usual = [_usual(paths, USUAL) for paths in several]
    ever = [_usual(paths, SELDOM) for paths in several]
    if any(one - other for one in usual for other in ever):
        yield "the entries stand in several places, and those of one lack what others have"


def _usual(paths: Sequence[set[Path]], share: float) -> set[Path]:
    counts = Counter(path for some in paths for path in some)
    return {path for path, number in counts.items() if number > share * len(paths)}


def left_over(outline: Outline, best: Reading, *, is_proved: bool) -> Iterator[str]:
    """What stands outside of the entries and is like them, as clauses of a sentence. If it is
    proved how many entries there are, it is only asked if they are more than what was read."""
    number = len(best.rows)
    least, most = max(2, BETWEEN * number), MOST_BETWEEN * number
    if least <= (links := _titles_between(outline, best)) <= most:
        yield f"{links} texts stand between the {number} entries"
    if is_proved:
        return
    left = 0 if best.is_grouped else _dates_outside(outline, best)
    if left >= max(3, LEFT_OVER * number):
        yield f"{left} dates stand outside of the {number} entries"
    if beside := list(_beside(outline, best)):
        said = outline.text(beside[0])[:60]
        yield f'beside the {number} entries, {len(beside)} like them are left, such as "{said}"'


def _titles_between(outline: Outline, best: Reading) -> int:
    """How many links of one kind stand between the first and the last entry, but in none, and say
    something else each; or texts of one kind, if titles are no links."""
    last = best.rows.group[-1]
    inside = {place: outline.ends[place] for place in best.rows.group}
    said: dict[int, set[str]] = defaultdict(set)
    place = best.rows.group[0]
    while place < last:
        if place in inside:
            place = inside[place]
            continue
        may_be = outline.says[place] if not best.is_linked else outline.href(place)
        if may_be and LETTERS.search(outline.text(place)):
            said[outline.full_paths[place]].add(outline.text(place))
        place += 1
    return max(map(len, said.values()), default=0)


def _dates_outside(outline: Outline, best: Reading) -> int:
    """How many texts with a date stand between entries, but in none, nor in the page's frame.

    Dates in links are those of other titles, unless entries have their dates there, too."""
    by_title = best.date_path is None
    ends = {place: outline.ends[place] for place in best.rows.group}
    region = outline.around(best.rows.group)
    place, found = region, 0
    while place < outline.ends[region]:
        if place in ends:
            place = ends[place]
            continue
        told = by_title or not any(outline.href(one) for one in outline.line(place))
        if outline.says[place] and told and not outline.frame[place]:
            text = " ".join(outline.loose(place))
            date = find_date(text) if len(text) < LONGEST else None
            found += date is not None and date.is_whole
        place += 1
    return found


def _beside(outline: Outline, best: Reading) -> Iterator[int]:
    """Elements of the entries' own kind that stand beside them and are none, nor headings."""
    group = set(best.rows.group)
    kinds = {(outline.tags[place], outline.kinds[place]) for place in group}
    for parent in dict.fromkeys(outline.parents[place] for place in best.rows.group):
        for place in outline.children(parent):
            if place in group or (outline.tags[place], outline.kinds[place]) not in kinds:
                continue
            is_last = place > best.rows.group[-1]
            if place not in best.rows.above and not _is_between(outline, place, is_last=is_last):
                yield place


def _is_between(outline: Outline, place: int, *, is_last: bool) -> bool:
    """Whether an element is a heading over entries, a pager, or says nothing."""
    text = outline.text(place)
    tokens = TOKEN.findall(text)
    is_day = is_pure_date(text)
    if find_date(text) is None and sum(map(str.isdecimal, tokens)) >= len(tokens) / 2:
        return True
    if is_last or is_day:
        return not is_last
    said = [one for one in outline.within(place) if outline.length(one)]
    if any(outline.href(one) for one in said):
        return False
    cells = [one for one in outline.children(place) if outline.tags[one] in CELLS]
    wide = len(cells) == 1 and outline.elements[cells[0]].get("colspan") is not None
    heads = any(outline.heads(one) and outline.text(one) == text for one in said)
    return wide or heads or len(tokens) == 1
