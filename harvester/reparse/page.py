"""One page, read again as a harvest would read it today."""

from harvester import preparing
from harvester.items import PageItem
from harvester.outcomes import Reason, Unreadable
from harvester.pages import read_listing
from harvester.pages.charset import decoded
from harvester.pages.problem import Unclear
from harvester.sites import site_of
from harvester.sources.capture import Payload
from harvester.store.recorded import RecordedPage


def read(page: RecordedPage, payload: Payload) -> PageItem:
    """What a page of a listing says today. Raises Unreadable."""
    listing = read_listing(_text(page, payload), page.url, site_of(page.listing))
    preparing.check(listing)
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
    preparing.date(item)
    return item


def _text(page: RecordedPage, payload: Payload) -> str:
    said = next((value for name, value in payload.headers if name.lower() == "content-type"), "")
    try:
        return decoded(said, payload.body)[1]
    except Unclear as problem:
        sentence = f"{page.url} can't be read: {problem}."
        raise Unreadable(sentence, Reason.NO_LISTING, page.url) from None
