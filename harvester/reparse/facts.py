"""What recordings say, from their Parquet, as databases that can be merged.

The pages of a listing in a recording are a run. It proves nothing: what it lacks may be there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from harvester import normalize
from harvester.collection import collection
from harvester.exports import facts
from harvester.exports.bulk import readers
from harvester.exports.facts import SCHEMA, Row
from harvester.items import Entry, Listing, PageItem, PageSource
from harvester.outcomes import BadUsage, Outcome, Reason, Unreadable
from harvester.record import columns
from harvester.runs import Failure, RunEnd, RunStart
from harvester.store import recorded
from harvester.store.connection import reading
from harvester.store.store import Rules, Store
from harvester.timestamps import EARLIEST, stand_in

SURVEYED = ("kind", "site", "listing", "page", "digest", "fetched")
OF_PAGE = ("kind", "recording", "offset", "page", "digest", "fetched")
OWN_PAGES = "documents' own pages"
NO_LISTING = "pages of which no profile tells the listing"
NO_ORIGINAL = "captures that only refer to pages which are in none of the files"
WHY = "A recording does not prove that a listing was seen whole."
NOBODY = 0
"""The process of a run that is made of a recording, whoever makes it."""

Key = tuple[str, str]


@dataclass(slots=True)
class Survey:
    """What is in some files.

    `newest` is the last moment of each listing, by file, site and address. `wanted` are the pages
    that a revisit refers to, by address and digest; `known` are the rows of those that are there.
    `left` are the pages that can't be merged, by the reason.
    """

    newest: dict[tuple[Path, str, str], str] = field(default_factory=dict)
    wanted: set[Key] = field(default_factory=set)
    known: dict[Key, list[Row]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)

    def add(self, file: Path) -> None:
        """Looks through a file."""
        pages = set[tuple[str, str, str]]()
        for kind, site, listing, page, digest, fetched in facts.read_columns(file, SURVEYED):
            if kind == "document":
                self.left[OWN_PAGES] += 1
            elif listing is None and kind != "refused":
                pages.add((site, page, f"{fetched}"))
            elif listing is not None:
                moment = facts.moment(fetched)
                newest = self.newest.setdefault((file, site, listing), moment)
                self.newest[file, site, listing] = max(newest, moment)
                if kind == "revisit":
                    self.wanted.add((page, digest))
        if pages:
            self.left[NO_LISTING] += len(pages)

    def find_originals(self, files: Iterable[Path]) -> None:
        """Keeps the pages that revisits refer to, wherever they are."""
        for file in files if self.wanted else ():
            for rows in _pages(facts.read(file)):
                key = rows[0]["page"], rows[0].get("digest", "")
                if rows[0]["kind"] == "listing" and key in self.wanted:
                    self.known.setdefault(key, rows)

    def original(self, rows: list[Row]) -> list[Row]:
        """The rows of a page; of a revisit, those of the page that it refers to. Counts a revisit
        of a page that is in none of the files, which has no rows."""
        about = rows[0]
        if about["kind"] != "revisit":
            return rows
        found = self.known.get((about["page"], about.get("digest", "")), [])
        if not found:
            self.left[NO_ORIGINAL] += 1
        return found


def databases(
    files: Sequence[Path], others: Iterable[Path], folder: Path
) -> tuple[list[Path], str]:
    """Makes a database of each file, in a folder, and says what is not in them, in a sentence that
    may be empty.

    Collections have the names that `others` give their listings, or else are named after their
    addresses. Raises BadUsage for a file that is of no such kind, or is of another version.
    """
    survey, names = Survey(), _names(others)
    for file in files:
        _check(file)
        survey.add(file)
    survey.find_originals(files)
    made = []
    for number, file in enumerate(files):
        made.append(folder / f"facts-{number}.db")
        _write(made[-1], file, survey, names)
    return made, ", nor ".join(f"{what} ({n:,})" for what, n in sorted(survey.left.items()))


def _check(file: Path) -> None:
    try:
        about = facts.said_about(file)
    except (ValueError, OSError):
        about = None
    if about is None:
        raise BadUsage(f"{file} is no Parquet of a recording: name what reparse --parquet wrote.")
    if (about["schema"], about["reader"]) != (SCHEMA, readers()):
        raise BadUsage(f"{file} was read by other readers: say reparse --parquet again, and merge.")


def _names(paths: Iterable[Path]) -> dict[Key, str]:
    """What databases call their collections, by the site, and the address without its scheme."""
    found: dict[Key, str] = {}
    for path in paths:
        with reading(path) as db:
            for one in recorded.collections(db):
                found[one.site, _bare(one.url)] = one.name
    return found


def _bare(url: str) -> str:
    return url.partition("://")[2]


def _write(path: Path, file: Path, survey: Survey, names: dict[Key, str]) -> None:
    """Writes the database of a file, its listings in the order of their last moments."""
    runs = [
        (max(moment, EARLIEST), *said)
        for (of, *said), moment in survey.newest.items()
        if of == file
    ]
    store = Store(str(path), Rules())
    try:
        for moment, site, url in sorted(runs):
            name = names.get((site, _bare(url))) or collection(None, url, site).name
            about = facts.said_about(file) or {}
            source = f"{about['recording']} ({about['begins'][:8]})"
            store.start_run(RunStart(name, url, moment, source, site=site, pid=NOBODY))
            failures = _put(store, name, facts.read(file, url), survey)
            store.end_run(RunEnd(name, Outcome.INCOMPLETE, moment, reason=WHY, failures=failures))
    finally:
        store.close()


def _put(store: Store, name: str, rows: Iterable[Row], survey: Survey) -> list[Failure]:
    """Stores the pages of a listing, each time that they come again as another walk. Returns why
    some could not be stored."""
    failures, walk, met, before = [], 1, set[str](), 0
    for page in _pages(rows):
        about = page[0]
        if about["kind"] == "refused":
            reason = Reason(about["reason"])
            failures += [Failure(one["page"], reason, one["problem"]) for one in page]
            continue
        page = survey.original(page)
        if not page:
            continue
        if about["page"] in met:
            walk, met, before = walk + 1, set(), 0
        met.add(about["page"])
        item = _item(name, page, about, walk, before)
        before += item.read
        item.listing.entries = store.new_entries(item)
        item.duplicates = item.read - len(item.listing.entries)
        try:
            store.store_page(item)
        except Unreadable as problem:
            failures.append(Failure.of(problem))
    return failures


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows of each page."""
    for _, some in groupby(rows, lambda row: [row.get(name) for name in OF_PAGE]):
        yield list(some)


def _item(name: str, rows: list[Row], about: Row, walk: int, before: int) -> PageItem:
    """A page of a listing, as it was `about` that time."""
    entries = [
        _entry(row, before + place) for place, row in enumerate(rows, 1) if "document" in row
    ]
    first, last, total = (rows[0].get(name) for name in ("first", "last", "total"))
    url, digest = about["page"], rows[0].get("digest", "")
    moment = about.get("fetched") or stand_in(f"{url} {digest}")
    item = normalize.page_item(
        Listing(url, first, last, total, entries),
        collection=name,
        fetched=moment,
        status=rows[0]["status"],
        sha256=rows[0]["sha256"],
        walk=walk,
        before=before,
        source=PageSource(moment, url, about["recording"], about.get("offset"), digest),
    )
    dated = [entry for entry in entries if entry.date_text is not None]
    item.undated = len(entries) - len(dated)
    item.not_understood = sum(entry.date_edtf is None for entry in dated)
    return item


def _entry(row: Row, place: int) -> Entry:
    said = {name: row.get(name) for name in columns(Entry) if name != "title"}
    return Entry(
        row["document"],
        row["link"],
        row.get("title", ""),
        **said,
        position=row["position"] if "first" in row else place,
        alias=row.get("alias"),
        withdrawn=row["withdrawn"],
    )
