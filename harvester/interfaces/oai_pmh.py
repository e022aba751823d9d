"""Reading the records of OAI-PMH repositories: a page of them is a page of a listing.

The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from harvester.interfaces.described import Described, Text
from harvester.interfaces.json_answer import shown
from harvester.interfaces.metadata_formats import described
from harvester.interfaces.oai_answer import NONE, datestamp, identifier_of, part_of
from harvester.interfaces.xml_answer import child, children, parse, said
from harvester.items import Entry, Listing, in_json
from harvester.outcomes import Reason, Unreadable
from harvester.pages.elements import Element
from harvester.pages.markup import Unclear
from harvester.sites.oai_address import OaiRequest, is_oai
from harvester.sites.site import Site, host_of


def read_oai(text: str, url: str, site: Site) -> Listing:
    """Reads a page of a list of records. Raises TokenRefused if the repository does not know the
    page's token any more, and Unreadable for other errors, or if it is not certain what it says."""
    try:
        return _Records(parse(text), url, site).listing()
    except Unclear as problem:
        sentence = f"{url} can't be read as a list of records: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None


@dataclass(frozen=True, slots=True)
class _Records:
    """An answer with records, and the site of their documents."""

    root: Element
    url: str
    site: Site

    def listing(self) -> Listing:
        """The page as a listing. Raises as `part_of`."""
        part = part_of(self.root, self.url, "ListRecords", "GetRecord")
        listing = Listing(self.url, None, None, None, habits=self.site.habits())
        listing.answered = datestamp(self.root, "responseDate")
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
    def _is_continued(self) -> bool:
        """Whether a token led here."""
        return "resumptionToken" in parse_qs(urlsplit(self.url).query)

    def _add_token(self, listing: Listing, token: Element) -> None:
        """Adds what a token states: the number of records, and how many precede these."""
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
            identifier = identifier_of(header, place)
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
        title, titles = _chosen(found.titles, self.site.language)
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
            return document, self.site.document_url(document)
        elsewhere = [*own.values(), *pages, OaiRequest.of(self.url).record(identifier)]
        return None, elsewhere[0]

    def _own(self, address: str) -> str | None:
        site = self.site
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


def _named(identifier: str) -> str:
    """A record's identifier as the id of a document: no address of a page can be the same."""
    return identifier if ":" in identifier else f"oai:{identifier}"


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _datestamps(records: Sequence[Element]) -> str | None:
    """The first and the last datestamp of some records; None if these are not in order."""
    headers = [child(one, "header") for one in records]
    found = [datestamp(one, "datestamp") for one in headers if one is not None]
    stamps = [one for one in found if one]
    if not stamps or len(stamps) < len(records) or stamps != sorted(stamps):
        return None
    return f"{stamps[0]}/{stamps[-1]}"
