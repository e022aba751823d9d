"""Searching documents by words: which are found, how well, and what of a text is marked.

`Question` asks this module alone, so that matching is bettered here for all pages and downloads.
"""

import re
from dataclasses import dataclass

from harvester.store.read.queries import plain


@dataclass(frozen=True, slots=True)
class Match:
    """SQL with the columns `number` (each document once) and `rank` (the best is the least)."""

    sql: str
    parameters: dict[str, str]


FOUND = """
    SELECT number, min(rank) AS rank FROM (
        SELECT rowid AS number, {documents} AS rank FROM documents_fts
        WHERE documents_fts MATCH escape_fts(:words)
        UNION ALL
        SELECT document, {texts} FROM texts_fts CROSS JOIN texts ON texts.id = texts_fts.rowid
        WHERE texts_fts MATCH escape_fts(:words))
    GROUP BY number"""


def match(words: str, *, ranked: bool) -> Match:
    """The documents that have the words in title, summary or text; their rank is 0 if unasked."""
    ranks = ("bm25(documents_fts, 4.0, 1.0)", "bm25(texts_fts)") if ranked else ("0", "0")
    sql = FOUND.format(documents=ranks[0], texts=ranks[1])
    return Match(sql, {"words": words})


def marked(text: str, words: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was searched for."""
    asked = [plain(word) for word in re.findall(r"\w+", words)]
    pieces = re.split(r"(\w+)", text)
    return [(piece, bool(piece) and any(map(plain(piece).startswith, asked))) for piece in pieces]
