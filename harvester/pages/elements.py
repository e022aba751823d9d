"""HTML elements by their role for a reader, and their text as a reader sees it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, cast, overload

from lxml.etree import XPath


class Element(Protocol):
    """The interface of lxml's elements that is used here; their class has no public name.

    A comment is an element, too; its `tag` is not a text.
    """

    tag: str
    text: str | None
    tail: str | None

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator["Element"]: ...
    def __delitem__(self, place: int) -> None: ...
    def append(self, child: "Element") -> None: ...
    def extend(self, children: Sequence["Element"]) -> None: ...
    def remove(self, child: "Element") -> None: ...
    def addprevious(self, sibling: "Element") -> None: ...
    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def set(self, name: str, value: str) -> None: ...
    def keys(self) -> Sequence[str]: ...
    def items(self) -> Sequence[tuple[str, str]]: ...
    def getparent(self) -> "Element | None": ...
    def getprevious(self) -> "Element | None": ...
    def find(self, path: str) -> "Element | None": ...
    def iterfind(self, path: str) -> Iterator["Element"]: ...
    def iter(self, *tags: str) -> Iterator["Element"]: ...
    def iterancestors(self, *tags: str) -> Iterator["Element"]: ...
    def iterdescendants(self, *tags: str) -> Iterator["Element"]: ...
    def iterchildren(self, *tags: str, reversed: bool = False) -> Iterator["Element"]: ...
    def itersiblings(self, *tags: str, preceding: bool = False) -> Iterator["Element"]: ...
    def itertext(self) -> Iterator[str]: ...


INLINE_NAMES = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q s
    samp small span strike strong sub sup time tt u var wbr
"""
INLINE = frozenset(INLINE_NAMES.split())
"""Elements that don't separate blocks of text; all others do."""
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
WHITE_SPACE = re.compile(r"\s{2,}|[\t\n\r\f\xa0]")
"""A run, or one that HTML or an editor writes for a space, such as a lone no-break space; any other
space standing alone is kept as it is."""
_all_text = cast(Callable[[Element], str], XPath("string()", smart_strings=False))


def is_inline(element: Element) -> bool:
    """Whether its text continues the line of what precedes it."""
    return element.tag in INLINE


def signature(element: Element) -> tuple[str, str]:
    """The element's tag and classes."""
    return element.tag, element.get("class", "")


def is_landmark(element: Element) -> bool:
    """Whether an element belongs to a page's frame, by its tag or role."""
    if element.get("role", "") in LANDMARK_ROLES:
        return True
    if element.tag != "footer":
        return element.tag in LANDMARKS
    return not any(up.tag in SECTIONS for up in element.iterancestors())


def all_around(elements: Iterable[Element]) -> set[Element]:
    """All ancestors of some elements; each is visited once."""
    found: set[Element] = set()
    for element in elements:
        for up in element.iterancestors():
            if up in found:
                break
            found.add(up)
    return found


def all_within(elements: Iterable[Element]) -> set[Element]:
    """All descendants of some elements, given in the page's order; each is visited once, even if
    they are nested."""
    found: set[Element] = set()
    for element in elements:
        if element not in found:
            found.update(element.iterdescendants("*"))
    return found


def fold(text: str) -> str:
    """The text with runs of white space as one space, and none at its ends."""
    text = text.strip()
    if "  " not in text and text.isprintable():  # of white space, only the space is printable
        return text
    return WHITE_SPACE.sub(" ", text)


def all_text(element: Element) -> str:
    """All text in an element, including hidden text."""
    return _all_text(element)
