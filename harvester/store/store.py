"""Writing runs and pages: each page is one transaction, and nothing known is written twice."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harvester.clock import utc_now
from harvester.items import Counts, Entry, PageItem, RunEnd, RunStart
from harvester.outcomes import BadUsage, Outcome
from harvester.store.database import LOCK_WAIT, named_errors, open_database, transaction

SAID = ("title", "summary", "date_text")
DATED = ("date_edtf", "date_earliest", "date_latest")

PUT_COLLECTION = """
    INSERT INTO collections (name, url) VALUES (:collection, :url)
    ON CONFLICT (name) DO UPDATE SET url = excluded.url WHERE url IS NOT excluded.url"""
PUT_RUN = """
    INSERT INTO runs (collection, source, started) VALUES (:collection, :source, :started)"""
END_RUN = """
    UPDATE runs SET finished = :finished, outcome = :outcome, reason = :reason WHERE id = :run"""
COUNT_RUN = """
    UPDATE runs SET stated_total = :stated_total, pages = :pages, seen = :seen, added = :added,
        changed = :changed, unchanged = :unchanged, undated = :undated,
        not_understood = :not_understood, duplicates = :duplicates
    WHERE id = :run"""
PUT_PAGE = """
    INSERT INTO pages (run, url, fetched, status, sha256, first, last, total, entries)
    VALUES (:run, :url, :fetched, :status, :sha256, :first, :last, :total, :entries)"""
PUT_DOCUMENT = """
    INSERT INTO documents (id, url, title, summary, date_text, date_edtf, date_earliest,
        date_latest, first_seen, last_changed, page)
    VALUES (:document, :link, :title, :summary, :date_text, :date_edtf, :date_earliest,
        :date_latest, :seen, :changed, :page)
    ON CONFLICT (id) DO UPDATE SET title = excluded.title, summary = excluded.summary,
        date_text = excluded.date_text, date_edtf = excluded.date_edtf,
        date_earliest = excluded.date_earliest, date_latest = excluded.date_latest,
        last_changed = excluded.last_changed, page = excluded.page"""
PUT_MEMBERSHIP = """
    INSERT INTO memberships (collection, document, position, first_seen, page)
    VALUES (:collection, :document, :position, :seen, :page)
    ON CONFLICT (collection, document) DO UPDATE
    SET position = excluded.position, page = excluded.page"""

Row = dict[str, Any]


class Store:
    """The database of harvests, with at most one run going on in it.

    Every method raises BadDatabase if the database can't be read or written; what a method was
    about to write is then not there at all.
    """

    def __init__(self, path: str, lock_wait: float = LOCK_WAIT) -> None:
        self._path = Path(path)
        self._db = open_database(self._path, lock_wait)
        self._run: int | None = None
        self._collection = 0
        self._counts = Counts()

    def start_run(self, start: RunStart) -> None:
        """Notes that a run has begun.

        Raises BadUsage if the collection's name belongs to another listing already.
        """
        with transaction(self._db, self._path):
            self._check_same_listing(start)
            self._db.execute(PUT_COLLECTION, {"collection": start.collection, "url": start.url})
            self._collection = self._value(
                "SELECT id FROM collections WHERE name = ?", [start.collection]
            )
            row = {**asdict(start), "collection": self._collection}
            self._run = self._db.execute(PUT_RUN, row).lastrowid
        self._counts = Counts()

    def store_page(self, item: PageItem) -> None:
        """Writes a page, its documents and their memberships, and what the run has done so far."""
        with transaction(self._db, self._path):
            page = self._put_page(item)
            counts = self._put_entries(item, page)
            self._put_counts(counts, item.listing.total)
        self._counts = counts

    def end_run(self, end: RunEnd) -> None:
        """Notes how the run ended, and tells the item what it did."""
        end.counts = self._counts
        with transaction(self._db, self._path):
            self._db.execute(END_RUN, {**asdict(end), "run": self._run})
            if end.stated_total is not None:
                self._put_total(end.stated_total)
        self._run = None

    def close(self) -> None:
        """Closes the database; a run that is still going on is noted as incomplete."""
        if self._run is not None:
            reason = "It was stopped before its end: harvest it again."
            self.end_run(RunEnd("", Outcome.INCOMPLETE, utc_now(), reason=reason))
        with named_errors(self._path):
            self._db.close()

    def _check_same_listing(self, start: RunStart) -> None:
        known = self._value("SELECT url FROM collections WHERE name = ?", [start.collection])
        if known is not None and _listing(known) != _listing(start.url):
            raise BadUsage(
                f"The collection {start.collection} in {self._path} is the listing {known}, not"
                f" {start.url}: give this one another name."
            )

    def _put_page(self, item: PageItem) -> int:
        listing = item.listing
        row = {
            **{name: getattr(item, name) for name in ("fetched", "status", "sha256")},
            **{name: getattr(listing, name) for name in ("url", "first", "last", "total")},
            "run": self._run,
            "entries": item.read,
        }
        page = self._db.execute(PUT_PAGE, row).lastrowid
        assert page is not None
        return page

    def _put_entries(self, item: PageItem, page: int) -> Counts:
        """Writes what is new or different, and returns what the run has done with it."""
        entries = item.listing.entries
        ids = [entry.document for entry in entries]
        known, members = self._known(ids), self._members(ids)
        rows = [_row(entry, known.get(entry.document), item.fetched, page) for entry in entries]
        self._put(PUT_DOCUMENT, (row for row in rows if row["differs"]))
        self._put(PUT_MEMBERSHIP, ({**row, "collection": self._collection} for row in rows))
        return _counted(self._counts, item, rows, members)

    def _known(self, ids: Sequence[str]) -> dict[str, Row]:
        """The documents that are stored already, by id."""
        return {row["id"]: row for row in self._rows("SELECT * FROM documents WHERE id IN", ids)}

    def _members(self, ids: Sequence[str]) -> set[str]:
        """Which of the documents are in the collection already."""
        sql = f"SELECT document FROM memberships WHERE collection = {self._collection}"
        return {row["document"] for row in self._rows(f"{sql} AND document IN", ids)}

    def _put_counts(self, counts: Counts, stated_total: int | None) -> None:
        row = {**asdict(counts), "stated_total": stated_total, "run": self._run}
        self._db.execute(COUNT_RUN, row)

    def _put_total(self, total: int) -> None:
        self._db.execute("UPDATE runs SET stated_total = ? WHERE id = ?", [total, self._run])
        self._db.execute(
            "UPDATE collections SET stated_total = :total"
            " WHERE id = :collection AND stated_total IS NOT :total",
            {"total": total, "collection": self._collection},
        )

    def _rows(self, select: str, ids: Sequence[str]) -> Iterable[Row]:
        marks = ", ".join("?" * len(ids))
        return self._db.query(f"{select} ({marks})", list(ids))

    def _put(self, sql: str, rows: Iterable[Row]) -> None:
        self._db.conn.executemany(sql, rows)

    def _value(self, sql: str, parameters: Sequence[Any]) -> Any:
        row = self._db.execute(sql, parameters).fetchone()
        return row and row[0]


def _row(entry: Entry, known: Row | None, seen: str, page: int) -> Row:
    """What to store of an entry; "changed" is the moment when what it says last changed."""
    new = {name: getattr(entry, name) for name in (*SAID, *DATED)}
    says_else = known is not None and any(known[name] != new[name] for name in SAID)
    differs = known is None or any(known[name] != new[name] for name in new)
    return {
        **asdict(entry),
        "seen": seen,
        "page": page,
        "differs": differs,
        "says_else": says_else,
        "changed": known["last_changed"] if known and not says_else else seen,
    }


def _counted(before: Counts, item: PageItem, rows: Sequence[Row], members: set[str]) -> Counts:
    """What the run has done, this page included."""
    added = sum(row["document"] not in members for row in rows)
    changed = sum(row["document"] in members and row["says_else"] for row in rows)
    return Counts(
        pages=before.pages + 1,
        seen=before.seen + len(rows),
        added=before.added + added,
        changed=before.changed + changed,
        unchanged=before.unchanged + len(rows) - added - changed,
        undated=before.undated + item.undated,
        not_understood=before.not_understood + item.not_understood,
        duplicates=before.duplicates + item.duplicates,
    )


def _listing(url: str) -> tuple[str, list[tuple[str, str]]]:
    """What tells one listing from another: not the host, for a mirror has the same listings."""
    parts = urlsplit(url)
    return parts.path, sorted(parse_qsl(parts.query, keep_blank_values=True))
