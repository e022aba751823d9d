"""Any history of a site: what is stored is what it shows, and nothing that was known is lost."""

import tempfile
from dataclasses import dataclass, replace
from itertools import combinations
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

PER_PAGE = 3
AT = "2026-11-24T00:00:{:02}Z"
HOME = "https://example.org/document/"

State = dict[str, dict[Any, Any]]
Addresses = dict[str, str]
Said = dict[str, dict[str, Entry]]

shown = st.builds(
    lambda slug, title, date, summary: Entry(slug, HOME + slug, title, date, summary),
    st.sampled_from("abcdefgh"),
    st.sampled_from(["One", "Two"]),
    st.sampled_from([None, "1955", "August, 1962"]),
    st.sampled_from([None, "First words.", "Second words.", "Third words."]),
)
listings = st.lists(shown, max_size=8, unique_by=lambda entry: entry.document)


@dataclass(frozen=True)
class Step:
    """A run: of which collection, what the site shows, and after how many pages it breaks off."""

    collection: str
    entries: list[Entry]
    pages: int | None
    killed: bool


steps = st.builds(
    Step,
    st.sampled_from(["one", "two"]),
    listings,
    st.sampled_from([None, None, None, 0, 1, 2]),
    st.booleans(),
)


@examples(15, most=1_000)
@given(st.lists(steps, min_size=2, max_size=7))
def test_any_history_is_kept(history: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        states: list[State] = [{"documents": {}, "members": {}}]
        known: Addresses = {}
        said: Said = {"one": {}, "two": {}}
        for number, step in enumerate(history):
            run(path, number, step)
            before, known = known, addresses(path)
            if is_parted(before, known):
                states = [{} for _ in states]
            states.append(state(path))
            check_integrity(path)
            if step.pages is None:
                check_shown(path, step, said)
            for page in pages(step, AT.format(number)):
                said[step.collection] |= {one.document: one for one in page.listing.entries}
        replay(path, states)


def run(path: Path, number: int, step: Step) -> None:
    """One run over the pages of what the site shows; a killed one is closed by the next."""
    store = Store(str(path), Rules())
    url = f"https://example.org/{step.collection}"
    start = RunStart(step.collection, url, AT.format(number), site="example.org")
    store.start_run(replace(start, accept=True))
    for page in pages(step, AT.format(number)):
        page.listing.entries = store.new_entries(page)
        page.duplicates = page.read - len(page.listing.entries)
        store.store_page(page)
    if step.pages is None:
        store.end_run(RunEnd(step.collection, Outcome.COMPLETE, AT.format(number)))
    elif not step.killed:
        store.end_run(RunEnd(step.collection, Outcome.INCOMPLETE, AT.format(number), reason="r"))
    store.close()


def pages(step: Step, at: str) -> list[PageItem]:
    starts = range(0, max(1, len(step.entries)), PER_PAGE)
    made = []
    for number, start in enumerate(starts):
        entries = [replace(entry) for entry in step.entries[start : start + PER_PAGE]]
        for position, entry in enumerate(entries, start + 1):
            entry.position = position
        last, total = start + len(entries), len(step.entries)
        first = start + 1 if total else 0
        listing = Listing(f"https://example.org/{number}", first, last, total, entries)
        page = PageItem(step.collection, listing, at, 200, repr(entries), len(entries))
        made.append(DatePipeline().process_item(page))
    return made[: step.pages]


def check_integrity(path: Path) -> None:
    assert rows(path, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert rows(path, "PRAGMA foreign_key_check") == []


def check_shown(path: Path, step: Step, said: Said) -> None:
    """After a complete run the live members of the collection are what the site shows. Where it
    says what it said before, the other collection's words may be those that count."""
    live = rows(
        path,
        "SELECT documents.url, title, date_text, summary FROM memberships"
        " JOIN documents ON documents.id = document JOIN collections c ON c.id = collection"
        " WHERE c.name = ? AND missing IS NULL ORDER BY position",
        step.collection,
    )
    (others,) = (entries for name, entries in said.items() if name != step.collection)
    known = addresses(path)
    for row, entry in zip(live, step.entries, strict=True):
        before = said[step.collection].get(entry.document)
        is_echo = before is not None and words(before) == words(entry)
        own = known[entry.document]
        theirs = [one for slug, one in others.items() if is_echo and known[slug] == own]
        assert tuple(row.values()) in {words(entry), *map(words, theirs)}


def words(entry: Entry) -> tuple[str | None, ...]:
    return entry.link, entry.title, entry.date_text, entry.summary


def addresses(path: Path) -> Addresses:
    """Which addresses lead to which document."""
    found = rows(path, "SELECT slug, document FROM addresses WHERE document IS NOT NULL")
    return {row["slug"]: row["document"] for row in found}


def is_parted(before: Addresses, now: Addresses) -> bool:
    """Whether two addresses that were one document's are not any more."""
    pairs = combinations(before, 2)
    return any(before[one] == before[two] and now[one] != now[two] for one, two in pairs)


def state(path: Path) -> State:
    """What is known of documents and of memberships."""
    fields = "url, title, summary, date_text, date_edtf, date_earliest, date_latest, removed"
    documents = rows(path, f"SELECT id, {fields} FROM documents")
    members = rows(path, "SELECT collection, document, missing, removed FROM memberships")
    return {
        "documents": {row.pop("id"): row for row in documents},
        "members": {(row.pop("collection"), row.pop("document")): row for row in members},
    }


def replay(path: Path, states: list[State]) -> None:
    """Undoing the changes of one run after the other gives every earlier state, but for those of a
    time when two addresses were taken for one document's, as a complete run has refuted since."""
    now = state(path)
    for number in range(len(states) - 1, 0, -1):
        if not states[number]:
            return
        assert now == states[number]
        for change in rows(path, "SELECT * FROM changes WHERE run = ? ORDER BY id DESC", number):
            undo(now, change)
    assert now == (states[0] or now)


def undo(now: State, change: dict[str, Any]) -> None:
    document, key = change["document"], (change["collection"], change["document"])
    if change["kind"] == "added":
        del now["members"][key]
        if not any(name == document for _, name in now["members"]):
            del now["documents"][document]
    elif change["collection"] and change["field"] in ("missing", "removed"):
        now["members"][key][change["field"]] = change["old"]
    else:
        now["documents"][document][change["field"]] = change["old"]
