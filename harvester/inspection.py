"""Inspecting single pages: how a harvest would read each."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from harvester.clean_text import one_line
from harvester.console import columns
from harvester.dates import ENGLISH, Habits, read_date
from harvester.fixture import is_document_url, record_data
from harvester.interfaces import (
    is_for_programs,
    read_any_listing,
    read_document,
    read_listing,
)
from harvester.items import Listing
from harvester.learning.draft import quoted
from harvester.learning.proposal import propose
from harvester.outcomes import Unreadable
from harvester.pages.address import absolute, base_of
from harvester.pages.general import Found, GeneralListing
from harvester.pages.general.general_reader import stated_otherwise
from harvester.pages.markup import language_of
from harvester.sites.site import Site, general_site
from harvester.visit import SavedPage

Data = dict[str, Any]
NARROWEST = 60
DATE_WIDTH = 18
NOWHERE = "https://saved.invalid/page"
"""Stands in for an unknown address (RFC 2606)."""


def inspect(page: SavedPage, site: Site | None) -> Data:
    """Reads a page by the profile of its site or, where there is none, by what listings have in
    common. The keys are those that `harvester inspect --json` prints."""
    if is_for_programs(page.html):
        if not page.url:
            refusal = f"{page.name} is a sitemap or a feed: say its address with --url."
            return _about(page, "listing") | {"refused": refusal}
        site = site or general_site(page.url)
    if site is None or not page.url:
        return _general(page)
    try:
        if is_document_url(page.url, site):
            record = record_data(read_document(page.html, page.url, site))
            return _about(page, "document") | {"record": record}
        listing = read_listing(page.html, page.url, site, page.headers)
    except Unreadable as problem:
        kind = "document" if is_document_url(page.url, site) else "listing"
        return _about(page, kind) | {"refused": str(problem)}
    entries = [
        _entry(one.title, one.link, one.date_text, one.summary, listing.habits)
        | {"other": {label: " ".join(values) for label, values in one.other.items()}}
        for one in listing.entries
    ]
    said: Data = {name: getattr(listing, name) for name in ("first", "last", "total")}
    said["proof"] = _proof(listing)
    if said["proof"] == "none" and listing.total is not None:
        said["findings"] = [stated_otherwise(listing.total, len(entries))]
    return _about(page, "listing") | said | {"next": listing.next_url, "entries": entries}


def _proof(listing: Listing) -> str:
    """What proves that the entries are all of the page's, or of the listing's."""
    if listing.first is not None:
        return "range"
    is_all = listing.next_url is None and listing.total == len(listing.entries)
    if is_all or listing.sure_total is not None:
        return "total"
    return "pager" if listing.next_url else "none"


def _general(page: SavedPage) -> Data:
    found = read_any_listing(page.html)
    if found.refused and (record := _any_record(page)):
        return _about(page, "document") | {"record": record}
    said: Data = {name: getattr(found, name) for name in ("proof", "first", "last", "total")}
    said["next"] = _whole(page, found, found.next)
    said["findings"] = found.findings
    said["selectors"] = None if found.refused else _selectors(page, found)
    said["entries"] = [_found(page, found, one) for one in found.entries]
    if found.refused:
        said["refused"] = f"{page.name} can't be read for certain: {found.refused}."
        said["readings"] = [[_found(page, found, e) for e in one.entries] for one in found.best]
    return _about(page, "listing") | said


def _any_record(page: SavedPage) -> Data | None:
    """What a document's own page says, if it is one; without an address, it has no identity."""
    url = page.url or NOWHERE
    try:
        record = record_data(read_document(page.html, url, general_site(url)))
    except Unreadable:
        return None
    return record if page.url else record | {"document": None, "link": None}


def _about(page: SavedPage, kind: str) -> Data:
    return {"file": page.name, "url": page.url or None, "kind": kind, "refused": None}


def _selectors(page: SavedPage, found: GeneralListing) -> Data | None:
    """The `[listing]` of a profile that would read this page alike; None if there is none."""
    somewhere = urljoin(urljoin(NOWHERE, found.next or ""), urlsplit(NOWHERE).path)
    whole = page if page.url else replace(page, url=somewhere)
    draft = propose(whole).found[0].draft
    return draft.selectors.said() if draft else None


def _found(page: SavedPage, listing: GeneralListing, found: Found) -> Data:
    url, habits = _whole(page, listing, found.href), Habits(language_of(page.html) or ENGLISH)
    said = _entry(found.title, url, found.date_text, found.summary, habits)
    return said | {"other": found.other}


def _whole(page: SavedPage, listing: GeneralListing, href: str | None) -> str | None:
    """The absolute address of a link if the page's own is known, else the link as written."""
    if not page.url or not href or listing.source is None:
        return href
    return absolute(base_of(listing.source.root, page.url), href) or href


def _entry(
    title: str, url: str | None, date_text: str | None, summary: str | None, habits: Habits
) -> Data:
    date = read_date(date_text, habits) if date_text else None
    edtf = date.edtf if date else None
    return {
        "title": title,
        "url": url,
        "date_text": date_text,
        "date_edtf": edtf,
        "summary": summary,
    }


def as_text(inspected: Data) -> str:
    """The result for a terminal: a line for each entry, and its address below."""
    return "\n".join(_lines(inspected))


def _lines(inspected: Data) -> Iterator[str]:
    yield one_line(inspected["file"])
    if inspected["refused"]:
        yield f"  Refused: {one_line(inspected['refused'])}"
        for number, entries in enumerate(inspected.get("readings", ()), 1):
            yield f"  Reading {number}, of {len(entries)} entries:"
            yield from _table(entries[:3])
        return
    if "record" in inspected:
        fields = {name: value for name, value in inspected["record"].items() if value}
        yield from (f"  {name}: {one_line(str(value))}" for name, value in fields.items())
        return
    yield f"  {_summary(inspected)}"
    yield from (f"  But {finding}." for finding in inspected.get("findings", ()))
    yield from _table(inspected["entries"])
    yield f"  Next page: {inspected['next'] or 'none'}"
    if selectors := inspected.get("selectors"):
        yield "  A profile would say:"
        yield "    [listing]"
        yield from (f"    {name} = {one_line(quoted(css))}" for name, css in selectors.items())


def _summary(inspected: Data) -> str:
    number = len(inspected["entries"])
    if inspected["proof"] == "range":
        stated = f"{inspected['first']} - {inspected['last']} of {inspected['total']}"
        return f"{number} entries, as the page states: {stated}"
    if inspected["total"] is not None:
        return f"{number} entries, of {inspected['total']} as the page states"
    return f"{number} entries; the page does not state how many there are"


def _table(entries: Iterable[Data]) -> Iterator[str]:
    width = max(columns(), NARROWEST) - DATE_WIDTH - 12
    for number, entry in enumerate(entries, 1):
        date = _cut(one_line(entry["date_text"] or "-"), DATE_WIDTH)
        yield f"  {number:>4}  {date:<{DATE_WIDTH}}  {_cut(one_line(entry['title']), width)}"
        if entry["url"]:
            yield f"        {'':<{DATE_WIDTH}}{one_line(entry['url'])}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
