"""Set words: those of a language, and those of a site, written without regular expressions.

In "[The ]end of (a|the) list" what is in brackets may be missing, and of what is in parentheses one
stands there. `...` is any text, a dash between spaces any dash, with or without them, and `{name}`
is text to be found out. A backslash makes a sign mean itself. A phrase matches a whole text, in
capital or small letters alike. No page can make it slow: nothing in it can repeat a part, at most
MOST stretches of any text are in it, which are short unless they are its end, and no text that is
too long to be set words is looked at.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache, partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from re import Match, Pattern
from typing import NamedTuple

from harvester.sites.table import Table

MOST = 2
LONGEST = 500
"""Characters of any text within a phrase."""
LONGEST_TEXT = 10_000
ANY = rf".{{1,{LONGEST}}}?"
NAME = r"(?-i:[A-Z])[^\W\d_]+(?:[\s-](?-i:[A-Z])[^\W\d_]+)?"
NUMBER = r"[0-9]{1,3}(?:[,.'\u2019\s][0-9]{3}){1,3}|[0-9]{1,9}"
RANGE = ("first", "last", "total")
GROUPS = {
    "title": ANY,
    "source": r".+?",
    "language": ANY,
    "before": NAME,
    "after": NAME,
    "date": r"[^\"“”]{1,80}?",
    "url": r"https?://\S+",
    **dict.fromkeys(RANGE, NUMBER),
}
"""What can be found out: `before` and `after` are one or two words with capital letters."""
FREE = ("title", "source", "language")
DASH, ANY_DASH = " - ", r"\s?[-\u2010-\u2015\u2212]\s?"
TOKEN = re.compile(r"\\.|\{[^{}]*\}| - |\.\.\.|[\[\](){}|]|\s+|[^\\\[\](){}|\s.]+|.", re.DOTALL)
WORDLESS_RANGE = re.compile(r"[0-9]\s*[-\u2010-\u2015\u2212]\s*[0-9]")
DIGIT = re.compile("[0-9]")
BETWEEN_WORDS = re.compile(r"[\W_]+")
IN_SOURCE = r"(?:\s|<[^<>]*>|&#?\w+;)*"
"""What can stand between two words in a page's source: tags and entities."""
WORD = re.compile(r"[^\W\d_]+")
SIGNS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}

BUILT_IN = Path(__file__).with_name("words")
DEFAULT, WORDLESS = "en", "und"
"""What is taken whatever the language is: English, which pages say that were not translated, and
what needs no words."""
_folders = [BUILT_IN]


class Phrases:
    """Several phrases of one meaning. Raises ValueError, with a sentence, if one is malformed."""

    def __init__(self, phrases: Iterable[str], groups: Sequence[str] = ()) -> None:
        self.phrases = tuple(phrases)
        forms = [_form(phrase, groups) for phrase in self.phrases]
        if not groups:
            forms = ["|".join(forms)] if forms else []
        self.patterns = [_compiled(form, groups) for form in forms]
        is_open = any("..." in phrase or "{" in phrase for phrase in self.phrases)
        self._longest = LONGEST_TEXT if is_open else max(map(len, self.phrases), default=0)

    def fullmatch(self, text: str) -> Match[str] | None:
        """How the first phrase that fits matches a text; a group that it lacks is None."""
        if len(text) > self._longest:
            return None
        for pattern in self.patterns:
            if found := pattern.fullmatch(text):
                return found
        return None


def _compiled(form: str, groups: Sequence[str]) -> Pattern[str]:
    lacking = (name for name in groups if f"(?P<{name}>" not in form)
    never = "".join(f"(?P<{name}>(?!))?" for name in lacking)
    return re.compile(f"(?:{form}){never}", re.IGNORECASE | re.DOTALL)


def _form(phrase: str, groups: Sequence[str]) -> str:
    """A phrase as a regular expression."""
    if not phrase.strip():
        raise ValueError("it is blank")
    opened: list[str] = []
    named: list[str] = []
    inner, end = phrase.removesuffix("..."), ".+" if phrase.endswith("...") else ""
    parts = [_part(token, opened, named, groups) for token in TOKEN.findall(inner)]
    if opened:
        raise ValueError(f"{opened[-1]!r} is not closed")
    if sum(name in ("...", *FREE) for name in named) + bool(end) > MOST:
        raise ValueError(f"it has more than {MOST} stretches of any text")
    return "".join(parts) + end


def _part(token: str, opened: list[str], named: list[str], groups: Sequence[str]) -> str:
    if token.startswith("\\") and len(token) > 1:
        return re.escape(token[1])
    if token == DASH:
        return ANY_DASH
    if token.isspace():
        return r"\s"
    if token == "...":
        named.append(token)
        return ANY
    if token.startswith("{"):
        return _group(token[1:-1], named, groups)
    _follow(token, opened)
    return SIGNS.get(token) or re.escape(token)


def _group(name: str, named: list[str], groups: Sequence[str]) -> str:
    if name not in groups:
        known = ", ".join(f"{{{one}}}" for one in groups) or "no {name} can be found out here"
        raise ValueError(f"{{{name}}} is not known: {known}")
    if name in named:
        raise ValueError(f"{{{name}}} is in it twice")
    named.append(name)
    return f"(?P<{name}>{GROUPS[name]})"


def _follow(token: str, opened: list[str]) -> None:
    """Keeps count of what is open."""
    if token in ("[", "("):
        opened.append(token)
    elif token in ("]", ")"):
        if not opened or opened.pop() + token not in ("[]", "()"):
            raise ValueError(f"{token!r} closes nothing")
    elif token == "|" and opened[-1:] != ["("]:
        raise ValueError("'|' stands outside of parentheses")
    elif token in ("{", "}"):
        raise ValueError(f"{token!r} is no name in braces")


class Sayings(NamedTuple):
    """The phrases for each of the things that listings say; all but `dates`, which are words."""

    range: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    nothing_found: tuple[str, ...] = ()
    teasers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


NOTHING = Sayings()


def read_sayings(table: Table) -> Sayings:
    """What a table says, all of it checked. Raises BadUsage."""
    said = Sayings(**{key: table.texts(key) for key in Sayings._fields})
    for key in Sayings._fields[:-1]:
        groups = RANGE if key == "range" else ()
        table.made(key, partial(Phrases, getattr(said, key), groups))
    for phrase in said.range:
        if lacking := [name for name in RANGE if f"{{{name}}}" not in phrase]:
            raise table.wrong("range", f"has {phrase!r}, which lacks {{{lacking[0]}}}")
    for word in said.dates:
        if not word.replace(" ", "").isalpha():
            raise table.wrong("dates", f"has {word!r}, which is no word")
    table.end()
    return said


class Words:
    """What the pages of a listing may say, in the phrases of its language and its site.

    `nothing_found` matches a whole block of text by which a listing says that it is empty,
    `teasers` one that heads documents which are no results.
    """

    def __init__(self, sayings: Sequence[Sayings]) -> None:
        said = Sayings(*(tuple(dict.fromkeys(chain(*some))) for some in zip(*sayings, strict=True)))
        self.ranges = Phrases(said.range, RANGE)
        self.nothing_found, self.teasers = Phrases(said.nothing_found), Phrases(said.teasers)
        self.next, self.more, self.load = map(Phrases, (said.next, said.more, said.load))
        dates = "|".join(re.escape(word) for word in said.dates) or "(?!)"
        self.dates = re.compile(rf"[0-9]|\b(?:{dates})\b", re.IGNORECASE)
        near = "|".join(re.escape(word.lower()) for word in _near_total(said.range)) or "(?!)"
        self.total_in_source = re.compile(rf"(?:{near}){IN_SOURCE}[0-9]")

    def range_in(self, text: str) -> tuple[int, int, int] | None:
        """First, last and total of a text that is a range and nothing else."""
        found = self.ranges.fullmatch(text) if DIGIT.search(text) else None
        if found is None or None in found.groups():
            return None
        first, last, total = (int(re.sub(r"\D", "", found[name])) for name in RANGE)
        return first, last, total

    def may_range(self, text: str) -> bool:
        """Whether there may be a range in a text whose parts the markup may have separated."""
        return bool(self.total_in_source.search(text.lower()) or WORDLESS_RANGE.search(text))

    def is_next(self, label: str) -> bool:
        """Whether a link's label says that it leads to the next page."""
        return bool(self.next.fullmatch(_plain(label)))

    def is_more(self, label: str) -> bool:
        """Whether the label of a second link to a document says no more than "Read more"."""
        plain = _plain(label)
        return not plain or bool(self.more.fullmatch(plain))

    def is_load(self, label: str) -> bool:
        """Whether a button says that it shows further entries on the same page."""
        return bool(self.load.fullmatch(_plain(label)))


def _plain(label: str) -> str:
    """The words of a label, without the signs between and around them."""
    return BETWEEN_WORDS.sub(" ", label[:LONGEST_TEXT]).strip()


def _near_total(ranges: Iterable[str]) -> list[str]:
    """The words that stand before a range's total."""
    before = (phrase.partition("{total}")[0].rpartition("}")[2] for phrase in ranges)
    return sorted({word for text in before for word in WORD.findall(text)})


def use_words(folder: Path) -> None:
    """Takes the languages of a user's folder, too; they win. Raises BadUsage if one is wrong."""
    _folders[1:] = [folder] if folder.is_dir() else []
    sayings_of.cache_clear()
    words_in.cache_clear()
    for language in languages():
        sayings_of(language)


def own_digest() -> str:
    """The digest of a user's own languages; empty if there are none."""
    own = sorted(file.stem for folder in _folders[1:] for file in folder.glob("*.toml"))
    said = json.dumps([(language, sayings_of(language)) for language in own])
    return sha256(said.encode()).hexdigest() if own else ""


def languages() -> list[str]:
    """The languages whose words are known, by their codes (ISO 639)."""
    return sorted({file.stem for folder in _folders for file in folder.glob("*.toml")})


@cache
def sayings_of(language: str) -> Sayings:
    """What a language's file says; nothing if there is none."""
    files = (folder / f"{language}.toml" for folder in reversed(_folders))
    file = next((one for one in files if one.is_file()), None)
    return read_sayings(Table.read(file)) if file else Sayings()


@cache
def words_in(language: str | None, own: Sayings = NOTHING) -> Words:
    """The words of a language, such as "de" or "de-AT", and those that a site says besides."""
    code = (language or DEFAULT).partition("-")[0].lower()
    known = [code] if code in languages() else []
    return Words([own, *map(sayings_of, dict.fromkeys((*known, DEFAULT, WORDLESS)))])
