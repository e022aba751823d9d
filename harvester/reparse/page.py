"""One page, read again as a harvest would read it today."""

from harvester import normalize
from harvester.detail_items import DetailsItem
from harvester.items import PageItem
from harvester.outcomes import Reason, Unreadable
from harvester.pages import read_document, read_listing
from harvester.pages.charset import decoded
from harvester.pages.problem import Unclear
from harvester.sites import site_for
from harvester.sources.captures import Payload
from harvester.store.recorded import RecordedPage


def read(page: RecordedPage, payload: Payload) -> PageItem:
    """What a page of a listing says today. Raises Unreadable."""
    listing = read_listing(
        _text(page, payload, Reason.NO_LISTING), page.url, site_for(page.listing, page.site)
    )
    normalize.check(listing)
    item = PageItem(
        collection="",
        listing=listing,
        fetched=page.fetched,
        status=page.status,
        sha256=page.sha256,
        read=len(listing.entries),
        with_date=sum(entry.date_text is not None for entry in listing.entries),
        with_summary=sum(entry.summary is not None for entry in listing.entries),
    )
    normalize.date(item)
    return item


def read_own(page: RecordedPage, payload: Payload) -> DetailsItem:
    """What a document's own page says today. Raises Unreadable."""
    html = _text(page, payload, Reason.NO_DOCUMENT)
    item = DetailsItem(
        collection="",
        document="",
        url=page.url,
        record=read_document(html, page.url, site_for(page.listing, page.site)),
        fetched=page.fetched,
        status=page.status,
        sha256=page.sha256,
    )
    normalize.check_record(item)
    normalize.date_record(item)
    return item


def _text(page: RecordedPage, payload: Payload, unfit: Reason) -> str:
    said = next((value for name, value in payload.headers if name.lower() == "content-type"), "")
    try:
        return decoded(said, payload.body)[1]
    except Unclear as problem:
        sentence = f"{page.url} can't be read: {problem}."
        raise Unreadable(sentence, unfit, page.url) from None
