"""Text as a reader sees it: white space folded."""

import re
from collections.abc import Callable
from typing import cast

from lxml.etree import XPath

from harvester.pages.elements import Element

WHITE_SPACE = re.compile(r"\s{2,}|[\t\n\r\f\xa0]")
"""A run, or one that HTML or an editor writes for a space, such as a lone no-break space; any other
space standing alone is kept as it is."""

_all_text = cast(Callable[[Element], str], XPath("string()", smart_strings=False))


def fold(text: str) -> str:
    """The text with runs of white space as one space, and none at its ends."""
    text = text.strip()
    if "  " not in text and text.isprintable():  # of white space, only the space is printable
        return text
    return WHITE_SPACE.sub(" ", text)


def all_text(element: Element) -> str:
    """All text in an element, hidden or not."""
    return _all_text(element)
