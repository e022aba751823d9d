"""Addresses on a page: which lead to documents, and which to pages of the same listing."""

from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from harvester.pages.elements import Element
from harvester.pages.markup import Unclear
from harvester.sites.identity import LONGEST
from harvester.sites.site import Site

LONGEST_BASE = 1000
"""Most bytes of a page's base."""
REPEATEDLY = 4
"""Most times that an address may have been percent-encoded; twice has been seen."""


def absolute(url: str, href: str) -> str | None:
    """The absolute address of a link; None if it leads to no web page, or is longer than servers
    must accept."""
    if len(href) > LONGEST:
        return None
    try:
        joined = urljoin(url, href.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def base_of(root: Element, url: str) -> str:
    """The base of a page's links: its own address, or that of its <base>."""
    base = next((one for one in root.iter("base") if one.get("href")), None)
    return url if base is None else absolute(url, base.get("href", "")) or url


def link_from_base(root: Element, url: str) -> None:
    """Rewrites the links of a page with a <base> so that they are relative to the page itself.
    Raises Unclear if the base is too long."""
    said = max((len(one.get("href", "")) for one in root.iter("base")), default=0)
    if said > LONGEST_BASE:
        raise Unclear(f"its <base> has more than {LONGEST_BASE:,} characters")
    base = base_of(root, url)
    if base == url:
        return
    for link in root.iter("a", "link"):
        href = link.get("href", "").strip()
        leads = absolute(base, href) if href and not href.startswith("#") else None
        if leads:
            link.set("href", leads)


def document_of(url: str, site: Site) -> str | None:
    """The normalised id of the document at an address."""
    return site.identity.document(url)


def linked_document(url: str, site: Site, href: str) -> str | None:
    """The document that a link on a page leads to; pages of the same listing are not documents."""
    document = site.identity.linked(url, href)
    if document is None or not _may_list(url, site, href):
        return None
    if not site.identity.is_free:
        return document
    leads = absolute(url, href)
    return None if leads is None or is_same_listing(url, leads, site) else document


def _may_list(url: str, site: Site, href: str) -> bool:
    """Whether a link leads to where entries lead by the site's profile."""
    begins = site.listing_page.links
    leads = absolute(url, href) if begins else None
    return not begins or (leads is not None and urlsplit(leads).path.startswith(begins))


def documents_of(url: str, said: list[str], site: Site) -> list[str]:
    """The document's ids: that of the page's address, then those that its head gives."""
    leads = [absolute(url, address) for address in said]
    own = [lead for lead in leads if lead and is_same_site(url, lead, site)]
    found = [document_of(address, site) for address in (url, *own)]
    return list(dict.fromkeys(document for document in found if document))


def is_same_site(url: str, other: str, site: Site) -> bool:
    """Whether an address is on the page's host, or on the site's own."""
    hosts = {_host(url), _host(site.home)}
    return _host(other) in hosts


def on_this_host(url: str, other: str, site: Site) -> str | None:
    """An address of the site, on the host of a page of it, which may be a copy; None if it is on
    another site."""
    if not is_same_site(url, other, site):
        return None
    here = urlsplit(url)
    return urlunsplit(urlsplit(other)._replace(scheme=here.scheme, netloc=here.netloc))


def is_same_host(url: str, other: str) -> bool:
    """Whether two addresses are on one host."""
    return _host(url) == _host(other)


def is_same_listing(url: str, other: str, site: Site) -> bool:
    """Whether two addresses are pages of one listing on one host, whatever their encoding."""
    one, two = site.page_url(url, 0), site.page_url(other, 0)
    return one == two or (_host(one) == _host(two) and _words(one) == _words(two))


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


@lru_cache(maxsize=256)
def _words(url: str) -> tuple[str, list[str]]:
    """The path and the parameters, ignoring their order and blank ones."""
    parts = urlsplit(url)
    asked = {unquoted(part) for part in parts.query.split("&") if part.partition("=")[2]}
    return unquoted(parts.path).rstrip("/"), sorted(asked)


def unquoted(text: str) -> str:
    """A part of an address, decoded as often as it was percent-encoded."""
    text = text.replace("+", " ")
    for _ in range(REPEATEDLY):
        if "%" not in text:
            break
        text = unquote(text)
    return text
