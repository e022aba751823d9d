"""Answers of sites in HTML, JSON or XML: each is read, or refused.

Reading takes no more CPU time than `harvester.budget` allows.
"""

from collections.abc import Mapping
from functools import partial

from harvester.budget import bounded
from harvester.interfaces.feed import is_feed, read_feed
from harvester.interfaces.json_answer import is_json
from harvester.interfaces.json_listing import read_json
from harvester.interfaces.oai_answer import is_answer
from harvester.interfaces.oai_pmh import read_oai
from harvester.interfaces.sitemap import is_sitemap, read_sitemap
from harvester.items import Listing
from harvester.outcomes import Reason, Unreadable
from harvester.pages import read_document as read_record
from harvester.pages import read_listing as read_html
from harvester.pages.general import GeneralListing
from harvester.pages.general import read_any_listing as read_any_html
from harvester.record import Record
from harvester.sites.site import Site

__all__ = ["is_for_programs", "read_any_listing", "read_document", "read_listing"]


def is_for_programs(text: str) -> bool:
    """Whether a text is a listing that needs no profile: a sitemap or a feed."""
    return is_sitemap(text) or is_feed(text)


def read_listing(text: str, url: str, site: Site, headers: Mapping[str, str]) -> Listing:
    """Reads a page of a listing in the format of the site's profile. Raises Unreadable.

    `headers` are those of the answer, by lower-case names.
    """
    return bounded(partial(_read_listing, text, url, site, headers), url)


def read_document(html: str, url: str, site: Site) -> Record:
    """Reads a document's own page. Raises Unreadable."""
    return bounded(partial(read_record, html, url, site), url)


def read_any_listing(html: str, language: str | None = None) -> GeneralListing:
    """Reads a page of a listing that no profile describes. Raises nothing: what can't be read is
    refused."""
    try:
        return bounded(partial(read_any_html, html, language), "It")
    except Unreadable as problem:
        return GeneralListing(refused=f"{problem}".removesuffix("."))


def _read_listing(text: str, url: str, site: Site, headers: Mapping[str, str]) -> Listing:
    if site.oai:
        return read_oai(text, url, site)
    if site.json is None:
        if is_sitemap(text):
            return read_sitemap(text, url, site)
        if is_feed(text):
            return read_feed(text, url, site)
        if is_answer(text):
            sentence = (
                f"{url} can't be read as a listing: it is an answer of OAI-PMH; give the address of"
                " the list, with verb=ListRecords."
            )
            raise Unreadable(sentence, Reason.NO_LISTING, url)
        if is_json(text):
            sentence = (
                f"{url} can't be read as a listing: it is JSON, and no profile says what is in it;"
                ' write one with format = "json".'
            )
            raise Unreadable(sentence, Reason.NO_LISTING, url)
        return read_html(text, url, site)
    listing = read_json(text, url, site, site.json, headers)
    listing.habits = site.habits()
    return listing
