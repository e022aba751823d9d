"""Addresses of requests to an OAI-PMH repository.

The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html.
"""

import re
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from harvester.sites.paging import Form, Paging

VERBS = frozenset(
    ("Identify", "ListMetadataFormats", "ListSets", "ListIdentifiers", "ListRecords", "GetRecord")
)
OURS = ("verb", "metadataPrefix", "set", "from", "until", "resumptionToken", "identifier")
"""The protocol's arguments; other parameters are part of the repository's address."""
DUBLIN_CORE = "oai_dc"
"""The format that every repository must offer."""
BASE = re.compile(
    r"/(?:oai(?:[-_]?pmh)?(?:[-_]?repository)?(?:2d?)?(?:\.\w{1,4})?|oai[-_]?(?:handler|pub))"
    r"(?:/(?:request|provider|driver|verb|oai2?(?:\.\w{1,4})?))?/?",
    re.IGNORECASE,
)
"""How repositories' paths usually end."""


def is_oai(url: str) -> bool:
    """Whether an address is a request with one of the protocol's verbs."""
    return any(name == "verb" and value in VERBS for name, value in _asked(url))


def may_be_base(url: str) -> bool:
    """Whether an address looks like a repository's own, without a verb."""
    parts = urlsplit(url)
    return not parts.query and any(
        BASE.fullmatch(parts.path, place.start()) for place in re.finditer("/", parts.path)
    )


@dataclass(frozen=True, slots=True)
class OaiRequest:
    """A request for a list of records: repository, format, set, and the dates it is limited to.

    `base` is the repository's address. Empty fields are left out of the request.
    """

    base: str
    prefix: str = ""
    set: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, url: str) -> Self:
        """The request that an address makes, whatever its verb, without the resumption token."""
        said = dict(_asked(url))
        kept = [part for part in urlsplit(url).query.split("&") if part and _name(part) not in OURS]
        base = urlunsplit(urlsplit(url)._replace(query="&".join(kept), fragment=""))
        asked = (said.get(name, "") for name in ("metadataPrefix", "set", "from", "until"))
        return cls(base, *asked)

    @property
    def url(self) -> str:
        """The address of the list's first page."""
        return self._list("ListRecords")

    @property
    def headers_url(self) -> str:
        """The address of the same list, with nothing but the records' headers."""
        return self._list("ListIdentifiers")

    def after(self, token: str, verb: str = "ListRecords") -> str:
        """The address of the page to which a resumption token leads."""
        return self.at(verb=verb, resumptionToken=token)

    def record(self, identifier: str) -> str:
        """The address of a single record."""
        prefix = self.prefix or DUBLIN_CORE
        return self.at(verb="GetRecord", metadataPrefix=prefix, identifier=identifier)

    def begun_at(self, since: str) -> Self:
        """The same list, limited to records changed since a moment."""
        return replace(self, since=since)

    def at(self, **asked: str) -> str:
        """The repository's address with these arguments."""
        parts = urlsplit(self.base)
        said = [f"{name}={quote(value, safe=':/')}" for name, value in asked.items() if value]
        return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, *said]))))

    def _list(self, verb: str) -> str:
        prefix = self.prefix or DUBLIN_CORE
        span = {"from": self.since, "until": self.until}
        return self.at(verb=verb, metadataPrefix=prefix, set=self.set, **span)


@dataclass(frozen=True)
class OaiPaging(Paging):
    """The addresses of a repository's lists. Their pages have no numbers."""

    forms: tuple[Form, ...] = (Form("/{+rest}"),)

    def is_listing(self, url: str) -> bool:
        """Whether an address is one of a list of records."""
        return is_oai(url)

    def number(self, url: str) -> int:
        """0: a resumption token is opaque, so pages are not numbered."""
        return 0

    def url(self, url: str, page: int) -> str:
        """The address of a list's first page."""
        return OaiRequest.of(url).url


def _asked(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query)


def _name(part: str) -> str:
    return unquote(part.partition("=")[0])
