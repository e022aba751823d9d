"""A captured page as the item that a harvest makes of it."""

from typing import Any

from harvester import normalize
from harvester.crawl.challenges import challenge
from harvester.interfaces import read_document, read_listing
from harvester.items import DetailsItem, PageItem
from harvester.outcomes import Reason, Refused, Unreadable
from harvester.pages.markup import Unclear, decoded, language_of
from harvester.sites.site import Site
from harvester.sources.captures import Payload


def listing_item(payload: Payload, url: str, site: Site, **said: Any) -> PageItem:
    """Reads a listing's page; `said` are further fields of the item. Raises Unreadable."""
    text = _text(payload, url, Reason.NO_LISTING)
    headers = {name.lower(): value for name, value in payload.headers}
    listing = read_listing(text, url, site, headers)
    normalize.check(listing)
    item = normalize.page_item(listing, collection="", **said)
    normalize.date(item)
    return item


def details_item(payload: Payload, url: str, site: Site, **said: Any) -> DetailsItem:
    """Reads a document's own page in the same way. Raises Unreadable."""
    html = _text(payload, url, Reason.NO_DOCUMENT)
    record = read_document(html, url, site)
    normalize.compose_record(record)
    habits = site.habits(language_of(html))
    item = DetailsItem(collection="", document="", url=url, record=record, habits=habits, **said)
    normalize.check_record(item)
    normalize.date_record(item)
    return item


def check_for_robots(payload: Payload, url: str) -> Refused | None:
    """The refusal that an unreadable page is, if it is a check for robots."""
    network = challenge(200, dict(payload.headers), payload.body.decode("utf-8", "replace"))
    if network is None:
        return None
    sentence = f"{url} is kept from robots by a check of {network}'s."
    return Refused(sentence, Reason.CHALLENGE, url)


def header(payload: Payload, wanted: str) -> str:
    """A header by its name in lower case; empty if the page has none such."""
    return next((value for name, value in payload.headers if name.lower() == wanted), "")


def _text(payload: Payload, url: str, unfit: Reason) -> str:
    """The page as text. Raises Unreadable."""
    try:
        return decoded(header(payload, "content-type"), payload.body)[1]
    except Unclear as problem:
        raise Unreadable(f"{url} can't be read: {problem}.", unfit, url) from None
