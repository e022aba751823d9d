"""How long reading takes with 160,000 documents, and by which indexes: `make benchmark`.

Every page is asked of Datasette as `make read` sets it up; the time is the median of five.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from urllib.parse import quote, urlencode

from benchmarks import searching
from benchmarks.synthetic import fill
from harvester.datasette.server import served
from harvester.store.read.documents import OF_ALL
from harvester.store.read.facets import counted, narrowed
from harvester.store.read.queries import NOT_IN_A_YEAR, QUERIES, TIMELINE, add_functions

DOCUMENTS = 160_000
TIMES = 5
RARE, FREQUENT = "mekano", "ka*"
PAGES = {
    "table, with both facets": "/harvest/entries",
    "table, narrowed by decade": "/harvest/entries?decade=1960s",
    "table, narrowed by both": "/harvest/entries?decade=1960s&collection=collection-3",
    "search, a rare word": f"/harvest/entries?_search={RARE}",
    "search, a frequent beginning": f"/harvest/entries?_search={FREQUENT}",
    "search, best first": f"/harvest/search?search={FREQUENT}",
    "dated within a day": "/harvest/dated?from=1962-08-15&to=1962-08-15",
    "in several collections": "/harvest/several",
    "records, with all facets": "/harvest/records",
    "records, narrowed by place": "/harvest/records?{place}",
    "records, narrowed by place and author": "/harvest/records?{place}&{author}",
    "records, a rare word": f"/harvest/records?_search={RARE}",
    "records, a frequent beginning": f"/harvest/records?_search={FREQUENT}",
    "search in texts, a rare word": f"/harvest/search-texts?search={RARE}",
    "search in texts, a frequent beginning": f"/harvest/search-texts?search={FREQUENT}",
    "names, with some letters": "/harvest/names?name=STO",
    "what is named together": "/harvest/together?{name}",
    "one document": "/harvest/documents/example/document-000007",
    "its history": "/harvest/history?document=document-000007",
}
CHART = "/harvest.json?_shape=array&sql="
PLANNED = {
    "table": "SELECT * FROM entries ORDER BY sort_date LIMIT 51",
    "facet": "SELECT decade, count(*) FROM entries WHERE decade IS NOT NULL GROUP BY decade",
    "narrowed": "SELECT * FROM entries WHERE decade = '1960s' ORDER BY sort_date LIMIT 51",
    "search": "SELECT * FROM entries WHERE number IN (SELECT rowid FROM documents_fts"
    " WHERE documents_fts MATCH 'ka*')"
    " ORDER BY sort_date LIMIT 51",
    "timeline": TIMELINE,
    "not in a year": NOT_IN_A_YEAR,
    "feed": OF_ALL.format(found=""),
    "records": "SELECT * FROM records ORDER BY sort_date LIMIT 51",
    "records narrowed": f"SELECT * FROM records WHERE {narrowed('place', 'name')}"
    " ORDER BY sort_date LIMIT 51",
    "records counted": counted("SELECT * FROM records", 21, finds_all=True),
    "records narrowed and counted": counted(
        f"SELECT * FROM records WHERE {narrowed('place', 'name')}", 21
    ),
    **{f"question {query.name}": query.sql for query in QUERIES},
}


MOST = """SELECT name FROM terms JOIN document_terms ON term = terms.id WHERE kind = ?
GROUP BY terms.id ORDER BY count(*) DESC LIMIT 1"""


def named(database: Path) -> dict[str, str]:
    """The most frequent place and author, as addresses have them."""
    with closing(sqlite3.connect(database)) as db:
        (place,), (author,) = (db.execute(MOST, [kind]).fetchone() for kind in ("place", "author"))
    asked = {"place": ("_place", place), "author": ("_author", author), "name": ("name", place)}
    return {name: urlencode([pair]) for name, pair in asked.items()}


async def measure(database: Path, times: int = TIMES) -> None:
    """Prints the time of each page, the median of so many."""
    names = named(database)
    datasette = served(database)
    charts = {"timeline": TIMELINE, "timeline, not shown": NOT_IN_A_YEAR}
    asked = PAGES | {name: CHART + quote(sql) for name, sql in charts.items()}
    for name, address in asked.items():
        seconds = []
        for _ in range(times):
            start = time.perf_counter()
            answer = await datasette.client.get(address.format(**names))
            seconds.append(time.perf_counter() - start)
            if answer.status_code != 200 or "timed out" in answer.text:
                sys.exit(f"{name}: {answer.status_code}\n{answer.text[:2000]}")
        print(f"{median(seconds):6.2f} s  {name}")


def explain(database: Path) -> None:
    """Prints how SQLite answers."""
    with closing(sqlite3.connect(database)) as db:
        add_functions(db)
        db.create_function("entries_path", 0, str)
        parameters = dict.fromkeys(
            ("from", "to", "since", "search", "document", "site", "name"), "1962"
        )
        for name, sql in PLANNED.items():
            print(f"\n{name}")
            for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}", parameters):
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
