"""How sites answer: as HTML or as JSON. Whatever they send, a Listing or a refusal comes of it."""

from collections.abc import Mapping

from harvester.interfaces.json_listing import read_json
from harvester.items import Listing
from harvester.pages import read_listing as read_html
from harvester.sites.site import Site

__all__ = ["read_listing"]


def read_listing(text: str, url: str, site: Site, headers: Mapping[str, str]) -> Listing:
    """Reads a page of a listing as the site's profile says that it is sent. Raises Unreadable.

    `headers` are those that it came with, by their names in small letters.
    """
    if site.json is None:
        return read_html(text, url, site)
    listing = read_json(text, url, site, site.json, headers)
    listing.habits = site.habits()
    return listing
