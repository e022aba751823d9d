"""A page's HTML as a tree, by lxml itself, whose own elements are the quickest to walk."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from lxml.etree import ErrorLevels, HTMLParser, fromstring

from harvester.pages.elements import Element
from harvester.pages.problem import Lost
from harvester.pages.selectors import Index
from harvester.pages.torn import marked, may_be_torn

NOTHING = b"<html/>"
END = b"end-of-source"
"""An element of ours, put where the source ends: what it stands in has no end there."""
OUTER = ("body", "html")
OUTER_START = re.compile(rb"<(?:!doctype|body|html)\b", re.IGNORECASE)
OUTER_END = re.compile(rb"</(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])\b[^<>]*>")
"""Spelled out, since a search that ignores case takes five times as long."""
AFTERWARDS = (b"<!--", b"<script")
"""Beginnings of markup that a server or a browser may put behind the end of a page."""


LANGUAGE = re.compile(r"<html\b[^<>]*?(?<![\w-])lang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
FAR = 5_000
"""Characters from the beginning of a page, within which its language is said."""


def language_of(html: str) -> str | None:
    """The language that a page says it is in, without the country: "de"."""
    said = LANGUAGE.search(html, 0, FAR)
    return said[1].lower() if said else None


@dataclass(frozen=True)
class Tree:
    """A page's tree, and how its source ends.

    `unclosed` are the elements that have no end when the source ends, from the innermost outwards;
    None if it ends within a tag, a comment, a script or the like. A source is `finished` if it ends
    with the end of its body or of all, or if it is a piece of a page that has neither and leaves
    nothing open.
    """

    root: Element
    unclosed: tuple[Element, ...] | None
    finished: bool

    @cached_property
    def index(self) -> Index:
        """All its elements by their attributes."""
        return Index(self.root)

    def ends_in(self, element: Element) -> bool:
        """Whether the source may end before this element does."""
        return self.unclosed is None or element in self.unclosed


def tree(html: str) -> Tree:
    """The tree of a page, as browsers make one of whatever it is; before each tag that swallows
    others stands `torn.LOST`.

    Raises Lost if the parser says that it gave up before the end.
    """
    whole = html.strip().encode()
    source, finished = _without_outer_ends(whole)
    if may_be_torn(source):
        source = marked(source.decode()).encode()
    source = source.replace(b"\0", b"")
    parser = HTMLParser(recover=True, encoding="utf-8", huge_tree=True, collect_ids=False)
    root = cast("Element | None", fromstring(b"%b<%b></%b>" % (source, END, END), parser))
    if lost := parser.error_log.filter_from_level(ErrorLevels.FATAL):
        raise Lost(f"its markup can't be read to its end ({_said(lost[0].message)})")
    if root is None:
        return Tree(cast(Element, fromstring(NOTHING, parser)), None, finished=False)
    unclosed = _taken_out(root)
    if not finished and unclosed and all(one.tag in OUTER for one in unclosed):
        finished = not OUTER_START.search(whole)
    return Tree(root, unclosed, finished and unclosed is not None)


def _without_outer_ends(whole: bytes) -> tuple[bytes, bool]:
    """The source without the ends of body and html, and whether it ends with one of them.

    Browsers go on after such an end, wherever it stands; the parser would not.
    """
    source = whole.removesuffix(b"</html>").rstrip().removesuffix(b"</body>")
    if not OUTER_END.search(source):
        return source, len(source) < len(whole)
    after = OUTER_END.split(whole)[-1].lstrip()
    return OUTER_END.sub(b"", whole), not after or after.startswith(AFTERWARDS)


def _said(message: str) -> str:
    """The parser's message without its advice."""
    return message.strip().partition(",")[0]


def _taken_out(root: Element) -> tuple[Element, ...] | None:
    """Takes our mark out of the tree. Returns the elements around it; None if it isn't there."""
    last = root
    while (inner := next(last.iterchildren(reversed=True), None)) is not None:
        last = inner
    if last.tag != END.decode() or (holder := last.getparent()) is None:
        return None
    del holder[-1]
    return holder, *holder.iterancestors()
