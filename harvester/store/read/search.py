"""Searching documents by words: which are found, how well, and what of them to show.

What a query means, and what of a text it marks, is in `harvester.search`.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from harvester.search.marks import marked, passage
from harvester.search.query import expression, parse

__all__ = ["Match", "doubt", "expression", "marked", "match", "passages"]

FOUND = """
    SELECT found.document AS number, {rank} AS rank
    FROM words_fts CROSS JOIN words_fts_rows AS found ON found.id = words_fts.rowid
    WHERE words_fts MATCH :words"""
TEXTS = """
    SELECT document, text FROM texts WHERE document IN (SELECT value FROM json_each(?))
    ORDER BY document, position"""


@dataclass(frozen=True, slots=True)
class Match:
    """SQL with the columns `number` (each document once) and `rank` (the best is the least)."""

    sql: str
    parameters: dict[str, str]


def match(words: str, *, ranked: bool) -> Match:
    """The documents that have the words in title, summary, names or texts; their rank is 0 if
    unasked. Finds nothing where there is a `doubt`."""
    sql = FOUND.format(rank="words_fts.rank" if ranked else "0")
    return Match(sql, {"words": expression(words)})


def doubt(words: str) -> str | None:
    """Why nothing can be searched for by these words, in a sentence; None if it can be."""
    return parse(words).doubt


def passages(db: sqlite3.Connection, numbers: Iterable[int], words: str) -> dict[int, str]:
    """A piece of a text of each of these documents that has the words in one."""
    found = dict[int, str]()
    for document, text in db.execute(TEXTS, [json.dumps(list(numbers))]):
        if document not in found and (pieces := passage(text, words)):
            found[document] = "".join(piece for piece, _ in pieces)
    return found
