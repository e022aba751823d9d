"""A harvest of made-up documents, as large as one likes and the same each time."""

import random
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from harvester.store.database import open_database
from harvester.store.index import expect, index

NAMES = {
    "author": (3_000, 2),
    "place": (200, 3),
    "subject": (5_000, 4),
    "person": (8_000, 3),
    "language": (30, 1),
    "donor": (50, 1),
    "archive": (100, 1),
}
"""How many names there are of each kind, and how many a document has at the most."""

SHARE_WITH_TEXT = 4
"""One document in so many has a text, of 300 words."""

TIME = "2026-11-24T05:06:07Z"
COLLECTIONS = 20
PUT_DOCUMENT = """
    INSERT INTO documents (number, site, id, url, title, summary, date_text, date_edtf,
        date_earliest, date_latest, first_seen, last_changed, page)
    VALUES (?, 'example', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"""


def fill(path: Path, documents: int) -> None:
    """Writes a database with so many documents, each in one or two of twenty collections."""
    chance = random.Random(documents)
    db = open_database(path)
    db.execute("BEGIN")
    db.execute("INSERT INTO sites VALUES ('example', 'Example', 'https://example.org', 'Nobody')")
    for number in range(1, COLLECTIONS + 1):
        row = [number, f"collection-{number}", f"https://example.org/search?page={number}"]
        db.execute("INSERT INTO collections (id, site, name, url) VALUES (?, 'example', ?, ?)", row)
    run = [1, 1, "made up", TIME]
    db.execute("INSERT INTO runs (id, collection, source, started) VALUES (?, ?, ?, ?)", run)
    db.execute(
        "INSERT INTO pages (id, run, url, fetched, status, sha256, entries)"
        " VALUES (1, 1, 'https://example.org/search', ?, 200, '', 10)",
        [TIME],
    )
    words = vocabulary(chance)
    expect(db.conn, range(1, documents + 1))
    db.conn.executemany(PUT_DOCUMENT, (document(n, words, chance) for n in range(documents)))
    db.conn.executemany(
        "INSERT INTO memberships (collection, document, position, first_seen, page)"
        " VALUES (?, ?, ?, ?, 1) ON CONFLICT DO NOTHING",
        (row for number in range(documents) for row in memberships(number, chance)),
    )
    put_names(db.conn, documents, words, chance)
    put_texts(db.conn, documents, words, chance)
    index(db.conn)
    db.execute("COMMIT")
    db.close()


def put_names(
    db: sqlite3.Connection, documents: int, words: list[str], chance: random.Random
) -> None:
    """Gives every document but one in ten names of each kind, some much more often than others."""
    firsts, first = {}, 1
    for kind, (number, _) in NAMES.items():
        firsts[kind] = first
        rows = ((first + n, kind, name(n, words, chance)) for n in range(number))
        db.executemany("INSERT INTO terms (id, kind, name) VALUES (?, ?, ?)", rows)
        first += number
    detailed = (number for number in range(documents) if number % 10)
    db.executemany(
        "INSERT INTO document_terms (document, term, position) VALUES (?, ?, ?)",
        (row for number in detailed for row in names(number, firsts, chance)),
    )
    db.execute("UPDATE documents SET details = 1, rights = 'Ask.' WHERE number % 10 <> 1")


def name(number: int, words: list[str], chance: random.Random) -> str:
    """A name that no other number has."""
    return f"{chance.choice(words).title()}, {chance.choice(words).title()} {number}"


def names(
    number: int, firsts: dict[str, int], chance: random.Random
) -> Iterator[tuple[int, int, int]]:
    """The rows of document_terms of a document."""
    terms = [
        firsts[kind] + int(known * chance.random() ** 3)
        for kind, (known, most) in NAMES.items()
        for _ in range(chance.randint(1, most))
    ]
    for position, term in enumerate(dict.fromkeys(terms), 1):
        yield number + 1, term, position


def put_texts(
    db: sqlite3.Connection, documents: int, words: list[str], chance: random.Random
) -> None:
    """Gives some documents a text."""
    db.executemany(
        "INSERT INTO texts (document, position, label, language, text)"
        " VALUES (?, 1, 'English Translation', 'English', ?)",
        ([number + 1, text(words, chance, 300)] for number in range(0, documents, SHARE_WITH_TEXT)),
    )


def vocabulary(chance: random.Random) -> list[str]:
    """Twenty thousand made-up words."""
    syllables = ("ka", "no", "ru", "sto", "me", "li", "ber", "shi", "go", "va", "pe", "ton", "mos")
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)]


def document(number: int, words: list[str], chance: random.Random) -> list[str | int | None]:
    """A row of documents: words are as unevenly frequent as in real texts, one in 30 is undated."""
    name = f"document-{number:06}"
    title, summary = (text(words, chance, size) for size in (10, 40))
    said = dated(chance)
    url = f"https://example.org/document/{name}"
    return [number + 1, name, url, title, summary, *said, TIME, TIME]


def text(words: list[str], chance: random.Random, size: int) -> str:
    """Words, the first of the list most often."""
    ranks = (int(len(words) * chance.random() ** 4) for _ in range(size))
    return " ".join(words[rank] for rank in ranks).capitalize()


def dated(chance: random.Random) -> tuple[str | None, str | None, str | None, str | None]:
    """A day, seldom a year, of 1900 to 1999; or nothing."""
    if chance.random() < 1 / 30:
        return None, None, None, None
    day = date(1900, 1, 1) + timedelta(chance.randrange(36_500))
    if chance.random() < 1 / 10:
        return f"{day:%Y}", f"{day:%Y}", f"{day:%Y}-01-01", f"{day:%Y}-12-31"
    return f"{day:%B %d, %Y}", str(day), str(day), str(day)


def memberships(number: int, chance: random.Random) -> list[tuple[int, int, int, str]]:
    """One or two rows of memberships."""
    found = {chance.randint(1, COLLECTIONS) for _ in range(chance.randint(1, 2))}
    return [(collection, number + 1, number, TIME) for collection in sorted(found)]
