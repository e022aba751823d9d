"""What a search costs in a database of made-up documents, and what its index has of the file.

`benchmarks.reading` has it measured on 160,000: the time is the processor's, the best of five.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import process_time

from harvester.store.read.search import match
from harvester.store.read.suggestion import suggestion

TIMES = 5
RARE, MISSPELT = "mekano", "mekanno"
SOME_TEXTS = "SELECT text FROM texts LIMIT 300"
COUNT = "SELECT count(*) FROM ({sql})"
BEST = "SELECT number FROM ({sql}) ORDER BY rank, number LIMIT 20"
ALL = "SELECT number, rank FROM ({sql})"
BYTES = "SELECT sum(pgsize) FROM dbstat WHERE name GLOB '{}'"


def questions(db: sqlite3.Connection) -> dict[str, str]:
    """What is asked, by what it is; the common words are those of these texts."""
    said = Counter(word for (text,) in db.execute(SOME_TEXTS) for word in text.lower().split())
    (one, _), (two, _) = said.most_common(2)
    return {
        "a rare word": RARE,
        "the most common word": one,
        "two common words": f"{one} {two}",
        "one of two common words": f"{one} OR {two}",
        "a phrase of them": f'"{one} {two}"',
        "one without the other": f"{one} -{two}",
        "a beginning of two letters": "ka*",
        "a beginning of five letters": "kanos*",
    }


def measure(database: Path) -> None:
    """Prints what searches cost, how SQLite finds, and how large the index is."""
    with closing(sqlite3.connect(database)) as db:
        print("\n count   best    all    found  a search for")
        for name, words in questions(db).items():
            costs = [cost(db, sql, words) for sql in (COUNT, BEST, ALL)]
            found = db.execute(*asked(COUNT, words)).fetchone()[0]
            print("  ".join(f"{one:.3f}" for one in costs), f"{found:8,}  {name}")
        print(f"{best(lambda: suggestion(db, MISSPELT)):.3f}  a suggestion")
        sql, parameters = asked(BEST, RARE)
        for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}", parameters):
            print(f"    {step}")
        print_size(db)


def asked(sql: str, words: str) -> tuple[str, dict[str, str]]:
    """The SQL of a search and its parameters; a mere count needs no rank."""
    found = match(words, ranked=sql != COUNT)
    return sql.format(sql=found.sql), found.parameters


def cost(db: sqlite3.Connection, sql: str, words: str) -> float:
    """The processor's seconds of a search."""
    return best(lambda: db.execute(*asked(sql, words)).fetchall())


def print_size(db: sqlite3.Connection) -> None:
    """Prints how large the index is."""
    sizes = [db.execute(BYTES.format(names)).fetchone()[0] for names in ("*words_fts*", "*")]
    (documents,) = db.execute("SELECT count(*) FROM documents").fetchone()
    index, file = sizes
    print(
        f"index: {index / 1e6:.0f} of {file / 1e6:.0f} MB, {index / documents:.0f} bytes a document"
    )


def best(work: Callable[[], object]) -> float:
    """The processor's seconds of the best go."""
    seconds = []
    for _ in range(TIMES):
        began = process_time()
        work()
        seconds.append(process_time() - began)
    return min(seconds)
