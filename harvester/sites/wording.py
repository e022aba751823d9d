"""The words of languages and sites: the phrases with which listing pages state things."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from harvester.sites.phrases import LONGEST_TEXT, PAGES, RANGE, Phrases
from harvester.sites.table import Table

FOUND_OUT = {"range": RANGE, "total": ("total",), "pages": PAGES}
"""The texts that the phrases of a key must extract."""
WORDS = ("dates", "title_names", "date_names", "other_names")
WORDLESS_RANGE = re.compile(r"[0-9]\s*[-\u2010-\u2015\u2212]\s*[0-9]")
DIGIT, DIGITS = re.compile("[0-9]"), re.compile("[0-9]+")
BETWEEN_WORDS = re.compile(r"[\W_]+")
IN_SOURCE = r"(?:\s|<[^<>]*>|&#?\w+;)*"
"""Tags and entities, which can stand between two words in a page's source."""
WORD = re.compile(r"[^\W\d_]+")
PARTED = re.compile("[|\u00b7\u2022\u00ab\u00bb\u2039\u203a<>\u2190\u2192]+")
"""What parts a range from the pager beside it: "« Previous | 11 - 20 of 52 | Next »"."""
BRACKETS = {"(": ")", "[": "]"}
LONGEST_STATED, LONGEST_LABEL = 200, 20
BUILT_IN = Path(__file__).with_name("words")
DEFAULT, WORDLESS = "en", "und"
"""Always taken: English, as parts of a page may be untranslated, and forms without words."""
SAME = {"no": "nb"}
"""Codes of two scopes for what is written alike."""
_folders = [BUILT_IN]


class Sayings(NamedTuple):
    """Phrases, by what a listing says with them.

    `kinds` are labels of links that say what they lead to, not which. `dates`, and the last three,
    are words instead: those in the header or label of titles, of days, and of anything else.
    """

    range: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    nothing_found: tuple[str, ...] = ()
    teasers: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    title_names: tuple[str, ...] = ()
    date_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


NOTHING = Sayings()


def read_sayings(table: Table) -> Sayings:
    """Reads and checks a table of phrases. Raises BadUsage."""
    said = Sayings(**{key: table.texts(key) for key in Sayings._fields})
    for key in Sayings._fields:
        if key in WORDS:
            continue
        groups = FOUND_OUT.get(key, ())
        table.made(key, partial(Phrases, getattr(said, key), groups))
        for phrase in getattr(said, key):
            if lacking := [name for name in groups if f"{{{name}}}" not in phrase]:
                raise table.wrong(key, f"has {phrase!r}, which lacks {{{lacking[0]}}}")
    for word in said.dates:
        if not word.replace(" ", "").isalpha():
            raise table.wrong("dates", f"has {word!r}, which is no word")
    table.end()
    return said


class Words:
    """The phrases of a listing's language and its site.

    `nothing_found` matches the whole block of text with which a listing says that it is empty,
    `teasers` one that heads documents which are no results.
    """

    def __init__(self, sayings: Sequence[Sayings]) -> None:
        said = Sayings(*(tuple(dict.fromkeys(chain(*some))) for some in zip(*sayings, strict=True)))
        self.ranges = Phrases(said.range, RANGE)
        self.nothing_found, self.teasers = Phrases(said.nothing_found), Phrases(said.teasers)
        self.next, self.more, self.load = map(Phrases, (said.next, said.more, said.load))
        self.total, self.pages = Phrases(said.total, ("total",)), Phrases(said.pages, PAGES)
        self.kinds = Phrases(said.kinds)
        self.dates = re.compile(rf"[0-9]|{_any_of(said.dates)}", re.IGNORECASE)
        self.titles, self.days, self.others = (
            re.compile(_any_of(names), re.IGNORECASE)
            for names in (said.title_names, said.date_names, said.other_names)
        )
        self.total_in_source = re.compile(rf"(?:{_near_total(said.range)}){IN_SOURCE}[0-9]")

    def range_in(self, text: str) -> tuple[int, int, int] | None:
        """The first, last and total of a text that is only a range, apart from a pager's words."""
        numbers = _numbers(self.ranges, RANGE, text)
        if not numbers and (said := self._without_pager(text)) != text:
            numbers = _numbers(self.ranges, RANGE, said)
        return (numbers[0], numbers[1], numbers[2]) if numbers else None

    def _without_pager(self, text: str) -> str:
        """A short text without brackets around it and without a pager's labels, which are short and
        have no digits; the text itself if it says more."""
        if len(text) > LONGEST_STATED or not DIGIT.search(text):
            return text
        parts = [one.strip() for one in PARTED.split(text)]
        said, *more = filter(DIGIT.search, parts)
        if more or any(len(one) > LONGEST_LABEL for one in parts if one is not said):
            return text
        if len(said) > 1 and BRACKETS.get(said[0]) == said[-1]:
            return said[1:-1].strip()
        before, _, last = said.rpartition(" ")
        return before if before and self.is_next(last) else said

    def total_in(self, text: str) -> int | None:
        """The total in a text that states nothing else, such as "300 results"."""
        numbers = _numbers(self.total, RANGE[-1:], text)
        return numbers[0] if numbers else None

    def pages_in(self, text: str) -> tuple[int, int] | None:
        """The page's number and how many there are, of a text such as "page 1 of 7"."""
        numbers = _numbers(self.pages, PAGES, text)
        return (numbers[0], numbers[1]) if numbers else None

    def states_count(self, text: str) -> bool:
        """Whether a text states how many entries there are, or which page this is."""
        return self.total_in(text) is not None or self.pages_in(text) is not None

    def says_none(self, text: str) -> bool:
        """Whether a text says that the listing is empty, and nothing else."""
        return bool(self.nothing_found.fullmatch(text)) or self.total_in(text) == 0

    def may_range(self, text: str) -> bool:
        """Whether a page's source may hold a range, possibly split by markup."""
        return bool(self.total_in_source.search(text.lower()) or WORDLESS_RANGE.search(text))

    def is_next(self, label: str) -> bool:
        """Whether a link's label names the next page."""
        return bool(self.next.fullmatch(_plain(label)))

    def is_more(self, label: str) -> bool:
        """Whether the label of a second link to a document is only "Read more" or the like."""
        return not (plain := _plain(label)) or bool(self.more.fullmatch(plain))

    def is_kind(self, label: str) -> bool:
        """Whether a link's label names only a kind of thing, such as "PDF"."""
        return _is_kind(self, label)

    def is_load(self, label: str) -> bool:
        """Whether a button's label offers further entries on the same page."""
        return bool(self.load.fullmatch(_plain(label)))


@lru_cache(maxsize=8192)
def _is_kind(words: Words, label: str) -> bool:
    plain = _plain(DIGITS.sub("", label))
    return not plain or bool(words.kinds.fullmatch(plain) or words.more.fullmatch(plain))


def _numbers(phrases: Phrases, names: Sequence[str], text: str) -> list[int]:
    """The numbers in a text that is one of these phrases; none if it is not."""
    may_be = len(text) <= LONGEST_TEXT and len(DIGITS.findall(text)) >= len(names)
    found = phrases.fullmatch(text) if may_be else None
    if found is None or None in found.groups():
        return []
    return [int(re.sub(r"\D", "", found[name])) for name in names]


def _any_of(words: Iterable[str]) -> str:
    """One of the words, as a regular expression."""
    return rf"\b(?:{'|'.join(map(re.escape, words)) or '(?!)'})\b"


def _plain(label: str) -> str:
    """A label's words without punctuation."""
    return BETWEEN_WORDS.sub(" ", label[:LONGEST_TEXT]).strip()


def _near_total(ranges: Iterable[str]) -> str:
    """The words that stand before a range's total, as a regular expression."""
    before = " ".join(phrase.partition("{total}")[0].rpartition("}")[2] for phrase in ranges)
    return "|".join(sorted({*WORD.findall(before.lower())})) or "(?!)"


def use_words(folder: Path) -> None:
    """Adds the languages of a user's folder, which win. Raises BadUsage if one is wrong."""
    _folders[1:] = [folder] if folder.is_dir() else []
    sayings_of.cache_clear()
    words_in.cache_clear()
    for language in languages():
        sayings_of(language)


def own_digest() -> str:
    """The digest of a user's own languages; empty if there are none."""
    own = {language: sayings_of(language) for language in languages(_folders[1:])}
    return sha256(json.dumps(own).encode()).hexdigest() if own else ""


def languages(folders: Sequence[Path] = _folders) -> list[str]:
    """The codes (ISO 639) of the languages that these folders have words for."""
    return sorted({file.stem for folder in folders for file in folder.glob("*.toml")})


@cache
def sayings_of(language: str) -> Sayings:
    """The phrases of a language; none if it has no file."""
    files = (folder / f"{language}.toml" for folder in reversed(_folders))
    file = next((one for one in files if one.is_file()), None)
    return read_sayings(Table.read(file)) if file else NOTHING


@cache
def words_in(language: str | None, own: Sayings = NOTHING) -> Words:
    """The words of a language, such as "de" or "de-AT", and a site's own."""
    code = (language or DEFAULT).partition("-")[0].lower()
    code = SAME.get(code, code)
    known = [code] if code in languages() else []
    return Words([own, *map(sayings_of, dict.fromkeys((*known, DEFAULT, WORDLESS)))])
