"""What a site says in set words, written without regular expressions: "[The ]end of (a|the) list".

What is in brackets may be missing, of what is in parentheses one stands there, `...` is any text,
and `{name}` is text to be found out. A backslash makes a sign mean itself. A phrase matches a whole
text, in capital or small letters alike. No page can make it slow: nothing in it can repeat a part,
at most MOST stretches of any text are in it, which are short unless they are its end, and no text
that is too long to be set words is looked at.
"""

import re
from collections.abc import Iterable, Sequence
from re import Match, Pattern

MOST = 2
LONGEST = 500
"""Characters of any text within a phrase."""
LONGEST_TEXT = 10_000
ANY = rf".{{1,{LONGEST}}}?"
NAME = r"(?-i:[A-Z])[^\W\d_]+(?:[\s-](?-i:[A-Z])[^\W\d_]+)?"
GROUPS = {
    "title": ANY,
    "source": r".+?",
    "language": ANY,
    "before": NAME,
    "after": NAME,
    "date": r"[^\"“”]{1,80}?",
    "url": r"https?://\S+",
}
"""What can be found out: `before` and `after` are one or two words with capital letters."""
FREE = ("title", "source", "language")
TOKEN = re.compile(r"\\.|\{[^{}]*\}|\.\.\.|[\[\](){}|]|\s+|[^\\\[\](){}|\s.]+|.", re.DOTALL)
SIGNS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}


class Phrases:
    """Several phrases of one meaning. Raises ValueError, with a sentence, if one is malformed."""

    def __init__(self, phrases: Iterable[str], groups: Sequence[str] = ()) -> None:
        self.phrases = tuple(phrases)
        forms = [_form(phrase, groups) for phrase in self.phrases]
        if not groups:
            forms = ["|".join(forms)] if forms else []
        self.patterns = [_compiled(form, groups) for form in forms]

    def fullmatch(self, text: str) -> Match[str] | None:
        """How the first phrase that fits matches a text; a group that it lacks is None."""
        if len(text) > LONGEST_TEXT:
            return None
        return next(filter(None, (one.fullmatch(text) for one in self.patterns)), None)


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
