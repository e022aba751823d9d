"""Addresses on a page: which are documents, which are pages of the same listing."""

from urllib.parse import unquote, urljoin, urlsplit

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
    return site.identity.document(url)


def linked_document(url: str, site: Site, href: str) -> str | None:
    """The document that a link on a page leads to; a page of the same listing is none."""
    document = site.identity.linked(url, href)
    if document is None or not site.identity.is_free:
        return document
    leads = absolute(url, href)
    return None if leads is None or is_same_listing(url, leads, site) else document


def is_same_listing(url: str, other: str, site: Site) -> bool:
    """Whether two addresses are pages of one listing on one host, however each is encoded."""
    one, two = site.page_url(url, 0), site.page_url(other, 0)
    return one == two or (_host(one) == _host(two) and _words(one) == _words(two))


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
