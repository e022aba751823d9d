"""Reading the answers of OAI-PMH repositories.

The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html. A page of records is a
page of a listing, a record an entry. Namespaces are not looked at, since many servers have them
wrong.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from harvester.interfaces.json_answer import shown
from harvester.interfaces.metadata_formats import READABLE, Described, Text, described
from harvester.interfaces.xml_answer import child, children, is_xml, local, parse, said
from harvester.items import Entry, Listing, in_json
from harvester.outcomes import Reason, TokenRefused, Unreadable
from harvester.pages.elements import Element
from harvester.pages.markup import Unclear
from harvester.sites.oai_address import OaiRequest, is_oai
from harvester.sites.site import Site, host_of

ROOT = "OAI-PMH"
DATESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
NONE, REFUSED = "noRecordsMatch", "badResumptionToken"
"""The errors that are answers: there is nothing, and a token that is no longer known."""


def is_answer(text: str) -> bool:
    """Whether a text seems to be an answer of a repository."""
    return is_xml(text, ROOT)


def read_oai(text: str, url: str, site: Site) -> Listing:
    """Reads a page of a list of records. Raises TokenRefused if the repository does not know the
    page's token any more, and Unreadable for other errors, or if it is not certain what it says."""
    try:
        return _Answer(parse(text), url, site).listing()
    except Unclear as problem:
        sentence = f"{url} can't be read as a list of records: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None


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
    TokenRefused and Unreadable, as `read_oai`."""
    try:
        answer = _Answer(parse(text), url, None)
        root = answer.part("ListIdentifiers")
        if root is None:
            return [], None
        found = [_identifier(one, place) for place, one in enumerate(children(root, "header"), 1)]
        token = said(child(root, "resumptionToken"))
    except Unclear as problem:
        sentence = f"{url} can't be read as a list of identifiers: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None
    return found, OaiRequest.of(url).after(token, "ListIdentifiers") if token else None


def _whole(text: str, url: str, verb: str) -> Element:
    try:
        part = _Answer(parse(text), url, None).part(verb)
    except Unclear as problem:
        sentence = f"{url} can't be read as an answer of OAI-PMH: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None
    if part is None:
        raise Unreadable(f"{url} says that there is nothing.", Reason.PROTOCOL, url)
    return part


@dataclass(frozen=True, slots=True)
class _Answer:
    """A repository's answer, and of which site's its documents are."""

    root: Element
    url: str
    site: Site | None

    def part(self, *verbs: str) -> Element | None:
        """The part with what was asked for; None if the answer is that there is nothing. Raises
        TokenRefused, Unreadable with the repository's own error, or Unclear."""
        if local(self.root.tag) != ROOT:
            raise Unclear(f"it is no answer of OAI-PMH, but {shown(local(self.root.tag))}")
        errors = {one.get("code", ""): said(one) for one in children(self.root, "error")}
        if REFUSED in errors:
            why = f"the repository does not know its resumption token ({shown(errors[REFUSED])})"
            raise TokenRefused(f"{self.url} can't be read: {why}.", Reason.TOKEN, self.url)
        for code, text in errors.items():
            if code != NONE:
                why = f"the repository answers {shown(code)}, {shown(text)}"
                raise Unreadable(f"{self.url} can't be read: {why}.", Reason.PROTOCOL, self.url)
        if errors:
            return None
        part = next(children(self.root, *verbs), None)
        if part is None:
            raise Unclear(f"it has no {verbs[0]}")
        return part

    def listing(self) -> Listing:
        """The page. Raises as `part`."""
        part = self.part("ListRecords", "GetRecord")
        listing = Listing(self.url, None, None, None, habits=self._site.habits())
        listing.answered = _datestamp(self.root, "responseDate")
        if part is None:
            if not self._is_continued:
                listing.first = listing.last = listing.total = 0
            return listing
        records = list(children(part, "record"))
        token = child(part, "resumptionToken")
        if not records and token is None and not self._is_continued:
            raise Unclear(f"it has no records, and does not say {NONE}")
        listing.entries = _unlike(list(self._entries(records)))
        listing.datestamps = _datestamps(records)
        if token is not None:
            self._add_token(listing, token)
        return listing

    @property
    def _site(self) -> Site:
        assert self.site is not None, "records are read for a site"
        return self.site

    @property
    def _is_continued(self) -> bool:
        """Whether a token led here."""
        return "resumptionToken" in parse_qs(urlsplit(self.url).query)

    def _add_token(self, listing: Listing, token: Element) -> None:
        """What goes with a token: how many records there are, and how many come before these."""
        if following := said(token):
            listing.next_url = OaiRequest.of(self.url).after(following)
        listing.total = _number(token.get("completeListSize"))
        before = _number(token.get("cursor"))
        if before is not None and listing.entries:
            listing.first, listing.last = before + 1, before + len(listing.entries)

    def _entries(self, records: Sequence[Element]) -> Iterator[Entry]:
        for place, record in enumerate(records, 1):
            header = child(record, "header")
            if header is None:
                raise Unclear(f"record {place} has no header")
            identifier = _identifier(header, place)
            if header.get("status", "").lower() == "deleted":
                link = OaiRequest.of(self.url).record(identifier)
                yield Entry(_named(identifier), link, "", withdrawn=True)
                continue
            metadata = child(record, "metadata")
            if metadata is None:
                raise Unclear(f"record {place} has no metadata, and is not said to be deleted")
            try:
                yield self._entry(identifier, header, described(metadata))
            except Unclear as problem:
                raise Unclear(f"record {place} ({shown(identifier)}) {problem}") from None

    def _entry(self, identifier: str, header: Element, found: Described) -> Entry:
        """The entry of a record; one without a title is called by its identifier."""
        document, link = self._place(identifier, found.identifiers)
        title, titles = _chosen(found.titles, self._site.language)
        language = title.language if title else ""
        summary = [one for one in found.descriptions if one.language in ("", language)]
        summary = summary or found.descriptions[:1]
        for name, texts in (("dc:title", titles), ("dc:description", found.descriptions)):
            for text in texts:
                if text not in summary:
                    found.add(name, text.text, text.language)
        for address in found.identifiers:
            found.add("dc:identifier", address)
        for member in children(header, "setSpec"):
            found.add("oai:set", said(member))
        alias = _named(identifier)
        found.add("oai:identifier", identifier)
        return Entry(
            document=document or alias,
            link=link,
            title=title.text if title else identifier,
            date_text=found.date,
            summary="\n\n".join(dict.fromkeys(one.text for one in summary)) or None,
            listed_other=in_json(found.other),
            alias=alias if document else None,
        )

    def _place(self, identifier: str, addresses: Sequence[str]) -> tuple[str | None, str]:
        """The id of a record's document on its site, if just one of its addresses is there; and
        where a reader finds it."""
        pages = [one for one in addresses if _is_page(one)]
        own = {found: one for one in pages if (found := self._own(one))}
        if len(own) == 1:
            (document,) = own
            return document, self._site.document_url(document)
        elsewhere = [*own.values(), *pages, OaiRequest.of(self.url).record(identifier)]
        return None, elsewhere[0]

    def _own(self, address: str) -> str | None:
        site = self._site
        hosts = {host_of(self.url), host_of(site.home), *map(str.lower, site.hosts)}
        if not site.identity.is_anywhere and host_of(address) not in hosts:
            return None
        if site.identity.is_free and not site.identity.is_anywhere:
            parts = urlsplit(address)
            address = site.home + address.partition("//")[2][len(parts.netloc) :]
        return None if is_oai(address) else site.identity.document(address)


def _is_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return fits and not any(one.isspace() for one in address)


def _unlike(entries: list[Entry]) -> list[Entry]:
    """The entries, where two records with one address are known by their identifiers."""
    times = Counter(one.document for one in entries)
    for one in entries:
        if one.alias and times[one.document] > 1:
            one.document, one.alias = one.alias, None
    return entries


def _chosen(titles: list[Text], language: str | None) -> tuple[Text | None, list[Text]]:
    """The title in the site's language, or else the first; and the others."""
    if not titles:
        return None, []
    own = [one for one in titles if language and one.language.startswith(language)]
    title = (own or titles)[0]
    return title, [one for one in titles if one is not title]


def _identifier(header: Element, place: int) -> str:
    found = said(child(header, "identifier"))
    if not found:
        raise Unclear(f"record {place} has no identifier")
    return found


def _named(identifier: str) -> str:
    """A record's identifier as the id of a document: no address of a page can be the same."""
    return identifier if ":" in identifier else f"oai:{identifier}"


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _datestamp(element: Element, name: str) -> str | None:
    found = DATESTAMP.fullmatch(said(child(element, name)))
    return found[0] if found else None


def _datestamps(records: Sequence[Element]) -> str | None:
    """The first and the last datestamp of some records; None if these are not in order."""
    headers = [child(one, "header") for one in records]
    found = [_datestamp(one, "datestamp") for one in headers if one is not None]
    stamps = [one for one in found if one]
    if not stamps or len(stamps) < len(records) or stamps != sorted(stamps):
        return None
    return f"{stamps[0]}/{stamps[-1]}"
