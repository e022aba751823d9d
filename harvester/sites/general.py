"""A site of which nothing is known but its host."""

import re
from urllib.parse import urlsplit, urlunsplit

from harvester.sites.identity import Identity
from harvester.sites.site import DocumentPage, Site

PORTS = {"http": 80, "https": 443}
NEVER = re.compile(r"(?!)")
PAGE = re.compile(r"page=\d*")


def general_site(url: str) -> Site:
    """The site at an address: named by its host, each document by its path and query.

    What its pages are like is not stated: a listing that can't be read by what is certain, or that
    shows no link to its next page, is refused.
    """
    host = host_of(url)
    home = f"{urlsplit(url).scheme}://{host}"
    return Site(
        key=host,
        name=host,
        keeper=host,
        home=home,
        identity=Identity(home, "/{+id}"),
        row_hints=(),
        nothing_found=NEVER,
        teasers=NEVER,
        is_listing_url=lambda _: True,
        states_range=lambda _: True,
        page_number=lambda _: 0,
        page_url=_without_page,
        root=lambda _: home,
        document_page=DOCUMENT_PAGE,
        reckons=False,
    )


def host_of(url: str) -> str:
    """The host of an address, with its port if that is not the usual one."""
    parts = urlsplit(url)
    usual = parts.port in (None, PORTS.get(parts.scheme))
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if usual else f"{host}:{parts.port}"


def _without_page(url: str, page: int) -> str:
    """The address of the listing as a whole: its number is the one parameter nearly all have."""
    parts = urlsplit(url)
    kept = [part for part in parts.query.split("&") if part and not PAGE.fullmatch(part)]
    return urlunsplit(parts._replace(query="&".join(kept), fragment=""))


HINTS = (
    *("title", "date", "credit", "summary", "label", "transcript"),
    *("kind", "language", "name", "citation"),
)
DOCUMENT_PAGE = DocumentPage(
    fields={},
    terms={},
    runs={},
    proofs=frozenset(),
    hints=dict.fromkeys(HINTS, ()),
    credit=NEVER,
    furniture=NEVER,
    related=NEVER,
    citation=NEVER,
    transcript=NEVER,
    pane=NEVER,
    file_path=re.compile(r"\.pdf$", re.IGNORECASE),
)
