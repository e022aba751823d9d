"""Elements of HTML by what they are to a reader: inline, not shown, headings, a page's frame."""

import re
from functools import lru_cache

from lxml.etree import _Element

Element = _Element
"""An element of a tree; lxml gives the class no public name."""

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
LANDMARKS = frozenset(("nav", "aside", "footer"))
LANDMARK_ROLES = frozenset(
    ("navigation", "complementary", "contentinfo", "banner", "search", "alertdialog", "dialog")
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SECTIONS = frozenset(("article", "section", "main", "li", "td"))


def is_inline(element: Element) -> bool:
    """Whether its text runs on from what stands before it."""
    return element.tag in INLINE


def is_unseen(element: Element) -> bool:
    """Whether what it holds is no text of the page, or not shown."""
    if element.tag in UNSEEN:
        return True
    names = element.keys()
    return bool(names) and (
        ("class" in names and hides(element.get("class", "")))
        or "hidden" in names
        or ("aria-hidden" in names and element.get("aria-hidden") == "true")
        or ("style" in names and bool(INVISIBLE.search(element.get("style", ""))))
    )


@lru_cache(maxsize=2048)
def hides(classes: str) -> bool:
    """Whether one of the classes says that an element is not shown."""
    return not UNSEEN_CLASSES.isdisjoint(classes.split())


def signature(element: Element) -> tuple[str, str]:
    """The element's tag and classes."""
    return element.tag, element.get("class", "")


def is_landmark(element: Element) -> bool:
    """Whether an element is a part of a page's frame, by its tag or role."""
    if element.get("role", "") in LANDMARK_ROLES:
        return True
    if element.tag != "footer":
        return element.tag in LANDMARKS
    return not any(up.tag in SECTIONS for up in element.iterancestors())
