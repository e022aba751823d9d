"""Addresses on a page: which are documents, which are pages of the same listing."""

import re
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin, urlsplit

from harvester.sites.site import Site

REPEATEDLY = 4
"""How often an address is taken to be percent-encoded at most; twice has been seen."""

PLAIN = re.compile(r"(?:/[^\s/.?#\\][^\s/?#\\]*)+")
"""A path from the site's root that means the same on any page, as nearly all links have it."""

UNRESERVED = re.compile(r"[A-Za-z0-9_~-]+")
"""What stands for itself in an address (RFC 3986, 2.3), but for the dot, which alone does not."""


def absolute(url: str, href: str) -> str | None:
    """Where a link on a page leads; None if not to a page of the web."""
    try:
        joined = urljoin(url, href.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def document_of(url: str, site: Site) -> str | None:
    """The document an address is of, in one spelling for all that mean the same."""
    found = site.document_path.search(urlsplit(url).path)
    return _identity(found) if found else None


def linked_document(url: str, site: Site, href: str) -> str | None:
    """The document that a link on a page leads to; most links fail a first, cheap look."""
    path = href.partition("?")[0].partition("#")[0].strip()
    found = site.document_path.search(f"/{path}")
    if found is None:
        return None
    if PLAIN.fullmatch(path):
        return _identity(found)
    leads = absolute(url, href)
    return document_of(leads, site) if leads else None


def is_same_listing(url: str, other: str, site: Site) -> bool:
    """Whether two addresses are pages of one listing on one host, however each is encoded."""
    one, two = site.page_url(url, 0), site.page_url(other, 0)
    return one == two or (_host(one) == _host(two) and _words(one) == _words(two))


def _identity(found: re.Match[str]) -> str | None:
    if UNRESERVED.fullmatch(found["id"]):
        return found["id"]
    name = unquote_to_bytes(found["id"])
    return None if name in (b"", b".", b"..") else quote(name, safe="")


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _words(url: str) -> tuple[str, list[str]]:
    """What is asked for; the order of the parameters and blank ones mean nothing."""
    parts = urlsplit(url)
    asked = {_decoded(part) for part in parts.query.split("&") if part.partition("=")[2]}
    return _decoded(parts.path).rstrip("/"), sorted(asked)


def _decoded(text: str) -> str:
    text = text.replace("+", " ")
    for _ in range(REPEATEDLY):
        text = unquote(text)
    return text
