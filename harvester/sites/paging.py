"""The addresses of a listing's pages, and how they are numbered."""

import re
from dataclasses import dataclass
from functools import cached_property
from re import Match
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from harvester.outcomes import Reason, Unreadable

PAGE = "{page}"
MOST_DIGITS = 15
REST = "{+rest}"
PARTS = re.compile(r"\{\+?\w+\}")


@dataclass(frozen=True)
class Form:
    """One form of a listing's addresses: its `path` from the site's root.

    In the path `{page}` is the number of the page, any other `{word}` a part between slashes, and
    `{+rest}` all that follows; these may be missing at its end. What stands with a `{page}` in
    brackets, as in "/list[/page/{page}]", is missing on the first page. Without a `{page}`, the
    number is in a `parameter` of the query. The first page has the number `first`, each next one a
    number that is larger by `step`. `states_range` says whether its pages do, `states_total`
    whether "21 results" on them is the listing's total. With a `cursor`, it is in that parameter
    where a page begins, by a word of the site's own, so that pages have no numbers. A `value` is
    the form of what the parameter has, if the number is but a part of that.
    """

    path: str
    parameter: str | None = None
    first: int = 0
    step: int = 1
    states_range: bool = True
    cursor: str | None = None
    value: str | None = None
    states_total: bool = True

    @property
    def in_path(self) -> bool:
        """Whether the page's number is in the path."""
        return PAGE in self.path

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a path's end, with the groups before, page and after if it may have a number."""
        path, rest = self.path.removesuffix(f"/{REST}"), ""
        if path != self.path:
            rest = r"(?:/.*)?"
        if not self.in_path:
            return re.compile(rf"{_literal(path)}{rest or '/?'}\Z", re.DOTALL)
        before, lead, after = self._around
        number = rf"{_literal(lead)}(?P<page>\d+){_literal(after)}"
        if lead:
            number = f"(?:{number})?"
        end = rf"(?P<after>{rest}/?)\Z"
        return re.compile(rf"(?P<before>{_literal(before)}){number}{end}", re.DOTALL)

    @cached_property
    def value_pattern(self) -> re.Pattern[str]:
        """What matches the value of the parameter, with the number as the group page."""
        before, _, after = (self.value or PAGE).partition(PAGE)
        return re.compile(rf"{_literal(before)}(?P<page>\d+){_literal(after)}", re.DOTALL)

    def number_in(self, value: str) -> str:
        """The number in the value of the parameter; empty if there is none."""
        found = self.value_pattern.fullmatch(value)
        return found["page"] if found else ""

    def with_number(self, value: str, number: int) -> str:
        """The value of the parameter with another number in it."""
        found = self.value_pattern.fullmatch(value)
        return (
            f"{value[: found.start('page')]}{number}{value[found.end('page') :]}" if found else ""
        )

    @cached_property
    def _around(self) -> tuple[str, str, str]:
        """The text before the page's number, the text that goes with it, and the text after."""
        before, _, after = self.path.removesuffix(f"/{REST}").partition(PAGE)
        if "[" in before:
            before, _, lead = before.partition("[")
            return before, lead, after.partition("]")[0]
        if self.path.endswith(f"/{PAGE}"):
            return before[:-1], "/", ""
        return before, "", after

    def numbered(self, path: str, found: Match[str], page: int) -> str:
        """A path with the number of a page, counted from 0; the first may have none."""
        number = str(self.number(page))
        if found["page"] is not None and (page or "[" not in self.path):
            return f"{path[: found.start('page')]}{number}{path[found.end('page') :]}"
        _, lead, after = self._around
        return (
            f"{path[: found.end('before')]}{lead + number + after if page else ''}{found['after']}"
        )

    def number(self, page: int) -> int:
        """The number in the address of a page, counted from 0."""
        return self.first + page * self.step

    def page(self, number: int) -> int:
        """The page, counted from 0, with a number."""
        return max(number - self.first, 0) // self.step


@dataclass(frozen=True)
class Paging:
    """The forms of the addresses of a site's listings, the usual one first."""

    forms: tuple[Form, ...]

    def is_listing(self, url: str) -> bool:
        """Whether an address is one of a listing."""
        return self._found(url)[1] is not None

    def states_range(self, url: str) -> bool:
        """Whether a listing at this address states its range."""
        return self._found(url)[0].states_range

    def states_total(self, url: str) -> bool:
        """Whether a total that its pages state in words is the listing's."""
        return self._found(url)[0].states_total

    def number(self, url: str) -> int:
        """The page of the listing at an address, counted from 0."""
        said = self._said(url)
        return 0 if said is None else self.page(url, said)

    def page(self, url: str, number: int) -> int:
        """The page, counted from 0, that a number stands for in addresses of this form."""
        return self._found(url)[0].page(number)

    def _said(self, url: str) -> int | None:
        """The page number written in an address. Raises Unreadable if no page can have it."""
        form, found = self._found(url)
        if found and form.in_path:
            said = found["page"]
        else:
            named = (part.partition("=") for part in _asked(url))
            values = [value for name, _, value in named if unquote(name) == form.parameter]
            said = form.number_in((values or [""])[-1])
        if not said or not said.isdecimal():
            return None
        if len(said) > MOST_DIGITS:
            sentence = f"{url} has a number of {len(said):,} digits, which is no page's."
            raise Unreadable(sentence, Reason.PAGER, url)
        return int(said)

    def after(self, url: str, entries: int) -> str:
        """The address of the page after one with `entries` entries.

        If the parameter grows by more than one a page, it counts entries.
        """
        form = self._found(url)[0]
        if form.step == 1 or form.in_path:
            return self.url(url, self.number(url) + 1)
        said = self._said(url)
        return self._numbered(url, form, (form.first if said is None else said) + entries)

    def at_cursor(self, url: str, cursor: str) -> str:
        """The address of the page that begins where a cursor says."""
        form = self._found(url)[0]
        return _with(self.url(url, 0), form.cursor, cursor)

    def url(self, url: str, page: int) -> str:
        """The same address with the number of another page, counted from 0."""
        form, found = self._found(url)
        parts = urlsplit(url)
        if found and form.in_path:
            path = form.numbered(parts.path or "/", found, page)
            return urlunsplit(parts._replace(path=path, fragment=""))
        return self._numbered(url, form, form.number(page) if page else None)

    def _numbered(self, url: str, form: Form, number: int | None) -> str:
        """An address with a number in its query; that of the first page goes without, unless it is
        a part of a value."""
        kept = [part for part in _asked(url) if not self._is_number(form, part)]
        if form.value:
            first = form.first if number is None else number
            kept = [_renumbered(form, part, first) for part in kept]
        plain = urlunsplit(urlsplit(url)._replace(query="&".join(kept), fragment=""))
        if number is None or form.value:
            return plain
        return _with(plain, form.parameter, str(number))

    def root(self, url: str) -> str:
        """The address up to the listing's own path; a mirror may have that below a folder."""
        parts = urlsplit(url)
        _, found = self._found(url)
        return f"{parts.scheme}://{parts.netloc}{parts.path[: found.start()] if found else ''}"

    def _found(self, url: str) -> tuple[Form, Match[str] | None]:
        """The form of an address; the usual form if it is not a listing's."""
        path = urlsplit(url).path or "/"
        found = ((form, form.pattern.search(path)) for form in self.forms if _may_be(url, form))
        return next(((form, one) for form, one in found if one), (self.forms[0], None))

    def _is_number(self, form: Form, part: str) -> bool:
        name, equals, value = part.partition("=")
        if form.cursor:
            return unquote(name) == form.cursor
        is_number = bool(equals) and (not value or value.isdecimal())
        return is_number and unquote(name) == form.parameter


def _may_be(url: str, form: Form) -> bool:
    """Whether an address has the parameters that all addresses of this form have."""
    asked = (part.partition("=") for part in _asked(url))
    return not form.value or any(
        unquote(name) == form.parameter and form.number_in(value) for name, _, value in asked
    )


def _renumbered(form: Form, part: str, number: int) -> str:
    """A part of a query; if it holds the page's number, with another number."""
    name, _, value = part.partition("=")
    if unquote(name) != form.parameter or not form.number_in(value):
        return part
    return f"{name}={form.with_number(value, number)}"


def _with(url: str, parameter: str | None, value: str) -> str:
    """The address with one more parameter."""
    if not parameter:
        return url
    parts = urlsplit(url)
    more = f"{quote(parameter)}={quote(value, safe='')}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{more}" if parts.query else more))


def _asked(url: str) -> list[str]:
    return [part for part in urlsplit(url).query.split("&") if part]


def _literal(path: str) -> str:
    """A path as a regular expression: a `{word}` is a part between slashes, `{+rest}` several."""
    return r".+?".join(r"[^/]+".join(map(re.escape, PARTS.split(one))) for one in path.split(REST))
