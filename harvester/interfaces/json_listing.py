"""Reading one page of a JSON listing by the site's profile.

Its statements must add up: it has as many entries as its numbers say, each leads to a document of
the site, and it links to a next page exactly if it is not the last.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from harvester.interfaces.json_answer import number_in, parse, shown, text_in
from harvester.items import Entry, Listing, in_json
from harvester.outcomes import Reason, Unreadable
from harvester.pages.address import absolute, linked_document
from harvester.pages.elements import Element
from harvester.pages.markup import Lost, Unclear, refuse_torn, tree
from harvester.pages.page_reader import read_page
from harvester.sites.json_listing import JsonListing, JsonPath
from harvester.sites.site import Site

LINK = re.compile(r"<([^<>]*)>([^<>]*)")
"""A link in a `Link` header, and its parameters (RFC 8288, 3)."""
NEXT = re.compile(r";\s*rel\s*=\s*(?:\"[^\"]*?\bnext\b[^\"]*\"|next\b)", re.IGNORECASE)


def read_json(
    text: str, url: str, site: Site, said: JsonListing, headers: Mapping[str, str]
) -> Listing:
    """Reads a page. Raises Unreadable if it is not certain what the page says."""
    try:
        return _Answer(parse(text), url, site, said, headers).listing()
    except Unclear as problem:
        sentence = f"{url} can't be read as a listing: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None


@dataclass(frozen=True, slots=True)
class _Answer:
    """A site's answer, with its profile."""

    data: Any
    url: str
    site: Site
    said: JsonListing
    headers: Mapping[str, str]

    def listing(self) -> Listing:
        """The page of the listing. Raises Unclear."""
        found = _find(self.said.entry, self.data)
        if not found and self._states_none():
            return Listing(self.url, 0, 0, 0)
        if not isinstance(found, list):
            raise Unclear(f'it has no list of entries at "{self.said.entry}"')
        entries = [self._entry(one, number) for number, one in enumerate(found, 1)]
        total, first = self._total(), self._first()
        following = self._following()
        if not entries and (following or total is not None or self._is_first_page()):
            says = "does not say that there are none" if total is None else f"states {total}"
            raise Unclear(f"it has no entries, and {says}")
        if total is None:
            return Listing(self.url, None, None, None, entries, following)
        return self._stated(entries, total, first, following)

    def _stated(
        self, entries: list[Entry], total: int, first: int | None, following: str | None
    ) -> Listing:
        """The page of a listing whose total is known."""
        last = (first or 1) + len(entries) - 1
        stated = f"{first or 1} - {last} of {total}"
        if last > total:
            raise Unclear(f"its entries would be {stated}")
        reckoned = not self.said.leads_on
        if first is None:
            following = self._reckoned(len(entries)) if reckoned else following
            return Listing(self.url, None, None, total, entries, following, reckoned)
        self._check_size(first, len(entries), total)
        if reckoned and last < total:
            following = self._reckoned(len(entries))
        elif (following is not None) != (last < total):
            what = "no link to the next page" if last < total else f"a link to {following}"
            raise Unclear(f"it has {what} after {stated}")
        return Listing(self.url, first, last, total, entries, following, reckoned)

    def _check_size(self, first: int, entries: int, total: int) -> None:
        if self.said.size is None:
            return
        size = self._number(self.said.size, "the size of its pages")
        expected = min(size, total - first + 1)
        if entries != expected:
            stated = f"{first} - {first + expected - 1} of {total}"
            raise Unclear(f"it states {stated}, and has {entries} of these {expected} entries")

    def _total(self) -> int | None:
        if self.said.total:
            return self._number(self.said.total, "its total")
        if not (name := self.said.total_header):
            return None
        if name.lower() not in self.headers:
            raise Unclear(f"it states no total: its header {name} is missing")
        return number_in(self.headers[name.lower()].strip(), f"its header {name}")

    def _states_none(self) -> bool:
        try:
            return self._total() == 0
        except Unclear:
            return False

    def _first(self) -> int | None:
        """The number of the first entry, if it is stated."""
        said = self.said
        if said.first:
            return self._number(said.first, "the number of its first entry")
        if said.offset:
            return self._number(said.offset, "the number of entries before it") + 1
        if said.page and said.size:
            page = self.site.paging.page(self.url, self._number(said.page, "the number of it"))
            return page * self._number(said.size, "the size of its pages") + 1
        return None

    def _following(self) -> str | None:
        """The next page that it links to, if it does."""
        said = self.said
        if said.link_header:
            links = LINK.findall(self.headers.get("link", ""))
            return self._leads(next((href for href, what in links if NEXT.search(what)), None))
        if said.next:
            return self._leads(text_in(_find(said.next, self.data), "its link to the next page"))
        if said.cursor:
            cursor = text_in(_find(said.cursor, self.data), "its cursor")
            following = cursor and self.site.paging.at_cursor(self.url, cursor)
            return None if following == self.url else following
        return None

    def _leads(self, href: str | None) -> str | None:
        """The page of the same listing that a link leads to. Raises Unclear if it is another."""
        if href is None:
            return None
        leads = absolute(self.url, href)
        here = urlsplit(self.url)
        there = urlsplit(leads or "")
        hosts = (here.netloc.lower(), urlsplit(self.site.home).netloc.lower())
        if leads and there.netloc.lower() in hosts:
            leads = urlunsplit(there._replace(scheme=here.scheme, netloc=here.netloc))
            if self._path(leads) == self._path(self.url):
                return leads
        raise Unclear(f"its next page is none of this listing's ({shown(href)})")

    def _path(self, url: str) -> str:
        """The path of an address without the number of its page."""
        return urlsplit(self.site.page_url(url, 0)).path.rstrip("/")

    def _reckoned(self, entries: int) -> str:
        return self.site.paging.after(self.url, entries)

    def _is_first_page(self) -> bool:
        return self.site.page_url(self.url, 0) == self.url

    def _entry(self, data: Any, number: int) -> Entry:
        title = self._text(self.said.title, data, "title", number)
        if title is None:
            raise Unclear(f"entry {number} has no title")
        document = self._document(data, number)
        return Entry(
            document=document,
            link=self.site.document_url(document),
            title=title,
            date_text=self._text(self.said.date, data, "date", number),
            summary=self._text(self.said.summary, data, "summary", number),
            listed_other=in_json(dict(self._others(data, number))),
        )

    def _others(self, data: Any, number: int) -> Iterator[tuple[str, list[str]]]:
        """An entry's other values, by label: a text or a list of texts."""
        for label, path in self.said.other.items():
            found = _find(path, data)
            what = f'"{label}" of entry {number}'
            several = found if isinstance(found, list) else [found]
            yield label, [said for one in several if (said := text_in(one, what))]

    def _text(self, path: JsonPath | None, data: Any, what: str, number: int) -> str | None:
        said = path and text_in(_find(path, data), f"the {what} of entry {number}")
        return plain(said) if said and what in self.said.markup else said or None

    def _document(self, data: Any, number: int) -> str:
        path = self.said.id or self.said.link
        what = "id" if self.said.id else "link"
        said = text_in(_find(path, data), f"the {what} of entry {number}")
        if said is None:
            raise Unclear(f"entry {number} has no {what}")
        if self.said.id:
            document = self.site.named_document(said)
        else:
            document = linked_document(self.url, self.site, said)
        if document is None:
            raise Unclear(f"the {what} of entry {number} is no document's ({shown(said)})")
        return document

    def _number(self, path: JsonPath, what: str) -> int:
        return number_in(_find(path, self.data), what)


def _find(path: JsonPath | None, data: Any) -> Any:
    """The value at a path. Raises Unclear if the path can't be applied to this data."""
    try:
        return path and path.find(data)
    except RecursionError:
        raise Lost("its JSON has too many lists and objects in each other") from None
    except ValueError as error:
        raise Unclear(f'"{path}" can\'t be looked for: {error}') from None


def plain(html: str) -> str | None:
    """The text of a piece of HTML, its paragraphs parted by a blank line. Raises Unclear if a tag
    may have swallowed a part of it."""
    return plain_of(tree(html).root)


def plain_of(element: Element) -> str | None:
    """The same for an element."""
    texts = [piece.text for piece in read_page(element).pieces]
    refuse_torn(texts)
    return "\n\n".join(texts) or None
