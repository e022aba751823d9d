"""Text from the web, made harmless for formats that give a meaning to line ends and signs."""

import re

_NO_TEXT = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_UNPRINTABLE = re.compile(f"[{_NO_TEXT}]")
_ENDS = "\t\n\r\x85\u2028\u2029"
_LINE_ENDS = re.compile(f"(?<![{_ENDS} ]) *+[{_ENDS}][{_ENDS} ]*+")

REPLACEMENT = "\ufffd"
"""Stands for a character that no text has, so that one sees that something was there."""


def printable(text: str) -> str:
    """The text without control characters, and without what XML 1.0 forbids (2.2, Characters)."""
    return _UNPRINTABLE.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """The printable text on one line: a line end, with the space around it, becomes one space."""
    return _LINE_ENDS.sub(" ", printable(text)).strip()
