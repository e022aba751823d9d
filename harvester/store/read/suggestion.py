"""What to search for instead, where a word is nowhere: a word that is there and is nearly the same.

The index has its words in order. So only those are looked at that begin like the word, or like it
with one letter of its beginning otherwise: some two hundred short stretches of them.
"""

import sqlite3
from collections.abc import Iterator
from difflib import SequenceMatcher

from harvester.search.letters import aligned
from harvester.search.marks import passage
from harvester.search.query import parse
from harvester.search.words import words
from harvester.store.read.search import match

BEGINNING = 4
"""Letters of a word of which one may be otherwise, as long as there is nothing else in them."""
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    *(
        "".join(map(chr, range(*one)))
        for one in (
            (0x3B1, 0x3CA),
            (0x430, 0x450),
        )
    ),
)
ALIKE = 0.74
"""Two words of which so much is the same, by difflib: of four letters three."""
LONGEST = 40
MOST = 400
"""Words that are compared."""
IS_THERE = "SELECT 1 FROM words_fts_vocabulary WHERE term = ?"
STRETCH = "SELECT term, doc FROM words_fts_vocabulary WHERE term >= ? AND term < ?"
AFTER_ALL = chr(0x10FFFF)
SAID = """
    SELECT title, summary, (SELECT text FROM texts WHERE document = d.number LIMIT 1),
        (SELECT group_concat(name) FROM document_terms JOIN terms ON id = term
            WHERE document = d.number)
    FROM ({found}) AS found CROSS JOIN documents AS d USING (number) LIMIT 1"""


def suggestion(db: sqlite3.Connection, text: str) -> str | None:
    """A search that finds something, with other words for those that are nowhere; None if all are
    there, or nothing is near. For searches that find nothing."""
    asked = {word for phrase in parse(text).phrases if not phrase.prefix for word in phrase.words}
    near = {word: _nearest(db, word) for word in asked if _is_unknown(db, word)}
    better = {word: _as_written(db, found) for word, found in near.items() if found}
    if not better:
        return None
    instead = _replaced(text, better)
    found = match(instead, ranked=False)
    is_there = db.execute(f"{found.sql} LIMIT 1", found.parameters).fetchone()
    return instead if is_there else None


def _is_unknown(db: sqlite3.Connection, word: str) -> bool:
    is_name = BEGINNING <= len(word) <= LONGEST and word.isalpha()
    return is_name and db.execute(IS_THERE, [word]).fetchone() is None


def _nearest(db: sqlite3.Connection, word: str) -> str | None:
    """The word that is most like it; among several, the one that most documents have."""
    stretches = dict.fromkeys(_beginnings(word))
    found = {
        term: documents
        for one in stretches
        for term, documents in db.execute(STRETCH, [one, one + AFTER_ALL])
        if abs(len(term) - len(word)) <= 2 and term.isalpha()
    }
    alike = SequenceMatcher(b=word, autojunk=False)
    best = None, ALIKE, 0
    for term in sorted(found, key=found.__getitem__, reverse=True)[:MOST]:
        alike.set_seq1(term)
        if alike.quick_ratio() > best[1] and (ratio := alike.ratio()) > best[1]:
            best = term, ratio, found[term]
    return best[0]


def _beginnings(word: str) -> Iterator[str]:
    """How words begin that may be meant: with a letter more, less or another, or two changed."""
    start, rest = word[:BEGINNING], word[BEGINNING : BEGINNING + 1]
    letters = next((one for one in ALPHABETS if word[0] in one), "".join(sorted(set(word))))
    yield start
    for n in range(BEGINNING):
        before, after = start[:n], start[n + 1 :]
        yield before + after + rest
        yield before + after[:1] + start[n] + after[1:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + start[n] + after


def _as_written(db: sqlite3.Connection, word: str) -> str:
    """A word of the index as a document has it: "Gomułka" for "gomulka"."""
    found = match(word, ranked=True)
    said = db.execute(SAID.format(found=f"{found.sql} ORDER BY rank"), found.parameters).fetchone()
    for text in said or ():
        for piece, is_found in passage(text or "", word):
            if is_found:
                return piece
    return word


def _replaced(text: str, better: dict[str, str]) -> str:
    folded, places = aligned(text)
    for word in reversed(list(words(folded))):
        if word.text in better:
            text = text[: places[word.start]] + better[word.text] + text[places[word.end] :]
    return text
