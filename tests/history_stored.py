"""Worlds as the real store is told of them, and what its tables say: of facts, and of what follows.

What a world shows goes through the same calls as in a harvest, or when pages are read again.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from json import loads
from pathlib import Path
from typing import Any

from history_worlds import (
    PER_PAGE,
    SITES,
    Again,
    Join,
    Look,
    Shown,
    Told,
    moment,
    said_by,
    shown,
)

from harvester.items import Entry, Listing, PageItem, UnchangedPages
from harvester.outcomes import Outcome
from harvester.runs import Counts, RunEnd, RunStart
from harvester.store import clocks, recorded
from harvester.store import run as runs
from harvester.store.addresses import address, put_joining
from harvester.store.corrections import Corrections, correcting
from harvester.store.history.facts import (
    FIELDS,
    Address,
    Completion,
    Content,
    Fact,
    Joining,
    Observation,
    Page,
    Reading,
    Rule,
    Run,
    Statement,
)
from harvester.store.rebuilding import joined
from harvester.store.recorded import RecordedCollection, Reread
from harvester.store.store import Rules, Store
from harvester.timestamps import shifted, stand_in

KEYS = {"archive": "wilson-center", "library": "library.example"}
"""The sites of worlds, as the store knows them: the first one has earlier numbers."""


class Telling:
    """A database that is told of a world."""

    def __init__(self, db: Path) -> None:
        self.db = db
        self.done = Told()
        self.pages: list[tuple[int, str, Sequence[Shown], int]] = []

    def tell(self, world: Sequence[Any]) -> None:
        for day, event in enumerate(world):
            match event:
                case Look():
                    self.look(event, day)
                case Again() if self.pages:
                    self.again(event, day)
                case Join():
                    self.join(event, day)

    def look(self, event: Look, day: int) -> None:
        entries = shown(self.done, event)
        error = event.error * event.live
        start = started(event.collection, moment(day, event.second, error))
        if not event.live:
            start = replace(start, source="crawl.warc.gz")
        store = Store(str(self.db), Rules())
        store.start_run(start)
        says = error if event.live and event.says else None
        seen = [(1, 0, entries[::-1][:PER_PAGE])] * event.moved
        places = range(0, max(1, len(entries)), PER_PAGE)
        seen += [(2, place, entries[place : place + PER_PAGE]) for place in places]
        for turn, (walk, place, some) in enumerate(seen):
            if walk == 2 and place // PER_PAGE == event.lacks:
                break
            second = event.second + turn * event.pace
            at = moment(day if event.live else event.day, second, error)
            item = self.page(event, some, place, at)
            item.walk, item.clock_ahead = walk, says
            self.store_page(store, event, item)
        else:
            proved = Outcome.COMPLETE if event.stated else Outcome.WALKED
            end = RunEnd(start.collection, proved, moment(day, 20, error))
            store.end_run(replace(end, clock_ahead=says))
        store.close()

    def page(self, event: Look, shown: Sequence[Shown], place: int, at: str) -> PageItem:
        url = f"https://{SITES[event.collection]}.example/{event.collection}?page={place}"
        sha256 = repr(shown) + event.token
        if not event.live and not event.dated:
            at = stand_in(f"{url} {sha256} {event.day}")
        entries = self.entries(event.collection, url, shown, place, event.reader)
        self.pages.append((event.collection, url, shown, place))
        listing = Listing(url, place + 1, place + len(entries), 99, entries)
        return PageItem("", listing, at, 200, sha256, len(entries), etag='"1"')

    def entries(
        self, collection: int, url: str, shown: Sequence[Shown], place: int, reader: str
    ) -> list[Entry]:
        found = []
        for position, one in enumerate(shown, place + 1):
            if reader in one.found_by:
                said = said_by(reader, Content(collection, url, ""), one)
                values = {name: getattr(said, name) for name in FIELDS if name != "url"}
                entry = Entry(one.id, said.url, **values, position=position)
                entry.withdrawn = one.withdrawn
                found.append(entry)
        return found

    def store_page(self, store: Store, event: Look, item: PageItem) -> None:
        """As one that has not changed, at times, if it has not and is known so."""
        known = store.recall(item.listing.url) if event.live and event.second else None
        if known and known.page.sha256 == item.sha256:
            same = replace(known.page, fetched=item.fetched, walk=item.walk)
            same.clock_ahead = item.clock_ahead
            store.store_same(UnchangedPages([same]))
            return
        item.listing.entries = store.new_entries(item)
        item.duplicates = item.read - len(item.listing.entries)
        store.store_page(item)

    def again(self, event: Again, day: int) -> None:
        collection, url, shown, place = self.pages[event.page % len(self.pages)]
        with correcting(self.db, 1) as db:
            of = of_collection(db, collection)
            (number,) = db.execute("SELECT min(id) FROM pages WHERE url = ?", [url]).fetchone()
            (page,) = recorded.pages(db, [number])
            del shown, place
            on = next(one for one in self.pages if one[1] == url)
            found = self.entries(collection, url, on[2], on[3], event.reader)
            corrections = Corrections(db, of, moment(day, event.second), Rules().removed_after)
            corrections.put(Reread(page, len(found), found=found))
            corrections.end(Outcome.COMPLETE, Counts(), [], moment(day, event.second))

    def join(self, event: Join, day: int) -> None:
        collection = next(one for one, site in SITES.items() if site == event.site)
        with self.beside(collection, moment(day, event.second)) as (db, run):
            one, other = (address(db, run, name)[0] for name in event.ids)
            at = shifted(moment(day, event.second), run.moved)
            if put_joining(db, run, one, other, event.rule, at):
                joined(db, run, [one, other], Rules().removed_after)

    @contextmanager
    def beside(self, collection: int, at: str) -> Iterator[tuple[sqlite3.Connection, runs.Run]]:
        """A run that reads no page, in a transaction."""
        with correcting(self.db, 1) as db:
            start = replace(started(collection, at), source="reparse")
            run = runs.start_run(db, start)
            clocks.begin(db, run, at, after=Rules().removed_after)
            yield db, run
            end = RunEnd(start.collection, Outcome.COMPLETE, shifted(at, run.moved))
            runs.end_run(db, run, end)


def started(collection: int, at: str) -> RunStart:
    site = SITES[collection]
    url = f"https://{site}.example/{collection}"
    return RunStart(f"c{collection}", url, at, accept=True, site=KEYS[site])


def of_collection(db: sqlite3.Connection, collection: int) -> RecordedCollection:
    sql = "SELECT id, site, name, url, stated_total FROM collections WHERE name = ?"
    return RecordedCollection(*db.execute(sql, [f"c{collection}"]).fetchone(), 1, 1)


def facts(path: Path) -> list[Fact]:
    """All facts that a database has; the clocks that were wrong are put right in them."""
    with closing(sqlite3.connect(path)) as db:
        addresses = {
            number: Address(*one)
            for number, *one in db.execute("SELECT id, site, slug, rank FROM addresses")
        }
        statements = {
            number: Statement(addresses[of], *said)
            for number, of, *said in db.execute(
                f"SELECT id, address, {', '.join(FIELDS)} FROM statements"
            )
        }
        contents = {
            number: Content(*one)
            for number, *one in db.execute(
                "SELECT pages.id, collection, url, sha256 FROM pages JOIN runs ON runs.id = run"
            )
        }
        read = defaultdict(list)
        for reading, position, statement in db.execute("SELECT * FROM observations"):
            read[reading].append(Observation(position, statements[statement]))
        found: list[Fact] = []
        for number, collection, source, walk, outcome in db.execute(
            "SELECT id, collection, source, walk, outcome FROM runs"
        ):
            found.append(Run(number, collection, source == "live"))
            found += [Completion(number, walk, outcome == "complete")] if walk else []
        for run, content, at, walk in db.execute(
            "SELECT run, content, fetched, walk FROM pages WHERE content IS NOT NULL"
        ):
            found.append(Page(run, contents[content], at, walk))
        for content, run, made, reader, same in db.execute(
            "SELECT content, run, made, reader, same_as FROM readings"
        ):
            found.append(Reading(contents[content], run, made, reader, tuple(read[same])))
        for one, other, rule, run, at in db.execute("SELECT * FROM joinings"):
            joined = addresses[one], addresses[other]
            found.append(Joining(*joined, Rule[rule.upper()], run, at))
        return found


def documents(path: Path) -> dict[Address, dict[str, Any]]:
    """What a database has made of them, in the model's form."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        addresses = {
            row["id"]: (Address(row["site"], row["slug"], row["rank"]), row["document"])
            for row in db.execute("SELECT * FROM addresses")
        }
        found = {}
        for row in db.execute(
            "SELECT documents.*, statements.address FROM documents"
            " JOIN statements ON statements.id = statement"
        ):
            own = {one for one, document in addresses.values() if document == row["number"]}
            (name,) = (one for one in own if (one.site, one.id) == (row["site"], row["id"]))
            said = [row[field] for field in FIELDS]
            found[name] = {
                "name": name,
                "aliases": sorted(own - {name}),
                "words": Statement(addresses[row["address"]][0], *said),
                "members": _members(db, row["number"]),
                "removed": row["removed"],
                "first_seen": row["first_seen"],
                "last_changed": row["last_changed"],
                "changes": sorted(_changes(db, row["number"]), key=repr),
            }
        (all_there,) = db.execute("SELECT count(*) FROM documents").fetchone()
        assert len(found) == all_there
        return found


def _members(db: sqlite3.Connection, document: int) -> dict[int, dict[str, Any]]:
    names = ("first_seen", "position", "missed", "missing", "removed")
    rows = db.execute("SELECT * FROM memberships WHERE document = ?", [document])
    return {row["collection"]: {name: row[name] for name in names} for row in rows}


def _changes(db: sqlite3.Connection, document: int) -> Iterator[tuple[Any, ...]]:
    for row in db.execute("SELECT * FROM changes WHERE document = ?", [document]):
        collection, old = row["collection"], row["old"]
        if row["kind"] == "joined":
            collection, old = None, loads(old)["id"]
        yield row["at"], row["kind"], collection, row["field"], old, row["new"]
