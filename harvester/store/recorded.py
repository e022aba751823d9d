"""Recorded pages: what the database has from them, and the results of reading them again."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harvester.items import Entry, PageSource
from harvester.outcomes import Outcome
from harvester.runs import Counts, Failure
from harvester.store.connection import Row
from harvester.store.details import LISTED
from harvester.store.history.facts import FIELDS
from harvester.store.said import Difference, Said, differences

COLLECTIONS = """
    SELECT collections.id, site, name, collections.url, collections.stated_total,
        count(pages.id) AS pages, count(warc_offset) AS recorded
    FROM collections JOIN runs ON runs.collection = collections.id
    LEFT JOIN pages ON run = runs.id AND same_as IS NULL
    WHERE :collection IS NULL OR collections.id = :collection
    GROUP BY collections.id ORDER BY collections.id"""
NUMBERS = """
    SELECT pages.id FROM runs CROSS JOIN pages ON run = runs.id
    WHERE collection = ? AND same_as IS NULL AND document IS NULL AND warc_offset IS NOT NULL
    ORDER BY warc, warc_offset, pages.id"""
OWN = """
    SELECT pages.id, document FROM runs CROSS JOIN pages ON run = runs.id
    WHERE collection = ? AND same_as IS NULL AND document IS NOT NULL AND warc_offset IS NOT NULL
    ORDER BY warc, warc_offset, pages.id"""
PAGES = """
    SELECT pages.id, content, run, collection, site, document, collections.url AS listing,
        pages.url, fetched, status, sha256, entries, warc AS file, warc_offset AS offset,
        payload_digest AS digest, profile
    FROM pages JOIN runs ON runs.id = run JOIN collections ON collections.id = collection
    WHERE pages.id IN ({}) ORDER BY warc, warc_offset, pages.id"""
OF_KNOWN = ("position", *FIELDS, "rank", "slug", "document", "id", "missing", "speaks", "stands")
KNOWN = f"""
    SELECT observations.position, {", ".join(f"statements.{name}" for name in FIELDS)}, rank, slug,
        document, (SELECT id FROM documents WHERE number = document),
        (SELECT missing FROM memberships WHERE document = addresses.document
            AND collection = :collection),
        NOT EXISTS (SELECT 1 FROM memberships AS m JOIN pages AS last ON last.id = m.page
            WHERE m.document = addresses.document AND last.content <> :content
                AND last.fetched > (SELECT max(fetched) FROM pages WHERE content = :content))
            AND rank <= (SELECT a.rank FROM documents AS d
                JOIN statements AS s ON s.id = d.statement
                JOIN addresses AS a ON a.id = s.address WHERE d.number = addresses.document),
        EXISTS (SELECT 1 FROM memberships AS m JOIN pages AS last ON last.id = m.page
            WHERE m.document = addresses.document AND m.collection = :collection
                AND last.content = :content)
    FROM observations CROSS JOIN statements ON statements.id = statement
        CROSS JOIN addresses ON addresses.id = address
    WHERE reading = (SELECT same_as FROM readings WHERE content = :content
        ORDER BY made DESC, reader DESC, id DESC LIMIT 1)
    ORDER BY observations.position"""
DOCUMENT = "SELECT * FROM documents WHERE number = ? AND details = ?"
LISTED_BEFORE = f"""
    SELECT field, old FROM changes WHERE document = ? AND run > ? AND kind IN ('changed', 'renamed')
        AND field IN ('{"', '".join(LISTED)}')"""
MEANT = """
    SELECT documents.id FROM addresses JOIN documents ON number = document
    WHERE addresses.site = ? AND slug = ?"""
MEMBER = """
    SELECT 1 FROM memberships JOIN addresses ON addresses.document = memberships.document
    WHERE collection = ? AND addresses.site = ? AND slug = ?"""
LATEST = """
    SELECT content FROM pages JOIN runs ON runs.id = run
    WHERE pages.url = :url AND collection = :collection AND content IS NOT NULL
    ORDER BY fetched DESC, pages.id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class RecordedCollection:
    """A collection, with the numbers of its pages that were read and that are recorded."""

    id: int
    site: str
    name: str
    url: str
    stated_total: int | None
    pages: int
    recorded: int


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A page as a run read it, with `entries`, and the record in a WARC that holds its bytes.

    It is a listing's of a `site`, whose bytes were met first as the page `content`, or the own page
    of the `document` with that number. `digest` is that of the bytes there, `listing` the address
    of the collection's first page, `profile` the text of the one that was learned for it.
    """

    id: int
    content: int | None
    run: int
    collection: int
    site: str
    document: int | None
    listing: str
    url: str
    fetched: str
    status: int
    sha256: str
    entries: int
    file: str
    offset: int
    digest: str
    profile: str | None

    @property
    def source(self) -> PageSource:
        """The place of its bytes."""
        return PageSource(self.fetched, self.url, self.file, self.offset, self.digest)


def collections(
    db: sqlite3.Connection, collection: int | None = None
) -> Iterator[RecordedCollection]:
    """One collection, or all."""
    for row in db.execute(COLLECTIONS, {"collection": collection}).fetchall():
        yield RecordedCollection(*row)


def numbers(db: sqlite3.Connection, collection: int) -> Iterator[int]:
    """The numbers of a listing's recorded pages, in the order in which they are in the files."""
    return (number for (number,) in db.execute(NUMBERS, [collection]))


def own_numbers(db: sqlite3.Connection, collection: int) -> Iterator[tuple[int, int]]:
    """The same for documents' own pages, each with its document's number."""
    return ((number, document) for number, document in db.execute(OWN, [collection]))


def pages(db: sqlite3.Connection, wanted: Sequence[int]) -> list[RecordedPage]:
    """The recorded pages with these numbers, in that order."""
    rows = db.execute(PAGES.format(", ".join("?" * len(wanted))), wanted)
    return [RecordedPage(*row) for row in rows]


def known(db: sqlite3.Connection, page: RecordedPage) -> dict[str, Row]:
    """The latest reading of a page's bytes, by id.

    Beside it are the number and the `id` of the document that this is, and whether that `speaks` by
    these bytes now, `stands` there still, or is `missing` from the page's collection.
    """
    rows = db.execute(KNOWN, {"content": page.content, "collection": page.collection})
    found = (dict(zip(OF_KNOWN, row, strict=True)) for row in rows)
    return {row["slug"]: row for row in found}


def document_of(db: sqlite3.Connection, page: RecordedPage) -> Row | None:
    """The document whose current own page this is; None if the document has a newer one."""
    found = db.execute(DOCUMENT, [page.document, page.id]).fetchone()
    return dict(found) if found else None


def listed_before(db: sqlite3.Connection, page: RecordedPage) -> list[Row]:
    """What its listing said otherwise of a page's document at some time since that page was read:
    a field, and its value, in each."""
    changes = db.execute(LISTED_BEFORE, [page.document, page.run])
    return [{field: old} for field, old in changes]


def meant(db: sqlite3.Connection, site: str, name: str) -> str:
    """The document that an id of a site leads to."""
    found = db.execute(MEANT, [site, name]).fetchone()
    return str(found[0]) if found else name


def is_member(db: sqlite3.Connection, page: RecordedPage, document: str) -> bool:
    """Whether a document is, or was, in the collection of a page."""
    return db.execute(MEMBER, [page.collection, page.site, document]).fetchone() is not None


def is_latest(db: sqlite3.Connection, page: RecordedPage) -> bool:
    """Whether this page is the latest of its collection at its address."""
    asked = {"url": page.url, "collection": page.collection}
    return bool(db.execute(LATEST, asked).fetchone()[0] == page.content)


@dataclass(frozen=True, slots=True)
class Correction:
    """A document that reads differently now: its number, the new reading, and the stored values of
    the fields that differ."""

    document: int
    entry: Entry
    before: Row


@dataclass(frozen=True, slots=True)
class OwnCorrection:
    """A document whose own page reads differently now: what the database has, and what the page
    says."""

    row: Row
    before: Said
    now: Said

    @property
    def differences(self) -> list[Difference]:
        """What reads differently."""
        return list(differences(self.before.all_words, self.now.all_words))


@dataclass(slots=True)
class Reread:
    """The result of reading a page again, which now has a number of `entries`.

    `additions` are entries that were overlooked before, `gone` the documents that are not found any
    more. `found` is all that is read now, if it differs; `own` is what differs on a document's own
    page. `counts` are those of the page if its entries are the present ones. If the page can't be
    read, `failure` says why, and `outcome` what that makes of the whole.
    """

    page: RecordedPage
    entries: int
    corrections: list[Correction] = field(default_factory=list)
    additions: list[Entry] = field(default_factory=list)
    found: list[Entry] | None = None
    gone: list[Row] = field(default_factory=list)
    own: OwnCorrection | None = None
    counts: Counts = field(default_factory=Counts)
    outcome: Outcome = Outcome.COMPLETE
    failure: Failure | None = None

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return self.found is not None or self.own is not None

    @property
    def is_alike(self) -> bool:
        """Whether there is nothing to report either."""
        told = self.differs or self.gone or self.failure
        return not told and self.entries == self.page.entries


@dataclass(slots=True)
class Alike:
    """The number of pages that read as stored, and their total counts."""

    pages: int = 0
    counts: Counts = field(default_factory=Counts)

    def add(self, page: Reread) -> None:
        """Adds a page."""
        self.pages += 1
        self.counts.add(page.counts)
