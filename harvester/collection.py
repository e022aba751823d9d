"""Collections: reading `collections.toml`, and choosing those to harvest."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from harvester.outcomes import BadUsage
from harvester.search.letters import nfc
from harvester.sites import site_for
from harvester.sites.oai_address import OaiRequest, is_oai, may_be_base
from harvester.sites.site import Site

NAME = re.compile(r"[^\W_][\w.-]{0,99}")
"""A valid name, once combining marks are removed; many scripts write vowels as such marks."""
FILE_EXAMPLE = '[NAME]\nurl = "https://…"'
PERIODS = ("day", "week", "month")
MOMENTS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""What the fields of a cron expression count: minutes, hours, days, months, days of the week."""
SPAN = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", re.ASCII)
"""A part of such a field: "*", "5", "1-5", "*/15"."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A listing by the user's name for it and the address of its first page.

    `site` is the listing's site, even if the address is a copy on another host. `details` asks for
    documents' own pages as well, `files` for their scans, which need the pages. `profile` is the
    text of the one that was learned for the collection. `every` says when workers harvest it: one
    of PERIODS, or a cron expression.
    """

    name: str
    url: str
    site: Site
    details: bool = False
    files: bool = False
    profile: str | None = None
    every: str | None = None

    @property
    def root(self) -> str:
        """The beginning of the listing's site: a copy may be on another host and below a path."""
        return self.site.root(self.url)


def wanted_collections(
    file: Path, name: str | None, url: str | None, site: str | None = None
) -> list[Collection]:
    """The collections that the arguments ask for: one of the file, one by its address, or all.

    `site` overrides the site of each. Raises BadUsage if there is no such collection or site, or if
    an address is no listing's.
    """
    if url is not None:
        return [collection(name, url, site)]
    known = read_collections(file, site)
    if name is None:
        return known
    found = [one for one in known if one.name == nfc(name)]
    if not found:
        names = ", ".join(one.name for one in known)
        raise BadUsage(f"There is no collection {name!r} in {file}; it has: {names}.")
    return found


def read_collections(file: Path, site: str | None = None) -> list[Collection]:
    """The collections of a TOML file, which has a table for each; `site` overrides the file's.

    Raises BadUsage if the file can't be read, is empty, or has a mistake.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadUsage(
            f"There is no {file} here, which names the collections: `harvester init FOLDER` writes"
            " one, or give -a url=ADDRESS."
        ) from None
    except OSError as error:
        raise BadUsage(
            f"{file} can't be read ({error.strerror}): it names the collections."
        ) from None
    except ValueError as error:
        raise BadUsage(f"{file} is not valid TOML ({error}): correct it.") from None
    if not tables:
        raise BadUsage(f"{file} names no collection: add one as {FILE_EXAMPLE!r}.")
    return [_collection(file, name, table, site) for name, table in tables.items()]


def collection(name: str | None, url: str, key: str | None = None) -> Collection:
    """Checks and makes a collection; without a name it is named after its address.

    `key` names the site if the host does not. Raises BadUsage.
    """
    check_address(url)
    site = site_for(url, key)
    if not site.is_listing_url(url) and not may_be_base(url):
        raise BadUsage(f"{url} is not the address of a listing: copy that of a page of results.")
    name = nfc(_name_of(url) if name is None else name)
    if not NAME.fullmatch("".join(one for one in name if not _is_mark(one))):
        raise BadUsage(f"{name!r} can't name a collection: use letters, digits, '.', '_' and '-'.")
    first = site.page_url(url, 0) if site.is_listing_url(url) else url
    return Collection(name, first, site)


def check_address(url: str) -> None:
    """Raises BadUsage unless what somebody typed can be the address of a web page."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise BadUsage(f"{url!r} is not the address of a web page: give one with https://.")


def _collection(file: Path, name: str, table: Any, site: str | None) -> Collection:
    """Reads a collection's table. Raises BadUsage if anything in it is wrong."""
    said = dict(table) if isinstance(table, Mapping) else {}
    url, files = said.pop("url", None), said.pop("files", False)
    details, own = said.pop("details", files), said.pop("site", None)
    every = said.pop("every", None)
    fits = isinstance(url, str) and isinstance(own, str | None)
    if said or not fits or not _are_answers(details, files):
        raise BadUsage(
            f"{file}: collection {name!r} needs a url, and can have details and files, each true or"
            f" false, a site, and every, as in {FILE_EXAMPLE!r}."
        )
    if every is not None and not is_rhythm(every):
        raise BadUsage(
            f"{file}: collection {name!r} can't have every = {every!r}: say day, week or month, or"
            ' a cron expression such as "30 4 * * 1".'
        )
    if files and not details:
        raise BadUsage(f"{file}: collection {name!r} can't have files = true with details = false.")
    try:
        found = collection(name, url, site or own)
        return replace(found, details=details, files=files, every=every)
    except BadUsage as problem:
        raise BadUsage(f"{file}: collection {name!r}: {problem}") from None


def is_rhythm(said: Any) -> bool:
    """Whether something says how often to harvest: a period, or a cron expression of numbers.

    >>> [is_rhythm(said) for said in ("week", "30 4 * * 1-5", "*/5 * * * *", "61 4 * * *", "4 1")]
    [True, True, True, False, False]
    """
    if not isinstance(said, str):
        return False
    fields = said.split()
    return said in PERIODS or (
        len(fields) == len(MOMENTS)
        and all(
            _is_span(part, *bounds)
            for one, bounds in zip(fields, MOMENTS, strict=True)
            for part in one.split(",")
        )
    )


def _is_span(part: str, least: int, most: int) -> bool:
    found = SPAN.fullmatch(part)
    if not found:
        return False
    first, last, step = (None if one is None else int(one) for one in found.groups())
    within = all(one is None or least <= one <= most for one in (first, last))
    stepped = step is None or (step > 0 and (first is None or last is not None))
    return within and stepped and (first is None or last is None or first <= last)


def _are_answers(*values: Any) -> bool:
    return all(isinstance(value, bool) for value in values)


def _name_of(url: str) -> str:
    """A name from an address's query: "Fishing--Japan" becomes "fishing-japan". A list of records
    is named by its set, or else by its repository's path."""
    if is_oai(url):
        request = OaiRequest.of(url)
        url = urlsplit(request.base)._replace(query=f"set={quote(request.set)}").geturl()
    parts = urlsplit(url)
    said = [value for key, value in parse_qsl(parts.query) if key != "page"] or [parts.path]
    letters = (one if one.isalnum() or _is_mark(one) else " " for one in " ".join(said).lower())
    return "-".join("".join(letters).split())[:100].strip("-") or "listing"


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Mc")
