"""What sites answer, in HTML or JSON: each answer becomes a Listing or a refusal."""

from collections.abc import Mapping

from harvester.interfaces.json_answer import is_json
from harvester.interfaces.json_listing import read_json
from harvester.items import Listing
from harvester.outcomes import Reason, Unreadable
from harvester.pages import read_listing as read_html
from harvester.sites.site import Site

__all__ = ["read_listing"]


def read_listing(text: str, url: str, site: Site, headers: Mapping[str, str]) -> Listing:
    """Reads a page of a listing as the site's profile says that it is sent. Raises Unreadable.

    `headers` are those that it came with, by lower-case names.
    """
    if site.json is None:
        if is_json(text):
            sentence = (
                f"{url} can't be read as a listing: it is JSON, and no profile says what is in it;"
                ' write one with format = "json".'
            )
            raise Unreadable(sentence, Reason.NO_LISTING, url)
        return read_html(text, url, site)
    listing = read_json(text, url, site, site.json, headers)
    listing.habits = site.habits()
    return listing
