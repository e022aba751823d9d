"""Reads a page of a listing of which nothing is known: its entries, or why none is certain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harvester.pages.general.doubts import NEAR, doubts
from harvester.pages.general.outline import Outline
from harvester.pages.general.pagers import next_link
from harvester.pages.general.reading import Found, Reading, other_title, readings
from harvester.pages.markup import Tree, Unclear, language_of, tree
from harvester.sites.wording import Words, words_in

LONGEST_RANGE = 100


@dataclass(slots=True)
class GeneralListing:
    """What a page is taken to list.

    `refused` says why that is not certain; a page that is refused has no entries. `best` are the
    best readings of its `source`, of which the first is the one that counts unless it is refused.
    `findings` are contradictions that do not keep it from being read, such as a stated range that
    has more entries than are there. `proof` is what says that the entries are all of the page's:
    "range", "pager" if there is a next page, or "none".
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
    """Reads a page of a listing that no profile describes. It raises nothing: what can't be read is
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
    found = readings(outline)
    if not found:
        return GeneralListing(refused="nothing on it is repeated as the entries of a listing are")
    listing = GeneralListing(found[0].entries, best=_best(outline, found), source=source)
    listing.next = next_link(outline, root, words)
    if against := list(doubts(outline, found)):
        listing.refused, listing.entries = "; ".join(against), []
    _state(listing, outline, words)
    return listing


def _best(outline: Outline, found: Sequence[Reading]) -> list[Reading]:
    """The best reading, and the one that differs most like it: with other titles, if they are
    nearly as good, else of other rows."""
    first = found[0]
    rated = [one.score for one in first.titles[1:] if not one.is_mixed]
    near = bool(rated) and rated[0] >= NEAR * first.titles[0].score
    other = other_title(outline, first) if near else None
    others = (one for one in found[1:] if one.entries != first.entries)
    second = other if other is not None else next(others, None)
    return [first] if second is None else [first, second]


def _state(listing: GeneralListing, outline: Outline, words: Words) -> None:
    """Compares the entries with what the page states of them."""
    number = len(listing.entries)
    ranges = list(_ranges(outline, words))
    fitting = [one for one in ranges if one[1] - one[0] + 1 == number]
    if fitting or ranges:
        listing.first, listing.last, listing.total = (fitting or ranges)[0]
    if fitting:
        listing.proof = "range"
    elif ranges and number:
        listing.findings.append(
            f"it states {listing.first} - {listing.last} of {listing.total}, and has {number}"
            " entries"
        )
    elif listing.next:
        listing.proof = "pager"


def _ranges(outline: Outline, words: Words) -> Iterator[tuple[int, int, int]]:
    """The ranges that the page states, each the whole text of an element."""
    for place in range(len(outline)):
        if outline.length(place) <= LONGEST_RANGE and (text := outline.text(place)):
            stated = words.range_in(text)
            if stated and 1 <= stated[0] <= stated[1] <= stated[2]:
                yield stated
