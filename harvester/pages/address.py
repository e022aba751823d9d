"""Addresses on a page: which are documents, which are pages of the same listing."""

from urllib.parse import quote, unquote, unquote_to_bytes, urljoin, urlsplit

from harvester.sites.site import Site

REPEATEDLY = 4
"""How often an address is taken to be percent-encoded at most; twice has been seen."""


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
    name = unquote_to_bytes(found["id"]) if found else b""
    return None if name in (b"", b".", b"..") else quote(name, safe="")


def linked_document(url: str, site: Site, href: str) -> str | None:
    """The document that a link on a page leads to; most links fail a first, cheap look."""
    path = href.partition("?")[0].partition("#")[0].strip()
    if not site.document_path.search(f"/{path}"):
        return None
    leads = absolute(url, href)
    return document_of(leads, site) if leads else None


def is_same_listing(url: str, other: str, site: Site) -> bool:
    """Whether two addresses are pages of one listing on one host, however each is encoded."""
    return _host(url) == _host(other) and _words(url, site) == _words(other, site)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _words(url: str, site: Site) -> tuple[str, list[str]]:
    """What is asked for, page apart; the order of the parameters and blank ones mean nothing."""
    parts = urlsplit(site.page_url(url, 0))
    asked = {_decoded(part) for part in parts.query.split("&") if part.partition("=")[2]}
    return _decoded(parts.path).rstrip("/"), sorted(asked)


def _decoded(text: str) -> str:
    text = text.replace("+", " ")
    for _ in range(REPEATEDLY):
        text = unquote(text)
    return text
