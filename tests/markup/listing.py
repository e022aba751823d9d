"""What a page is to say, before any markup."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Any

from .links import page_href, page_of, slugs
from .popular import POPULAR

Entry = Mapping[str, str | None]

PLAIN = "{first} - {last} of {total}"
LABELLED = "Results: {first} - {last} of {total}"
GROUPED = "{first:,} - {last:,} of {total:,}"
USUAL = "usual"

PER_PAGE = 10


@dataclass(frozen=True)
class Listing:
    """One page of a listing; without entries, the page that says nothing was found.

    `range_form` is one of the forms above, USUAL for the markup's own habit, None for no range.
    `pages` is how many pages the pager knows of (usually reckoned from the total). `next_href` is
    where "next" leads instead of one page on; an empty text takes "next" away.
    """

    url: str
    entries: Sequence[Entry]
    first: int = 1
    last: int | None = None
    total: int | None = None
    title: str = "Search"
    range_form: str | None = USUAL
    results_heading: bool = False
    documents_heading: bool = False
    pager: bool = True
    pages: int | None = None
    next_href: str | None = None
    footer_documents: Sequence[Entry] = POPULAR

    @classmethod
    def of(cls, data: Mapping[str, Any], **changes: Any) -> "Listing":
        """The page that a file of tests/listings is about."""
        said = {key: data[key] for key in ("url", "entries", "last", "total")}
        headings = data["header"] == "results-documents"
        shown = {"results_heading": headings, "documents_heading": headings}
        return cls(**{**said, "first": data["first"] or 1, **shown, **changes})

    @property
    def range_text(self) -> str | None:
        """The range as the page words it; None if it shows none."""
        if self.total is None or self.range_form is None or not self.entries:
            return None
        last = self.last or self.first + len(self.entries) - 1
        return self.range_form.format(first=self.first, last=last, total=self.total)

    @property
    def page(self) -> int:
        """Number of this page, counted from 0, as its address has it."""
        return page_of(self.url)

    @property
    def page_count(self) -> int:
        """How many pages the pager knows of; without a total, none after this one."""
        if self.pages is not None:
            return self.pages
        return self.page + 1 if self.total is None else ceil(self.total / PER_PAGE)

    @property
    def next_link(self) -> str | None:
        """Where "next" leads; None where there is no such link."""
        if self.next_href is not None:
            return self.next_href or None
        return page_href(self.url, self.page + 1) if self.page + 1 < self.page_count else None

    @property
    def has_pager(self) -> bool:
        """Whether there is a pager; a single page has none."""
        return self.pager and (self.page_count > 1 or self.next_link is not None)


@dataclass(frozen=True)
class Portrait:
    """A page about a person, place or topic: a description, then teasers, and no range."""

    url: str
    name: str
    description: str
    entries: Sequence[Entry]
    footer_documents: Sequence[Entry] = ()


@dataclass(frozen=True)
class Frame:
    """A whole page: its main part, and what its frame has to know."""

    url: str
    title: str
    main: str
    documents: Sequence[Entry] = ()


@dataclass(frozen=True)
class Markup:
    """One way to write pages: two main parts, the whole around them, and its habits."""

    listing: Callable[[Listing], str]
    portrait: Callable[[Portrait], str]
    whole: Callable[[Frame], str]
    hrefs: Callable[[Iterable[str]], list[str]] = slugs
    range_form: str | None = PLAIN


def paragraphs(summary: str | None) -> list[str]:
    """The paragraphs of a summary, which a blank line parts."""
    return [part for part in (summary or "").split("\n\n") if part.strip()]


def text(value: str | None) -> str:
    """Text as HTML, with its quotation marks as they are."""
    return escape(value or "", quote=False)


def attribute(value: str | None) -> str:
    """Text as the value of an attribute."""
    return escape(value or "")


def lines(*parts: str) -> str:
    """The parts that are there, each on a line."""
    return "\n".join(part for part in parts if part)
