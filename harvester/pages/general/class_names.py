"""The names that a page gives its elements (classes, ids), and what these suggest.

They suggest whether an element belongs to the page's frame, whether it is hidden, and of what kind
it is. They prove nothing: a page may use any name for anything.
"""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import accumulate

from lxml.etree import iterwalk

from harvester.pages.elements import INVISIBLE, UNSEEN_CLASSES, Element

WHOLE = frozenset(("body", "html", "main", "article", "table", "tbody", "tr", "td", "a", "span"))
FRAME_NAMES = """
    ads? archives-list banner breadcrumbs? calendar(?![-_](?:item|event|entry)) comments? cookie
    facets? filters? footer languages? login masthead menu nav navbar navigation pager pagination
    paginator popular refine related share sharing sidebar side-bar social sort tagcloud tags?
    toolbar topbar widget
"""
FRAME = re.compile(rf"(?:^|[-_ ])(?:{'|'.join(FRAME_NAMES.split())})(?:$|[-_ ])", re.IGNORECASE)
FRAME_TAGS = frozenset(("nav", "footer", "aside"))
SURE_FRAME = re.compile(r"nav|menu|footer", re.IGNORECASE)
MOST_OF_PAGE, NEARLY_PAGE = 0.4, 0.85
"""What holds more of the page's text than this is no part of its frame, whatever its name."""
NO_KIND_NAMES = """
    active alt alternate clearfix current even even-row first item last odd odd-row row selected
    sticky views-row
"""
NO_KIND = frozenset(NO_KIND_NAMES.split())
"""Classes that distinguish an entry from its neighbours, not from other things."""
PLACED = re.compile(r"[-_](?:odd|even|first|last|alt)$", re.IGNORECASE)
"""What classes such as "views-row-odd" end with."""
LONGEST_HIDDEN = 200
MOST_LOOKS = 8
"""So many long texts are looked at one by one: each may be in the one before, all the way in."""


def is_frame(element: Element, share: float) -> bool:
    """Whether an element is part of the page's frame, by its tag and names; `share` is its share of
    the page's text."""
    tag, names = str(element.tag), " ".join(_names(element))
    if not (tag in FRAME_TAGS or (names and tag not in WHOLE and _frames(names))):
        return False
    sure = tag in ("nav", "footer") or bool(SURE_FRAME.search(names))
    return share < (NEARLY_PAGE if sure else MOST_OF_PAGE)


@lru_cache(maxsize=4096)
def _frames(names: str) -> bool:
    return FRAME.search(names) is not None


class Hiding:
    """Tells what is hidden on a page, and looks at no text once for each element around it."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._looks = 0

    def is_hidden(self, element: Element) -> bool:
        """Whether a class, a style or an attribute keeps a short text from being shown. What hides
        a great deal is shown by a script in time, such as the second of two tabs."""
        classes, style = element.get("class"), element.get("style")
        hides = (
            (style is not None and INVISIBLE.search(style) is not None)
            or (classes is not None and not UNSEEN_CLASSES.isdisjoint(classes.split()))
            or element.get("hidden") is not None
        )
        return hides and not self._says_much(element)

    def _says_much(self, element: Element) -> bool:
        if self._looks == MOST_LOOKS:
            return self._lengths[element] > LONGEST_HIDDEN
        said = accumulate(map(len, element.itertext()))
        is_long = any(length > LONGEST_HIDDEN for length in said)
        self._looks += is_long
        return is_long

    @cached_property
    def _lengths(self) -> dict[Element, int]:
        """How long the text of each element is."""
        lengths: dict[Element, int] = {}
        said = 0
        for event, element in iterwalk(self._root, events=("start", "end", "comment", "pi")):
            if event == "start":
                lengths[element] = -said
                said += len(element.text or "")
                continue
            if event == "end":
                lengths[element] += said
            said += len(element.tail or "")
        return lengths


@lru_cache(maxsize=4096)
def kind_of(classes: str | None) -> tuple[str, ...]:
    """The first classes that neither number an element nor say its position."""
    if not classes:
        return ()
    kept = (
        name
        for name in classes.split()
        if name.lower() not in NO_KIND
        and not any(map(str.isdigit, name))
        and not PLACED.search(name)
    )
    return tuple(name for name, _ in zip(kept, range(4), strict=False))


def _names(element: Element) -> Iterator[str]:
    return (value for name in ("class", "id", "role") if (value := element.get(name)))
