"""Documents' own pages: which are asked for, and the items that they become."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from harvester.items import PageSource
from harvester.record import Record


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A document whose own page is to be asked for, at `url`, or if it is not there at `others`.

    If it is known and need only be sent if it has changed, `page` is its number in the database,
    and the rest is as it was when it was read: what it was sent with, and where it is kept. It is
    `outdated` if another reader has read it: then it is to be read again.
    """

    document: str
    url: str
    others: tuple[str, ...] = ()
    page: int | None = None
    sha256: str = ""
    etag: str | None = None
    last_modified: str | None = None
    source: PageSource | None = None
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class DetailsStart:
    """The run of a collection has ended, and documents' own pages are to be read: which?

    `root` is where the site begins that has the listing, which may be a copy of that at `home`, and
    `url_of` says where it shows a document. `full` asks for all of them, in full.
    `asks_for_changes` says that the source can tell what has changed; if not, what is known is not
    asked for again. Those of the documents in `met` were asked for a moment ago.
    """

    collection: str
    root: str
    home: str
    url_of: Callable[[str], str]
    full: bool = False
    asks_for_changes: bool = True
    met: Collection[str] = ()


@dataclass(slots=True)
class DetailsItem:
    """Item: a document's own page that was fetched and read.

    `document` is the one that it was asked for, `url` the address that it was sent from; the rest
    is as in a PageItem. A page that has not changed has no record, but is the `same_as` the page
    with that number in the database. One that was not `asked` for was read again in the recording.
    The pipelines say what the record's date means.
    """

    collection: str
    document: str
    url: str
    record: Record | None
    fetched: str
    status: int
    sha256: str
    same_as: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    source: PageSource | None = None
    date_edtf: str | None = None
    asked: bool = True
