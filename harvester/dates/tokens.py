"""A text as a row of tokens: what each word, number and sign of a date can be.

The kinds are letters, so that a rule of the grammar is a string: "March 5, 1950" is `Md,Y`.

    Y 1950        d 5, 05         D 5th, fifth    N 476           K 1950s         X 195-, 19XX
    M March       S spring        W Monday        C century       E BC            F AD
    H quarter     h half          Q four months   R MDCCLXXXVII   n printed
    q circa       u perhaps       ? "?"           L early, late   © c1950
    U unknown
    b before      a after         y by            z not before    i since         t to, until
    r or later    e or earlier    o to date       f from          w between
    m and later   j and earlier   s one of        A all years from
    l last        G the years     T (19)60s
    & and         | or            v published     k bulk          - = dashes      , ; : / . signs

A dash with a space beside it is `=`. Any other word is `!`, and what holds one is not read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harvester.dates.eras import in_western_years
from harvester.dates.vocabulary import Vocabulary, Word

TYPED = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2019\u2018\u2248\u00b1\u00b0\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"
    "\uff0d\uff5e\u301c\uff08\uff09",
    "-------''~~\u00ba0123456789---()",
)
"""Other forms of signs; the wide ones are those of East Asia."""
SIGNS = {"~": "q", "?": "?", "©": "©", "&": "&", ",": ",", ";": ";", ":": ":", "/": "/"}
SIGNS |= {"<": "b", ">": "a", "≤": "y", "≥": "z", "℗": "©"}
TOKEN = re.compile(
    r"(?P<unspecified>[0-9]{2}(?:[0-9][-xu_]|[xu_]{2}|--))(?![-\w])"
    r"|(?P<number>[0-9]+)(?P<ending>'?[^\W\d_]{1,5}(?![^\W_])|\.(?=[\s,/-]+\S|[^\W\d_]))?"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<dash>-+)"
    r"|(?P<left_out>\.{2,})"
    r"|(?P<sign>[^\w\s]|_)"
)
BRACKETS = re.compile(r"[\[\]()]")
HAND = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_]{1,2}\b)|(?<=[0-9])\.(?=(?:st|nd|rd|th)\b)")
"""A stop before letters that a hand wrote raised: "Jan.y 12.th"."""
WITHIN = "g"
"""A word that means "to" behind a date, and at the beginning something else: "al 5 mayo"."""
COPY = re.compile(r"[,;]?(?:n(?:q?[YK](?:-[Yd])?)?|©Y)$")
"""A copy's date behind the original's, or a year of copyright behind that of publication."""
SHORT_YEAR = re.compile(r"(?:(?<=[MS])|(?<=[MS],)|(?<=M[dD],))N(?![EF])")
"""Three digits behind a month or a season; without its comma, "July 4 776" may lack a digit."""
ROMAN = {"m": 1000, "d": 500, "c": 100, "l": 50, "x": 10, "v": 5, "i": 1}
JOINED = [
    (re.compile(r"\b(twenty|thirty)-(?=[a-z])"), r"\1 "),
    (re.compile(r"(?<=[0-9])-?ish\b"), " approx"),
    (re.compile(r"\buncertain ?/ ?approximate\b"), "uncertain approximate"),
    (re.compile(r"(?<=[0-9]{2})-(?=(?:\u044b?[\u0435\u0445]|tal|talet)\b)"), ""),
    (re.compile(r"(?<=[0-9])-(?=(?:\u044f|\u0439|\u0433\u043e|\u043e\u0439)\b)"), ""),
    (re.compile(r"(?<=[a-z]{2})-(?=cent)"), " "),
    (re.compile(r"(?<=[0-9](?:st|nd|rd|th))(?=c\b)"), " "),
    (re.compile(r"^([0-9]{4})[ -]?q([1-4])$"), r"\2 quarter \1"),
    (re.compile(r"^q([1-4])(?=[ ,/-]{0,2}[0-9]{4}$)[,/-]?"), r"\1 quarter "),
    (re.compile(r"^(1[0-9]{2}|20[0-2])\?$"), r"\1x"),
    (re.compile(r"^(1[0-9]|20)\?\?$"), r"\1xx"),
    *(
        (re.compile(rf"\b(?:{number})(?:ber|bre|bris)\b"), month)
        for number, month in (("7", "sep"), ("8", "oct"), ("9", "nov"), ("10|x", "dec"))
    ),
    (re.compile(r"(?<=[0-9])\.(?=[ºª])"), ""),
    (re.compile(r"\bj\.? ?-? ?c\b"), "jc"),
    (re.compile(r"-(?=feira\b)"), " "),
]
"""Words that a hyphen joins, as those of the tables are written without; quarters ("1950 Q1"),
digits that are not known ("186?"), and the months of the hand that counts from March ("7ber")."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign: the letter of its kind, its number, and its text."""

    kind: str
    value: int = 0
    text: str = ""


def simplified(text: str) -> str:
    """Lower case, plain dashes, one space for each gap, no brackets.

    Brackets are an archivist's sign that a date was supplied, not that it is in doubt (doubt is
    "[1958?]"). EDTF has no sign for that; the text as written keeps it.
    """
    plain = BRACKETS.sub("", in_western_years(text.translate(TYPED).lower()))
    for joined, apart in JOINED:
        plain = joined.sub(apart, plain)
    return HAND.sub("", " ".join(plain.split()))


def tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    """The tokens of a simplified text."""
    found = [token for match in TOKEN.finditer(text) for token in _tokens(text, match, vocabulary)]
    return list(_phrases(found, vocabulary))


def of_the_original(row: list[Token]) -> list[Token]:
    """The tokens behind "published", "in the year", and before ", printed 1870"."""
    if row and row[-1].kind in ",;" and sum(token.kind in ",;" for token in row) == 1:
        row = row[:-1]
    start = next((n for n, token in enumerate(row) if token.kind not in "v:"), 0)
    kinds = "".join(token.kind for token in row[start:])
    copy = COPY.search(kinds, 1)
    return _with_short_years(row[start : start + copy.start()] if copy else row[start:])


def _with_short_years(row: list[Token]) -> list[Token]:
    kinds = "".join(token.kind for token in row)
    years = {found.start() for found in SHORT_YEAR.finditer(kinds)}
    is_year = [n in years and token.value > 99 for n, token in enumerate(row)]
    return [replace(t, kind="Y") if is_one else t for t, is_one in zip(row, is_year, strict=True)]


def _tokens(text: str, match: re.Match[str], vocabulary: Vocabulary) -> Iterator[Token]:
    written, start, stop = match.group(), match.start(), match.end()
    if match["unspecified"]:
        yield Token("X", 0, re.sub("[-xu_]", "X", written))
    elif match["number"]:
        yield from _number(match["number"], match["ending"] or "", vocabulary)
    elif match["word"]:
        is_copyright = written == "c" and text[stop : stop + 1].isdigit()
        yield Token("©") if is_copyright else Token("w", 0, _without_ending(written, vocabulary))
    elif match["dash"]:
        apart = text[start - 1 : start] == " " or text[stop : stop + 1] == " "
        yield Token("=" if apart else "-")
    elif match["left_out"]:
        yield Token("!")
    elif written in ".'":
        beside = text[start - 1 : start], text[stop : stop + 1]
        if written == "." and all(map(str.isdigit, beside)):
            yield Token(".")
        elif written == "'" and not all(map(str.isalpha, beside)):
            yield Token("!")
    else:
        yield Token(SIGNS.get(written, "!"))


def _without_ending(word: str, vocabulary: Vocabulary) -> str:
    """A Roman ordinal as a number: the "xix" of "xixe siècle"."""
    if _roman(word):
        return word
    stems = (word.removesuffix(ending) for ending in vocabulary.ordinals if word.endswith(ending))
    known = vocabulary.words
    found = (stem for stem in stems if _roman(stem) and not {word, stem} & known.keys())
    return next(found, word)


def _number(digits: str, ending: str, vocabulary: Vocabulary) -> Iterator[Token]:
    """A number, and what is written onto it: "12th", "1950s", "44BC", "19c"."""
    value = int(digits) if len(digits) <= 4 else 0
    if ending in vocabulary.decades and len(digits) == 2 and digits[1] == "0":
        yield Token("T", value, digits)
    elif ending in vocabulary.centuries and digits.endswith("00"):
        yield Token("X", value, f"{digits[:2]}XX")
    elif ending in vocabulary.decades or ending in vocabulary.centuries:
        is_decade = len(digits) == 4 and digits[3] == "0" and digits[2] != "0"
        yield Token("K" if is_decade else "!", value, f"{digits[:3]}X")
    elif ending in vocabulary.ordinals and len(digits) <= 2:
        yield Token("D", value, digits)
    elif ending == "c" and len(digits) <= 2:
        yield from (Token("D", value, digits), Token("C"))
    else:
        yield Token({1: "d", 2: "d", 3: "N", 4: "Y"}.get(len(digits), "!"), value, digits)
        if ending.strip("."):
            yield Token("w", 0, ending)


def _phrases(found: list[Token], vocabulary: Vocabulary) -> Iterator[Token]:
    """The same, with the kinds of words; the longest phrase that is known counts."""
    place, last = 0, ""
    while place < len(found):
        token = found[place]
        place += 1
        if token.kind == "w":
            word, size = _phrase(found, place - 1, vocabulary)
            place += size - 1
            kind = "C" if token.text == "c" and last == "D" else word.kind
            if kind == WITHIN:
                kind = "t" if last else "!"
            token = Token(kind, word.value, token.text)
        if token.kind:
            last = token.kind
            yield token


def _phrase(found: list[Token], place: int, vocabulary: Vocabulary) -> tuple[Word, int]:
    words = []
    for token in found[place : place + vocabulary.longest]:
        if token.kind != "w":
            break
        words.append(token.text)
    for size in range(len(words), 0, -1):
        if known := vocabulary.words.get(" ".join(words[:size])):
            return known, size
    return Word("R" if _roman(found[place].text) else "!"), 1


def _roman(word: str) -> int:
    """The number of a Roman numeral, 0 if it is none; early printers wrote them in many ways."""
    values = [ROMAN.get(letter, 0) for letter in word]
    if not values or 0 in values:
        return 0
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < following else one for one, following in pairs)


def roman(written: Sequence[str]) -> int:
    """The number of a Roman numeral that may be written in parts: "M.D. LXIX." is 1569."""
    return _roman("".join(written))
