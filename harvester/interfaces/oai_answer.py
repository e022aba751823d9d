"""Answers of OAI-PMH repositories: their common part, and a repository's description of itself.

The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html. Namespaces are ignored,
since many servers have them wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harvester.interfaces.json_answer import shown
from harvester.interfaces.metadata_formats import READABLE
from harvester.interfaces.xml_answer import child, children, is_xml, local, parse, said
from harvester.outcomes import Reason, TokenRefused, Unreadable
from harvester.pages.elements import Element
from harvester.pages.markup import Unclear
from harvester.sites.oai_address import OaiRequest

ROOT = "OAI-PMH"
DATESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
NONE, REFUSED = "noRecordsMatch", "badResumptionToken"
"""The errors that are answers: there is nothing, and a token that is no longer known."""


def is_answer(text: str) -> bool:
    """Whether a text seems to be an answer of a repository."""
    return is_xml(text, ROOT)


def part_of(root: Element, url: str, *verbs: str) -> Element | None:
    """The part of an answer with the requested content; None if the answer is that there is none.

    Raises TokenRefused, Unreadable with the repository's own error, or Unclear.
    """
    if local(root.tag) != ROOT:
        raise Unclear(f"it is no answer of OAI-PMH, but {shown(local(root.tag))}")
    errors = {one.get("code", ""): said(one) for one in children(root, "error")}
    if REFUSED in errors:
        why = f"the repository does not know its resumption token ({shown(errors[REFUSED])})"
        raise TokenRefused(f"{url} can't be read: {why}.", Reason.TOKEN, url)
    for code, text in errors.items():
        if code != NONE:
            why = f"the repository answers {shown(code)}, {shown(text)}"
            raise Unreadable(f"{url} can't be read: {why}.", Reason.PROTOCOL, url)
    if errors:
        return None
    part = next(children(root, *verbs), None)
    if part is None:
        raise Unclear(f"it has no {verbs[0]}")
    return part


def identifier_of(header: Element, place: int) -> str:
    """The identifier in a header, which is that of record number `place`. Raises Unclear if it has
    none."""
    found = said(child(header, "identifier"))
    if not found:
        raise Unclear(f"record {place} has no identifier")
    return found


def datestamp(element: Element, name: str) -> str | None:
    """The moment or the day in a child of this name; None if there is none."""
    found = DATESTAMP.fullmatch(said(child(element, name)))
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Identity:
    """What a repository says of itself: its name, since when it has records, whether it keeps
    `deleted` ones ("no", "transient" or "persistent"), and whether it counts `seconds` or days."""

    name: str
    earliest: str
    deleted: str
    seconds: bool


def read_identity(text: str, url: str) -> Identity:
    """Reads the answer to Identify. Raises Unreadable."""
    root = _whole(text, url, "Identify")
    found = {name: said(child(root, name)) for name in ("repositoryName", "earliestDatestamp")}
    deleted = said(child(root, "deletedRecord")).lower()
    seconds = "ss" in said(child(root, "granularity")).lower()
    return Identity(found["repositoryName"], found["earliestDatestamp"], deleted, seconds)


def read_formats(text: str, url: str) -> list[str]:
    """Reads the prefixes of the formats that a repository offers. Raises Unreadable."""
    root = _whole(text, url, "ListMetadataFormats")
    return [said(child(one, "metadataPrefix")) for one in children(root, "metadataFormat")]


def best_format(offered: Sequence[str]) -> str | None:
    """The best of the formats that can be read; None if none can."""
    names = {one.lower(): one for one in reversed(offered)}
    return next((names[one] for one in READABLE if one in names), None)


def read_headers(text: str, url: str) -> tuple[list[str], str | None]:
    """Reads the identifiers on a page of headers, and the address of the next page. Raises
    TokenRefused and Unreadable, as `part_of`."""
    try:
        root = part_of(parse(text), url, "ListIdentifiers")
        if root is None:
            return [], None
        found = [identifier_of(one, place) for place, one in enumerate(children(root, "header"), 1)]
        token = said(child(root, "resumptionToken"))
    except Unclear as problem:
        sentence = f"{url} can't be read as a list of identifiers: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None
    return found, OaiRequest.of(url).after(token, "ListIdentifiers") if token else None


def _whole(text: str, url: str, verb: str) -> Element:
    try:
        part = part_of(parse(text), url, verb)
    except Unclear as problem:
        sentence = f"{url} can't be read as an answer of OAI-PMH: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None
    if part is None:
        raise Unreadable(f"{url} says that there is nothing.", Reason.PROTOCOL, url)
    return part
