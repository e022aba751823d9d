"""The part of a page that can hold results: often a quarter of it, and all that has to be read.

It is cut out of the source, before there is a tree. So it is only ever a first try: what can't be
read in it is looked for in the whole page.
"""

import re

from harvester.pages.elements import UNSEEN, UNSEEN_CLASSES
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
TAG = re.compile(r"<([a-z][a-z0-9]*)[^<>]*")
LONGEST_TAG = 2000
"""In characters; where no tag has begun within so many, nothing is certain."""
VOID = frozenset(("img", "input", "link", "meta"))


def main_part(html: str, words: Words | None = None) -> str | None:
    """The main part as far as the page marks it; None if it doesn't even mark its end. Its `words`
    are English unless others are given.

    Without a sure beginning, it is all up to the end.
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
    """The offset of the main part; 0 if that is not certain, or a range may stand before it."""
    mark = html.find(MARK, 0, end)
    start = html.rfind("<", 0, mark) if mark >= 0 else -1
    if start < 0 or not BEGINNING.match(html, start):
        return 0
    before = html[:start].lower()
    uncertain = _is_inert(before) or _is_hidden(before) or words.total_in_source.search(before)
    return 0 if uncertain else start


def _is_inert(before: str) -> bool:
    """Whether what follows may be in a comment, a script or the like."""
    ends = INERT.findall(before)
    if "<!--" in before and before.count("<!--") != before.count("-->"):
        return True
    return 2 * ends.count("/") != len(ends)


def _is_hidden(before: str) -> bool:
    """Whether what follows may be in an element that is not shown."""
    if not any(word in before for word in HIDING):
        return False
    return any(_may_hide(before, found.start()) for found in HIDING_WORDS.finditer(before))


def _may_hide(before: str, place: int) -> bool:
    """Whether the tag around a place begins an element of which no end is certain."""
    start = before.rfind("<", max(0, place - LONGEST_TAG), place)
    if start < 0:
        return True
    tag = TAG.match(before, start)
    if tag is None or tag.end() <= place or tag[1] in VOID:
        return False
    end = before.find(f"</{tag[1]}", place)
    return end < 0 or before.find(f"<{tag[1]}", place, end) >= 0
