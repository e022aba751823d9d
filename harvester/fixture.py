"""Saving a page as a fixture for tests, with what is read from it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scrapy.http import TextResponse

from harvester.collection import collection
from harvester.crawl.response_meta import texts_of
from harvester.disk import whole_file
from harvester.interfaces import read_document, read_listing
from harvester.items import Listing
from harvester.outcomes import Interrupted, RunProblem
from harvester.pages.address import document_of
from harvester.record import Record
from harvester.sites.site import Site
from harvester.timestamps import utc_now

BULK = r"<(script|style|svg)\b{but}.*?(?:</\1\s*>|\Z)"
ALL_BULK = re.compile(BULK.format(but="").encode(), re.IGNORECASE | re.DOTALL)
BULK_BUT_SETTINGS = re.compile(
    BULK.format(but="(?![^<>]*drupal-settings-json)").encode(), re.IGNORECASE | re.DOTALL
)
"""Elements that a document's reader skips; it reads the settings, which name the node."""
LONGEST_CASE = 100
NOTE = "Saved from the site; scripts, styles and drawings are taken out."


@dataclass(frozen=True, slots=True)
class Fixture:
    """The two files of a fixture: the page, and what is read from it."""

    kind: str
    case: str
    page: bytes
    said: dict[str, Any]

    def write(self, folder: Path) -> Path:
        """Writes the files below a folder of fixtures, and returns their place."""
        place = folder / self.kind / self.case
        place.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.said, ensure_ascii=False, indent=1) + "\n"
        for name, content in (("page.html", self.page), ("page.json", text.encode())):
            with whole_file(place / name) as out:
                out.write(content)
        return place


@dataclass(frozen=True, slots=True)
class Reading:
    """A kind of page: its name, and how to trim and read it."""

    kind: str
    case: str
    trimmed: Callable[[bytes], bytes]
    read: Callable[[str, Mapping[str, str]], dict[str, Any]]


def reading(url: str, site: Site) -> Reading:
    """How to read the page at an address, a listing's or a document's."""
    if is_document_url(url, site):
        document = str(document_of(url, site))
        case = re.sub(r"[\W_]+", "-", document.lower()).strip("-")[:LONGEST_CASE] or "document"

        def read(html: str, _: Mapping[str, str]) -> dict[str, Any]:
            return {"record": record_data(read_document(html, url, site))}

        return Reading("document", case, partial(BULK_BUT_SETTINGS.sub, b""), read)
    case = collection(None, url, site.key).name + f"-page-{site.page_number(url)}"
    return Reading(
        "listing",
        case,
        partial(ALL_BULK.sub, b"") if site.json is None else bytes,
        lambda text, headers: as_data(read_listing(text, url, site, headers)),
    )


def is_document_url(url: str, site: Site) -> bool:
    """Whether an address is a document's; never on an unknown site, where all look alike."""
    return not site.is_listing_url(url) and document_of(url, site) is not None


def fixture(response: TextResponse, url: str, site: Site) -> tuple[Fixture, RunProblem | None]:
    """Makes the fixture of a page, and gives the problem if it is not what its address says.

    Raises Interrupted: a page that was only partly read is no fixture.
    """
    way = reading(url, site)
    body = way.trimmed(response.body)
    trimmed = response.replace(body=body)
    about: dict[str, Any] = {"url": url, "note": NOTE, "fetched": utc_now()}
    headers = texts_of(response.headers)
    if site.json and (told := {name: headers[name] for name in site.json.told_by & headers.keys()}):
        about["headers"] = told
    try:
        said = way.read(trimmed.text, headers)
    except Interrupted:
        raise
    except RunProblem as problem:
        about["headers"] = {"Content-Type": headers.get("content-type", "")}
        said = {"status": response.status, "problem": f"not-a-{way.kind}"}
        return Fixture("other", way.case, body, {**about, **said}), problem
    return Fixture(way.kind, way.case, body, {**about, **said}), None


def record_data(record: Record) -> dict[str, Any]:
    """A record in the form of page.json, where a term is a pair."""
    return {**asdict(record), "terms": [list(term) for term in record.terms]}


def as_data(listing: Listing) -> dict[str, Any]:
    """A listing in the form of page.json."""
    return {
        "first": listing.first,
        "last": listing.last,
        "total": listing.total,
        "next": listing.next_url,
        "entries": [
            {
                "href": entry.link,
                "date_text": entry.date_text,
                "title": entry.title,
                "summary": entry.summary,
            }
            for entry in listing.entries
        ],
    }
