"""Any history of documents at two addresses each: one document is one, and nothing is lost."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from examples import examples
from harvests import rows
from hypothesis import given
from hypothesis import strategies as st

from harvester.items import DetailsItem, Entry, Listing, PageItem
from harvester.outcomes import Outcome
from harvester.pipelines import DatePipeline
from harvester.record import Record, Term, Transcript
from harvester.runs import DetailsStart, Phase, RunEnd, RunStart
from harvester.store.store import Rules, Store

HOME = "https://example.org"
AT = "2026-11-24T00:00:{:02}Z"
DOCUMENTS = ("a", "b", "c", "d")
NUMBERS = {name: str(900 + place) for place, name in enumerate(DOCUMENTS)}


@dataclass(frozen=True)
class Step:
    """A run over the listing of a generation, and whether it reads documents' pages: all, or as
    many as it gets before it is killed. `leads` says that numbers lead to today's addresses."""

    earlier: bool
    shown: list[str]
    details: int
    leads: bool
    wording: str


steps = st.builds(
    Step,
    st.booleans(),
    st.lists(st.sampled_from(DOCUMENTS), unique=True, min_size=1),
    st.sampled_from([0, 1, 2, 9, 9]),
    st.booleans(),
    st.sampled_from(["one", "two"]),
)


@examples(10, most=600)
@given(st.lists(steps, min_size=2, max_size=6))
def test_documents_are_one_at_both_addresses(history: list[Step]) -> None:
    last = Step(False, list(DOCUMENTS), 9, False, "one")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        known, titles, beside = set[str](), set[str](), set[str]()
        for number, step in enumerate([*history, last]):
            run(path, number, step)
            check(path, step)
            titles |= {row["title"] for row in rows(path, "SELECT title FROM documents")}
            if step.earlier:
                beside |= {f"{name} {step.wording}" for name in known & set(step.shown)}
            else:
                known |= set(step.shown)
        found = rows(path, "SELECT id, record_id FROM documents ORDER BY id")
        assert {row["id"]: row["record_id"] for row in found} == NUMBERS
        told = "SELECT title AS said FROM documents UNION ALL SELECT old FROM changes"
        everything = " ".join(row["said"] or "" for row in rows(path, told))
        assert all(title in everything for title in titles - beside)
        # What only the earlier site said while today's listed the document, too, never counted.
        said = {row["title"] for row in rows(path, "SELECT title FROM statements")}
        assert titles | beside <= said
        told = "SELECT text AS said FROM texts UNION ALL SELECT old FROM changes"
        texts = " ".join(row["said"] or "" for row in rows(path, told))
        assert all(f"text of {name}" in texts for name in DOCUMENTS)


def run(path: Path, number: int, step: Step) -> None:
    at, name = AT.format(number), "earlier" if step.earlier else "today"
    store = Store(str(path), Rules(removed_after=2))
    store.start_run(RunStart(name, f"{HOME}/{name}", at, accept=True, site="wilson-center"))
    store.store_page(page(store, step, at))
    store.end_run(RunEnd(name, Outcome.COMPLETE, at))
    pages = store.start_details(DetailsStart(name, HOME, HOME, f"{HOME}/{{}}".format))
    for wanted in pages[: step.details]:
        store.store_details(details(wanted.document, step, at, name))
    if step.details > len(pages):
        store.end_phase(Phase.DETAILS)
    store.close()


def page(store: Store, step: Step, at: str) -> PageItem:
    shown = [(name, NUMBERS[name] if step.earlier else name) for name in step.shown]
    entries = [
        Entry(
            document,
            f"{HOME}/document/{document}",
            f"{name} {step.wording}",
            summary=f"Of {name}.",
            position=position,
        )
        for position, (name, document) in enumerate(shown, 1)
    ]
    listing = Listing(f"{HOME}/{step.earlier}", 1, len(entries), len(entries), entries)
    item = PageItem("", listing, at, 200, repr(entries), len(entries))
    item = DatePipeline().process_item(item)
    listing.entries = store.new_entries(item)
    return item


def details(asked: str, step: Step, at: str, collection: str) -> DetailsItem:
    """The page of a document, which can be known by its slug, its number or both."""
    name = next(name for name in DOCUMENTS if asked in (name, NUMBERS[name]))
    shown = name if step.leads else asked
    record = Record(
        shown,
        f"{HOME}/document/{shown}",
        f"{name} {step.wording}",
        record_id=NUMBERS[name],
        source=step.wording,
        terms=[Term("author", name), Term("place", step.wording)],
        transcripts=[Transcript(None, None, f"text of {name}, {step.wording}")],
        aliases=[] if shown == NUMBERS[name] else [NUMBERS[name]],
    )
    return DetailsItem(collection, asked, record.link, record, at, 200, "0")


def check(path: Path, step: Step) -> None:
    assert rows(path, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert rows(path, "PRAGMA foreign_key_check") == []
    astray = "SELECT 1 FROM addresses JOIN documents ON documents.id = slug WHERE document <> slug"
    assert rows(path, astray) == []
    members = rows(
        path,
        "SELECT document, record_id FROM memberships JOIN documents ON documents.id = document"
        " JOIN collections ON collections.id = collection WHERE name = ? AND missing IS NULL",
        "earlier" if step.earlier else "today",
    )
    live = {row["document"] for row in members}
    names = {name for name in DOCUMENTS if live & {name, NUMBERS[name]}}
    assert (names, len(live)) == (set(step.shown), len(step.shown))
