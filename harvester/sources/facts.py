"""What recordings say: the entries of their listings, and documents' own pages, a row each.

No database is asked. A page is read by the profile of its host, or by what is certain on any page.
What can't be read is a row as well, with the reason.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from harvester.dates import read_date
from harvester.interrupt import interrupt
from harvester.items import Entry, in_json
from harvester.outcomes import Interrupted, Reason, RunProblem, Unreadable
from harvester.pages.address import document_of
from harvester.record import KINDS, Fields, columns
from harvester.scans.scan import begins_pdf
from harvester.sites import site_for, site_of
from harvester.sites.site import Site
from harvester.sources.archives import captures, kind_of
from harvester.sources.captures import AHEAD, OK, Capture, Payload
from harvester.sources.page_items import check_for_robots, details_item, header, listing_item
from harvester.sources.warc import BROKEN
from harvester.timestamps import ago, usable
from harvester.warc.codings import TooLarge

Row = dict[str, Any]
Read = Callable[[Payload, Site, Row], Iterator[Row]]
logger = logging.getLogger(__name__)

NOT_MODIFIED = 304
MOST_DAMAGE = 3
"""Damages of a recording that are told in words."""
BAD_RECORDS = (Reason.BROKEN_OFF, Reason.TOO_LARGE)
NO_PAGES = ("text/css", "javascript", "ecmascript", "application/pdf")
"""Parts of types of contents that are no pages, and that no page can be taken for."""


@dataclass(slots=True)
class Counts:
    """What was met in a recording.

    `pages` were read. `unread` are pages of listings or documents that can't be, or whose records
    are broken; `bugs` are those among them that are our fault. `refused` pages are on hosts without
    a profile, and probably no listings. `others` are of neither kind, or no answers with a page.
    """

    pages: int = 0
    unread: int = 0
    bugs: int = 0
    refused: int = 0
    revisits: int = 0
    others: int = 0


@dataclass(slots=True)
class Recorded:
    """A recording: a file, and what it is called.

    A page may have `limit` bytes. Hosts without a profile may be copies of a `site`. When all
    `rows` were read, `counts` is what was met, `damage` why some of it may be missing, and
    `problem` the sentence of the first page that can't be read.
    """

    path: Path
    name: str
    limit: int
    site: str | None = None
    counts: Counts = field(default_factory=Counts)
    damage: list[str] = field(default_factory=list)
    problem: str | None = None

    def rows(self) -> Iterator[Row]:
        """Reads its pages, one after another, in the order of the file."""
        if kind_of(self.path) is None:
            self.damage.append(f"{self.name} is not what its name says")
            return
        latest = ago(-AHEAD)
        for capture in captures(self.path, self._skip, limit=self.limit):
            interrupt.check()
            about = self._about(capture, usable(capture.moment, latest))
            yield from self._of_capture(capture, about)

    def _skip(self, sentence: str) -> None:
        if len(self.damage) < MOST_DAMAGE:
            self.damage.append(sentence)

    def _about(self, capture: Capture, moment: str | None) -> Row:
        inner = capture.file.partition("/")[2]
        return {
            "recording": f"{self.name}/{inner}" if inner else self.name,
            "offset": capture.offset,
            "page": capture.url,
            "fetched": moment,
            "status": capture.status,
            "digest": capture.digest or None,
        }

    def _of_capture(self, capture: Capture, about: Row) -> Iterator[Row]:
        try:
            site = self._site(capture.url)
            is_listing = site.is_listing_url(capture.url)
            is_document = not is_listing and document_of(capture.url, site) is not None
        except (ValueError, RunProblem):
            is_listing = is_document = False
        if capture.status not in (OK, NOT_MODIFIED) or not (is_listing or is_document):
            self.counts.others += 1
            return
        about["site"] = site.key
        if is_listing and site.is_known and not site.oai:
            about["listing"] = site.page_url(capture.url, 0)
        if capture.revisits is not None:
            self.counts.revisits += 1
            yield about | {"kind": "revisit", "revisits": capture.revisits or None}
        elif capture.status == OK:
            yield from self._of_page(capture, site, about, is_document=is_document)
        else:
            self.counts.others += 1

    def _site(self, url: str) -> Site:
        site = site_of(url)
        return site if site.is_known or self.site is None else site_for(url, self.site)

    def _of_page(
        self, capture: Capture, site: Site, about: Row, *, is_document: bool
    ) -> Iterator[Row]:
        read = _of_document if is_document else _of_listing
        try:
            payload = self._payload(capture)
            if begins_pdf(payload.body) or (not site.is_known and _is_no_page(payload)):
                self.counts.others += 1
                return
            about |= {"sha256": hashlib.sha256(payload.body).hexdigest(), "digest": payload.digest}
            found = [about | one for one in _read(read, payload, site, about)]
        except Interrupted:
            raise
        except RunProblem as problem:
            is_sure = site.is_known and not (is_document and site.identity.is_free)
            yield about | self._refused(problem, certain=is_sure or problem.why in BAD_RECORDS)
        except Exception as bug:
            logger.exception("Reading %s failed by a bug", capture.url)
            self.counts.bugs += 1
            sentence = f"Reading {capture.url} failed by a bug ({bug!r}): please report it."
            ours = Unreadable(sentence, Reason.BUG, capture.url)
            yield about | self._refused(ours, certain=True)
        else:
            self.counts.pages += 1
            yield from found

    def _payload(self, capture: Capture) -> Payload:
        """Raises Unreadable."""
        try:
            return capture.read(self.limit)
        except TooLarge:
            why, said = Reason.TOO_LARGE, "it has more bytes than DOWNLOAD_MAXSIZE allows"
        except BROKEN as error:
            why, said = Reason.BROKEN_OFF, f"{self.name} {error}"
        raise Unreadable(f"{capture.url} can't be read: {said}.", why, capture.url)

    def _refused(self, problem: RunProblem, *, certain: bool) -> Row:
        """The columns of a page that can't be read, of which it is `certain` or not that it should
        be."""
        if certain:
            self.counts.unread += 1
            self.problem = self.problem or str(problem)
        else:
            self.counts.refused += 1
        return {"kind": "refused", "reason": str(problem.why), "problem": str(problem)}


def _read(read: Read, payload: Payload, site: Site, about: Row) -> list[Row]:
    """The rows of a page. Raises Unreadable, and Refused for a check for robots."""
    try:
        return list(read(payload, site, about))
    except Unreadable as problem:
        raise check_for_robots(payload, about["page"]) or problem from None


def _is_no_page(payload: Payload) -> bool:
    said = header(payload, "content-type").lower()
    return any(kind in said for kind in NO_PAGES)


def _of_listing(payload: Payload, site: Site, about: Row) -> Iterator[Row]:
    """The rows of a listing's page. Raises Unreadable."""
    item = listing_item(payload, about["page"], site, **_said(about))
    listing = item.listing
    common = {name: getattr(listing, name) for name in ("first", "last", "total")}
    common["kind"] = "listing"
    for position, entry in enumerate(listing.entries, listing.first or 1):
        yield common | {"position": position} | _of_entry(entry)
    if not listing.entries:
        yield common


def _of_entry(entry: Entry) -> Row:
    named = ("document", "link", "alias", "withdrawn", *columns(Entry))
    said = {name: getattr(entry, name) for name in named}
    return said | {"title": entry.title or None}


def _of_document(payload: Payload, site: Site, about: Row) -> Iterator[Row]:
    """The row of a document's own page. Raises Unreadable."""
    item = details_item(payload, about["page"], site, **_said(about))
    record = item.record
    assert record is not None
    habits = item.habits.by(item.fetched)
    date = read_date(record.date_text, habits) if record.date_text else None
    yield {
        "kind": "document",
        **{name: getattr(record, name) for name in ("document", "link", *columns(Fields))},
        **{name: getattr(record, name) for name in columns(Entry) if hasattr(record, name)},
        "date_edtf": date and date.edtf,
        "date_earliest": date and date.earliest,
        "date_latest": date and date.latest,
        "date_convention": date and date.convention,
        **{of.plural: record.names(kind) or None for kind, of in KINDS.items()},
        "other": in_json(record.other),
        "texts": [asdict(one) for one in record.transcripts] or None,
        "files": [asdict(one) for one in record.files] or None,
        "related": [asdict(one) for one in record.related] or None,
        "aliases": record.aliases or None,
    }


def _said(about: Row) -> Row:
    """What the items need; an unknown moment is empty."""
    said = {name: about[name] for name in ("status", "sha256")}
    return said | {"fetched": about["fetched"] or ""}
