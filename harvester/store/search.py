"""What people type into a search box, as an expression of SQLite's full-text search.

See https://sqlite.org/fts5.html, "Full-text Query Syntax".
"""

import re

_PARTS = re.compile(r'"(?P<phrase>[^"]*)"?(?P<phrases>\*?)|(?P<word>[^\s"]*[^\s"*])(?P<words>\*?)')
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
