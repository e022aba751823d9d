"""Elements that a profile refers to and a page lacks: lines of loose text, and entries made of
several elements side by side.

They are added to the page's tree, so that selectors and proofs work as on any page.
"""

from collections.abc import Iterable
from typing import cast

from lxml import etree

from harvester.pages.elements import Element
from harvester.pages.markup import Tree
from harvester.sites.listing_page import ListingPage

LINE = "line"
"""The element of a line, for selectors."""
ENTRY = "assembled-entry"
"""The element around everything that belongs to an entry."""


def assembled(source: Tree, said: ListingPage) -> Tree:
    """A tree with the lines and entries of a profile; unchanged if the profile has none."""
    if said.lines:
        for element in source.index.select(said.lines):
            _part(element)
        source = Tree(source.root, source.unclosed, source.finished)
    if said.begins:
        _gather(source.index.select(said.begins))
        source = Tree(source.root, source.unclosed, source.finished)
    return source


def _part(element: Element) -> None:
    """Makes an element of each line that is not empty."""
    line = _made(LINE, element.text)
    lines, element.text = [line], None
    for child in list(element):
        if child.tag == "br":
            line = _made(LINE, child.tail)
            lines.append(line)
            element.remove(child)
        else:
            line.append(child)
    element.extend([one for one in lines if len(one) or (one.text or "").strip()])


def _gather(first: Iterable[Element]) -> None:
    """Wraps each of these elements, with its following siblings up to the next, in an element."""
    starts = dict.fromkeys(first)
    parents = dict.fromkeys(one.getparent() for one in starts)
    for parent in parents:
        entry = None
        for child in list(parent if parent is not None else ()):
            if child in starts:
                entry = _made(ENTRY, None)
                child.addprevious(entry)
            if entry is not None:
                entry.append(child)


def _made(tag: str, text: str | None) -> Element:
    element = cast(Element, etree.Element(tag))
    element.text = text
    return element
