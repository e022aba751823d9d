"""Captures read in any order: a database ends as if they had been read in the order of time."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from examples import examples
from harvests import rows
from hypothesis import given
from hypothesis import strategies as st

from harvester.items import Entry, Listing, PageItem
from harvester.outcomes import Outcome
from harvester.pipelines import DatePipeline
from harvester.runs import RunEnd, RunStart
from harvester.store.store import Rules, Store

PER_PAGE = 2
FIELDS = ("title", "summary", "date_text", "date_edtf", "date_earliest", "date_latest", "url")

# A document's summaries are its own: two that say the same could be one at another address, which
# only live harvests in the order of time find out.
shown = st.builds(
    lambda name, home, title, date, summary: Entry(
        name, f"{home}/document/{name}", title, date, summary and f"{summary} of {name}"
    ),
    st.sampled_from("abcdef"),
    st.sampled_from(["http://example.org", "https://example.org"]),
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from([None, "1955", "August, 1962"]),
    st.sampled_from([None, "First words", "Second words"]),
)
listings = st.lists(shown, max_size=6, unique_by=lambda entry: entry.document)


@dataclass(frozen=True)
class Capture:
    """What was captured of a collection, page by page; at a page that was not, a harvest ends."""

    collection: str
    source: str
    entries: list[Entry]
    lacks: int | None
    is_dated: bool = True
    moments: tuple[int, ...] = ()


captures = st.lists(
    st.builds(
        Capture,
        st.sampled_from(["one", "one", "two"]),
        st.sampled_from(["mirror.tar", "crawl.warc.gz"]),
        listings,
        st.sampled_from([None, None, None, 0, 1, 2]),
        st.sampled_from([True, True, True, False]),
    ),
    min_size=2,
    max_size=6,
)
MOST = 6 * 3


@examples(8, most=400)
@given(captures, st.permutations(range(MOST)), st.randoms(use_true_random=False))
def test_order_of_reading_makes_no_difference(
    history: list[Capture], moments: list[int], chance: Any
) -> None:
    """Both where captures follow each other and where their pages were captured pell-mell."""
    for times in (list(range(MOST)), moments):
        timed = [
            replace(capture, moments=tuple(times[3 * number : 3 * number + 3]))
            for number, capture in enumerate(history)
        ]
        mixed = chance.sample(timed, len(timed))
        with tempfile.TemporaryDirectory() as folder:
            one, other = (Path(folder) / name for name in ("one.db", "other.db"))
            harvested(one, timed)
            harvested(other, mixed)
            assert known(other) == known(one)
            check_chains(other)
            before = exactly(other)
            again = replace(chance.choice(timed), source="again.warc.gz")
            harvested(other, [again])
            assert exactly(other) == before


def harvested(db: Path, history: Sequence[Capture]) -> None:
    store = Store(str(db), Rules())
    for capture in history:
        end = RunEnd(capture.collection, Outcome.COMPLETE, "2029-01-01T00:00:00Z")
        url = f"https://example.org/{capture.collection}"
        began = RunStart(
            *(capture.collection, url, "2029-01-01T00:00:00Z", capture.source),
            accept=True,
            site="example.org",
        )
        store.start_run(began)
        for number, page in enumerate(pages(capture)):
            if number == capture.lacks:
                end = replace(end, outcome=Outcome.INCOMPLETE, reason="It lacks a page.")
                break
            page.listing.entries = store.new_entries(page)
            page.duplicates = page.read - len(page.listing.entries)
            store.store_page(page)
            end = replace(end, stated_total=page.listing.total)
        store.end_run(end)
    store.close()


def pages(capture: Capture) -> list[PageItem]:
    made, total = [], len(capture.entries)
    for start in range(0, max(1, total), PER_PAGE):
        entries = [replace(entry) for entry in capture.entries[start : start + PER_PAGE]]
        for position, entry in enumerate(entries, start + 1):
            entry.position = position
        number = start // PER_PAGE
        at = f"2020-01-01T00:00:{capture.moments[number]:02}Z"
        if not capture.is_dated:
            at = f"0001-01-01T00:00:{capture.moments[number]:02}Z"
        first = start + 1 if total else 0
        url = f"https://example.org/{capture.collection}?page={number}"
        listing = Listing(url, first, start + len(entries), total, entries)
        page = PageItem(capture.collection, listing, at, 200, repr(entries), len(entries))
        made.append(DatePipeline().process_item(page))
    return made


def known(db: Path) -> list[object]:
    """What a database says, but for the numbers that runs and pages have, and who found it out."""
    return [
        rows(
            db,
            f"SELECT id, {', '.join(FIELDS)}, first_seen, last_changed, removed"
            " FROM documents ORDER BY id",
        ),
        rows(
            db,
            "SELECT name, m.document, position, first_seen, missed, missing, removed, fetched"
            " FROM memberships AS m JOIN collections ON collections.id = collection"
            " JOIN pages ON pages.id = page ORDER BY name, m.document",
        ),
        rows(
            db,
            "SELECT at, document, kind, field, old, new,"
            " CASE WHEN kind <> 'changed' THEN name END AS collection"
            " FROM changes LEFT JOIN collections ON collections.id = collection"
            " ORDER BY at, document, kind, field, 7",
        ),
        rows(db, "SELECT name, stated_total FROM collections ORDER BY name"),
    ]


def exactly(db: Path) -> list[object]:
    tables = ("documents", "memberships", "changes", "observations", "addresses", "collections")
    return [rows(db, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def check_chains(db: Path) -> None:
    """Read by `at` and `id`, the changes of a field lead from each value to the next one."""
    for document in rows(db, "SELECT * FROM documents"):
        for name in FIELDS:
            turns = rows(
                db,
                "SELECT old, new FROM changes WHERE document = ? AND field = ? ORDER BY at, id",
                document["id"],
                name,
            )
            olds = [turn["old"] for turn in turns] + [document[name]]
            news = [turn["new"] for turn in turns]
            assert olds[1:] == news
