"""Reading one page of a listing. Eager, and without a network, a clock or a database.

What is read first is the part of the page that can hold results: often a quarter of it. It is cut
out of the source, before there is a tree. So it is only ever a first try: what can't be read in it
is looked for in the whole page.
"""

import re
from collections.abc import Callable
from functools import partial
from itertools import islice

from harvester.items import Listing
from harvester.outcomes import Reason, Unreadable
from harvester.pages.address import link_from_base, linked_document
from harvester.pages.elements import LANDMARKS, UNSEEN, UNSEEN_CLASSES, Element, all_text
from harvester.pages.listing.assembled import assembled
from harvester.pages.listing.entries import read_entries
from harvester.pages.listing.listing_context import ListingContext, find_parts
from harvester.pages.listing.pager import ResultRange, find_range, next_url
from harvester.pages.listing.row_groups import (
    RowGroup,
    hinted_links,
    named_rows,
    stated_rows,
    unstated_rows,
)
from harvester.pages.listing.totals import put_totals
from harvester.pages.markup import Tree, Unclear, language_of, tree
from harvester.pages.page import refuse_cut, told_of_break
from harvester.pages.page_reader import read_page
from harvester.sites.site import Site
from harvester.sites.wording import Words, words_in

MARK = '<a id="main-content"'
"""The target of "Skip to main content". Likely: in most of Drupal's themes it comes right after
the tag of what holds the main part; where something stands between, the cut is not made there."""
BEGINNING = re.compile(rf"<[a-z]+\b[^<>]*>\s*{MARK}")

MAIN_END = "</main>"
HOLDER_END = re.compile(r"</(?:article|dd|li|section|td)\b")
"""Ends what can hold an entry."""
INERT = re.compile(rf"<(/?)(?:title|{'|'.join(sorted(UNSEEN))})\b")
"""Begins or ends what is no text of the page."""
HIDING = ("hidden", "none", *sorted(name for name in UNSEEN_CLASSES if "hidden" not in name))
"""Words of which the tag of an element that is not shown has one: see Index.unseen."""
HIDING_WORDS = re.compile("|".join(HIDING))
MOST_HIDING = 1000
"""With more of them before the main part, nothing is certain."""
TAG = re.compile(r"<([a-z][a-z0-9]*)[^<>]*")
LONGEST_TAG = 2000
"""In characters; where no tag has begun within so many, nothing is certain."""
VOID = frozenset(("img", "input", "link", "meta"))


def read_listing(html: str, url: str, site: Site) -> Listing:
    """Reads a page of a listing. Raises Unreadable if it is not certain what the page says.

    The page states its range and shows as many entries, or says itself that nothing was found, or
    is one of those of the site's that state no range.
    """
    language = language_of(html)
    words = site.words(language)
    try:
        listing = _read_main_part(html, url, site, words)
        listing = listing or _read(html, url, site, words, whole=True)
    except Unclear as problem:
        sentence = f"{url} can't be read as a listing: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_LISTING, url) from None
    listing.habits = site.habits(language)
    return listing


def _read_main_part(html: str, url: str, site: Site, words: Words) -> Listing | None:
    """Reads the main part alone, if that has the page's range, entries and pager.

    If this part can't be read, the site states no range, or its profile has selectors, which may
    look at any of the page, then the whole page decides, with all of its frame.
    """
    is_cut = site.states_range(url) and not site.listing_page.has_selectors
    part = main_part(html, words) if is_cut else None
    try:
        page = _read(part, url, site, words, whole=False) if part is not None else None
    except Unclear:
        return None
    return page if page and page.total else None


def _read(html: str, url: str, site: Site, words: Words, *, whole: bool) -> Listing:
    source = assembled(tree(html), site.listing_page)
    link_from_base(source.root, url)
    with told_of_break(source):
        return _read_tree(source, url, site, words, whole=whole)


def _read_tree(source: Tree, url: str, site: Site, words: Words, *, whole: bool) -> Listing:
    document_of = partial(linked_document, url, site)
    passed_over = partial(_says_nothing, document_of, words) if not whole else None
    named = find_parts(source.index, site.listing_page)
    apart = named.apart(document_of)
    page = read_page(
        source.root,
        document_of,
        apart=apart,
        shown=named.shown(source.index) if named.entries else (),
        passed_over=passed_over,
        index=source.index,
    )
    stated = find_range(page, words, named.idle_places(page))
    after = stated.place if stated else -1
    context = ListingContext(page, source, url, site, after, words, named.placed(page, words))
    if stated and stated.total == 0:
        return _empty(context, stated.place)
    if not stated and (said := _nothing_found(context)) is not None:
        return _empty(context, said)
    if not stated and (not site.is_listing_url(url) or site.states_range(url)):
        raise Unclear('it states no range, such as "1 - 10 of 15"')
    following = next_url(source.index, url, site, words, stated, reckon=whole)
    rows = _rows(context, stated)
    entries = read_entries(context, rows)
    if stated:
        return Listing(url, stated.first, stated.last, stated.total, entries, following)
    listing = Listing(url, None, None, None, entries, following)
    put_totals(context, rows, listing)
    return listing


def _rows(context: ListingContext, stated: ResultRange | None) -> RowGroup:
    if context.named.entries is not None:
        return named_rows(context, stated)
    return stated_rows(context, stated) if stated else unstated_rows(context)


def _says_nothing(document_of: Callable[[str], str | None], words: Words, frame: Element) -> bool:
    """Whether a part of the page's frame, such as a pager, has neither a range nor a link to a
    document."""
    if frame.tag not in LANDMARKS or words.may_range(all_text(frame)):
        return False
    return not any(document_of(link.get("href", "")) for link in frame.iter("a"))


def _nothing_found(context: ListingContext) -> int | None:
    """The place of the words "nothing found" or "0 results", if no entry stands before them.

    On a site without a profile these words may be about anything.
    """
    if not context.site.is_known or not context.site.is_listing_url(context.url):
        return None
    for place, piece in context.unlinked_texts(range(len(context.page.pieces))):
        if context.words.says_none(piece.text):
            there = context.named.entries or any(link < place for link in hinted_links(context))
            return None if there else place
    return None


def _empty(context: ListingContext, said: int) -> Listing:
    """A page that says at this place that it has no entries."""
    refuse_cut(context.tree, context.page, context.page.pieces[said].holder, said + 1)
    return Listing(context.url, 0, 0, 0)


def main_part(html: str, words: Words | None = None) -> str | None:
    """The main part as far as the page marks it; None if it doesn't even mark its end. Its `words`
    are English unless others are given.

    If its beginning is not certain, it begins at the start of the page.
    """
    end = html.rfind(MAIN_END)
    end = end + len(MAIN_END) if end >= 0 else _footer(html)
    return html[_beginning(html, end, words or words_in(None)) : end] if end >= 0 else None


def _footer(html: str) -> int:
    """The offset of the page's footer; -1 if it has none, or the last may be that of an entry."""
    start = html.rfind("<footer")
    rest = html[max(html.rfind("</footer"), start) :].lower()
    return -1 if HOLDER_END.search(rest) else start


def _beginning(html: str, end: int, words: Words) -> int:
    """The offset of the main part; 0 if that is not certain, or a range may stand before it, or the
    head may say from where links lead."""
    mark = html.find(MARK, 0, end)
    start = html.rfind("<", 0, mark) if mark >= 0 else -1
    if start < 0 or not BEGINNING.match(html, start):
        return 0
    before = html[:start].lower()
    uncertain = _is_inert(before) or _is_hidden(before) or words.total_in_source.search(before)
    return 0 if uncertain or "<base" in before else start


def _is_inert(before: str) -> bool:
    """Whether what follows may be inside a comment, a script or the like."""
    ends = INERT.findall(before)
    if "<!--" in before and before.count("<!--") != before.count("-->"):
        return True
    return 2 * ends.count("/") != len(ends)


def _is_hidden(before: str) -> bool:
    """Whether what follows may be inside a hidden element."""
    if not any(word in before for word in HIDING):
        return False
    words = list(islice(HIDING_WORDS.finditer(before), MOST_HIDING + 1))
    return len(words) > MOST_HIDING or any(_may_hide(before, one.start()) for one in words)


def _may_hide(before: str, place: int) -> bool:
    """Whether the tag around a place begins an element whose end is uncertain."""
    start = before.rfind("<", max(0, place - LONGEST_TAG), place)
    if start < 0:
        return True
    tag = TAG.match(before, start)
    if tag is None or tag.end() <= place or tag[1] in VOID:
        return False
    end = before.find(f"</{tag[1]}", place)
    return end < 0 or before.find(f"<{tag[1]}", place, end) >= 0
