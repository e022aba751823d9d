"""Reading feeds as listings: RSS (0.9 to 2.0), Atom (RFC 4287) and JSON Feed.

Most feeds show only their newest entries, so an entry that is not shown may still exist. RFC 5005
leads to older entries, and OpenSearch states the total.
"""

import re
from typing import Any

from harvester.interfaces.json_answer import number_in, shown, text_in
from harvester.interfaces.json_answer import parse as parse_json
from harvester.interfaces.json_listing import plain, plain_of
from harvester.interfaces.xml_answer import child, children, is_xml, local, parse, said
from harvester.items import Entry, Listing, in_json
from harvester.outcomes import Reason, Unreadable
from harvester.pages.address import absolute, is_same_site, linked_document, on_this_host
from harvester.pages.elements import Element
from harvester.pages.markup import Unclear
from harvester.sites.site import Site

ROOTS = {"rss": "", "feed": "w3.org/2005/Atom", "RDF": "purl.org/rss/"}
"""The root elements of feeds, and the words that must be near them, as other formats use such
roots, too."""
NEAR = 5_000
JSON_FEED = re.compile(r'\s*\{[^{}\[\]]{0,500}?"version"\s*:\s*"https?://jsonfeed\.org/version/')
OLDER = ("next", "prev-archive")
PAGED = frozenset((*OLDER, "previous", "prev", "first", "last", "current", "next-archive"))
"""Relations of a feed that has several pages (RFC 5005, 3 and 4)."""
WITH_TIME = re.compile(r"((?:\w{3},\s*)?\d{1,2}\s+\w{3,9}\s+\d{4})\s+\d{1,2}:\d\d")
"""A day as in e-mails (RFC 5322, 3.3), and the time after it."""
MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")
TYPED = {"html": "html", "text/html": "html", "xhtml": "xhtml", "application/xhtml+xml": "xhtml"}
DATES = ("issued", "date", "created", "published", "pubDate")
"""Names of what may be an entry's date: those of Dublin Core are of the document itself."""
OTHERS = ("creator", "author", "category", "subject", "updated", "modified")


def is_feed(text: str) -> bool:
    """Whether a text seems to be a feed."""
    is_in_xml = any(is_xml(text, root) and near in text[:NEAR] for root, near in ROOTS.items())
    return is_in_xml or JSON_FEED.match(text) is not None


def read_feed(text: str, url: str, site: Site) -> Listing:
    """Reads a page of a feed. Raises Unreadable if it is not certain what it says."""
    try:
        if text.lstrip("\ufeff \t\r\n").startswith("{"):
            return _JsonFeed(parse_json(text), url, site).listing()
        return _XmlFeed(parse(text), url, site).listing()
    except Unclear as problem:
        sentence = f"{url} can't be read as a feed: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None


class _Feed:
    """The common part of feeds; a subclass locates the values."""

    def __init__(self, url: str, site: Site) -> None:
        self.url = url
        self.site = site

    def made(self, entries: list[Entry], older: str | None, total: int | None) -> Listing:
        """The page; without a total and older entries, it may be but the newest of a feed."""
        following = on_this_host(self.url, older, self.site) if older else None
        if older and following is None:
            raise Unclear(f"its next page is on another site ({shown(older)})")
        if total == 0 and not entries:
            return Listing(self.url, 0, 0, 0)
        following = None if following == self.url else following
        return Listing(self.url, None, None, total, entries, following)

    def document(self, link: str | None, name: str | None, number: int) -> str:
        """The document of an entry, by its link or its id. Raises Unclear if it has neither."""
        if link is None and name is None:
            raise Unclear(f"entry {number} has neither a link nor an id")
        if link is None:
            found = self.site.unlinked_document(self.url, name or "")
        else:
            found = linked_document(self.url, self.site, link)
        if found is None and link and not is_same_site(self.url, link, self.site):
            raise Unclear(f"entry {number} is on another site ({shown(link)})")
        if found is None:
            raise Unclear(f"the link of entry {number} is no document's ({shown(link or '')})")
        return found


class _XmlFeed(_Feed):
    """A feed in RSS or Atom; its namespaces are ignored, since many feeds have them wrong."""

    def __init__(self, root: Element, url: str, site: Site) -> None:
        super().__init__(url, site)
        self.root = root
        channel = child(root, "channel")
        self.head = root if channel is None else channel

    def listing(self) -> Listing:
        found = [*children(self.head, "item", "entry")]
        if self.head is not self.root:
            found += children(self.root, "item")
        entries = [self._entry(one, number) for number, one in enumerate(found, 1)]
        links = self._links()
        is_whole = child(self.head, "complete") is not None
        older = next((links[name] for name in OLDER if name in links), None)
        listing = self.made(entries, older, len(entries) if is_whole else self._total())
        is_archive = child(self.head, "archive") is not None
        listing.archived = is_archive or "prev-archive" in links
        listing.newest = listing.total is None and not (is_archive or PAGED & {*links})
        return listing

    def _links(self) -> dict[str, str]:
        """The links of the feed itself, by relation."""
        found = {}
        for link in children(self.head, "link"):
            href = link.get("href", "").strip()
            for relation in link.get("rel", "").split() if href else ():
                leads = absolute(_base(link, self.url), href)
                if leads is None and relation in PAGED:
                    raise Unclear(f'its link "{relation}" leads nowhere ({shown(href)})')
                found[relation] = leads or ""
        return found

    def _total(self) -> int | None:
        """What OpenSearch says: https://github.com/dewitt/opensearch, "totalResults"."""
        found = child(self.head, "totalResults")
        return None if found is None else number_in(said(found), "its total")

    def _entry(self, one: Element, number: int) -> Entry:
        link = self._link(one)
        name = said(child(one, "guid")) or said(child(one, "id")) or None
        document = self.document(link, name, number)
        address = self.site.document_url(document)
        date, written = _dated([(name, said(child(one, name))) for name in DATES])
        other = {name: [_value(part) for part in children(one, name)] for name in OTHERS}
        return Entry(
            document=document,
            link=address,
            title=_text(child(one, "title")) or address,
            date_text=date,
            summary=self._summary(one),
            listed_other=in_json(_kept({**other, **written})),
        )

    def _link(self, one: Element) -> str | None:
        """The address of an entry: its link, or a "guid" that is said to be one."""
        for link in children(one, "link"):
            href = link.get("href") if link.get("rel", "alternate") == "alternate" else None
            if leads := (href or said(link)).strip():
                return absolute(_base(link, self.url), leads)
        guid = child(one, "guid")
        is_link = guid is not None and guid.get("isPermaLink", "true").lower() == "true"
        return absolute(self.url, said(guid)) if is_link and ":" in said(guid) else None

    def _summary(self, one: Element) -> str | None:
        names = ("summary", "description", "abstract", "encoded", "content")
        return next((text for name in names if (text := _text(child(one, name)))), None)


class _JsonFeed(_Feed):
    """A feed by https://www.jsonfeed.org/version/1.1/."""

    def __init__(self, data: Any, url: str, site: Site) -> None:
        super().__init__(url, site)
        self.data = data

    def listing(self) -> Listing:
        found = self.data.get("items")
        if not isinstance(found, list):
            raise Unclear("it has no list of items")
        entries = [self._entry(one, number) for number, one in enumerate(found, 1)]
        following = text_in(self.data.get("next_url"), "its next_url")
        older = absolute(self.url, following) if following else None
        listing = self.made(entries, older, None)
        listing.newest = older is None
        return listing

    def _entry(self, data: Any, number: int) -> Entry:
        if not isinstance(data, dict):
            raise Unclear(f"entry {number} is no object")
        texts = {
            name: text_in(data.get(name), f"the {name} of entry {number}")
            for name in ("id", "url", "title", "summary", "content_text", "content_html")
        }
        link = absolute(self.url, texts["url"]) if texts["url"] else None
        document = self.document(link, texts["id"], number)
        address = self.site.document_url(document)
        published = text_in(data.get("date_published"), f"the date of entry {number}")
        changed = text_in(data.get("date_modified"), f"the date_modified of entry {number}")
        date, written = _dated([("date_published", published or "")])
        html = texts["content_html"]
        return Entry(
            document=document,
            link=address,
            title=texts["title"] or address,
            date_text=date,
            summary=texts["summary"] or texts["content_text"] or (plain(html) if html else None),
            listed_other=in_json(_kept({**written, **_named(data, changed)})),
        )


def _named(data: dict[str, Any], changed: str | None) -> dict[str, list[str]]:
    """The other values of an item of a JSON Feed."""
    authors = data.get("authors") if isinstance(data.get("authors"), list) else []
    tags = data.get("tags") if isinstance(data.get("tags"), list) else []
    names = [one.get("name") for one in authors or [] if isinstance(one, dict)]
    return {
        "authors": [one for one in names if isinstance(one, str)],
        "tags": [one for one in tags or [] if isinstance(one, str)],
        "date_modified": [changed] if changed else [],
    }


def _kept(other: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: list(filter(None, values)) for name, values in other.items()}


def _dated(said_by: list[tuple[str, str]]) -> tuple[str | None, dict[str, list[str]]]:
    """The first date that there is, and what was written where more than its day is said."""
    name, written = next((one for one in said_by if one[1]), ("", ""))
    found = WITH_TIME.match(written)
    return (found[1], {name: [written]}) if found else (written or None, {})


def _value(part: Element) -> str:
    """What a person or a category is called, which is an element or an attribute in Atom."""
    return part.get("label") or part.get("term") or said(child(part, "name")) or said(part)


def _base(element: Element, url: str) -> str:
    """The base address of the links in an element (xml:base)."""
    name = "{http://www.w3.org/XML/1998/namespace}base"
    bases = [one.get(name) for one in (element, *element.iterancestors())]
    for base in filter(None, reversed(bases)):
        url = absolute(url, base) or url
    return url


def _text(element: Element | None) -> str | None:
    """The text of an element, which may be markup: as its type says, or where none is said, if it
    looks so, since RSS leaves that open."""
    if element is None:
        return None
    kind = element.get("type")
    if TYPED.get(kind or "") == "xhtml" or len(element):
        for one in element.iter():
            one.tag = local(one.tag) if isinstance(one.tag, str) else one.tag
        return plain_of(element)
    text = said(element)
    is_html = TYPED.get(kind or "") == "html" or (kind is None and MARKUP.search(text))
    return (plain(text) if is_html else text) or None
