"""Doubts about the title of entries, or about the link that goes with it.

Most wrong readings have the right number of entries, but the wrong column as title or the wrong
link. So this looks for other texts and links that could be meant as well.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from harvester.dates.phrases import find_date
from harvester.pages.general.days import is_pure_date
from harvester.pages.general.evidence import (
    are_days,
    is_called_title,
    is_number,
    is_only_text,
    is_wordy,
    said_before,
    tell_apart,
)
from harvester.pages.general.leftovers import left_over
from harvester.pages.general.outline import Outline
from harvester.pages.general.outside import has_untitled, rivals, unlike
from harvester.pages.general.parts import Column, Part, Path
from harvester.pages.general.reading import Reading
from harvester.pages.general.titles import DIGIT, LETTERS, Rated, says_title

NEAR = 0.74
"""Ratio of scores above which a second title could be meant as well."""
WEAK = 0.25
"""Score below which a column is hardly a title: a number, or the same words each time."""
ALIKE = 0.25
"""Share of different texts, numbers aside, that titles must have."""
JOINTS = "-–—:;,|·/)"
"""A text that begins with one of these is the rest of something."""
MOST = 0.97
"""Share of the rows that must have a title."""
OFTEN, OWN, MANY, ONE_FOR_ALL = 0.3, 0.5, 0.6, 0.8
"""Shares of the entries that have a text or link, or of texts and links that differ."""


def doubts(
    outline: Outline,
    readings: Sequence[Reading],
    *,
    is_proved: bool = False,
    is_listed: bool = False,
) -> Iterator[str]:
    """What speaks against the first of all readings of a page, as clauses of a sentence. If the
    number of entries is proved, only their reading is in question; if they are certainly a listing,
    they are not checked for being a menu."""
    best, others = readings[0], readings[1:]
    yield from _of_titles(best, is_listed=is_listed)
    if not is_proved:
        yield from rivals(outline, best, others)
    yield from left_over(outline, best, is_proved=is_proved)
    yield from unlike(outline, best)
    yield from _of_dated_titles(outline, best)
    yield from (_of_own_link(best) if best.is_linked else _of_links(outline, best))


def _of_titles(best: Reading, *, is_listed: bool) -> Iterator[str]:
    if any(not any(map(str.isalnum, entry.title)) for entry in best.entries):
        yield "the title of an entry has no letter"
    if best.is_bare and not best.dated and not is_listed:
        yield "the entries are links without dates, and nothing else, as those of a menu are"
    header, words = best.rows.header(best.titles[0].path), best.rows.words
    if words.others.search(header) and not words.titles.search(header):
        yield f'the best title, {best.sample()}, is called "{header[:60]}"'
    if best.has_sentences and not best.is_linked and not says_title(best.rows, best.titles[0].path):
        yield f"{best.sample()} is rather a sentence than a title"
    if said := _says_kind(best):
        yield f"the title of an entry would be {said}, which says of what kind a link is"
    if sum(entry.title[0] in JOINTS for entry in best.entries if entry.title) > len(best.rows) / 2:
        yield f"{best.sample()} goes on with what stands before it"
    if best.covered < MOST or has_untitled(best):
        yield f"only {len(best.entries)} of {len(best.rows)} entries have a title in its place"
    if best.titles[0].score < WEAK and not are_days(best):
        yield f"nothing in an entry looks like a title, rather {best.sample()}"
    if _are_numbers(best) and not is_called_title(best):
        yield f"titles such as {best.sample()} differ in their numbers alone"
    rival = best.rival
    if rival and rival.score >= NEAR * best.titles[0].score and not _goes_along(best, rival):
        first, second = best.sample(), best.sample(rival.path)
        yield f"two parts of an entry could be its title: {first} or {second}"


def _says_kind(best: Reading) -> str | None:
    """A title that only says of what kind it is, of an entry that has another link with words."""
    is_kind = best.rows.words.is_kind
    for number, title in best.rows.columns[best.titles[0].path].items():
        if title.text and is_kind(title.text):
            others = best.rows.parts[number]
            lacks = best.is_linked and title.href is None
            if lacks or any(
                part.href and not part.mixed and is_wordy(best, part.text) for part in others
            ):
                return f'"{title.text[:60]}"'
    return None


def _goes_along(best: Reading, rival: Rated) -> bool:
    """Whether a second title only repeats the first, or follows it in one link."""
    mine, theirs = best.rows.columns[best.titles[0].path], best.rows.columns[rival.path]
    both = [(mine[number], theirs[number]) for number in mine.keys() & theirs.keys()]
    same = sum(one.text == other.text for one, other in both)
    follows = sum(
        one.href is not None and one.href == other.href and one.place < other.place
        for one, other in both
    )
    return max(same, follows) >= MOST * len(mine)


def _are_numbers(best: Reading) -> bool:
    """Whether titles are numbers with nearly always the same words around. Dates do not count as
    numbers."""
    titles = [entry.title for entry in best.entries]
    wordings = {DIGIT.sub("", title) for title in titles}
    dated = sum(find_date(title) is not None for title in titles)
    return len(wordings) < ALIKE * len(titles) and dated < len(titles) / 2


def _of_dated_titles(outline: Outline, best: Reading) -> Iterator[str]:
    """Doubts about titles with dates: whether all have one, and whether they say anything else."""
    if best.date_path is not None or best.is_grouped or not best.dated:
        return
    if best.is_bare and not tell_apart(outline, best):
        yield "the entries are links with dates in them, and nothing else, as links to months are"
    if best.dated < 1:
        yield "some titles have a date in them, and others have none"
    columns, path = best.rows.columns, best.titles[0].path
    pure = sum(is_pure_date(part.text) for part in columns[path].values())
    for other, column in columns.items():
        texts = [part.text for part in column.values() if not part.mixed and other != path]
        wordy = {text for text in texts if is_wordy(best, text)}
        if pure > len(best.rows) / 2 and len(wordy) > max(1, OFTEN * len(best.rows)):
            yield f"the title could be a date, or {best.sample(other)}"


def _of_own_link(best: Reading) -> Iterator[str]:
    """Doubts about titles that are links: an earlier text in the same link, or another link of the
    entry that comes first or is its date."""
    columns, path = best.rows.columns, best.titles[0].path
    sure = says_title(best.rows, path)
    for other, column in columns.items():
        both = columns[path].keys() & column.keys()
        if other == path or len(both) < MANY * len(best.rows) or not _is_own(best, column, both):
            continue
        first = sum(column[n].place < columns[path][n].place for n in both) > len(both) / 2
        within = sum(column[n].href == columns[path][n].href for n in both) > len(both) / 2
        same = sum(_plain(column[n]) == _plain(columns[path][n]) for n in both) > MANY * len(both)
        dates = sum(is_pure_date(column[n].text) for n in both) > len(both) / 2
        as_title = (not sure and not dates) or best.has_sentences
        again = [n for n in both if _says_again(columns[path][n], column[n])]
        if len(again) > OWN * len(both):
            yield f"the title {best.sample(path)} only says {best.sample(other)} once more"
        if not same and ((first and as_title) or (dates and not within)):
            mine, theirs = best.sample(path), best.sample(other)
            yield f"an entry has a link that says {theirs}, and its title would be {mine}"
    if not sure and (before := said_before(best, path)) and len(_addresses(best)) > 1:
        yield f"{before} stands before the title {best.sample(path)}, and either could be it"
    addresses = [part.href for part in columns[path].values()]
    different = len(set(addresses))
    if different < (OWN if sure else 1) * len(addresses):
        others = [{part.href for part in columns[other].values()} for other in columns]
        if any(len(other - {None}) == len(best.rows) for other in others):
            yield "an entry has a link that no other has, and its title leads elsewhere"


def _addresses(best: Reading) -> set[tuple[str | None, ...]]:
    """The columns of links that lead somewhere else from each entry, with their addresses."""
    several = [[part.href for part in column.values()] for column in best.rows.columns.values()]
    number = len(best.rows)
    own = (found for found in several if None not in found and len(set(found)) > OWN * number)
    return {tuple(found) for found in own if len(found) > OWN * number}


def _is_own(best: Reading, column: Column, those: Collection[int]) -> bool:
    """Whether parts are links with a different text in each entry, more than a number."""
    parts = [column[number] for number in those if column[number].href and not column[number].mixed]
    wordy = [
        part
        for part in parts
        if LETTERS.search(part.text) and not best.rows.words.is_kind(part.text)
    ]
    different = max(len({part.text for part in wordy}), len({part.href for part in wordy}))
    return len(parts) > MANY * len(those) and different > OWN * len(those)


def _says_again(title: Part, other: Part) -> bool:
    """Whether a title has words before all that another link to the same says ("Read more: ")."""
    mine, theirs = title.text, other.text
    return title.href == other.href and mine != theirs and mine.endswith(theirs)


def _plain(part: Part) -> str:
    return "".join(filter(str.isalnum, part.text))


def _of_links(outline: Outline, best: Reading) -> Iterator[str]:
    """Doubts about titles that are not links: which of an entry's links is meant, and whether it is
    a title, which a header, a label, a heading or a class must confirm."""
    title, link = best.titles[0], best.own_link
    sure = says_title(best.rows, title.path)
    if _lacks_own(best):
        yield "some entries lack the link that is the others' own, and have another"
    if not sure and _has_lines(outline, best):
        yield f"{best.sample()} stands in several lines, and the title may be one of them"
    if link.path is None:
        yield "an entry's title is no link, and it is not certain which other link is its own"
    elif _says_own(best, link.path) and not (sure and best.rows.header(link.path)):
        yield f"an entry's link says {best.sample(link.path)}, which could be its title"
    if link.others or _has_several(best):
        yield f"an entry has {max(2, len(link.others) + 1)} links, and its title is none of them"
    if not (sure or is_only_text(best) or are_days(best)):
        before = said_before(best, title.path)
        rather = f", rather than {before}" if before else ""
        yield f"nothing on the page says that {best.sample()} is a title{rather}"


def _has_several(best: Reading) -> bool:
    """Whether another link stands before an entry's own, in the same place."""
    path = best.own_link.path
    own = best.rows.columns[path] if path else {}
    return any(
        next(one for one in best.rows.parts[number] if one.path == path) is not part
        for number, part in own.items()
    )


def _lacks_own(best: Reading) -> bool:
    """Whether an entry that lacks its own link has another."""
    own = best.rows.columns[best.own_link.path] if best.own_link.path else {}
    linked = (
        number
        for number, parts in enumerate(best.rows.parts)
        if number not in own and any(part.href for part in parts)
    )
    return bool(own) and next(linked, None) is not None


def _has_lines(outline: Outline, best: Reading) -> bool:
    """Whether most titles are written in several lines."""
    parts = best.rows.columns[best.titles[0].path].values()
    broken = (
        any(outline.tags[one] == "br" for one in outline.within(part.place)) for part in parts
    )
    return sum(broken) > len(parts) / 2


def _says_own(best: Reading, path: Path) -> bool:
    """Whether a link says more about an entry than "PDF" or its number."""
    texts = [part.text for part in best.rows.columns[path].values()]
    most = max(Counter(texts).values())
    words = [
        text
        for text in texts
        if (LETTERS.search(text) and not is_number(text)) or is_pure_date(text)
    ]
    return len(words) > OFTEN * len(texts) and most < ONE_FOR_ALL * len(texts)
