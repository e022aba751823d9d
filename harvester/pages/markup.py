"""A page's HTML as a tree, by lxml itself, whose own elements are the quickest to walk."""

from functools import cache
from typing import cast

from lxml.cssselect import CSSSelector
from lxml.etree import HTMLParser, XPath, fromstring
from lxml.etree import _Element as Element

NOTHING = b"<html/>"

_all_text = XPath("string()", smart_strings=False)


def tree(html: str) -> Element:
    """The root of a page, as browsers make one of whatever it is."""
    parser = HTMLParser(recover=True, encoding="utf-8", huge_tree=True, collect_ids=False)
    root = fromstring(html.strip().encode().replace(b"\0", b"") or NOTHING, parser)
    return fromstring(NOTHING, parser) if root is None else root


def matching(root: Element, css: str) -> list[Element]:
    """The elements that a CSS selector finds."""
    return cast(list[Element], _selector(css)(root))


def all_text(element: Element) -> str:
    """All text in an element, hidden or not."""
    return str(_all_text(element))


@cache
def _selector(css: str) -> CSSSelector:
    """The selector; only the sites' own hints are asked for."""
    return CSSSelector(css, translator="html")
