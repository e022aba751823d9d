"""A harvest killed at any moment, and the next one: the database is as if nothing had been.

HARVEST_KILLS in the environment says how many there are to be; `make kills` asks for 200.
"""

import os
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from archive import Archive, Entry, html
from harvests import PATIENCE, Harvest, begun, harvest, rows
from werkzeug import Request, Response

KILLS = int(os.environ.get("HARVEST_KILLS", "3"))
PAGES = 15
DATES = ("June 10, 1991", "August, 1962", "1955", None)

Crawl = Callable[..., Harvest]

STORED = (
    "SELECT id, url, title, summary, date_text, date_edtf, date_earliest, date_latest, removed"
    " FROM documents ORDER BY id",
    "SELECT m.document, position, missed, missing, removed, pages.url, first, last"
    " FROM memberships AS m JOIN pages ON pages.id = page ORDER BY m.document",
    "SELECT document, kind, field, old, new FROM changes ORDER BY document, kind, field",
    "SELECT name, url, stated_total FROM collections",
    "SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') ORDER BY name",
    "SELECT named.id FROM documents_fts"
    " JOIN main.documents AS named ON number = documents_fts.rowid"
    " WHERE documents_fts MATCH 'title' ORDER BY named.id",
)


def entry(number: int) -> Entry:
    return {
        "href": f"/document/d{number}",
        "title": f"Title {number}",
        "date_text": DATES[number % len(DATES)],
        "summary": f"Summary {number}" if number % 3 else None,
    }


def stored(db: Path) -> list[object]:
    """All that is in a database, but for the times and the numbers of runs and pages."""
    return [rows(db, sql) for sql in STORED]


@pytest.fixture
def long(archive: Archive) -> Archive:
    """An archive of so many pages."""
    archive.entries = [entry(number) for number in range(10 * PAGES)]
    pages = [archive.page(number) for number in range(PAGES)]
    archive.answers = {n: (lambda _, page=page: html(page)) for n, page in enumerate(pages)}
    return archive


class Clock:
    """When each page of a harvest was asked for, and whether so many `awaited` ones were."""

    def __init__(self, archive: Archive) -> None:
        self.reached = Event()
        self.awaited = 1
        self.moments: list[float] = []
        for page, answer in archive.answers.items():
            archive.answers[page] = partial(self._tick, answer)

    def _tick(self, answer: Callable[[Request], Response], request: Request) -> Response:
        self.moments.append(time.monotonic())
        if len(self.moments) == self.awaited:
            self.reached.set()
        return answer(request)

    def rewind(self, awaited: int) -> None:
        """Forgets what was, and waits for so many pages anew."""
        self.reached.clear()
        self.moments.clear()
        self.awaited = awaited


def kill(archive: Archive, clock: Clock, db: Path, page: int, moment: float) -> list[int]:
    """A harvest that is killed so many seconds after it has asked for some page; its pages."""
    archive.asked.clear()
    clock.rewind(page)
    with begun("-a", f"url={archive.url}", HARVEST_DB=db):
        assert clock.reached.wait(PATIENCE)
        time.sleep(moment)
    return list(archive.asked)


def test_killed_harvest_leaves_no_trace(long: Archive, tmp_path: Path) -> None:
    clock = Clock(long)
    whole = harvest("-a", f"url={long.url}", HARVEST_DB=tmp_path / "whole.db")
    longest = (clock.moments[-1] - clock.moments[0]) / PAGES
    expected, seed = stored(whole.db), random.randrange(10**6)
    chance, twice, cut = random.Random(seed), 0, 0
    for number in range(KILLS):
        db = tmp_path / f"{number}.db"
        before = kill(long, clock, db, chance.randint(1, PAGES), chance.uniform(0, longest))
        assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert rows(db, "SELECT id FROM pages WHERE entries <> 10") == []
        cut += rows(db, "SELECT id FROM runs WHERE finished IS NULL") != []
        long.asked.clear()
        done = harvest("-a", f"url={long.url}", HARVEST_DB=db)
        assert (done.code, done.run["outcome"]) == (0, "complete"), f"seed {seed}"
        assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert stored(db) == expected, f"seed {seed}"
        if len(before) < PAGES:
            twice += len(set(before) & set(long.asked))
    print(f"{KILLS} kills, {cut} of them in mid-harvest; {twice} pages were fetched twice")
    assert cut
