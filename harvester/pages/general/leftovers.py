"""What a reading leaves out: texts, dates and links that resemble those of its entries.

A listing that is read correctly is read completely. What resembles the entries but is none of them
may be an entry without a link, without a date, or with another class.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from harvester.dates.phrases import find_date, is_date
from harvester.pages.elements import INLINE
from harvester.pages.general.cells import CELLS
from harvester.pages.general.days import is_pure_date
from harvester.pages.general.evidence import is_wordy
from harvester.pages.general.headers import heads_month
from harvester.pages.general.outline import Outline
from harvester.pages.general.reading import Reading
from harvester.pages.general.titles import LETTERS, says_title

NUMBERS = re.compile(r"[0-9]+")
TOKEN = re.compile(r"\w+")
DIFFERENT = 0.6
LEFT_OVER, ANYWHERE = 0.25, 0.75
"""So many dates outside of entries, compared with these, are left over."""
ELSEWHERE_LINKS, MOST_OF_ONE_KIND = 0.34, 0.8
"""So many addresses elsewhere that are like those of so many of the entries are left over."""
BETWEEN, MOST_BETWEEN = 0.75, 1.5
"""So many texts of one kind between entries, compared with these, may be their titles."""
DATED = 0.5
"""Share of entries with dates of their own above which a day over them is a heading."""
LONGEST = 300
WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff]{5}")
"""A text in a script that puts no spaces between words, of more than a word."""
LONGEST_BEFORE, FEW_WORDS = 40, 3
"""Letters before a title in its block, and the words of a text with a number that may be one."""


def left_over(outline: Outline, best: Reading, *, is_proved: bool) -> Iterator[str]:
    """What is outside the entries and resembles them, as clauses of a sentence. If the number of
    entries is proved, the question is only whether they are more than was read."""
    number = len(best.rows)
    least, most = max(2, BETWEEN * number), MOST_BETWEEN * number
    sure = says_title(best.rows, best.titles[0].path)
    if not sure and least <= (links := _titles_between(outline, best)) <= most:
        yield f"{links} texts stand between the {number} entries"
    if is_proved:
        return
    if (links := _like_own(outline, best)) >= max(2, ELSEWHERE_LINKS * number):
        yield f"{links} links elsewhere on the page lead to addresses like those of the entries"
    if other := next(_leads_alike(outline, best), None):
        said = outline.text(other)[:60]
        yield f'beside the {number} entries, "{said}" leads to an address like theirs'
    region = outline.around(best.rows.group)
    left = 0 if best.is_grouped else _dates_outside(outline, best, region)
    anywhere = 0 if best.is_grouped else _dates_outside(outline, best, 0)
    if left >= max(3, LEFT_OVER * number) or anywhere >= max(3, ANYWHERE * number):
        yield f"{max(left, anywhere)} dates stand outside of the {number} entries"
    if beside := _without_repeats(outline, best, list(_beside(outline, best))):
        said = outline.text(beside[0])[:60]
        yield f'beside the {number} entries, {len(beside)} like them are left, such as "{said}"'


def _titles_between(outline: Outline, best: Reading) -> int:
    """How many links of one kind stand between the first and the last entry, but in none, and say
    something else each; or texts of one kind, if titles are no links."""
    last = best.rows.group[-1]
    inside = {place: outline.ends[place] for place in best.rows.group}
    said: dict[int, list[str]] = defaultdict(list)
    place = best.rows.group[0]
    while place < last:
        if place in inside:
            place = inside[place]
            continue
        may_be = outline.says[place] if not best.is_linked else outline.href(place)
        if may_be and LETTERS.search(outline.text(place)):
            said[outline.full_paths[place]].append(outline.text(place))
        place += 1
    words = best.rows.words
    different = (
        texts
        for texts in said.values()
        if len(set(texts)) > DIFFERENT * len(texts) and not any(map(words.is_kind, texts))
    )
    return max(map(len, different), default=0)


def _like_own(outline: Outline, best: Reading) -> int:
    """The number of addresses like those of most entries that are linked elsewhere, outside the
    frame."""
    own = {entry.href for entry in best.entries if entry.href}
    kind = _usual_kind(own)
    if kind is None:
        return 0
    inside = {place for entry in best.rows.group for place in outline.within(entry)}
    found = {
        href
        for place in range(len(outline))
        if (href := outline.href(place)) and outline.length(place) and place not in inside
        if not outline.frame[place] and href not in own and _kind_of(href) == kind
    }
    return len(found)


def _leads_alike(outline: Outline, best: Reading) -> Iterator[int]:
    """Links in what stands side by side with entries, to addresses like theirs or beside a date as
    theirs are: those of an entry of another look, such as one that is featured. What follows the
    entries may be dated, too: it says when the page was changed."""
    own = {entry.href for entry in best.entries if entry.href}
    kind, apart = _usual_kind(own), {*best.rows.group, *best.rows.above}
    parents = dict.fromkeys(outline.parents[place] for place in best.rows.group)
    beside = (place for parent in parents for place in outline.children(parent))
    usual = _usual_marks(outline, best)
    for place in beside:
        if place in apart or outline.frame[place]:
            continue
        dated = place < best.rows.group[-1] and best.date_path and _is_dated(outline, place)
        marked = len(usual) > 1 and 2 * len(usual & _marks(outline, place)) >= len(usual)
        for one in outline.within(place):
            href = outline.href(one)
            alike = (
                href and href not in own and (dated or marked or (kind and _kind_of(href) == kind))
            )
            if alike and _may_title(outline, best, one):
                yield one


def _may_title(outline: Outline, best: Reading, link: int) -> bool:
    """Whether a link may be an entry's title: it has words, and stands at the beginning of a block,
    not within a text."""
    text, block = outline.text(link), outline.parents[link]
    while outline.tags[block] in INLINE and outline.parents[block] >= 0:
        block = outline.parents[block]
    begins = outline.text(block).find(text) <= LONGEST_BEFORE
    return begins and (is_wordy(best, text) or len(LETTERS.findall(text)) > FEW_WORDS)


def _usual_marks(outline: Outline, best: Reading) -> set[tuple[str, tuple[str, ...]]]:
    """The elements with a class that nearly every entry has in it."""
    counts = Counter(mark for row in best.rows.group for mark in _marks(outline, row))
    return {mark for mark, number in counts.items() if number >= MOST_OF_ONE_KIND * len(best.rows)}


def _marks(outline: Outline, place: int) -> set[tuple[str, tuple[str, ...]]]:
    inner = outline.within(place)[1:]
    return {(outline.tags[one], outline.kinds[one]) for one in inner if outline.kinds[one]}


def _is_dated(outline: Outline, place: int) -> bool:
    """Whether a text in an element is a date."""
    return any(outline.says[one] and is_date(outline.text(one)) for one in outline.within(place))


def _usual_kind(hrefs: Collection[str]) -> tuple[str, str] | None:
    """The kind of nearly all of some addresses, if they have one."""
    kinds = Counter(map(_kind_of, hrefs))
    kind, number = kinds.most_common(1)[0] if kinds else (None, 0)
    return kind if number >= MOST_OF_ONE_KIND * len(hrefs) else None


def _kind_of(href: str) -> tuple[str, str] | None:
    """The folder of an address, its numbers apart, and its kind of file, or the names of what it
    asks for; None for an address without either."""
    path, _, query = href.partition("#")[0].partition("?")
    if query and any(map(str.isdigit, query)):
        return path, " ".join(sorted(one.partition("=")[0] for one in query.split("&")))
    folder, _, name = path.rpartition("/")
    if not folder.strip("./"):
        return None
    return NUMBERS.sub("0", folder), name.rpartition(".")[2] if "." in name else ""


def _dates_outside(outline: Outline, best: Reading, region: int) -> int:
    """The number of texts with a date in an element, outside the entries and the page's frame.

    Dates in links are those of other titles, unless entries have their dates there, too."""
    by_title = best.date_path is None
    ends = {place: outline.ends[place] for place in best.rows.group}
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
    """Siblings of the entries' own kind that are neither entries nor headings."""
    group = set(best.rows.group)
    kinds = {(outline.tags[place], outline.kinds[place]) for place in group}
    for parent in dict.fromkeys(outline.parents[place] for place in best.rows.group):
        for place in outline.children(parent):
            if not _says(outline, place):
                continue
            if place in group or (outline.tags[place], outline.kinds[place]) not in kinds:
                continue
            is_last = place > best.rows.group[-1]
            if place not in best.rows.above and not _is_between(outline, best, place, is_last):
                yield place


def _says(outline: Outline, place: int) -> bool:
    """Whether an element has a text or a link."""
    return outline.length(place) > 0 or any(map(outline.href, outline.within(place)))


def _without_repeats(outline: Outline, best: Reading, places: list[int]) -> list[int]:
    """Those with different texts and links: what is repeated, such as a header, is no entry."""
    said = Counter(_said(outline, place) for place in {*places, *best.rows.above})
    return [place for place in places if said[_said(outline, place)] < 2]


def _said(outline: Outline, place: int) -> tuple[str | None, ...]:
    """The text of an element, and where it links to."""
    return (outline.text(place), *filter(None, map(outline.href, outline.within(place))))


def _is_between(outline: Outline, best: Reading, place: int, is_last: bool) -> bool:
    """Whether an element is a heading over entries, a pager, or empty."""
    text = outline.text(place)
    tokens = TOKEN.findall(text)
    is_day = is_pure_date(text)
    numbers = sum(outline.text(one).isdecimal() for one in outline.within(place))
    if text.startswith("©"):
        return True
    if numbers > 1 and sum(map(str.isdecimal, tokens)) >= len(tokens) / 2:
        return True
    if is_last or is_day:
        return not (is_last or best.is_grouped) and best.dated > DATED
    said = [one for one in outline.within(place) if outline.length(one)]
    cells = [one for one in outline.children(place) if outline.tags[one] in CELLS]
    if best.dated > DATED and heads_month(outline, place):
        return True
    if any(map(outline.href, outline.within(place))):
        return False
    wide = len(cells) == 1 and outline.elements[cells[0]].get("colspan") is not None
    heads = any(outline.heads(one) and outline.text(one) == text for one in said)
    titled = next(iter(best.rows.columns[best.titles[0].path].values())).in_heading
    is_word = len(tokens) == 1 and not (outline.kinds[place] or WITHOUT_SPACES.search(text))
    return wide or (heads and not titled) or is_word
