"""Addresses on a page: which are documents, which are pages of the same listing."""

from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from harvester.pages.elements import Element
from harvester.pages.markup import Unclear
from harvester.sites.identity import LONGEST
from harvester.sites.site import Site

LONGEST_BASE = 1000
"""Bytes of what all links of a page may begin with."""
REPEATEDLY = 4
"""The most times that an address is taken to be percent-encoded; twice has been seen."""


def absolute(url: str, href: str) -> str | None:
    """The address that a link on a page leads to; None if that is no page of the web, or so long
    that no server has to take it."""
    if len(href) > LONGEST:
        return None
    try:
        joined = urljoin(url, href.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def base_of(root: Element, url: str) -> str:
    """The address from which the links of a page lead: its own, or the one that its <base> says."""
    base = next((one for one in root.iter("base") if one.get("href")), None)
    return url if base is None else absolute(url, base.get("href", "")) or url


def link_from_base(root: Element, url: str) -> None:
    """Makes the links of a page with a <base> lead from the page itself, as all others do. Raises
    Unclear if that is too long."""
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
    """The document an address is of, in one spelling for all that mean the same."""
    return site.identity.document(url)


def linked_document(url: str, site: Site, href: str) -> str | None:
    """The document that a link on a page leads to; a page of the same listing is none."""
    document = site.identity.linked(url, href)
    if document is None or not _may_list(url, site, href):
        return None
    if not site.identity.is_free:
        return document
    leads = absolute(url, href)
    return None if leads is None or is_same_listing(url, leads, site) else document


def _may_list(url: str, site: Site, href: str) -> bool:
    """Whether a link leads to where the site's profile says that entries do."""
    begins = site.listing_page.links
    leads = absolute(url, href) if begins else None
    return not begins or (leads is not None and urlsplit(leads).path.startswith(begins))


def documents_of(url: str, said: list[str], site: Site) -> list[str]:
    """The document's identities: that of the page's address, then those that its head gives."""
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
    """Whether two addresses are pages of one listing on one host, however each is encoded."""
    one, two = site.page_url(url, 0), site.page_url(other, 0)
    return one == two or (_host(one) == _host(two) and _words(one) == _words(two))


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


@lru_cache(maxsize=256)
def _words(url: str) -> tuple[str, list[str]]:
    """Path and parameters; the order of the parameters and blank ones mean nothing."""
    parts = urlsplit(url)
    asked = {unquoted(part) for part in parts.query.split("&") if part.partition("=")[2]}
    return unquoted(parts.path).rstrip("/"), sorted(asked)


def unquoted(text: str) -> str:
    """A part of an address without its percent-encoding, however often it was encoded."""
    text = text.replace("+", " ")
    for _ in range(REPEATEDLY):
        if "%" not in text:
            break
        text = unquote(text)
    return text
