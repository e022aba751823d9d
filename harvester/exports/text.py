"""Text made harmless for formats, and names in the parts that formats have places for.

Archives give names as catalogues do: "Satō, Eisaku", "Japan. Foreign Ministry". They don't say
which are persons'. A name is taken apart only where that is sure; what is not stays as given.
"""

import re

_NO_TEXT = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_UNPRINTABLE = re.compile(f"[{_NO_TEXT}]")
_ENDS = "\t\n\r\x85\u2028\u2029"
_LINE_ENDS = re.compile(f"(?<![{_ENDS} ]) *+[{_ENDS}][{_ENDS} ]*+")
REPLACEMENT = "\ufffd"
"""Stands for a character that no text has, so that one sees that something was there."""
_WORD = r"[^\W\d_][\w.'’\u02b9-\u02bc\u0300-\u036f-]*"
_PERSON = re.compile(
    rf"(?P<family>{_WORD}(?:\s{_WORD}){{0,2}}),\s"
    rf"(?P<given>{_WORD}(?:\s{_WORD}){{0,3}}(?:\s\([^()]+\))?)"
)
"""Letters may be followed by signs of transliteration or by combining diacritics."""
_NO_PERSON = re.compile(
    r"\b(?:and|of|the|for|on|in|others"
    r"|academy|administration|agency|army|assembly|association|bank|board|bureau|cabinet|cent(?:er|re)"
    r"|command|commission|committee|company|conference|congress|consulate|corporation|council|court"
    r"|delegation|department|directorate|division|embassy|federation|forces?|foundation|general"
    r"|government|headquarters|institute|league|legation|library|ministry|mission|museum|office"
    r"|organi[sz]ation|parliament|party|police|politburo|presidium|press|republic|secretariat"
    r"|section|sector|service|society|staff|union|university)\b",
    re.IGNORECASE,
)
"""Words of organisations, or that join words into a phrase."""


def printable(text: str) -> str:
    """The text without control characters, and without what XML 1.0 forbids (2.2, Characters)."""
    return _UNPRINTABLE.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """The printable text on one line: a line end, with the space around it, becomes one space."""
    return _LINE_ENDS.sub(" ", printable(text)).strip()


def parted(name: str) -> tuple[str, str] | None:
    """The family name and the given one; None if it is not sure that these are its parts.

    >>> parted("Chiang, Ching-kuo (Jiang Jingguo)")
    ('Chiang', 'Ching-kuo (Jiang Jingguo)')
    """
    found = _PERSON.fullmatch(name)
    if found is None or _NO_PERSON.search(name) or re.search(r"\w{2}\. ", found["family"]):
        return None
    return found["family"], found["given"]
