"""What people type into a search box, as an expression of SQLite's full-text search.

See https://sqlite.org/fts5.html, "Full-text Query Syntax".
"""

import re
import sqlite3
import unicodedata

_PARTS = re.compile(
    r""""(?P<phrase>[^"]*)"?(?P<phrases>\*?)
    | (?P<word>\**+[^\s"*]++(?:\*++[^\s"*]++)*+)(?P<words>\*?)
    | \*++""",
    re.VERBOSE,
)
"""Stars alone are a part too, which says nothing, so that they are looked at once."""
NOTHING = '""'
"""Finds nothing, and is no error."""


def expression(text: str) -> str:
    """The words and "phrases" that must all be there; one that ends in * may go on.

    All else has no meaning: whatever the text is, the expression is valid.
    """
    parts = _PARTS.finditer(text.replace("\0", " "))
    quoted = (_quoted(part["phrase"] or part["word"] or "", part) for part in parts)
    return " ".join(filter(None, quoted)) or NOTHING


def _quoted(words: str, part: re.Match[str]) -> str:
    """Nothing for what has no letter or digit, which would match nothing."""
    if not any(map(str.isalnum, words)):
        return ""
    return f'"{words}"{part["phrases"] or part["words"] or ""}'


def plain(text: str | None) -> str:
    """The text without capitals and diacritics, as the search indexes take it: "Satō" is "sato"."""
    letters = unicodedata.normalize("NFKD", text or "")
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def add_functions(db: sqlite3.Connection) -> None:
    """Gives a connection what the questions of `queries` need."""
    db.create_function("escape_fts", 1, expression, deterministic=True)
    db.create_function("plain", 1, plain, deterministic=True)
