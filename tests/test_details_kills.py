"""A harvest with details killed at any moment, and the next one: all is as if nothing had been.

HARVEST_KILLS in the environment says how many there are to be; `make kills` asks for 50.
"""

import os
import random
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from archive import Archive, html
from detailed import all_said
from harvests import PATIENCE, begun, harvest, rows
from shelf import Shelf, real_records
from werkzeug import Request, Response

from harvester.record import Record

KILLS = int(os.environ.get("HARVEST_KILLS", "3"))
DOCUMENTS = 20
HISTORY = "SELECT document, kind, field, old, new FROM changes ORDER BY document, kind, field, new"


def records() -> list[Record]:
    """The real records, again and again under other addresses and numbers."""
    real, made = real_records("today"), []
    for number in range(DOCUMENTS):
        name, record = f"d{number}", real[number % len(real)]
        link = record.link.replace(record.document, name)
        made.append(replace(record, document=name, link=link, record_id=str(900_000 + number)))
    return made


class Clock(Shelf):
    """A shelf that notes when it is asked, and whether it was so often as is `awaited`; its pages
    are rendered once."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive)
        self.validators = True
        self.reached = Event()
        self.awaited = 1
        self.moments: list[float] = []
        self.put(records())
        pages = {document: self.page(document) for document in self.records}
        listing = [archive.page(number) for number in range(DOCUMENTS // 10)]
        archive.validators = "ETag"
        archive.answers = {number: partial(self._tick, page) for number, page in enumerate(listing)}
        self.answers = {name: partial(self._tick, page) for name, page in pages.items()}

    def _tick(self, page: str, _: Request) -> Response:
        self.moments.append(time.monotonic())
        if len(self.moments) == self.awaited:
            self.reached.set()
        return html(page)

    def rewind(self, awaited: int = 1) -> None:
        """Forgets what was, and waits for so many requests anew."""
        self.reached.clear()
        self.awaited = awaited
        self.moments.clear()
        self.forget()


@pytest.fixture
def site(archive: Archive) -> Clock:
    """An archive of documents with pages of their own."""
    return Clock(archive)


def stored(db: Path) -> list[object]:
    """All that is in a database, but for the times and the numbers of runs and pages."""
    terms = rows(db, "SELECT kind, name FROM terms ORDER BY kind, name")
    return [*all_said(db), rows(db, HISTORY), terms]


def got(db: Path) -> set[str]:
    """The documents whose pages are stored: all of each, or nothing of it."""
    assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    pages = rows(db, "SELECT DISTINCT document FROM pages WHERE document IS NOT NULL")
    read = {row["id"] for row in rows(db, "SELECT id FROM documents WHERE details IS NOT NULL")}
    assert {row["document"] for row in pages} == read
    for table in ("texts", "document_terms"):
        assert {row["document"] for row in rows(db, f"SELECT document FROM {table}")} == read
    return read


def crawl(site: Clock, db: Path) -> Counter[str]:
    """A harvest that nothing disturbs; what it asked for."""
    site.rewind()
    done = harvest(f"-aurl={site.archive.url}", "-adetails=yes", HARVEST_DB=db)
    assert (done.code, done.run["outcome"]) == (0, "complete")
    assert got(db) == set(site.records)
    return Counter(site.asked)


def kill(site: Clock, db: Path, request: int, moment: float) -> Counter[str]:
    """A harvest that is killed so many seconds after some request; what it had asked for."""
    site.rewind(request)
    with begun(f"-aurl={site.archive.url}", "-adetails=yes", HARVEST_DB=db):
        assert site.reached.wait(PATIENCE)
        time.sleep(moment)
    return Counter(site.asked)


def test_killed_details_leave_no_trace(site: Clock, tmp_path: Path) -> None:
    crawl(site, tmp_path / "whole.db")
    requests = len(site.moments)
    longest = (site.moments[-1] - site.moments[0]) / requests
    expected, seed = stored(tmp_path / "whole.db"), random.randrange(10**6)
    chance, cut, twice = random.Random(seed), 0, 0
    for number in range(KILLS):
        db = tmp_path / f"{number}.db"
        request = chance.randint(1, requests) if number else requests // 2
        asked = kill(site, db, request, chance.uniform(0, longest))
        before = got(db)
        again = crawl(site, db)
        assert stored(db) == expected, f"seed {seed}"
        # What was asked for in vain is one page; what was stored is not asked for again.
        assert len(set(asked) - before) <= 1, f"seed {seed}"
        if len(before) < DOCUMENTS:
            assert set(again) == set(site.records) - before, f"seed {seed}"
        cut += 0 < len(before) < DOCUMENTS
        twice += len(set(asked) - before)
    print(f"{KILLS} kills, {cut} of them among details: {twice} pages were asked for twice")
    assert cut


def test_harvest_killed_again_and_again_ends_as_one(site: Clock, tmp_path: Path) -> None:
    """Each time a little further on, in the same database."""
    crawl(site, tmp_path / "whole.db")
    most = len(site.moments) // KILLS
    db, asked, kills = tmp_path / "same.db", Counter[str](), 0
    while kills < KILLS and (kills == 0 or len(got(db)) < DOCUMENTS):
        asked += kill(site, db, random.randint(1, most), random.uniform(0, 0.01))
        kills += 1
    if len(got(db)) < DOCUMENTS:
        asked += crawl(site, db)
    assert stored(db) == stored(tmp_path / "whole.db")
    twice = sum(count - 1 for count in asked.values())
    print(f"{kills} kills of one harvest after the other: {twice} pages were asked for twice")
    assert twice <= kills
