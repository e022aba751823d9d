"""What was learned, in words: the elements taken for entries, titles, dates, summaries and
paging."""

from collections.abc import Iterator, Sequence

from harvester.clean_text import one_line
from harvester.items import Entry, Listing
from harvester.learning.draft import Draft
from harvester.learning.proposal import Proposal

LONGEST = 60
SHOWN = 3
"""Most entries shown of each reading."""


def told(draft: Draft, first: Listing, second: Listing | None) -> Iterator[str]:
    """One line each for the entries, titles, dates, summaries and pages that a profile finds."""
    said, entries = draft.selectors, first.entries
    numbers = f"{len(entries)} on the first page"
    if second is not None:
        numbers += f", {len(second.entries)} on the second"
    yield f"Entries: {numbers}, by {one_line(said.entry)}"
    yield f"Titles: by {one_line(said.title)}, such as {_quoted(entries[0].title)}"
    yield f"Dates: {_shares(entries, 'date_text', said.date)}"
    yield f"Summaries: {_shares(entries, 'summary', said.summary)}"
    yield f"Pages: {_paging(draft, first)}"
    if said.named_only:
        yield "Left out: what no selector finds in an entry"


def _shares(entries: Sequence[Entry], name: str, css: str | None) -> str:
    found = [value for one in entries if (value := getattr(one, name))]
    if not found:
        return "none"
    where = f", by {one_line(css)}" if css else ""
    return f"{len(found)} of {len(entries)}{where}, such as {_quoted(found[0])}"


def _paging(draft: Draft, first: Listing) -> str:
    of_all = "they state no range"
    if first.first is not None:
        of_all = f"it states {first.first} - {first.last} of {first.total}"
    elif first.total is not None:
        of_all = f"it states {first.total} in all"
    if first.next_url is None:
        return f"this is the only one, {of_all}"
    form = draft.pages[-1]
    by = f"by the parameter {form.parameter}" if form.parameter else f"by the path {form.path}"
    return f"{one_line(by)}, {of_all}"


def _quoted(text: str) -> str:
    text = one_line(text)
    return f'"{text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"}"'


def readings(found: Sequence[Proposal]) -> Iterator[str]:
    """The readings of a page, numbered to choose from, with their first entries."""
    for number, proposal in enumerate(found, 1):
        without = f", for which there is no profile: {proposal.against}" if proposal.against else ""
        yield f"Reading {number}, of {len(proposal.entries)} entries{one_line(without)}:"
        for entry in proposal.entries[:SHOWN]:
            date = f"{one_line(entry.date_text)}  " if entry.date_text else ""
            yield f"  {date}{_quoted(entry.title)}"
            yield f"    {one_line(entry.url or 'no link')}"
