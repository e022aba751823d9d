"""Letters that count as the same in a search: "Ł" and "l", "Ō" and "o", "é" however it is composed.

Every function takes time in proportion to its text, whatever the text is. Unicode's normalisation
alone does not: it sorts the marks on a letter by insertion, and a letter may have any number of
them (https://www.unicode.org/reports/tr15/).
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Diacritics of Latin, Greek and Cyrillic letters. Those of other scripts are letters, and stay."""
POINTS = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0711\u0730-\u074a\u093c\u0a3c\u0abc\u0cbc"
)
"""Vowels of Hebrew, Arabic and Syriac, and the dots of Indian letters in words from elsewhere: one
may write them or leave them out."""
GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])')
"""The sign of a Hebrew abbreviation, as most keyboards write it."""
SIGNS = "\u02b9-\u02c1\u02c8\u02ca-\u02cf\u05f3\u05f4\ua78b\ua78c"
"""Letters that stand for a glottal stop or a soft sign, as before "Abd" and in "Quran"."""
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
SILENT = f"{MARKS}{POINTS}{SIGNS}{INVISIBLE}"
LEFT_OUT = re.compile(f"[{SILENT}]+")
OTHERS = re.compile(r"[^\x00-\x7f]+")
CLUSTER = re.compile(
    rf"""[\x00-\x7f]++
    | [\u1100-\u115f\ua960-\ua97f]*+ [\u1160-\u11a7\ud7b0-\ud7c6]++ [\u11a8-\u11ff\ud7cb-\ud7fb]*+
    | [^\x00-\x7f] [\u3099\u309a\u11a8-\u11ff{SILENT}]*+""",
    re.VERBOSE,
)
"""What is folded by itself: ASCII, the parts of a Korean syllable, a letter with its marks."""
STACK = 8
"""So many marks of a letter count."""
MARKED = re.compile(rf"[^\w\s\x00-\x7f]{{{STACK + 1}}}")
"""What may be such a stack: few texts have it, and marks are neither letters nor spaces."""
SHORT, KNOWN = 40, 20_000
PLAIN = {
    **{"đ": "d", "ð": "d", "ɖ": "d", "ɗ": "d", "ƀ": "b", "ɓ": "b", "ħ": "h", "ɨ": "i", "ȷ": "j"},
    **{"ƙ": "k", "ĸ": "k", "ł": "l", "ɫ": "l", "ŋ": "n", "ø": "o", "ŧ": "t", "ʉ": "u", "ƴ": "y"},
    **{"ƶ": "z", "ə": "e", "ǝ": "e", "æ": "ae", "œ": "oe", "þ": "th"},
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "ґ": "\N{CYRILLIC SMALL LETTER GHE}",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "\N{ARABIC LETTER HEH}",
    "ٱ": "\N{ARABIC LETTER ALEF}",
}
"""Letters that Unicode does not take apart, as those write them who have not got them."""


class _Plain(dict[int, str]):
    """PLAIN, and the digits of every script."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        plain = PLAIN.get(letter) or str(unicodedata.decimal(letter, letter))
        self[code] = plain
        return plain


_PLAIN = _Plain()


def fold(text: str) -> str:
    """The text in the letters of a search: "Satō, U.S.S.R." is "sato, u.s.s.r."."""
    if text.isascii():
        return text.lower()
    return GERSHAYIM.sub("", OTHERS.sub(_folded, text.lower()))


def composed(text: str) -> str:
    """The text with its letters composed (NFC): one name has one form, however it is written."""
    if len(text) > SHORT and not text.isascii():
        text = _stacked().sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def nfc(text: str) -> str:
    """The whole text in NFC; unchanged if a letter has more marks than any language gives it."""
    if text.isascii() or (len(text) > SHORT and MARKED.search(text) and _stacked().search(text)):
        return text
    return unicodedata.normalize("NFC", text)


def aligned(text: str) -> tuple[str, list[int]]:
    """The folded text, and where in the text each of its letters begins; the last place is the
    text's end."""
    folded, places = list[str](), list[int]()
    for found in CLUSTER.finditer(text):
        start, cluster = found.start(), found[0]
        if cluster.isascii():
            folded.append(cluster.lower())
            places += range(start, found.end())
        else:
            folded.append(_known(cluster) if len(cluster) <= SHORT else _fold(cluster))
            places += [start] * len(folded[-1])
    letters = "".join(folded)
    signs = {found.start() for found in GERSHAYIM.finditer(letters)}
    if signs:
        places = [place for n, place in enumerate(places) if n not in signs]
    return GERSHAYIM.sub("", letters), [*places, len(text)]


def _folded(found: re.Match[str]) -> str:
    letters = found[0]
    return _known(letters) if len(letters) <= SHORT else _fold(letters)


def _fold(letters: str) -> str:
    letters = LEFT_OUT.sub("", letters)
    if len(letters) > SHORT:
        letters = _stacked().sub(r"\1", letters)
    letters = LEFT_OUT.sub("", unicodedata.normalize("NFKD", letters))
    return unicodedata.normalize("NFC", letters.casefold()).translate(_PLAIN)


_known = lru_cache(KNOWN)(_fold)


@cache
def _stacked() -> re.Pattern[str]:
    """Finds more marks in a row than count."""
    marks = "".join(map(re.escape, _marks()))
    return re.compile(f"([{marks}]{{{STACK}}})[{marks}]+")


def _marks() -> Iterator[str]:
    """All that normalising sorts."""
    for letter in map(chr, range(0x300, min(sys.maxunicode, 0x20000))):
        parts = unicodedata.normalize("NFKD", letter)
        if all(map(unicodedata.combining, parts)):
            yield letter
