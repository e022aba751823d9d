"""The public face for programs: `from harvester import read_listing`, and a few more.

Whatever is not named here or in `harvester.__all__` may change at any time.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from sqlite3 import Connection
from typing import Any
from urllib.parse import urljoin

from harvester import dates, interfaces
from harvester.dates import ENGLISH, ArchiveDate, Habits
from harvester.exports.records import Record as HarvestedDocument
from harvester.exports.records import records
from harvester.items import Entry, Listing, in_json
from harvester.normalize import compose_record, date, page_item
from harvester.outcomes import HarvestProblem, Reason, Unreadable
from harvester.pages.general import Found
from harvester.pages.markup import language_of
from harvester.record import Record
from harvester.sites import site_for
from harvester.sites.site import Site
from harvester.store.connection import reading
from harvester.store.read.changes import History, since_when
from harvester.store.read.documents import collection_id

__all__ = [
    "ArchiveDate",
    "Entry",
    "Harvest",
    "HarvestProblem",
    "HarvestedDocument",
    "Listing",
    "Record",
    "Unreadable",
    "open_harvest",
    "read_date",
    "read_document",
    "read_listing",
]

LAST = 20


def read_listing(
    html: str, url: str, site: str | None = None, headers: Mapping[str, str] | None = None
) -> Listing:
    """Reads one page of a listing: its entries with their dates, its range, its next page.

    `url` is the page's address: its host tells which profile is used, unless `site` names one. A
    page of a host without a profile is read by what its entries have in common. Where a profile
    says that listings are JSON, that is what `html` is; some say more in their `headers`. Raises
    Unreadable if it is not certain what the page says.

    >>> page = Path("fixtures/listing/fishing-japan/page.html").read_text()
    >>> listing = read_listing(page, "https://archive.example/search?subject=fishing")
    >>> listing.first, listing.last, listing.total
    (1, 5, 5)
    >>> listing.entries[0].date_text, listing.entries[0].date_edtf
    ('August 29, 1960', '1960-08-29')
    """
    known = site_for(url, site)
    said = {name.lower(): value for name, value in (headers or {}).items()}
    read = interfaces.read_listing if known.is_known else _general
    listing = read(html, url, known, said)
    date(page_item(listing, collection="", fetched="", status=200, sha256=""))
    return listing


def read_date(text: str, language: str = ENGLISH, order: str = "") -> ArchiveDate | None:
    """Reads a date; None if the whole text is not one, or can be read in two ways.

    `language` is a code such as "de". `order` is that of dates in numbers, "dmy" or "mdy", if it is
    another than the language's.

    >>> read_date("c. August 1962")
    ArchiveDate(edtf='1962-08~', earliest='1962-08-01', latest='1962-08-31')
    >>> read_date("um 1950", "de").edtf
    '1950~'
    """
    return dates.read_date(text, Habits(language, order))


def read_document(html: str, url: str, site: str | None = None) -> Record:
    """Reads a document's own page: title, date, names, texts, scans, and what else it says.

    Raises Unreadable if the page is not surely that of the document at its address.

    >>> saved = Path("fixtures/document/kohl-and-guterres-1997")
    >>> url = json.loads((saved / "page.json").read_text())["url"]
    >>> record = read_document((saved / "page.html").read_text(), url)
    >>> record.date_text, record.names("place")
    ('October 22, 1997', ['Germany', 'Portugal', 'Turkey'])
    """
    record = interfaces.read_document(html, url, site_for(url, site))
    compose_record(record)
    return record


def _general(html: str, url: str, site: Site, headers: Mapping[str, str]) -> Listing:
    """A page of a site that has no profile. Raises Unreadable."""
    found = interfaces.read_any_listing(html)
    if found.refused:
        sentence = f"{url} can't be read for certain: {found.refused}."
        raise Unreadable(sentence, Reason.NO_LISTING, url)
    links = [urljoin(url, one.href) if one.href else url for one in found.entries]
    entries = [
        Entry(*(link, link, one.title, one.date_text, one.summary), listed_other=_other(one))
        for one, link in zip(found.entries, links, strict=True)
    ]
    following = urljoin(url, found.next) if found.next else None
    habits = site.habits(language_of(html))
    stated = found.first, found.last, found.total
    in_words = found.first is None and found.total is not None
    return Listing(url, *stated, entries, following, habits=habits, in_words=in_words)


def _other(found: Found) -> str | None:
    return in_json({label: [text] for label, text in found.other.items()})


class Harvest:
    """A harvest that is open for reading. What a harvest writes meanwhile is not seen."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._history = History(connection)

    def documents(
        self, collection: str | None = None, *, since: str | None = None, texts: bool = False
    ) -> Iterator[HarvestedDocument]:
        """The documents of all collections or one, by site and id.

        With `since`, only those that are new or say something else since then ("7d",
        "2026-11-01"); with `texts`, also the transcripts, which can be long. Raises BadUsage if
        there is no such collection.
        """
        number = None if collection is None else collection_id(self._connection, collection)
        moment = since_when(since).moment
        yield from records(self._connection, collection=number, since=moment, texts=texts)

    def changes(
        self, since: str | None = None, collection: str | None = None
    ) -> list[dict[str, Any]]:
        """What is new, changed, gone or back, oldest first: a dict a change.

        Without `since`, what the last run of each collection found.
        """
        return list(self._history.changes(since_when(since), collection))

    def runs(self, last: int = LAST, collection: str | None = None) -> list[dict[str, Any]]:
        """The last runs, newest first: a dict a run, with its outcome and its exit code."""
        return self._history.runs(last, collection)


@contextmanager
def open_harvest(database: str | PathLike[str] = "data/harvest.db") -> Iterator[Harvest]:
    """Opens a harvest to read it, for as long as the block lasts; nothing in it is changed.

    Raises HarvestProblem if the database is not there, is another program's, or is damaged.

    >>> with open_harvest() as harvest:
    ...     dates = [document.date_edtf for document in harvest.documents()]
    ...     outcome = harvest.runs()[0]["outcome"]
    >>> len(dates), outcome
    (15, 'complete')
    """
    with reading(Path(fspath(database))) as connection:
        yield Harvest(connection)
