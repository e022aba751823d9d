"""One entry: its date, title and summary, in reading order."""

import re
from collections.abc import Container
from itertools import chain, islice, takewhile

from harvester.items import Entry
from harvester.pages.elements import HEADINGS, Element, signature
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.markup import Unclear
from harvester.pages.page import LONGEST_DATE, Looks, Piece, looks, places_of

DATE_CLASS = re.compile(r"\bdate\b", re.IGNORECASE)
MOST_ROWS = 100
"""Most other rows that are compared at the same place."""
TITLE_CLASS = re.compile("title", re.IGNORECASE)


def read_row(context: ListingContext, row: Element) -> Entry:
    """The entry that one element holds."""
    title = find_title(context, row)
    piece = context.page.pieces[title]
    before, after = texts_around(context, context.span(row), title, piece.document, {title})
    refuse_around(context, row, piece.text, before, after)
    return make_entry(context, title, before[0] if before else None, after)


def refuse_around(
    context: ListingContext, row: Element, title: str, before: list[str], after: list[str]
) -> None:
    """Raises Unclear unless the text before a title can be its date, and the text after it its
    summary."""
    if len(before) > 1 or (
        before and len(before[0]) > LONGEST_DATE and not _begins_with_date(context, row)
    ):
        raise Unclear(f'before the title "{title}" stands more than a date')
    if after and not before and looks(after[0], context.words) is Looks.DATE:
        raise Unclear(f'the title "{title}" has a date after it, not before')


def make_entry(
    context: ListingContext, title: int, date: str | None, paragraphs: list[str]
) -> Entry:
    """An entry, from the place of its title and the texts around it."""
    piece = context.page.pieces[title]
    assert piece.document is not None
    return Entry(
        document=piece.document,
        link=context.site.document_url(piece.document),
        title=piece.text,
        date_text=date,
        summary="\n\n".join(paragraphs) or None,
    )


def find_title(context: ListingContext, row: Element, without: Container[int] = frozenset()) -> int:
    """The place of an entry's title: the text of its link, or of a heading in the link. Places in
    `without` are known to be something else."""
    links = _links(context, context.span(row), without)
    if len(links) == 1 and any(links.values()):
        return _heading(context, *next(iter(links.items())))
    pieces = context.page.pieces
    said = {link: " ".join(pieces[at].text for at in places) for link, places in links.items()}
    if len(links) > 1:
        said = {link: text for link, text in said.items() if not context.words.is_more(text)}
    said = {link: text for link, text in said.items() if text}
    if not said:
        documents = ", ".join(sorted(context.page.documents(row)))
        raise Unclear(f"an entry has no title ({documents})")
    if len(set(said.values())) > 1:
        raise Unclear(f"an entry has several titles: {', '.join(said.values())}")
    link = next(iter(said))
    return _heading(context, link, links[link])


def _begins_with_date(context: ListingContext, row: Element) -> bool:
    """Whether the first text in a row is a date with a remark, is marked up as one, or as the
    dates of other rows are."""
    first = next(piece for _, piece in context.texts(context.span(row)))
    if looks(first.text, context.words) is Looks.DATE:
        return True
    path = [first.holder, *takewhile(lambda up: up is not row, first.holder.iterancestors())]
    if any(up.tag == "time" or DATE_CLASS.search(up.get("class", "")) for up in path):
        return True
    others = islice(chain(row.itersiblings(), row.itersiblings(preceding=True)), MOST_ROWS)
    firsts = (next(context.texts(context.span(other)), None) for other in others)
    alike = (one[1] for one in firsts if one and _form(one[1]) == _form(first))
    return any(looks(piece.text, context.words) is Looks.DATE for piece in alike)


def _form(piece: Piece) -> tuple[object, ...]:
    """The markup of a text's block and of what is around it."""
    around = piece.holder.getparent()
    return piece.signature, None if around is None else signature(around)


def _links(
    context: ListingContext, places: range, without: Container[int]
) -> dict[Element, list[int]]:
    """The links to documents, each with the places of its texts."""
    links: dict[Element, list[int]] = {}
    for place, piece in context.page.within(places):
        if piece.link is not None and place not in without and place not in context.named.ignored:
            links.setdefault(piece.link, []).extend([place] if piece.text else [])
    return links


def _heading(context: ListingContext, link: Element, places: list[int]) -> int:
    """Which of a link's texts is the title, where a link goes around a whole entry."""
    if len(places) == 1 and not len(link):
        return places[0]
    headings = [
        element
        for element in link.iterdescendants("*")
        if element.tag in HEADINGS or TITLE_CLASS.search(element.get("class", ""))
    ]
    if len(places) == 1 and not headings:
        return places[0]
    titles = set(places_of(map(context.span, headings))).intersection(places)
    if len(titles) != 1:
        text = " / ".join(context.page.pieces[place].text for place in places)
        raise Unclear(f'a link holds several texts, and no heading tells its title: "{text}"')
    return titles.pop()


def texts_around(
    context: ListingContext,
    places: range,
    title: int,
    document: str | None,
    known: Container[int],
) -> tuple[list[str], list[str]]:
    """The texts before and after a title but for what is known, without repeated links to its
    document.

    Sure: an entry has no text but its date, title and summary; a mere link elsewhere is none.
    """
    link = context.page.pieces[title].link
    before: list[str] = []
    after: list[str] = []
    for place, piece in context.texts(places):
        if place in known or (piece.link not in (None, link) and piece.document == document):
            continue
        if piece.link not in (None, link) or (piece.targets and not piece.loose):
            raise Unclear(f'an entry holds a link that is no part of one, "{piece.text}"')
        (before if place < title else after).append(piece.text)
    return before, after
