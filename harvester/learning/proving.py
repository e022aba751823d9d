"""Proving a profile: on the page that it was learned from, and on another of the same listing."""

from dataclasses import dataclass
from functools import partial

from harvester.budget import bounded
from harvester.items import Listing
from harvester.learning.draft import KEY, Draft
from harvester.learning.proposal import Proposal, Proposals
from harvester.outcomes import BadUsage, Unreadable
from harvester.pages import read_listing
from harvester.visit import SavedPage

MOST_KNOWN = 0.2
"""The largest share of a page's entries that may stand on the page before, too: some listings
repeat a few on top."""
LEAST_DATED = 0.5
"""The least share of dated entries, compared with the share on the page before."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The result of learning: a proved `draft`, or why none is proved (`against`).

    `proposals` are the readings of the first page, the best first, and `first` and `second` what
    the profile reads on both pages; there is no second one if the listing has a single page.
    """

    proposals: list[Proposal]
    draft: Draft | None = None
    against: str | None = None
    first: Listing | None = None
    second: Listing | None = None

    @property
    def is_proved(self) -> bool:
        """Whether there is a profile to rely on."""
        return self.draft is not None and self.against is None


def learn(
    page: SavedPage, said: Proposals, second: SavedPage | None, *, chosen: int | None = None
) -> Learned:
    """Learns a profile from what is proposed for one page of a listing, and proves it on a second
    one.

    Without a second page, a profile is proved only if the first page states that it lists all
    entries, or if the user has `chosen` a reading, counted from 1. Raises BadUsage if there is no
    such reading.
    """
    proposal, against = _one_of(page, said, chosen)
    if proposal is None or proposal.draft is None:
        return Learned(said.found, None, against)
    first = _read(proposal.draft, page)
    if second is None:
        against = None if chosen or _is_all(first) else _lacks_second(page, said)
        return Learned(said.found, proposal.draft, against, first)
    try:
        other = _read(proposal.draft, second)
    except Unreadable as problem:
        return Learned(said.found, proposal.draft, str(problem), first)
    return Learned(said.found, proposal.draft, disproof(first, other, second), first, other)


def _one_of(
    page: SavedPage, said: Proposals, chosen: int | None
) -> tuple[Proposal | None, str | None]:
    """The reading that counts, or why there is none."""
    if chosen is not None and not 1 <= chosen <= len(said.found):
        number = len(said.found)
        raise BadUsage(
            f"{page.name} has {number or 'no'} reading{'' if number == 1 else 's'}, and no number"
            f" {chosen} to choose."
        )
    if chosen is None and said.refused:
        return None, f"{page.name} can't be read for certain: {said.refused}"
    found = said.found[(chosen or 1) - 1]
    if found.draft is None:
        return None, f"no profile reads {page.name} as it is read without one: {found.against}"
    return found, None


def _read(draft: Draft, page: SavedPage) -> Listing:
    return bounded(partial(read_listing, page.html, page.url, draft.site(KEY)), page.name)


def _is_all(listing: Listing) -> bool:
    """Whether a page states that its entries are all of the listing's."""
    if listing.first is None:
        return listing.next_url is None and listing.total == len(listing.entries)
    return (listing.first, listing.last) == (1, listing.total)


def _lacks_second(page: SavedPage, said: Proposals) -> str:
    if said.following:
        return f"a second page is needed to prove it: {said.following} is the next one"
    return (
        f"{page.name} is the only page of its listing, and does not state that its entries are all"
    )


def disproof(first: Listing, second: Listing, page: SavedPage) -> str | None:
    """Why a second page of a listing does not prove what was learned from the first; None if it
    does: it has other entries in the same places, and goes on where the first one ends."""
    if second.first is not None and first.last is not None and second.first != first.last + 1:
        return f"{page.name} begins at entry {second.first}, not {first.last + 1}"
    if (second.first is None) != (first.first is None):
        return "one of its two pages states a range, the other does not"
    known = {entry.document for entry in first.entries}
    repeated = sum(entry.document in known for entry in second.entries)
    if repeated > MOST_KNOWN * len(second.entries):
        return f"{repeated} of {len(second.entries)} entries of {page.name} are on the first page"
    if _dated(second) < LEAST_DATED * _dated(first):
        return f"{page.name} has hardly any dates where the first page has them"
    if second.next_url in (second.url, first.url):
        return f"the pager of {page.name} leads back to {second.next_url}"
    return _same_titles(first, second)


def _dated(listing: Listing) -> float:
    return sum(entry.date_text is not None for entry in listing.entries) / len(listing.entries)


def _same_titles(first: Listing, second: Listing) -> str | None:
    """Titles that recur with other documents are no titles: they name a court, a kind, a button."""
    known = {entry.title for entry in first.entries}
    repeated = sum(entry.title in known for entry in second.entries)
    if repeated > len(second.entries) / 2:
        return f"{repeated} of {len(second.entries)} titles are those of other entries"
    return None
