"""Evidence that removes a doubt: that links are a listing, or that a text is the title."""

import re
from collections.abc import Iterable

from harvester.dates.phrases import WEEKDAYS, find_date
from harvester.pages.general.days import is_pure_date
from harvester.pages.general.outline import Outline
from harvester.pages.general.parts import Path
from harvester.pages.general.reading import Reading
from harvester.pages.general.titles import DIGIT, LETTERS, WORD

FEW = 6
"""Fewest links of a listing, whatever follows them."""
MOST_BETWEEN = 1.1
"""Text from the first entry to the last, in multiples of the entries' own text, at most."""
BEHIND = 60
"""Longest text between a list and the block of its pager."""
MOST_WORDY = 4
"""Most links of a pager that are words: first, previous, next, last."""
NEARLY_ALL = 0.9
NUMBERS = re.compile(r"[0-9]+")
MOST, OWN = 0.97, 0.5
"""Shares of the entries of which something is true, or that have a text."""
DIFFERENT = 0.9
MOST_WORDS = 3
"""Most words of a text that only wraps a number."""
LEAST_ALONE = 3
LEAST_WORDS = 2
"""Fewest words of a title beside a date."""


def is_listing(outline: Outline, best: Reading, pager: int | None, stated: Iterable[int]) -> bool:
    """Whether a reading is certainly a listing: by the link to the next page, by a stated number of
    entries, or by the content of entries. Places locate the first two."""
    if len(best.rows) < FEW or best.framed or _says_between(outline, best):
        return False
    around = outline.parents[outline.around(best.rows.group)]
    places = list(stated)
    said = around > 0 and any(place in outline.within(around) for place in places)
    said = said or any(_is_right_before(outline, place, best.rows.group[0]) for place in places)
    return said or _has_pager(outline, best, pager) or _are_records(outline, best)


def _is_right_before(outline: Outline, place: int, first: int) -> bool:
    """Whether next to nothing stands between an element and the first entry."""
    if outline.ends[place] > first:
        return False
    between = outline.stretch(place, first) - outline.length(place) - outline.length(first)
    return between <= BEHIND


def _says_between(outline: Outline, best: Reading) -> bool:
    """Whether more than a few headings are between entries."""
    said = sum(map(outline.length, best.rows.group))
    return outline.stretch(best.rows.group[0], best.rows.group[-1]) > MOST_BETWEEN * said


def _has_pager(outline: Outline, best: Reading, pager: int | None) -> bool:
    """Whether the link to the next page comes right after the entries, in a block of its own. If
    the entries are in several places, one of these may be a menu."""
    last = best.rows.group[-1]
    several = len({outline.parents[place] for place in best.rows.group}) > 1
    if pager is None or pager < outline.ends[last] or several:
        return False
    block = pager
    while outline.parents[block] > last or outline.ends[outline.parents[block]] <= last:
        block = outline.parents[block]
    between = outline.stretch(last, block) - outline.length(last)
    behind = range(outline.ends[last], outline.ends[block])
    words = sum(outline.href(one) is not None and _is_wordy(outline.text(one)) for one in behind)
    return between <= BEHIND and words <= MOST_WORDY and not any(map(outline.heads, behind))


def _is_wordy(text: str) -> bool:
    return any(map(str.isalpha, text)) and not any(map(str.isdigit, text))


def _are_records(outline: Outline, best: Reading) -> bool:
    """Whether each entry has its own picture, and an address that differs from the others by a
    number, like records of a collection."""
    addresses = {entry.href for entry in best.entries if entry.href}
    kinds = {NUMBERS.sub("0", address) for address in addresses}
    if len(kinds) > 1 or len(addresses) < len(best.rows):
        return False
    return sum(_has_picture(outline, place) for place in best.rows.group) >= NEARLY_ALL * len(
        best.rows
    )


def _has_picture(outline: Outline, place: int) -> bool:
    return any(outline.tags[one] == "img" for one in outline.within(place))


def are_days(best: Reading) -> bool:
    """Whether titles are days, nearly all different, and entries say nothing else but the kind of
    their links."""
    texts = [part.text for part in best.rows.columns[best.titles[0].path].values()]
    days = sum(is_pure_date(text) and _names_day(text) for text in texts)
    others = {part.text for parts in best.rows.parts for part in parts} - set(texts)
    is_told = days >= MOST * len(texts) and len(set(texts)) >= DIFFERENT * len(texts)
    return is_told and all(_says_kind(best, text) for text in others)


def _says_kind(best: Reading, text: str) -> bool:
    return best.rows.words.is_kind(text) and DIGIT.search(text) is None


def _names_day(text: str) -> bool:
    found = find_date(text)
    return found is not None and found.is_whole


def is_only_text(best: Reading) -> bool:
    """Whether a title is the only text in words of an entry, apart from what a label or header
    names. Two words may be a person or a place."""
    path, words = best.titles[0].path, best.rows.words
    texts = [part.text for part in best.rows.columns[path].values()]
    if sum(len(WORD.findall(text)) for text in texts) < LEAST_ALONE * len(texts):
        return False
    header = best.rows.header(path)
    if header and not words.titles.search(header):
        return False
    alone = (
        not any(
            part.path != path
            and not part.mixed
            and not _is_named_other(best, part.path)
            and _says_something(best, part.text)
            for part in parts
        )
        for parts in best.rows.parts
    )
    return sum(alone) >= MOST * len(best.rows)


def _is_named_other(best: Reading, path: Path) -> bool:
    header = best.rows.header(path)
    return bool(header) and not best.rows.words.titles.search(header)


def _says_something(best: Reading, text: str) -> bool:
    """Whether a text says more than a day, a number, or the kind of a link."""
    if is_wordy(best, text):
        return True
    return len(WORD.findall(text)) > MOST_WORDS and not is_pure_date(text)


def tell_apart(outline: Outline, best: Reading) -> bool:
    """Whether titles with dates in them are rather documents' than links to months: they say
    something else each, the dates apart, or each has a day of its own and a word; and nothing
    stands between them."""
    if _says_between(outline, best):
        return False
    days, said = set[str](), []
    for entry in best.entries:
        found = find_date(entry.title)
        rest = entry.title.replace(found.shown, "") if found else entry.title
        said.append(WORD.findall(DIGIT.sub("", rest)))
        if found and found.is_whole and said[-1]:
            days.add(found.said)
    wordy = {" ".join(words) for words in said if len(words) >= LEAST_WORDS}
    least = DIFFERENT * len(said)
    return len(wordy) >= least or (len(days) >= least and len(said) >= FEW)


def said_before(best: Reading, path: Path) -> str | None:
    """A text before the titles that differs from entry to entry and is not a date."""
    titles = best.rows.columns[path]
    for other, column in best.rows.columns.items():
        both = [number for number in column if number in titles]
        before = [
            column[number].text
            for number in both
            if column[number].place < titles[number].place and not column[number].mixed
        ]
        wordy = [text for text in before if is_wordy(best, text)]
        named = best.rows.header(other) and not best.rows.words.titles.search(
            best.rows.header(other)
        )
        if len(wordy) > OWN * len(titles) and len(set(wordy)) > 1 and not named:
            return f'"{wordy[0][:60]}"'
    return None


def is_wordy(best: Reading, text: str) -> bool:
    """Whether a text could be a title: words, and neither a date nor the kind of a link."""
    if not LETTERS.search(text) or best.rows.words.is_kind(text) or text.lower() in WEEKDAYS:
        return False
    return not is_pure_date(text) and not is_number(text)


def is_number(text: str) -> bool:
    return DIGIT.search(text) is not None and find_date(text) is None


def is_called_title(best: Reading) -> bool:
    """Whether a header is nothing but the word for titles, and each title leads elsewhere."""
    header = best.rows.header(best.titles[0].path).strip(" :")
    addresses = {entry.href for entry in best.entries}
    is_named = best.rows.words.titles.fullmatch(header) is not None
    return is_named and best.is_linked and len(addresses) == len(best.entries)
