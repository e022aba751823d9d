"""The identity of a document from its address, and its address on the site itself."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

SEGMENT, REST = "{id}", "{+id}"
"""The id in the form of an address, as in RFC 6570: a part of the path or the value of a parameter;
or all that follows, with slashes and query."""

ANYWHERE = "{+url}"
"""The form where an id is a whole address, on whatever host."""
LONGEST = 8000
"""Characters of an address that everybody should be able to take (RFC 9110, 4.1)."""
PLAIN = re.compile(r"(?:/[^\s/.?#\\][^\s/?#\\]*)+")
"""A path from the site's root, as in nearly all links, which means the same on any page."""
UNRESERVED = re.compile(r"[A-Za-z0-9_~-]+")
"""Characters that are never encoded (RFC 3986, 2.3), except the dot, which alone is no id."""
IN_PATH = "/:@!$&'()*,;=~"
IN_QUERY = "/:@!$'()*,;?~"


@dataclass(frozen=True)
class Identity:
    """The form of the addresses of a site's documents, after `home`.

    "/document/{id}" has the id in the path, "/record.php?id={id}" in a parameter; "/{+id}" takes
    the whole path and query, and "{+url}" the whole address, on any host. Where a form begins with
    fixed text, anything may precede it, such as the host and prefix of a mirror. An address that
    ends in one of `files`, such as "pdf", belongs to a file, not to a document. A number may
    be the id of an earlier generation of the site, if it is in the `number_field` of the document's
    page.
    """

    home: str
    form: str
    files: tuple[str, ...] = ()
    number_field: str | None = None

    def url(self, document: str, root: str | None = None) -> str:
        """The address of a document on the site itself, or on a copy with this `root`."""
        if self.is_anywhere:
            return document
        return (self.home if root is None else root) + self.form.replace(self._mark, document)

    def named(self, said: str, form: str = "") -> str | None:
        """The document with this exact id; `form` may be another form of address."""
        if self.is_anywhere:
            return self.document(said)
        form = form or self.form
        mark, safe = (REST, IN_PATH) if REST in form else (SEGMENT, "")
        return self.document(self.home + form.replace(mark, quote(said, safe=safe)))

    def document(self, url: str) -> str | None:
        """The normalised document id in an address; None if the address is not a document's."""
        parts = urlsplit(url)
        if self.is_anywhere:
            said = _spelled_rest(parts.path or "/", parts.query)
            return said and f"{parts.scheme}://{parts.netloc.lower()}{said}"
        if self.is_free and not self._is_at_home(parts.netloc):
            return None
        found = self.path.search(parts.path)
        if found is None:
            return None
        if self._mark == REST:
            return _spelled_rest(found["id"], parts.query)
        return self._spelled(found["id"] if self._parameter is None else self._asked(parts.query))

    def rank(self, document: str) -> int:
        """0 for an id of today's form, 1 for one of an earlier generation of the site."""
        return int(self.number_field is not None and document.isdecimal())

    def linked(self, url: str, href: str) -> str | None:
        """The document that a link on a page leads to. A cheap test rejects most links."""
        if len(href) > LONGEST:
            return None
        if self.is_free or self._mark == REST or self._parameter is not None:
            return self._led_to(url, href) if self._may_lead(href) else None
        path = href.partition("?")[0].partition("#")[0].strip()
        found = self.path.search(f"/{path}")
        if found is None:
            return self._led_to(url, href) if _is_relative(path) else None
        return self._spelled(found["id"]) if PLAIN.fullmatch(path) else self._led_to(url, href)

    def leads(self, href: str) -> bool:
        """Whether a link leads to a document, provided that it stays on the site."""
        return self.linked(f"{self.home}/", href) is not None

    def _led_to(self, url: str, href: str) -> str | None:
        try:
            leads = urljoin(url, href.strip())
            parts = urlsplit(leads)
        except ValueError:
            return None
        if parts.scheme not in ("http", "https"):
            return None
        if self.is_free and parts.netloc.lower() == urlsplit(url).netloc.lower():
            leads = self.home + leads.partition("//")[2][len(parts.netloc) :]
        return self.document(leads)

    def _may_lead(self, href: str) -> bool:
        return self._parameter is None or f"{self._parameter}=" in href

    @cached_property
    def _mark(self) -> str:
        return REST if REST in self.form else SEGMENT

    @property
    def is_anywhere(self) -> bool:
        """Whether documents may be on any host."""
        return self.form == ANYWHERE

    @cached_property
    def is_free(self) -> bool:
        """Whether any address on the host may be a document's."""
        return self.is_anywhere or self.form.startswith(f"/{self._mark}")

    @cached_property
    def _parameter(self) -> str | None:
        """The parameter with the id."""
        query = self.form.partition("?")[2]
        named = (part.partition("=") for part in query.split("&"))
        return next((name for name, _, value in named if value == SEGMENT), None)

    @cached_property
    def _fixed(self) -> frozenset[str]:
        """The other parameters of a document's address."""
        asked = self.form.partition("?")[2].split("&")
        return frozenset(part for part in asked if part and SEGMENT not in part)

    @cached_property
    def path(self) -> re.Pattern[str]:
        """Matches the path of a document's address."""
        before, _, after = (
            re.escape(part) for part in self.form.partition("?")[0].partition(self._mark)
        )
        start = r"\A" if self.is_free else ""
        if self._mark == REST:
            return re.compile(rf"{start}{before}(?P<id>.*)\Z", re.IGNORECASE | re.DOTALL)
        inner = r"(?P<id>[^/]+)" if self._parameter is None else ""
        return re.compile(rf"{start}{before}{inner}{after}/?\Z", re.IGNORECASE)

    def _is_at_home(self, netloc: str) -> bool:
        return netloc.lower() == urlsplit(self.home).netloc.lower()

    def _asked(self, query: str) -> str:
        """The value of the id parameter, if the query also has the fixed parameters."""
        asked = query.split("&")
        if not self._fixed.issubset(asked):
            return ""
        named = (part.partition("=") for part in asked)
        return next((value for name, _, value in named if name == self._parameter), "")

    def _spelled(self, said: str) -> str | None:
        if said.lower().endswith(self._suffixes):
            return None
        if UNRESERVED.fullmatch(said):
            return said
        name = unquote_to_bytes(said)
        return None if name in (b"", b".", b"..") else quote(name, safe="")

    @cached_property
    def _suffixes(self) -> tuple[str, ...]:
        return tuple(f".{file}" for file in self.files)


def _is_relative(path: str) -> bool:
    """Whether a link is relative to the page it stands on."""
    return bool(path) and path[0] not in "/\\" and ":" not in path.partition("/")[0]


def _spelled_rest(path: str, query: str) -> str | None:
    """Normalises a path and a query, so that equivalent spellings become equal."""
    if any(part in (".", "..") for part in path.split("/")):
        return None
    said = "/".join(quote(unquote_to_bytes(part), safe=IN_PATH[1:]) for part in path.split("/"))
    asked = "&".join(_spelled_parameter(part) for part in query.split("&") if part)
    return (f"{said}?{asked}" if asked else said) or None


def _spelled_parameter(part: str) -> str:
    name, equals, value = part.replace("+", "%20").partition("=")
    name, value = (quote(unquote_to_bytes(one), safe=IN_QUERY) for one in (name, value))
    return f"{name}{equals}{value}"
