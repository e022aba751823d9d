"""How long reading takes with 160,000 documents, and by which indexes: `make benchmark`.

Every page is asked of Datasette as `harvester serve` sets it up, by what a first view costs: the
processor's time of this process, the least of five.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import searching
from benchmarks.synthetic import fill
from harvester.datasette.server import served
from harvester.store.read.counts import (
    FEW_FOUND,
    MANY_FOUND,
    NAMES,
    OF_COLLECTIONS,
    OF_DECADES,
    OF_FEW_NAMES,
    OF_MANY_NAMES,
)
from harvester.store.read.documents import OF_ALL
from harvester.store.read.queries import QUERIES, add_functions
from harvester.store.read.question import Question
from harvester.store.read.results import FOUND as TABLE
from harvester.store.read.results import HITS
from harvester.store.read.timeline import LENGTHS, PERIODS

DOCUMENTS = 160_000
TIMES = 5
RARE, FREQUENT = "mekano", "ka*"
PAGES = {
    "home": "/",
    "results, all": "/documents",
    "results, a decade": "/documents?decade=1960s",
    "results, a decade and a collection": "/documents?decade=1960s&collection=collection-3",
    "results, half of all": "/documents?from=1900&to=1949",
    "results, the most frequent place": "/documents?{place}",
    "results, place and author": "/documents?{place}&{author}",
    "results, dated within a day": "/documents?from=1962-08-15&to=1962-08-15",
    "results, in several collections": "/documents?has=several",
    "results, the newest": "/documents?sort=newest",
    "results, the last page": "/documents?page=8000",
    "search, a rare word": f"/documents?q={RARE}",
    "search, a rare word by date": f"/documents?q={RARE}&sort=date",
    "search, a frequent beginning": f"/documents?q={FREQUENT}",
    "search, the most common word": "/documents?{common}",
    "search, the most common word in a decade": "/documents?{common}&decade=1960s",
    "one document": "/documents/example/document-000007",
    "timeline": "/timeline",
    "timeline of a collection": "/timeline?collection=collection-3",
    "timeline of a year": "/timeline?year=1962",
    "names": "/names?kind=person",
    "names, with some letters": "/names?kind=person&letters=STO",
    "what is new": "/news",
    "how the harvests went": "/harvests",
    "Datasette: records": "/harvest/records",
    "Datasette: search, best first": f"/harvest/search?search={FREQUENT}",
}


def _selected(**asked: str) -> str:
    return Question.of(asked.items()).selection().ordered


PLANNED = {
    "results": _selected(),
    "results of a decade": _selected(decade="1960s"),
    "results of a collection": _selected(collection="collection-3"),
    "results of a place": _selected(place="Japan"),
    "results of a search": _selected(q=RARE),
    "what is shown of results": HITS,
    "names of few results": NAMES.format(counted=OF_FEW_NAMES),
    "names of many results": NAMES.format(counted=OF_MANY_NAMES),
    "collections of few results": OF_COLLECTIONS.format(
        found=FEW_FOUND.format(rows="memberships", number="document", where="removed IS NULL")
    ),
    "decades of many results": OF_DECADES.format(
        found=MANY_FOUND.format(rows="documents AS d", number="d.number", where="true")
    ),
    "timeline": PERIODS.format(source="documents AS d", where="true", length=LENGTHS["year"]),
    "feed": OF_ALL.format(found=""),
    **{f"question {query.name}": query.sql for query in QUERIES},
}
PARAMETERS = dict.fromkeys(
    (
        *("from", "to", "since", "search", "document", "site", "name", "numbers", "year", "words"),
        *("decade_0", "collection_0", "place_0", "few", "many", "more"),
    ),
    "1962",
)
"""A value for each that a query in PLANNED has."""


MOST = "SELECT name FROM terms WHERE kind = ? ORDER BY documents DESC LIMIT 1"


def named(database: Path) -> dict[str, str]:
    """The most frequent place and author and the most common word, as addresses have them."""
    with closing(sqlite3.connect(database)) as db:
        (place,), (author,) = (db.execute(MOST, [kind]).fetchone() for kind in ("place", "author"))
        common = searching.questions(db)["the most common word"]
    asked = {"place": ("place", place), "author": ("author", author), "common": ("q", common)}
    return {name: urlencode([pair]) for name, pair in asked.items()}


async def measure(database: Path, times: int = TIMES) -> None:
    """Prints the time of each page, the least of so many."""
    names = named(database)
    datasette = served(database)
    for name, address in PAGES.items():
        seconds = []
        for _ in range(times):
            start = time.process_time()
            answer = await datasette.client.get(address.format(**names))
            seconds.append(time.process_time() - start)
            if answer.status_code != 200 or "timed out" in answer.text:
                sys.exit(f"{name}: {answer.status_code}\n{answer.text[:2000]}")
        print(f"{min(seconds):6.2f} s  {name}")


def explain(database: Path) -> None:
    """Prints how SQLite answers."""
    with closing(sqlite3.connect(database)) as db:
        add_functions(db)
        db.execute(TABLE)
        for name, sql in PLANNED.items():
            print(f"\n{name}")
            for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}", PARAMETERS):
                print(f"    {step}")


def main() -> None:
    """Makes the database and asks."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "harvest.db"
        fill(database, DOCUMENTS)
        size = database.stat().st_size / 1e6
        print(f"{DOCUMENTS:,} documents in {size:.0f} MB")
        asyncio.run(measure(database))
        explain(database)
        searching.measure(database)


if __name__ == "__main__":
    main()
