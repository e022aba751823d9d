"""The queue of what a run fetches after its listing: documents' own pages and scans, and the
progress with them."""

import sqlite3
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from harvester.items import PageSource
from harvester.runs import DetailsStart, Failure, Phase, WantedPage
from harvester.store.connection import Row, select
from harvester.store.pages import IS_READ
from harvester.store.run import Run, put_failures

OF_PAGE = (
    *("id", "run", "url", "fetched", "sha256", "same_as", "etag", "last_modified"),
    *("warc", "warc_offset", "payload_digest"),
)
KNOWN = f"""
    SELECT number, documents.id AS document, documents.url AS link,
        {", ".join(f"pages.{name}" for name in OF_PAGE)},
        {IS_READ} AS is_read,
        EXISTS (SELECT 1 FROM changes WHERE changes.document = documents.number
            AND changes.run > pages.run AND kind IN ('changed', 'renamed')
            AND field IN ('title', 'date_text', 'summary', 'url')) AS changed
    FROM memberships JOIN documents ON number = memberships.document
        LEFT JOIN pages ON pages.id = (SELECT max(id) FROM pages WHERE document = documents.number)
        LEFT JOIN runs ON runs.id = pages.run
    WHERE memberships.collection = :collection AND memberships.missing IS NULL
    ORDER BY memberships.position, documents.id"""
OTHERS = """
    SELECT slug FROM addresses WHERE document = ? AND slug NOT LIKE 'oai:%' ORDER BY slug"""
RECORDED = """
    SELECT min(fetched) FROM pages WHERE document = ? AND warc = ? AND warc_offset IS ?"""
LAST_ENDED = """
    SELECT coalesce(max(id), 0) FROM runs WHERE collection = ? AND id < ? AND details_wanted > 0
        AND details_wanted = details_fetched + details_failed"""
"""The last run that completed its phase of documents' pages."""
COLUMN = {Phase.DETAILS: "details", Phase.SCANS: "files"}
"""The prefix of the columns of `runs` that count a phase."""
PUT_WANTED = "UPDATE runs SET {0}_wanted = ? WHERE id = ?"
ADD_FETCHED = "UPDATE runs SET {0}_fetched = {0}_fetched + 1 WHERE id = ?"
ADD_FAILED = "UPDATE runs SET {0}_failed = {0}_failed + ? WHERE id = ?"
COUNTS = "SELECT {0}_wanted, {0}_fetched, {0}_failed FROM runs WHERE id = ?"


def start_details(
    db: sqlite3.Connection, run: Run, start: DetailsStart, *, resume: str, recheck: str
) -> list[WantedPage]:
    """The pages to fetch, in the order of the listing; notes how many they are.

    That is every page that is unknown, whose entry has changed since, that another reader has read,
    or that may have changed by itself. The last reason does not hold for pages fetched since
    `recheck`, nor for those that an interrupted run fetched since `resume`.
    """
    wanted = list(_wanted(db, run, start, resume, recheck))
    put_wanted(db, run, Phase.DETAILS, len(wanted))
    return wanted


def put_wanted(db: sqlite3.Connection, run: Run, phase: Phase, wanted: int) -> None:
    """Notes how many are to be fetched."""
    db.execute(PUT_WANTED.format(COLUMN[phase]), [wanted, run.id])


def add_fetched(db: sqlite3.Connection, run: Run, phase: Phase) -> None:
    """Notes that one was fetched."""
    db.execute(ADD_FETCHED.format(COLUMN[phase]), [run.id])


def fail(db: sqlite3.Connection, run: Run, phase: Phase, failure: Failure, number: int) -> None:
    """Notes why `number` fetches failed."""
    put_failures(db, run, [failure])
    db.execute(ADD_FAILED.format(COLUMN[phase]), [number, run.id])


def counts(db: sqlite3.Connection, run: Run, phase: Phase) -> tuple[int, int, int]:
    """How many the run wanted, fetched, and failed to fetch."""
    wanted, fetched, failed = db.execute(COUNTS.format(COLUMN[phase]), [run.id]).fetchone()
    return wanted, fetched, failed


def _wanted(
    db: sqlite3.Connection, run: Run, start: DetailsStart, resume: str, recheck: str
) -> Iterator[WantedPage]:
    (ended,) = db.execute(LAST_ENDED, [run.collection, run.id]).fetchone()
    met = frozenset(start.met)
    for row in select(db, KNOWN, {"collection": run.collection, "reader": run.reader}):
        if row["document"] in met or not start.has_page(row["link"]):
            continue
        url = start.root + _below(start.home, row["link"])
        outdated = row["id"] is not None and not row["is_read"]
        if start.full or row["id"] is None or (outdated and not start.asks_for_changes):
            yield _page(db, row, url, start)
            continue
        can_ask = start.asks_for_changes and _can_ask(row, url)
        fresh = row["fetched"] > (min(resume, recheck) if row["run"] > ended else recheck)
        asks = can_ask and (row["changed"] or not fresh)
        if row["changed"] and not can_ask:
            yield _page(db, row, url, start)
        elif asks or outdated:
            yield _page(db, row, url, start, conditional=asks, outdated=outdated)


def _page(
    db: sqlite3.Connection,
    row: Row,
    url: str,
    start: DetailsStart,
    *,
    conditional: bool = False,
    outdated: bool = False,
) -> WantedPage:
    names = (name for (name,) in db.execute(OTHERS, [row["number"]]).fetchall())
    known = (start.url_of(name) for name in names)
    others = tuple(other for other in known if other != url)
    source = None
    if row["warc"]:
        digest = row["payload_digest"] or ""
        place = row["warc"], row["warc_offset"]
        (moment,) = db.execute(RECORDED, [row["number"], *place]).fetchone()
        source = PageSource(moment, row["url"], *place, digest)
    if not conditional and not outdated:
        return WantedPage(row["document"], url, others, source=source)
    return WantedPage(
        row["document"],
        url,
        others,
        page=row["same_as"] or row["id"],
        sha256=row["sha256"],
        etag=row["etag"] if conditional else None,
        last_modified=row["last_modified"] if conditional else None,
        source=source,
        outdated=outdated,
    )


def _below(home: str, link: str) -> str:
    """What of an address follows its site's, which may have been another when it was stored."""
    if link.startswith(home):
        return link.removeprefix(home)
    return urlunsplit(urlsplit(link)._replace(scheme="", netloc=""))


def _can_ask(row: Row, url: str) -> bool:
    """Whether the site can say that what it sent from this address has changed."""
    same = urlsplit(row["url"])[1:4] == urlsplit(url)[1:4]
    return same and bool(row["etag"] or row["last_modified"])
