"""Parsing JSON from sites, which may be broken or hostile; errors say what is wrong."""

import json
import re
from collections import Counter
from typing import Any, NoReturn

from harvester.pages.elements import fold
from harvester.pages.markup import BrokenOff, Lost, Unclear

LONGEST_WORD = 6
"""Characters of the longest literal in JSON, or of an escape in a string."""
LONGEST_TEXT = 1_000_000
LONGEST_NUMBER = 30
"""Characters of a number that is a title, a date or an id."""
NO_LETTERS = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates, which no text can have (RFC 8259, 8.2)."""
PARAGRAPHS = re.compile(r"\n[^\S\n]*\n")
DEEPEST = 300
"""Deepest nesting of lists and objects that is read; Python's own limit differs by version."""
NESTING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""A string, also one that breaks off; where a list or an object begins; where one ends."""
KINDS = {dict: "an object", list: "a list", bool: "true or false", float: "a fraction"}


def is_json(text: str) -> bool:
    """Whether a text is a whole list or object of JSON."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def parse(text: str) -> Any:
    """Parses a JSON text. Raises Unclear, with what is wrong, and where."""
    text = text.lstrip("\ufeff").strip()
    if text.startswith("<"):
        raise Unclear("it is HTML or XML where JSON is meant")
    if _depth(text) > DEEPEST:
        raise Lost("its JSON has too many lists and objects in each other")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, character {error.colno}"
        if _breaks_off(error, text):
            raise BrokenOff(f"its JSON breaks off, at {where}; get it anew") from None
        raise Unclear(f"its JSON is broken at {where} ({error.msg})") from None
    except ValueError:
        raise Unclear("its JSON has a number of too many digits") from None


def _depth(text: str) -> int:
    """The depth of nested lists and objects."""
    depth = deepest = 0
    for found in NESTING.finditer(text):
        sign = found[0][0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign != '"':
            depth -= 1
    return deepest


def _breaks_off(error: json.JSONDecodeError, text: str) -> bool:
    """Whether a text was cut off: in a literal, a string, a list or an object."""
    if error.msg.startswith("Unterminated") or error.pos >= len(text):
        return True
    return error.pos >= len(text) - LONGEST_WORD and not text.endswith(("]", "}"))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise Unclear(f"its JSON says {shown(twice)} twice in one object")
    return found


def _no_number(said: str) -> NoReturn:
    raise Unclear(f"its JSON has {said}, which is no number")


def number_in(value: Any, what: str) -> int:
    """A whole number of at least 0, or the digits of one. Raises Unclear."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if value is None:
        raise Unclear(f"{what} is missing")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise Unclear(f"{what} is {_kind(value)}, and no number that can be")
    return value


def text_in(value: Any, what: str) -> str | None:
    """A text or a whole number as a text, paragraphs parted by a blank line; None if there is none,
    which some say as an empty list or object. Raises Unclear."""
    if value is None or value in ({}, []):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unclear(f"{what} is {_kind(value)}, and no text")
    said = _digits(value, what) if isinstance(value, int) else value
    if NO_LETTERS.search(said):
        raise Unclear(f"{what} has a character that no text can have, in {shown(said)}")
    if len(said) > LONGEST_TEXT:
        raise Unclear(f"{what} has more than {LONGEST_TEXT:,} characters")
    return "\n\n".join(filter(None, map(fold, PARAGRAPHS.split(said)))) or None


def _digits(value: int, what: str) -> str:
    if abs(value) >= 10**LONGEST_NUMBER:
        raise Unclear(f"{what} is a number of more than {LONGEST_NUMBER} digits")
    return str(value)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return shown(value)
    return KINDS.get(type(value), "a number")


def shown(text: str) -> str:
    """A text to quote in a sentence: shortened, without characters that can't be written."""
    cut = text if len(text) <= 40 else f"{text[:40]}…"
    return f'"{fold(NO_LETTERS.sub("�", cut))}"'
