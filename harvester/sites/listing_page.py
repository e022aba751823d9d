"""The part of a profile that describes HTML listings, mostly as CSS selectors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harvester.sites.identity import ANYWHERE, REST
from harvester.sites.table import Table

PARTS = ("title", "link", "date", "summary")
"""The parts of an entry for which a profile can give selectors."""


@dataclass(frozen=True)
class ListingPage:
    """The layout of listing pages, mostly as CSS selectors.

    `hints` find an entry; they are tried first and never trusted alone. `entry`, if given, finds
    all entries and nothing else. `parts` find the parts of an entry, `other` what else it says, by
    labels, and `ignore` what belongs to none; other parts are found as on any page, unless
    `named_only`. `next` finds the link to the next page, wherever on the site its address is.

    With `date_within`, the date is the first one in a longer text. The path of a document's address
    begins with `links`; other links on the page lead elsewhere. `date_above` finds headings, of
    which each has the date of the entries below it.

    Where an entry is no single element, `begins` finds the first of those that it is made of. In
    what `lines` finds, each line becomes an element. A listing is but `one_page` if a profile says
    so, whatever its buttons say. `columns` are the headers of parts that have a column of a table.
    What `unlinked` finds in an entry without a link names it.
    """

    hints: tuple[str, ...] = ()
    entry: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    next: str | None = None
    date_within: bool = False
    named_only: bool = False
    links: str = ""
    date_above: str | None = None
    begins: str | None = None
    lines: str | None = None
    one_page: bool = False
    unlinked: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_selectors(self) -> bool:
        """Whether it has selectors for entries, for their parts, or for what to ignore."""
        return bool(self.names_entries or self.named or self.ignore or self.date_above)

    @property
    def named(self) -> frozenset[str]:
        """The parts of an entry that it has selectors or columns for."""
        return frozenset((*self.parts, *self.columns))

    @property
    def names_entries(self) -> bool:
        """Whether it says which elements are entries."""
        return bool(self.entry or self.begins)


def read_listing_page(table: Table, *, is_free: bool) -> ListingPage:
    """Reads and checks the table of a listing in HTML; `is_free` says whether any address of the
    site may be a document's. Raises BadUsage."""
    page = ListingPage(
        hints=table.selectors("hints"),
        entry=table.selector("entry"),
        parts={part: said for part in PARTS if (said := table.selector(part))},
        other=_other(table.table("other")),
        ignore=table.selectors("ignore"),
        next=table.selector("next"),
        date_within=table.answer("date_within", False),
        named_only=table.answer("named_only", False),
        links=table.text("links", ""),
        date_above=table.selector("date_above"),
        begins=table.selector("begins"),
        lines=table.selector("lines"),
        one_page=table.answer("one_page", False),
        unlinked=table.selector("unlinked"),
        columns=_columns(table),
    )
    _check_needs(table, page, is_free=is_free)
    table.end()
    return page


def _other(table: Table) -> dict[str, str]:
    """Selectors by the labels of what they find."""
    found = {label: table.selector(label) for label in table.keys_left()}
    table.end()
    return {label: css for label, css in found.items() if css}


def _columns(table: Table) -> dict[str, str]:
    """The headers of the columns that have the parts of an entry."""
    said = table.table("columns")
    columns = {part: text for part in PARTS if (text := said.text(part, ""))}
    for part, text in columns.items():
        if not any(map(str.isalnum, text)):
            raise said.wrong(part, "is the text of a column's header")
    said.end()
    return columns


def _check_needs(table: Table, page: ListingPage, *, is_free: bool) -> None:
    """Raises BadUsage if a key is given without another that it needs."""
    for part in PARTS:
        if part in page.parts and part in page.columns:
            raise table.wrong(part, "is a column, too: leave out one of the two")
    if page.columns and not page.names_entries:
        raise table.wrong("columns", "needs entry or begins: add the selector")
    if page.other and not (page.names_entries and "title" in page.named):
        raise table.wrong("other", "needs entry and title: add their selectors")
    if page.date_within and "date" not in page.named:
        raise table.wrong("date_within", "needs a date: add the selector of what the date is in")
    if page.named_only and not (page.names_entries and "title" in page.named):
        raise table.wrong("named_only", "needs entry and title: add their selectors")
    if page.begins and page.entry:
        raise table.wrong("begins", "is for entries that are no single element: leave out entry")
    if page.date_above and not page.names_entries:
        raise table.wrong("date_above", "needs entry or begins: add the selector")
    if page.unlinked and not (page.names_entries and "title" in page.named):
        raise table.wrong("unlinked", "needs entry or begins, and title: add their selectors")
    if page.unlinked and not is_free:
        what = f"is for sites of which the address is /{REST} or {ANYWHERE}"
        raise table.wrong("unlinked", what)
    if page.one_page and page.next:
        raise table.wrong("one_page", "is for listings without a next page: leave out next")
