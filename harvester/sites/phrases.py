"""Phrases: set words in a text, written without regular expressions.

"[The ]end of (a|the) list": brackets hold an optional part, parentheses alternatives. `...` is any
text, " - " any dash with or without spaces, `{name}` text to extract; a backslash escapes a sign. A
phrase matches a whole text, whatever its case. No page can make one slow: it repeats nothing, has
at most MOST stretches of any text, short ones unless at its end, and skips texts that are too long.
"""

import re
from collections.abc import Iterable, Sequence
from re import Match, Pattern

MOST = 2
LONGEST = 500
"""Most characters that `...` matches inside a phrase."""
LONGEST_TEXT = 10_000
ANY = rf".{{1,{LONGEST}}}?"
NAME = r"(?-i:[A-Z])[^\W\d_]+(?:[\s-](?-i:[A-Z])[^\W\d_]+)?"
NUMBER = r"[0-9]{1,3}(?:[,.'\u2019\s][0-9]{3}){1,3}|[0-9]{1,9}"
RANGE = ("first", "last", "total")
PAGES = ("page", "pages")
GROUPS = {
    "title": ANY,
    "source": r".+?",
    "language": ANY,
    "before": NAME,
    "after": NAME,
    "date": r"[^\"“”]{1,80}?",
    "url": r"https?://\S+",
    **dict.fromkeys((*RANGE, *PAGES), NUMBER),
}
"""The groups that phrases can extract; `before` and `after` are one or two capitalised words."""
FREE = ("title", "source", "language")
DASH, ANY_DASH = " - ", r"\s?[-\u2010-\u2015\u2212]\s?"
TOKEN = re.compile(r"\\.|\{[^{}]*\}| - |\.\.\.|[\[\](){}|]|\s+|[^\\\[\](){}|\s.]+|.", re.DOTALL)
SIGNS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}


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
        """The match of the first phrase that fits the whole text; missing groups are None."""
        patterns = self.patterns if len(text) <= self._longest else ()
        return next((found for one in patterns if (found := one.fullmatch(text))), None)


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
    """Tracks open brackets and parentheses."""
    if token in ("[", "("):
        opened.append(token)
    elif token in ("]", ")"):
        if not opened or opened.pop() + token not in ("[]", "()"):
            raise ValueError(f"{token!r} closes nothing")
    elif token == "|" and opened[-1:] != ["("]:
        raise ValueError("'|' stands outside of parentheses")
    elif token in ("{", "}"):
        raise ValueError(f"{token!r} is no name in braces")
