"""Reading sitemaps (https://www.sitemaps.org/protocol.html) as listings: each page is an entry.

Scrapy's own reader skips what is broken, so that half a sitemap would pass for a whole one.
"""

from collections.abc import Iterator

from harvester.interfaces.json_answer import shown
from harvester.interfaces.xml_answer import child, children, is_xml, local, parse, said
from harvester.items import Entry, Listing, in_json
from harvester.outcomes import Reason, Unreadable
from harvester.pages.address import absolute, is_same_site, linked_document, on_this_host
from harvester.pages.elements import Element
from harvester.pages.markup import Unclear
from harvester.sites.site import Site

PAGES, SITEMAPS = "urlset", "sitemapindex"
MOST = 50_000
"""Entries of one sitemap, by the protocol."""
CHANGED = "lastmod"
NEWS = "news"


def is_sitemap(text: str) -> bool:
    """Whether a text seems to be a sitemap, or an index of several."""
    return is_xml(text, PAGES) or is_xml(text, SITEMAPS)


def read_sitemap(text: str, url: str, site: Site) -> Listing:
    """Reads a sitemap, whose total is the number of its own entries, or an index, which has parts.

    A sitemap has no titles, so an entry is titled by its address; it says when a page was
    changed, which is no date of the document. Raises Unreadable.
    """
    try:
        root = parse(text)
        if local(root.tag) == SITEMAPS:
            return Listing(url, None, None, None, parts=list(_parts(root, url, site)))
        entries = list(_entries(root, url, site))
    except Unclear as problem:
        sentence = f"{url} can't be read as a sitemap: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None
    return Listing(url, None, None, len(entries), entries)


def _parts(root: Element, url: str, site: Site) -> Iterator[str]:
    """The sitemaps in an index, each once."""
    met = {url}
    for number, one in enumerate(_children(root, "sitemap"), 1):
        leads = _leads(one, url, f"sitemap {number}")
        part = on_this_host(url, leads, site)
        if part is None:
            raise Unclear(f"sitemap {number} is on another site ({shown(leads)})")
        if part not in met:
            met.add(part)
            yield part


def _entries(root: Element, url: str, site: Site) -> Iterator[Entry]:
    """The documents in a sitemap, each once; what the site's profile takes for none is left out."""
    met = set()
    for number, one in enumerate(_children(root, "url"), 1):
        leads = _leads(one, url, f"entry {number}")
        document = linked_document(url, site, leads)
        if document is None and site.identity.is_free and not is_same_site(url, leads, site):
            raise Unclear(f"entry {number} is on another site ({shown(leads)})")
        if document is not None and document not in met:
            met.add(document)
            yield _entry(one, document, site)


def _entry(one: Element, document: str, site: Site) -> Entry:
    changed, link = said(child(one, CHANGED)), site.document_url(document)
    return Entry(
        document=document,
        link=link,
        title=said(child(one, NEWS, "title")) or link,
        date_text=said(child(one, NEWS, "publication_date")) or None,
        listed_other=in_json({CHANGED: [changed] if changed else []}),
    )


def _children(root: Element, name: str) -> list[Element]:
    found = list(children(root, name))
    if len(found) > MOST:
        raise Unclear(f"it has more than {MOST:,} entries")
    return found


def _leads(one: Element, url: str, what: str) -> str:
    found = said(child(one, "loc"))
    leads = absolute(url, found) if found else None
    if leads is None:
        raise Unclear(f"{what} has no address")
    return leads
