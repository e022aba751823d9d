"""All entries of a page, and the proof that no text of theirs was left over.

Text may be in the page, but where it is not read: a wrong tag moves it into the page's frame, into
a button, or behind all entries. It must not get lost silently.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice, takewhile
from urllib.parse import unquote

from harvester.dates.phrases import find_date
from harvester.items import Entry
from harvester.pages.elements import (
    HEADINGS,
    LANDMARKS,
    Element,
    all_text,
    fold,
    is_landmark,
    signature,
)
from harvester.pages.listing.entry import read_row
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.named_entry import read_named
from harvester.pages.listing.row_groups import RowGroup, read_flat
from harvester.pages.markup import Unclear, refuse_torn
from harvester.pages.page import Looks, Piece, looks, refuse_cut

CONTROLS = ("button", "datalist", "object", "select", "template", "textarea")
FEWEST_DATES = 3
"""This many texts that are not dates are no accident."""
LONGEST_LABEL = 60
"""In characters; what says more is no control, or was not meant for one."""
TEXTUAL = HEADINGS | {"a", "li", "p", "td"}
"""No control holds these."""
PLAIN = (("div", ""), ("div", ""))
"""Markup without meaning."""
LISTS = frozenset(("dl", "ol", "table", "tbody", "ul"))
"""They hold no part of the page's frame."""


def read_entries(context: ListingContext, rows: RowGroup) -> list[Entry]:
    """The entries of these rows, in reading order."""
    entries = _read_entries(context, rows)
    if "date" in context.named.parts:
        _refuse_other_dates(entries)
    if context.site.listing_page.unlinked:
        _refuse_namesakes(entries)
    return entries


def _refuse_namesakes(entries: list[Entry]) -> None:
    """Raises Unclear if two entries without a link have the same name, which then identifies
    neither."""
    names = Counter(entry.document for entry in entries if "#" in entry.document)
    for document, number in names.items():
        if number > 1:
            name = unquote(document.partition("#")[2])
            raise Unclear(f'{number} entries without a link are named "{name}"')


def _refuse_other_dates(entries: list[Entry]) -> None:
    """Raises Unclear if nothing that stands where a profile has the dates is one: columns may have
    changed their places."""
    said = [entry.date_text for entry in entries if entry.date_text]
    if len(said) >= FEWEST_DATES and not any(map(find_date, said)):
        raise Unclear(f'where the profile has dates stands "{said[0]}"')


def _read_entries(context: ListingContext, rows: RowGroup) -> list[Entry]:
    named = context.named
    if named.entries is None and not named.parts and _is_flat(context, rows):
        _refuse_beside(context, rows)
        entries, around = read_flat(context, rows), context.span(rows.parent)
        places = range(around.start, 1 + max(place for place, _ in context.texts(around)))
    elif context.site.listing_page.named_only:
        return _read_named_only(context, rows)
    else:
        _refuse_leftovers(context, rows)
        read = read_named if named.parts else read_row
        entries = [read(context, row) for row in rows.elements]
        first, last = context.span(rows.elements[0]), context.span(rows.elements[-1])
        places = range(first.start, last.stop)
        _refuse_behind(context, rows, places)
    _refuse_misplaced(context, rows, places)
    _refuse_lost_date(context, places.start)
    refuse_cut(context.tree, context.page, rows.parent, places.stop)
    return entries


def _read_named_only(context: ListingContext, rows: RowGroup) -> list[Entry]:
    """The entries of these rows, without what no selector finds."""
    entries = [read_named(context, row) for row in rows.elements]
    _refuse_kin(context, rows)
    last = context.span(rows.elements[-1]).stop
    refuse_torn(
        piece.text for row in rows.elements for _, piece in context.texts(context.span(row))
    )
    refuse_cut(context.tree, context.page, rows.parent, last)
    return entries


def _is_flat(context: ListingContext, rows: RowGroup) -> bool:
    """Whether the rows hold titles only, and other text stands between or around them."""
    if any(len(list(context.texts(context.span(row)))) > 1 for row in rows.elements):
        return False
    return any(context.unlinked_texts(context.span(rows.parent)))


def _refuse_leftovers(context: ListingContext, rows: RowGroup) -> None:
    """No text between rows, nor after them unless it can't be theirs; where a profile says what
    rows are, a link to a document neither.

    It can't if its markup is another and the range stands in the same element, so that this holds
    more than entries. Without a range, a row before the first may have lost its link.
    """
    spans = [context.span(row) for row in rows.elements]
    inside = {place for span in spans for place in span}
    named = context.named.entries is not None
    texts = (context.texts if named else context.unlinked_texts)(context.span(rows.parent))
    if not (left := [(place, piece) for place, piece in texts if place not in inside]):
        return
    kinds = {piece.signature for span in spans for _, piece in context.texts(span)}
    begin, end = spans[0].start, spans[-1].stop
    own = context.after not in context.page.span(rows.parent)
    for place, piece in left:
        between = begin <= place < end
        if not between and context.words.states_count(piece.text):
            continue
        alike = piece.signature in kinds or (named and bool(piece.document))
        alike = alike and (place >= end or context.after < 0)
        if between or alike or (own and place >= end):
            raise Unclear(f'the text "{piece.text}" belongs to none of its entries')


def _refuse_kin(context: ListingContext, rows: RowGroup) -> None:
    """Raises Unclear if a text outside of entries is marked up as their titles are: it may be one
    that got lost. Outside of what holds the entries more has to be alike, and a class has to tell
    it from other things."""
    inside = {place for row in rows.elements for place in context.span(row)}
    titles = context.named.parts["title"]
    found = [one for row in rows.elements for one in row.iter("*") if one in titles]
    near, far = {_kin(one, 1) for one in found}, {_kin(one, 2) for one in found}
    held = context.span(rows.parent)
    for place, piece in context.texts(range(len(context.page.pieces))):
        if place in inside:
            continue
        for one in (piece.holder,) if piece.link is None else (piece.link, piece.holder):
            marked = far if any(name for _, name in _kin(one, 2)) else set()
            if (_kin(one, 1) in near) if place in held else (_kin(one, 2) in marked):
                raise Unclear(f'the text "{piece.text}" is like the title of an entry, in none')


def _kin(element: Element, levels: int) -> tuple[tuple[str, str], ...]:
    """The markup of an element and of what is around it."""
    around = (element, *islice(element.iterancestors(), levels))
    return tuple(signature(one) for one in around)


def _refuse_beside(context: ListingContext, rows: RowGroup) -> None:
    """No texts right after a list of titles and texts that are all marked up like those in it."""
    kinds = {piece.signature for _, piece in context.unlinked_texts(context.span(rows.parent))}
    for sibling in rows.parent.itersiblings():
        if texts := [piece for _, piece in context.unlinked_texts(context.span(sibling))]:
            if all(piece.signature in kinds for piece in texts):
                raise Unclear(f'the text "{texts[0].text}" may belong to its last entry')
            return


def _refuse_lost_date(context: ListingContext, start: int) -> None:
    """No text like a date right before the entries, unless it heads a column: it would be the
    first one's."""
    before = [piece for _, piece in context.unlinked_texts(range(context.begin, start))][-1:]
    for piece in before:
        linked = piece.targets and not piece.loose
        if context.words.states_count(piece.text):
            continue
        may_date = looks(piece.text, context.words) is not Looks.PROSE
        if not linked and may_date and not _heads_column(piece):
            raise Unclear(f'the text "{piece.text}" stands before its entries, in none of them')


def _heads_column(piece: Piece) -> bool:
    """Whether a text stands in a row of a table that has nothing but headers."""
    row = piece.holder.getparent()
    return piece.holder.tag == "th" and row is not None and next(row.iter("td"), None) is None


def _refuse_misplaced(context: ListingContext, rows: RowGroup, places: range) -> None:
    """Raises Unclear if any text of the entries at these places may be where none is read."""
    above = 0 <= context.after < places.start
    start = context.after + 1 if above else max(places.start - 1, 0)
    refuse_torn(piece.text for _, piece in context.page.within(range(start, places.stop)))
    if next(rows.parent.iter(*LANDMARKS, *CONTROLS), None) is None:
        return
    if context.named.entries is not None:
        for row in rows.elements:
            _refuse_controls(row, context)
        return
    for element in _stretch(rows):
        _refuse_framed(context, element)
        _refuse_controls(element, context)


def _refuse_behind(context: ListingContext, rows: RowGroup, places: range) -> None:
    """Raises Unclear if text that is marked up as the rows' texts are stands right behind them."""
    end = max(places.stop, context.span(rows.parent).stop)
    for _, behind in islice(context.unlinked_texts(range(end, len(context.page.pieces))), 1):
        if any(_are_alike(piece, behind) for _, piece in context.texts(places)):
            raise Unclear(f'the text "{behind.text}" may belong to its last entry')


def _refuse_framed(context: ListingContext, element: Element) -> None:
    """No part of the page's frame with a text in an entry, nor one with a document among them."""
    for part in element.iter(*LANDMARKS):
        if part is element and not context.page.documents(element):
            continue
        if is_landmark(part) and (text := fold(all_text(part))):
            raise Unclear(f'the text "{text}" of an entry is in a part of the page\'s frame')


def _refuse_controls(element: Element, context: ListingContext) -> None:
    """No control that holds more than a control does."""
    for control in element.iter(*CONTROLS):
        if not (text := fold(all_text(control))):
            continue
        inner = {str(part.tag) for part in control.iterdescendants("*")}
        bare = control.tag == "select" and (control.text or "").strip()
        long = control.tag != "select" and len(text) > LONGEST_LABEL
        told = bare or long or looks(text, context.words) is Looks.DATE
        if told or not TEXTUAL.isdisjoint(inner):
            raise Unclear(f'the text "{text}" of an entry may be in a <{control.tag}>')


def _are_alike(one: Piece, other: Piece) -> bool:
    """Whether two texts are marked up alike: by a class, or by what is around them as well."""
    if (kind := one.signature) != other.signature:
        return False
    around = [piece.holder.getparent() for piece in (one, other)]
    kinds = [("", "") if up is None else signature(up) for up in around]
    return bool(kind[1]) or (kinds[0] == kinds[1] and (kind, kinds[0]) != PLAIN)


def _stretch(rows: RowGroup) -> Iterator[Element]:
    """The elements from the first row to the last; in a list, all."""
    if rows.parent.tag in LISTS:
        yield from rows.parent.iterchildren("*")
        return
    first, last = rows.elements[0], rows.elements[-1]
    yield first
    yield from takewhile(lambda element: element is not last, first.itersiblings("*"))
    yield last
