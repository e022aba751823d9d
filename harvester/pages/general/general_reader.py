"""Reads a page of an unknown listing: its entries, or why they are not certain."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from harvester.pages.general.doubts import NEAR, doubts
from harvester.pages.general.evidence import is_listing
from harvester.pages.general.outline import Outline
from harvester.pages.general.outside import is_apart
from harvester.pages.general.pagers import next_link
from harvester.pages.general.reading import Found, Reading, other_title, readings, tell_more
from harvester.pages.markup import Tree, Unclear, language_of, tree
from harvester.sites.wording import DIGIT, Words, words_in

LEAST_PROVED = 6
"""Fewest entries whose agreement with a stated number is no chance."""
LONGEST_STATED = 100


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states: ranges as first, last and total; totals; pages as "1 of 7"."""

    ranges: list[tuple[int, int, int]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    pages: list[tuple[int, int]] = field(default_factory=list)
    said: list[tuple[int, int]] = field(default_factory=list)
    """How many entries are stated, and the place of what does so."""

    def places(self, number: int) -> list[int]:
        """The places that state this number of entries."""
        return [place for stated, place in self.said if stated == number]

    def range_of(self, number: int) -> tuple[int, int, int] | None:
        """The range of this number of entries."""
        return next((one for one in self.ranges if one[1] - one[0] + 1 == number), None)

    def total(self, number: int, *, goes_on: bool) -> int | None:
        """The listing's total, if a page of so many entries states one alone; what is not larger
        than their number can't be it if it `goes_on`."""
        found = set(self.totals)
        total = found.pop() if len(found) == 1 else None
        return None if total is None or (goes_on and total <= number) else total

    def proof(self, number: int, *, goes_on: bool) -> str:
        """What proves that a page has so many entries: "range", or "total" on the only page."""
        if self.range_of(number):
            return "range"
        return "total" if number in self.totals and not goes_on and not self.ranges else "none"


@dataclass(slots=True)
class GeneralListing:
    """What a page is taken to list, or why it is refused.

    `refused` says why that is not certain; a page that is refused has no entries. `best` are the
    best readings of its `source`, of which the first is the one that counts unless it is refused.
    `findings` are contradictions that do not keep it from being read, such as a stated range that
    has more entries than are there. `proof` is what says that the entries are all of the page's:
    "range", "total" on the only page, "pager" if there is a next page, or "none".
    """

    entries: list[Found] = field(default_factory=list)
    refused: str | None = None
    best: list[Reading] = field(default_factory=list)
    source: Tree | None = None
    findings: list[str] = field(default_factory=list)
    first: int | None = None
    last: int | None = None
    total: int | None = None
    next: str | None = None
    proof: str = "none"


def read_any_listing(html: str, language: str | None = None) -> GeneralListing:
    """Reads a page of a listing that no profile describes. Raises nothing: what can't be read is
    refused.

    `language` is the page's, if it doesn't say so itself, as a code such as "de".
    """
    try:
        source = tree(html)
    except Unclear as problem:
        return GeneralListing(refused=f"{problem}")
    words = words_in(language_of(html) or language)
    root = source.root
    body = root.find("body")
    outline = Outline(root if body is None else body)
    found = readings(outline, words)
    if not found:
        return GeneralListing(refused="nothing on it is repeated as the entries of a listing are")
    best = _best(outline, found)
    for one in best:
        tell_more(outline, one)
    listing = GeneralListing(found[0].entries, best=best, source=source)
    listing.next, pager = next_link(outline, root, words)
    stated, number = _read_stated(outline, words), len(found[0].entries)
    listing.proof = stated.proof(number, goes_on=listing.next is not None)
    is_proved = listing.proof != "none" and _is_only(found, number)
    is_listed = is_listing(outline, found[0], pager, stated.places(number))
    against = list(doubts(outline, found, is_proved=is_proved, is_listed=is_listed))
    if against:
        listing.refused, listing.entries, listing.proof = "; ".join(against), [], "none"
    _compare(listing, stated)
    return listing


def _best(outline: Outline, found: Sequence[Reading]) -> list[Reading]:
    """The best reading, and the one that differs most like it: with other titles, if they are
    nearly as good, else of other rows."""
    first = found[0]
    near = first.rival is not None and first.rival.score >= NEAR * first.titles[0].score
    other = other_title(outline, first) if near else None
    others = (one for one in found[1:] if one.entries != first.entries)
    second = other if other is not None else next(others, None) or other_title(outline, first)
    return [first] if second is None else [first, second]


def _is_only(readings: Sequence[Reading], number: int) -> bool:
    """Whether no other reading has as many entries, so that the stated number means this one."""
    best, *others = readings
    alike = (one for one in others if len(one.entries) == number and is_apart(best, one))
    return number >= LEAST_PROVED and not best.framed and next(alike, None) is None


def _compare(listing: GeneralListing, stated: Stated) -> None:
    """Notes what the page states about its entries, and any contradiction."""
    number = len(listing.entries)
    if said := stated.range_of(number) or next(iter(stated.ranges), None):
        listing.first, listing.last, listing.total = said
    else:
        listing.total = stated.total(number, goes_on=listing.next is not None)
    if not number or listing.proof != "none":
        return
    if stated.ranges:
        listing.findings.append(
            f"it states {listing.first} - {listing.last} of {listing.total}, and has {number}"
            " entries"
        )
    elif listing.total is not None and not listing.next:
        listing.findings.append(stated_otherwise(listing.total, number))
    if listing.next and not stated.ranges:
        listing.proof = "pager"


def stated_otherwise(total: int, number: int) -> str:
    """The finding that a single page has another number of entries than it states."""
    return f"it states {total} in all, and has {number} entries"


def _read_stated(outline: Outline, words: Words) -> Stated:
    """Reads statements that are the whole text of an element; a longer text is no statement."""
    stated, seen = Stated(), set[tuple[int, int]]()
    for place in range(len(outline)):
        if not 0 < outline.length(place) <= LONGEST_STATED or outline.span(place) in seen:
            continue
        seen.add(outline.span(place))
        text = outline.text(place)
        if not DIGIT.search(text):
            continue
        found = words.range_in(text)
        if found and 1 <= found[0] <= found[1] <= found[2]:
            stated.ranges.append(found)
            stated.said.append((found[1] - found[0] + 1, place))
        elif total := words.total_in(text):
            stated.totals.append(total)
            stated.said.append((total, place))
        elif (page := words.pages_in(text)) and 1 <= page[0] <= page[1]:
            stated.pages.append(page)
    return stated
