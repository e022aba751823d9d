"""Clocks that are wrong: a database ends as if they had been right, but for its moments."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from examples import examples
from harvests import rows
from hypothesis import given
from hypothesis import strategies as st

from harvester.items import Entry, Listing, PageItem
from harvester.outcomes import Outcome
from harvester.pipelines import DatePipeline
from harvester.runs import RunEnd, RunStart
from harvester.store.store import Rules, Store
from harvester.timestamps import in_utc

PER_PAGE = 2
BEGAN = datetime(2026, 12, 1, tzinfo=UTC)
DAY = 24 * 3600
YEAR = 365 * DAY
ERRORS = (0, 0, 0, 60, 2 * 3600, -2 * 3600, 30 * YEAR, 73 * YEAR, -10 * YEAR, -56 * YEAR)

# A document's summaries are its own: two that say the same could be one at another address.
shown = st.builds(
    lambda name, title, date, summary: Entry(
        name, f"https://example.org/document/{name}", title, date, f"{summary} words of {name}"
    ),
    st.sampled_from("abcde"),
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from([None, "1955", "August, 1962"]),
    st.sampled_from(["First", "Second"]),
)
listings = st.lists(shown, max_size=5, unique_by=lambda entry: entry.document)


@dataclass(frozen=True)
class Look:
    """What a listing showed on a day, seen live or captured then and read some days `later`.

    `error` is by how many seconds the clock was ahead when it was read; at the page that it
    `lacks`, the harvest ended.
    """

    collection: str
    entries: list[Entry]
    lacks: int | None
    is_live: bool
    later: int
    error: int
    day: int = 0

    @property
    def read_on(self) -> int:
        return self.day + (0 if self.is_live else self.later)


looks = st.builds(
    Look,
    st.sampled_from(["one", "one", "two"]),
    listings,
    st.sampled_from([None, None, None, 0, 1]),
    st.booleans(),
    st.integers(0, 5),
    st.sampled_from(ERRORS),
)


@examples(12, most=800)
@given(st.lists(looks, min_size=1, max_size=6), listings)
def test_wrong_clocks_leave_no_harm_where_the_site_says_when_it_is(
    history: list[Look], last: list[Entry]
) -> None:
    """However captures lie between the runs."""
    check(_ended([replace(look, day=day) for day, look in enumerate(history)], last), says=True)


@examples(8, most=500)
@given(st.lists(looks, min_size=1, max_size=6), listings)
def test_wrong_clocks_leave_no_harm_where_the_site_says_nothing(
    history: list[Look], last: list[Entry]
) -> None:
    """Where a run belongs between others is certain then, where among captures is not."""
    timed = [
        replace(look, day=day if look.is_live else day - 1000, later=1000)
        for day, look in enumerate(history)
    ]
    check(_ended(timed, last), says=False)


def _ended(history: list[Look], last: list[Entry]) -> list[Look]:
    """With a live run of each collection at the end, whose clock is right."""
    days = max(look.read_on for look in history) + 1
    ends = [Look(name, last, None, True, 0, 0, days + n) for n, name in enumerate(("one", "two"))]
    return sorted(history, key=lambda look: look.read_on) + ends


def check(history: Sequence[Look], *, says: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        right, wrong = (Path(folder) / name for name in ("right.db", "wrong.db"))
        harvested(right, [replace(look, error=0) for look in history], says=says)
        harvested(wrong, history, says=says)
        assert known(wrong) == known(right)
        check_in_order(wrong)


def harvested(db: Path, history: Sequence[Look], *, says: bool) -> None:
    store = Store(str(db), Rules())
    for look in history:
        source = "live" if look.is_live else "crawl.warc.gz"
        began = at(look.read_on, look.error)
        url = f"https://example.org/{look.collection}"
        store.start_run(
            RunStart(look.collection, url, began, source, accept=True, site="wilson-center")
        )
        end = RunEnd(look.collection, Outcome.COMPLETE, at(look.read_on, look.error + 60))
        for number, page in enumerate(pages(look)):
            if number == look.lacks:
                end = replace(end, outcome=Outcome.INCOMPLETE, reason="It lacks a page.")
                break
            page.listing.entries = store.new_entries(page)
            page.duplicates = page.read - len(page.listing.entries)
            page.clock_ahead = look.error if says and look.is_live else None
            end = replace(end, clock_ahead=page.clock_ahead)
            store.store_page(page)
        store.end_run(end)
    store.close()


def pages(look: Look) -> list[PageItem]:
    made, total = [], len(look.entries)
    for number, start in enumerate(range(0, max(1, total), PER_PAGE)):
        entries = [replace(entry) for entry in look.entries[start : start + PER_PAGE]]
        for position, entry in enumerate(entries, start + 1):
            entry.position = position
        url, first = f"https://example.org/{look.collection}?page={number}", start + 1
        listing = Listing(url, first if total else 0, start + len(entries), total, entries)
        moment = at(look.day, 10 * number + (look.error if look.is_live else 5))
        page = PageItem(look.collection, listing, moment, 200, repr(entries), len(entries))
        made.append(DatePipeline().process_item(page))
    return made


def at(day: int, seconds: int) -> str:
    return in_utc(BEGAN + timedelta(days=day, seconds=seconds))


def known(db: Path) -> list[object]:
    """What a database says, but for moments; what changed, in the order in which it did."""
    documents = rows(
        db,
        "SELECT id, url, title, summary, date_text, date_edtf, removed IS NULL AS there"
        " FROM documents ORDER BY id",
    )
    members = rows(
        db,
        "SELECT name, document, missed, missing IS NULL AS found, removed IS NULL AS there,"
        " CASE WHEN missing IS NULL THEN position END AS place FROM memberships"
        " JOIN collections ON collections.id = collection ORDER BY name, document",
    )
    changes = rows(
        db,
        "SELECT at, document, kind, field, CASE WHEN kind <> 'changed' THEN collection END AS seen,"
        " CASE WHEN kind = 'changed' THEN old || ' -> ' || new END AS what"
        " FROM changes ORDER BY at, id",
    )
    told = [
        sorted(repr(list(row.values())[1:]) for row in some)
        for _, some in groupby(changes, key=lambda row: row["at"])
    ]
    totals = rows(db, "SELECT name, stated_total FROM collections ORDER BY name")
    return [documents, members, told, totals]


def check_in_order(db: Path) -> None:
    """A live run is later than all before it, and nothing is dated later than the last one."""
    live = rows(db, "SELECT started, finished, captured FROM runs WHERE source = 'live'")
    ends = [max(filter(None, run.values())) for run in live]
    assert all(end <= run["started"] for end, run in zip(ends, live[1:], strict=False))
    moments = rows(
        db,
        "SELECT at FROM changes UNION SELECT fetched FROM pages UNION SELECT first_seen"
        " FROM documents UNION SELECT last_changed FROM documents UNION SELECT started FROM runs",
    )
    assert max(row["at"] for row in moments) <= ends[-1]
