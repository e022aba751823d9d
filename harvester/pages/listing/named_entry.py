"""An entry whose parts a site's profile locates.

Parts that it does not locate are found as in any entry, and leftover text is reported: no text of
an entry gets lost because a selector misses it.
"""

import re
from collections.abc import Iterable

from harvester.dates import says_undated
from harvester.dates.phrases import find_date
from harvester.items import Entry, in_json
from harvester.pages.address import linked_document
from harvester.pages.elements import Element, all_text, fold
from harvester.pages.listing.entry import find_title, refuse_around, texts_around
from harvester.pages.listing.listing_context import ListingContext, other_part
from harvester.pages.markup import Unclear
from harvester.pages.page import Piece

YEAR, DAY = re.compile(r"(?<!\d)\d{4}(?!\d)"), re.compile(r"\d{1,2}\.?")
MAY_BE_YEAR = re.compile(r"1\d{3}|20\d\d")
SEPARATORS = " ,;:|/-\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u00b7"
"""Signs between a title and its date."""
COLONS = (":", "\uff1a")
LONGEST_HEADING = 1000
"""Characters of a heading with the date of the entries below it."""
LONGEST_NAME = 60
"""Most characters of a row that a message quotes."""


def read_named(context: ListingContext, row: Element) -> Entry:
    """The entry of which the profile says where its parts are. Raises Unclear, which names the row,
    if it is none."""
    try:
        return _named_entry(context, row)
    except Unclear as problem:
        name = _text(context, context.span(row))
        name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        raise Unclear(f'{problem}, in the row "{name}"') from None


def _named_entry(context: ListingContext, row: Element) -> Entry:
    said, only = context.named.parts, context.site.listing_page.named_only
    most = None if context.site.listing_page.date_within else 1
    date = _named_places(context, row, "date", most=most)
    if (shared := context.named.shared.get(row)) is not None:
        date = [*context.span(shared)]
    dated = set(date)
    summary = [place for place in _named_places(context, row, "summary") if place not in dated]
    title = _named_title(context, row, date, summary)
    if not (name := _name(context, row, title)):
        raise Unclear("an entry's title has no text")
    document = _document(context, row, title)
    known = {*date, *summary, *title}
    other, others = _others(context, row, known)
    known |= others
    before, after = ([], []) if only else _unnamed(context, row, title, document, known)
    if "date" not in said:
        refuse_around(context, row, name, before, after)
    pieces = [context.page.pieces[place] for place in summary]
    paragraphs = [piece.text for piece in pieces if not _says_more(context, piece)]
    date_text = _date_text(context, date, title) if "date" in said else "".join(before)
    if context.named.headings:
        date_text = _completed(date_text, _date_above(context, row))
    return Entry(
        document=document,
        link=context.site.document_url(document),
        title=name,
        date_text=date_text or None,
        summary="\n\n".join(filter(None, paragraphs if "summary" in said else after)) or None,
        listed_other=in_json(other),
    )


def _others(
    context: ListingContext, row: Element, known: set[int]
) -> tuple[dict[str, list[str]], set[int]]:
    """What else the profile has in an entry, beside what is `known`: the values by their labels,
    and the places of these."""
    found: dict[str, list[str]] = {}
    taken: set[int] = set()
    for label in context.site.listing_page.other:
        for element in context.named.within(row, other_part(label)):
            places = [one for one in context.page.span(element) if one not in known]
            taken.update(places)
            said = _text(context, (one for one in places if one not in context.named.ignored))
            if value := without_label(said, label):
                found.setdefault(label, []).append(value)
    return found, taken


def without_label(text: str, label: str) -> str:
    """A text without its leading label: "12 J" for "Cote : 12 J"."""
    rest = text[len(label) :].lstrip()
    is_labelled = text[: len(label)].lower() == label.lower() and rest.startswith(COLONS)
    return rest[1:].strip() if is_labelled else text


def _named_title(
    context: ListingContext, row: Element, date: list[int], summary: list[int]
) -> list[int]:
    """The places of an entry's title; its date may be in it, if that stands in a longer text."""
    if "title" not in context.named.parts:
        return [find_title(context, row, without={*date, *summary})]
    others = {*summary} if context.site.listing_page.date_within else {*date, *summary}
    places = _named_places(context, row, "title", 1, 1)
    return [place for place in places if place not in others]


def _name(context: ListingContext, row: Element, title: list[int]) -> str:
    """The text of a title. If the date was cut out of it, so is the separator."""
    named = context.named.within(row, "title") if "title" in context.named.parts else []
    places = {place for element in named for place in context.page.span(element)}
    is_cut = not places.difference(title) <= context.named.ignored
    text = _text(context, title)
    return text.strip(SEPARATORS) if is_cut else text


def _date_above(context: ListingContext, row: Element) -> str:
    """The date of the nearest heading above a row. Raises Unclear if there is none."""
    if (above := context.date_above(row)) is None:
        raise Unclear("no heading with a date stands above an entry")
    text = fold(all_text(above))
    if len(text) > LONGEST_HEADING:
        raise Unclear("the heading above an entry says more than a date")
    if not (found := _first_date(text)) and not says_undated(text):
        raise Unclear(f'the heading "{text}" has no date')
    return found or text


def _completed(date: str, above: str) -> str:
    """The date of an entry with what it lacks and the heading above has: a year, or a month as
    well; without a date of its own, the heading's."""
    if not date or YEAR.search(date):
        return date or above
    if DAY.fullmatch(date):
        return f"{date} {above}"
    year = YEAR.search(above)
    return f"{date} {year.group()}" if year else date


def _date_text(context: ListingContext, date: list[int], title: list[int]) -> str:
    """The date at these places: all that they say, or the first date in that, beside the title if
    it is not in there."""
    if not context.site.listing_page.date_within:
        return _text(context, date)
    titled = set(title)
    beside = _text(context, (place for place in date if place not in titled))
    return _first_date(beside or _text(context, date))


def _first_date(text: str) -> str:
    """The first date in a text; a year next to other signs only if no other number looks like
    one."""
    if found := find_date(text):
        return found.shown
    years = YEAR.findall(text)
    return years[0] if len(years) == 1 and MAY_BE_YEAR.fullmatch(years[0]) else ""


def _unnamed(
    context: ListingContext, row: Element, title: list[int], document: str, known: set[int]
) -> tuple[list[str], list[str]]:
    """The texts before and after a title that no selector covers."""
    said = context.named.parts
    before, after = texts_around(context, context.span(row), title[0], document, known)
    if "title" in said:
        _refuse_unnamed(_other_links(context, row, document, known, title[0]))
    _refuse_unnamed(before if "date" in said else [])
    _refuse_unnamed(after if "summary" in said else [])
    return before, after


def _named_places(
    context: ListingContext, row: Element, part: str, least: int = 0, most: int | None = None
) -> list[int]:
    """The places of what a selector finds in a row; none without such a selector."""
    if part not in context.named.parts:
        return []
    found = context.named.within(row, part)
    if len(found) < least or (most is not None and len(found) > most):
        what = "several elements" if found else "no element"
        raise Unclear(f"{what} where the profile has an entry's {part}")
    places = [place for element in found for place in context.page.span(element)]
    return [place for place in places if place not in context.named.ignored]


def _text(context: ListingContext, places: Iterable[int]) -> str:
    return " ".join(filter(None, (context.page.pieces[place].text for place in places)))


def _document(context: ListingContext, row: Element, title: list[int]) -> str:
    """An entry's document: that of its named link, of a link in its title, or of its only link."""
    pieces = context.page.pieces
    inside = [place for place in context.span(row) if not context.is_aside(place)]
    documents = {pieces[place].document for place in inside} - {None}
    if context.site.listing_page.begins and len(documents) > 1:
        raise Unclear("where the profile has one entry are links to several documents")
    if "link" in context.named.parts:
        found = {_linked(context, link) for link in context.named.within(row, "link")}
    else:
        found = {pieces[place].document for place in title} - {None} or documents
    if context.site.listing_page.unlinked and not context.page.documents(row):
        return _unlinked(context, row)
    if len(found) != 1 or (document := found.pop()) is None:
        what = "links to several documents" if len(found) > 1 else "no link to a document"
        raise Unclear(f"an entry has {what}")
    return document


def _unlinked(context: ListingContext, row: Element) -> str:
    """The document of an entry without a link, identified by the name that the profile locates."""
    named = context.named.within(row, "unlinked")
    name = " ".join(filter(None, (fold(all_text(element)) for element in named)))
    document = context.site.unlinked_document(context.url, name) if name else None
    if document is None:
        raise Unclear("an entry has no link to a document, and no name where the profile has one")
    return document


def _linked(context: ListingContext, link: Element) -> str | None:
    href = link.get("href")
    return linked_document(context.url, context.site, href) if href else None


def _other_links(
    context: ListingContext, row: Element, document: str, known: set[int], title: int
) -> list[str]:
    """The texts of further links to the document, except the title and "Read more"."""
    own = context.page.pieces[title]
    texts = context.texts(context.span(row))
    others = [piece for place, piece in texts if piece.document == document and place not in known]
    said = [piece for piece in others if piece.link is not own.link and piece.text != own.text]
    return [piece.text for piece in said if not _says_more(context, piece)]


def _says_more(context: ListingContext, piece: Piece) -> bool:
    """Whether a piece is a link to the document that says no more than "Read more"."""
    return piece.document is not None and context.words.is_more(piece.text)


def _refuse_unnamed(texts: list[str]) -> None:
    for text in texts[:1]:
        raise Unclear(f'the text "{text}" is none of what the profile has in an entry')
