"""The Wilson Center Digital Archive: what is particular to it, and how surely it is known.

Seen means in the markup of its own pages as a browser stored them in January 2025, sure read in the
text of other copies, likely taken from programs that have read the site, guess what its software
usually writes. No page of the live site could be fetched for this.
"""

import re
from urllib.parse import urlsplit, urlunsplit

from harvester.sites.identity import Identity
from harvester.sites.site import Site
from harvester.sites.wilson_documents import DOCUMENT_PAGE

HOME = "https://digitalarchive.wilsoncenter.org"

IDENTITY = Identity(
    HOME,
    "/document/{id}",
    ("pdf", "ris", "json", "xml", "txt", "doc", "docx", "jpg", "jpeg", "png", "tif", "tiff", "zip"),
)
"""Sure: `/document/` and a slug, or a number on the earlier site. A file of a document
(`/document/119828.pdf`, `/document/99018/download`) is not the document's page."""

ROW_HINTS = ("td.document", ".views-row", ".search-res > *")
"""Seen, in "Related Documents", and very likely of listings: the table of 2025. Likely: its
fall-back, and the list of 2022."""

NOTHING_FOUND = re.compile(
    r"""(?:sorry,?\s)?
    (?: (?:no|0)\s(?:results?|documents?|records?|items?|matches)
        (?:\s(?:(?:were|was|have\sbeen)\s)?found)?
      | nothing\s(?:was\s)?found
      | your\ssearch\s(?:returned|yielded|found)\sno\s(?:results|documents|records)
      | there\sare\sno\s(?:results|documents|records)(?:\sto\s(?:show|display))?
    )
    (?:\s(?:for|matching|match)\s(?:your\s(?:search|query|criteria)))?[.!]?""",
    re.IGNORECASE | re.VERBOSE,
)
"""Guess: no copy shows how the site says that nothing was found."""

TEASERS = re.compile(r"(?:popular|featured|related|recent|new)\sdocuments:?", re.IGNORECASE)
"""Sure is "Popular Documents"; the other words are a guess."""

LISTING_PATH = re.compile(r"/(?:search/?|search-results/\d+(?:/.*)?|collection/.+)$", re.DOTALL)
EARLIER_PATH = re.compile(r"/(?:search-results/\d|collection/)")
PAGE_IN_PATH = re.compile(
    r"(?P<before>/search-results/|/collection/\d+/[^/]+/)(?P<page>\d+)(?=/|$)"
)
COLLECTION = re.compile(r"/collection/\d+/[^/]+/?$")
PAGE_PARAMETER = re.compile(r"page=(?P<page>\d*)")


def is_listing_url(url: str) -> bool:
    """Whether an address is one of a listing. Sure."""
    return bool(LISTING_PATH.search(urlsplit(url).path))


def states_range(url: str) -> bool:
    """Whether a listing states its range: sure of today's; the earlier site's never did."""
    return not EARLIER_PATH.search(urlsplit(url).path)


def page_number(url: str) -> int:
    """Which page an address is, counted from 0.

    Sure: `/search?page=N` counts from 0, `/search-results/N/` from 1. Guess: `/collection/…/N` too.
    """
    parts = urlsplit(url)
    if EARLIER_PATH.search(parts.path):
        found = PAGE_IN_PATH.search(parts.path)
        return max(int(found["page"]) - 1, 0) if found else 0
    numbers = [found["page"] for found in map(PAGE_PARAMETER.fullmatch, _parameters(url)) if found]
    return int(numbers[-1] or 0) if numbers else 0


def page_url(url: str, page: int) -> str:
    """The address of a page counted from 0; all else in it stays as it is, and in its order."""
    parts = urlsplit(url)
    if EARLIER_PATH.search(parts.path):
        path = _earlier_path(parts.path, page + 1)
        return urlunsplit(parts._replace(path=path, fragment=""))
    kept = [part for part in _parameters(url) if not PAGE_PARAMETER.fullmatch(part)]
    query = "&".join([*kept, f"page={page}"] if page else kept)
    return urlunsplit(parts._replace(query=query, fragment=""))


def root(url: str) -> str:
    """What stands before a listing's own path."""
    parts = urlsplit(url)
    found = LISTING_PATH.search(parts.path)
    return f"{parts.scheme}://{parts.netloc}{parts.path[: found.start()] if found else ''}"


def _parameters(url: str) -> list[str]:
    return [part for part in urlsplit(url).query.split("&") if part]


def _earlier_path(path: str, number: int) -> str:
    if PAGE_IN_PATH.search(path):
        return PAGE_IN_PATH.sub(lambda found: f"{found['before']}{number}", path, count=1)
    return f"{path.rstrip('/')}/{number}" if COLLECTION.search(path) and number > 1 else path


WILSON = Site(
    key="wilson-center",
    name="Wilson Center Digital Archive",
    keeper="Woodrow Wilson International Center for Scholars",
    home=HOME,
    hosts=("wilson-center.drivingcreative.com",),
    identity=IDENTITY,
    row_hints=ROW_HINTS,
    nothing_found=NOTHING_FOUND,
    teasers=TEASERS,
    is_listing_url=is_listing_url,
    states_range=states_range,
    page_number=page_number,
    page_url=page_url,
    root=root,
    document_page=DOCUMENT_PAGE,
)
