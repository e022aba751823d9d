"""The header of a document's page: its date, its title, the credit, the summary."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

from harvester.pages.document.document_context import DocumentContext
from harvester.pages.document.head import Citation, Head
from harvester.pages.elements import HEADINGS
from harvester.pages.markup import Unclear
from harvester.pages.page import LONGEST_DATE, Looks, looks
from harvester.record import is_same_title

MOST_PARAGRAPHS = 3
"""Most paragraphs of a summary that only its length tells from a text."""


@dataclass(frozen=True, slots=True)
class Header:
    """The places of a page's header; None or empty where it lacks a part."""

    date: int | None
    credit: int | None
    summary: list[int]


def find_title(context: DocumentContext, head: Head, citation: Citation | None) -> int:
    """The place of the title: as cited, as the head has it, in a heading, or after a date.

    Sure: it stands before the texts.
    """
    stops = [span.start for span in context.pane_spans if span]
    stops += [citation.place] if citation and citation.place is not None else []
    stop = min(stops, default=len(context.page.pieces))
    cited = citation.parts["title"] if citation else ""
    found = next(filter(None, _likely_titles(context, head, range(stop), cited)), None)
    if found is None:
        raise Unclear("it has no title")
    return min(found)


def _likely_titles(
    context: DocumentContext, head: Head, before: range, cited: str
) -> Iterator[set[int]]:
    """The places that may be the title, the most certain first."""
    places = {place for place, _ in context.texts(before)}
    spans = map(context.page.span, context.hinted("title"))
    headings = {span.start for span in spans if len(span) == 1 and span.start in places}
    is_dated = partial(_is_dated, context)
    for is_told in (partial(is_same_title, said=cited), head.title_like):
        yield {place for place in headings if is_told(context.text(place))}
        told = {place for place in places if is_told(context.text(place))}
        yield set(filter(is_dated, told))
        yield told
    yield set(filter(is_dated, headings))
    yield headings
    yield set(filter(is_dated, places))


def known_summary(context: DocumentContext, head: Head, stop: int, told: set[int]) -> list[int]:
    """The places of a summary that more than its place tells of: a hint, or the description in
    the head. It may stand before the title; `told` are the places of other fields."""
    return _marked(context, told) or _described(context, head, stop, told)


def read_header(
    context: DocumentContext, head: Head, title: int, stop: int, told: set[int], *, bounded: bool
) -> Header:
    """Reads what stands around the title and before `stop`; `told` are the places of other fields.

    A summary may also stand below the panes. Raises Unclear if a text could be among that, since it
    is not `bounded`, and seems to be.
    """
    date = _date(context, title, stop)
    told = told | {title} | ({date} if date is not None else set())
    below = _below_panes(context, told)
    credit = _credit(context, title, range(stop), below)
    if context.marks("summary"):
        marked = _marked(context, told)
        return Header(date, credit, [place for place in marked if place != credit])
    told |= {credit} if credit is not None else set()
    plain = [place for place in plain_texts(context, range(title + 1, stop)) if place not in told]
    if bounded:
        plain = plain or [place for place in plain_texts(context, below) if place not in told]
        summary = plain or _described(context, head, stop, told)
        return Header(date, credit, summary)
    summary = _described(context, head, stop, told) or plain
    if len(summary) > MOST_PARAGRAPHS:
        raise Unclear("nothing tells its summary from its text")
    return Header(date, credit, summary)


def _is_dated(context: DocumentContext, place: int) -> bool:
    """Whether a date precedes a text, as it does titles, and many labels."""
    before = context.neighbour(place, -1)
    if before is None or context.meaning(place):
        return False
    return looks(context.text(before)) is Looks.DATE


def _date(context: DocumentContext, title: int, stop: int) -> int | None:
    hinted = [context.page.span(date).start for date in context.hinted("date")]
    if near := [place for place in hinted if place < stop and place != title]:
        return min(near, key=lambda place: abs(place - title))
    before, after = context.neighbour(title, -1), context.neighbour(title, 1)
    if before is not None and _can_be_date(context, before, title):
        return before
    return after if after is not None and looks(context.text(after)) is Looks.DATE else None


def _can_be_date(context: DocumentContext, place: int, title: int) -> bool:
    """Whether the text before a title is its date. Sure: no other text stands there."""
    text, holder = context.text(place), context.page.pieces[place].holder
    if context.is_mere_link(place) or context.is_boilerplate(place) or len(text) > LONGEST_DATE:
        return False
    beside = holder.getparent() is context.page.pieces[title].holder.getparent()
    return beside or looks(text) is not Looks.PROSE


def _credit(context: DocumentContext, title: int, *parts: range) -> int | None:
    """The place of the credit in the first part of the page that has one."""
    hinted = [context.page.span(credit).start for credit in context.hinted("credit")]
    thanks = context.site.document_page.credit.fullmatch
    for part in parts:
        worded = (place for place, piece in context.texts(part) if thanks(piece.text))
        places = (place for place in chain(hinted, worded) if place in part and place != title)
        if (found := next(places, None)) is not None:
            return found
    return None


def _marked(context: DocumentContext, told: set[int]) -> list[int]:
    for summary in context.hinted("summary"):
        span = context.page.span(summary)
        if told.isdisjoint(span):
            return [place for place, _ in context.texts(span)]
    return []


def _below_panes(context: DocumentContext, told: set[int]) -> range:
    """The places between the last pane and what is told next, if anything is."""
    start = max((span.stop for span in context.pane_spans), default=0)
    ends = told | {place for place, _ in context.texts() if place in context.teasers}
    stop = min((place for place in ends if place >= start), default=start) if start else 0
    return range(start, stop)


def _described(context: DocumentContext, head: Head, stop: int, told: set[int]) -> list[int]:
    places = (place for place, _ in context.texts(range(stop)) if place not in told)
    return [place for place in places if context.text(place) in head.descriptions][:1]


def plain_texts(context: DocumentContext, places: range) -> list[int]:
    """Texts that are neither links nor headings, nor labels of nothing."""
    return [place for place in context.kept(places.start, places.stop) if is_plain(context, place)]


def is_plain(context: DocumentContext, place: int) -> bool:
    """Whether a text is neither a link nor a heading, nor a label of nothing."""
    return not (
        context.page.pieces[place].holder.tag in HEADINGS
        or context.meaning(place)
        or context.is_mere_link(place)
        or context.is_boilerplate(place)
    )
