"""The words of a text, as the index of searches has them.

Some scripts have no spaces, or put endings on words: Chinese, Japanese, Korean, Thai and others.
They are indexed two letters at a time: 日ソ交渉 as 日ソ, ソ交, 交渉, and finally 渉. So an index of
words finds any two or more letters.

Some words are written in several ways. A word in one piece is also found by its parts, and the
other way round: "U.S.S.R." is the word "ussr", and "co-operation" the words "co" and "operation".
The other way is a word `beside` these, which is part of no phrase.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from harvester.search.letters import fold

PAIRED = (
    "\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf"
    "\u1000-\u103f\u1050-\u109d\u1100-\u11ff\u1780-\u17d3\u17d7\u17dc\u17dd"
    "\u3005-\u3007\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Korean, Khmer, Japanese and Chinese letters."""
SIGN = "\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd"
SIGN += (
    "\u0b01-\u0b57\u0b82-\u0bcd\u0c00-\u0c56\u0c81-\u0cd6\u0d00-\u0d57\u0d81-\u0df3\u0f71-\u0f84"
)
"""Vowels of Indic scripts and Tibetan, which Python takes for no part of a word."""
LETTER = rf"(?:[^\W_{PAIRED}]|[{SIGN}])"
JOINTS = "-\u2010\u2011'\u2019\u2018`\u00b4"
JOINT = f"{JOINTS}."
SEVERAL = rf"""
    (?P<dotted> (?<!\w) [^\W\d_{PAIRED}]\. (?:\ ?[^\W\d_{PAIRED}]\.)++
        (?:[^\W\d_{PAIRED}](?!\w))?+ )
    | (?P<joined> (?<!\w) {LETTER}++ (?:[{JOINT}]{LETTER}++)++ )
    | (?P<paired> [{PAIRED}]++ )"""
_SEVERAL = re.compile(SEVERAL, re.VERBOSE)
_WORDS = re.compile(rf"{SEVERAL} | (?P<word> {LETTER}++ )", re.VERBOSE)
_PAIRED = re.compile(f"[{PAIRED}]")
_BETWEEN_INITIALS = re.compile(r"\. (?<=[^\W\d_]\. )(?<!\w[^\W\d_]\. )(?=[^\W\d_]\.)")
ENDS = ".,;:?!()[]\"'"
"""What stands at words, and never between two."""
_PART = re.compile(f"[^{JOINT} ]+")
GAP = "\ue000"
"""A word of no language, which keeps two texts, or what is beside one, from being one phrase."""
POSSESSIVE = re.compile("['\u2019]s$")


class Word(NamedTuple):
    """A word of a folded text, and its place there; one `beside` the text is no part of phrases."""

    text: str
    start: int
    end: int
    beside: bool = False


def indexed(text: str) -> str:
    """What the index is given of a text: its words in their order, then those beside it."""
    folded, beside = fold(text), list[str]()

    def said(found: re.Match[str]) -> str:
        beside.extend(_beside(found))
        return f" {' '.join(_within(found))} "

    if not folded.isascii() and _PAIRED.search(folded):
        words = _SEVERAL.sub(said, folded)
    else:
        words = _BETWEEN_INITIALS.sub(".", folded)
        if not _is_plain(words):
            pieces = words.split()
            words = " ".join([one if one.isalnum() else _parted(one, said) for one in pieces])
    return f" {GAP} ".join([words, *beside])


def words(folded: str) -> Iterator[Word]:
    """The words of a folded text."""
    for found in _WORDS.finditer(folded):
        start, end = found.span()
        kind = found.lastgroup
        if kind in ("word", "dotted"):
            yield Word(_within(found)[0], start, end)
        elif kind == "paired":
            ends = (min(place + 2, end) for place in range(start, end))
            yield from (Word(folded[n:stop], n, stop) for n, stop in enumerate(ends, start))
        else:
            parts = _PART.finditer(found[0])
            yield from (Word(part[0], start + part.start(), start + part.end()) for part in parts)
        for text in _beside(found):
            yield Word(text, start, end, beside=True)


def _is_plain(folded: str) -> bool:
    """Whether nothing in a text stands between two parts of a word."""
    dots = folded.count(".") - folded.count(". ") - folded.endswith(".")
    return not dots and not any(map(folded.__contains__, JOINTS))


def _parted(piece: str, said: Callable[[re.Match[str]], str]) -> str:
    """A piece between spaces, with its words in the ways in which they are said."""
    return piece if piece.strip(ENDS).isalnum() else _SEVERAL.sub(said, piece)


def _within(found: re.Match[str]) -> list[str]:
    """The words that stand in the place of what is written in several ways."""
    text = found[0]
    if found.lastgroup == "dotted":
        return ["".join(_PART.findall(text))]
    if found.lastgroup == "paired":
        return [*map("".join, pairwise(text)), text[-1]]
    return _PART.findall(text)


def _beside(found: re.Match[str]) -> list[str]:
    """The words by which it is found, too."""
    text = found[0]
    if found.lastgroup == "dotted":
        return _PART.findall(text)
    if found.lastgroup != "joined" or POSSESSIVE.search(text):
        return []
    whole = "".join(_PART.findall(text))
    return [] if whole.isdecimal() else [whole]
