"""Text as a reader sees it: white space folded, hidden parts left out."""

import re

from lxml.etree import _Element as Element

WHITE_SPACE = re.compile(r"\s{2,}|[\t\n\r\f\xa0]")
"""A run, or one that HTML or an editor writes for a space, such as a lone no-break space; any other
space standing alone is kept as it is."""

INLINE_NAMES = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q s
    samp small span strike strong sub sup time tt u var wbr
"""
INLINE = frozenset(INLINE_NAMES.split())
"""Elements that don't part one block of text from the next; all others do."""

UNSEEN_NAMES = """
    button datalist head iframe noscript object script select style svg template textarea
"""
UNSEEN = frozenset(UNSEEN_NAMES.split())
UNSEEN_CLASS_NAMES = """
    element-hidden element-invisible hidden screen-reader-text sr-only visually-hidden
"""
UNSEEN_CLASSES = frozenset(UNSEEN_CLASS_NAMES.split())
INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def fold(text: str) -> str:
    """The text with runs of white space as one space, and none at its ends."""
    text = text.strip()
    if "  " not in text and text.isprintable():  # of white space, only the space is printable
        return text
    return WHITE_SPACE.sub(" ", text)


def is_inline(element: Element) -> bool:
    """Whether its text runs on from what stands before it."""
    return element.tag in INLINE


def is_unseen(element: Element) -> bool:
    """Whether what it holds is no text of the page, or not shown."""
    if element.tag in UNSEEN:
        return True
    names = element.keys()
    return bool(names) and (
        ("class" in names and not UNSEEN_CLASSES.isdisjoint(element.get("class", "").split()))
        or "hidden" in names
        or ("aria-hidden" in names and element.get("aria-hidden") == "true")
        or ("style" in names and bool(INVISIBLE.search(element.get("style", ""))))
    )
