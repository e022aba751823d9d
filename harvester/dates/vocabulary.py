"""The words of dates in a language, each with its kind: "Febr." is the month 2, "ca." is about."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

ENGLISH = "en"
KINDS = {
    "about": "q",
    "doubtful": "u",
    "before": "b",
    "after": "a",
    "no_later": "y",
    "no_earlier": "z",
    "since": "i",
    "or_later": "r",
    "or_earlier": "e",
    "open": "o",
    "from": "f",
    "between": "w",
    "to": "t",
    "and": "&",
    "or": "|",
    "within": "g",
    "last": "l",
    "years": "G",
    "one_of": "s",
    "all_from": "A",
    "and_later": "m",
    "and_earlier": "j",
    "filler": "",
    "around": "v",
    "bulk": "k",
    "copied": "n",
    "copyright": "©",
    "unknown": "U",
    "quarters": "H",
    "halves": "h",
    "quadrimesters": "Q",
    "century": "C",
    "era_before": "E",
    "era_since": "F",
}
"""Lists of words.toml whose words have no number, and the letter of their kind."""
NUMBERED = {"weekdays": ("W", 0), "seasons": ("S", 21), "months": ("M", 1), "thirds": ("L", 0)}
"""Lists of lists, whose words have the number of their list: their kind, and the first number."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a word is: the letter of its kind, and its number if it has one."""

    kind: str
    value: int = 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words and phrases of a language.

    `words` has phrases, too, with one space between their words; `longest` is the number of words
    in the longest of them. `undated` has what says in any language that there is no date, without
    spaces. `order`
    is how dates in numbers are written, "dmy", or "" if in more than one way.
    """

    words: dict[str, Word]
    undated: frozenset[str]
    decades: frozenset[str]
    centuries: frozenset[str]
    ordinals: frozenset[str]
    order: str = ""
    longest: int = field(default=3)


@cache
def vocabulary(language: str = ENGLISH) -> Vocabulary:
    """The words of a language, by its code ("de", "pt-BR"), and of English beside them.

    A language that words.toml does not have is read as English.
    """
    tables = _tables()
    english = tables[ENGLISH]
    own = tables.get(language.partition("-")[0].lower(), english)
    words = dict(_words(english)) | dict(_words(own))
    return Vocabulary(
        words,
        frozenset(said.replace(" ", "") for said in _undated(tables.values())),
        frozenset(english["decade_endings"] + own.get("decade_endings", [])),
        frozenset(own.get("century_endings", [])),
        frozenset(english["ordinal_endings"] + own.get("ordinal_endings", [])),
        own.get("order", ""),
        max(word.count(" ") for word in words) + 1,
    )


def languages() -> list[str]:
    """The codes of the languages whose words are known."""
    return sorted(_tables())


@cache
def _tables() -> dict[str, Any]:
    """What words.toml says, with the months of the languages that name none there."""
    words = tomllib.loads(files("harvester.dates").joinpath("words.toml").read_text("utf-8"))
    months = tomllib.loads(files("harvester.dates").joinpath("months.toml").read_text("utf-8"))
    return {code: {"months": months.get(code, [])} | table for code, table in words.items()}


def _undated(tables: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What says so in any language: in the place of a date it says nothing else."""
    for table in tables:
        yield from table.get("undated", [])


def _words(table: dict[str, Any]) -> Iterator[tuple[str, Word]]:
    for name, kind in KINDS.items():
        for word in table.get(name, []):
            yield word, Word(kind)
    for name, (kind, first) in NUMBERED.items():
        for number, names in enumerate(table.get(name, []), first):
            for word in names:
                yield word, Word(kind, number)
    for number, names in enumerate(table.get("ordinals", []), 1):
        for word in [names] if isinstance(names, str) else names:
            yield word, Word("D", number)
