"""The outline of a page: its elements in reading order, and the text of each.

An element is identified by its place in that order. So its descendants are a range of places, and
examining thousands of groups takes no walk through the tree.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from lxml.etree import iterwalk

from harvester.pages.elements import HEADINGS, INLINE, UNSEEN, Element, fold
from harvester.pages.general.cells import CELLS, Cells
from harvester.pages.general.class_names import Hiding, is_frame, kind_of

FORMATTING = INLINE - {"a", "time", "label"} | {"br", "img"}
"""Elements for the look of text, not for its meaning."""
HOST = re.compile(r"(?:https?:)?//(?:www\.)?([^/?#]+)", re.IGNORECASE)
LONGEST_NUMBER = 5
NUMBER = re.compile(rf"\d{{1,{LONGEST_NUMBER}}}")
"""What may be the number of a page."""
NO_TARGET = ("#", "mailto:", "tel:", "javascript:")


def host_of(address: str) -> str:
    """The host of an address; empty for a relative one."""
    found = HOST.match(address)
    return found[1].lower() if found else ""


class Outline:
    """A page's elements by their places: tag, parent, end of what they hold, kind.

    An element `says` something if it has a text of its own, and is `plain` if all in it only tells
    how its text looks. `kinds` are an element's classes without those that number it. `paths` are
    the same for all elements to which the same tags lead, `full_paths` if the classes on the way
    are the same, too. `cells` are the columns of a table's cells.
    """

    def __init__(self, root: Element) -> None:
        self.elements: list[Element] = []
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        self.kinds: list[tuple[str, ...]] = []
        self.cells = Cells()
        self.paths: list[int] = []
        self.full_paths: list[int] = []
        self.says: list[bool] = []
        self.plain: list[bool] = []
        self._pieces: list[str] = []
        self._spans: list[list[int]] = []
        self._texts: dict[int, str] = {}
        self._hrefs: dict[int, str | None] = {}
        self._known: dict[tuple[object, ...], int] = {}
        self._walk(root)
        self._lengths = [0, *accumulate(len(piece.strip()) for piece in self._pieces)]
        self._sizes = [self._lengths[stop] - self._lengths[start] for start, stop in self._spans]
        self._begins = self._first_pieces()
        self.frame = self._framed()

    def __len__(self) -> int:
        return len(self.elements)

    def text(self, place: int) -> str:
        """The text of an element, with white space folded."""
        known = self._texts.get(place)
        if known is None:
            start, stop = self._spans[place]
            known = self._texts[place] = fold("".join(self._pieces[start:stop]))
        return known

    def span(self, place: int) -> tuple[int, int]:
        """The beginning and end of an element's text, in the sequence of all texts."""
        start, stop = self._spans[place]
        return self._begins[start], stop

    def between(self, first: int, second: int) -> str:
        """The text from the end of an element to the beginning of another."""
        start, stop = self._spans[first][1], self._spans[second][0]
        return fold("".join(self._pieces[start:stop]))

    def length(self, place: int) -> int:
        """The approximate length of an element's text."""
        return self._sizes[place]

    def stretch(self, first: int, last: int) -> int:
        """The approximate length of the text from one element to the end of another."""
        return self._lengths[self._spans[last][1]] - self._lengths[self._spans[first][0]]

    def begins(self, place: int) -> int:
        """The beginning of an element's text in the sequence of all texts: nested elements with the
        same text begin at the same place."""
        return self._begins[self._spans[place][0]]

    def loose(self, place: int) -> list[str]:
        """The element's own texts, outside its child elements."""
        element = self.elements[place]
        found = (element.text, *(child.tail for child in element))
        return [text for said in found if said and (text := fold(said))]

    def children(self, place: int) -> Iterator[int]:
        """The child elements of an element."""
        child, end = place + 1, self.ends[place]
        while child < end:
            yield child
            child = self.ends[child]

    def within(self, place: int) -> range:
        """The element and all its descendants."""
        return range(place, self.ends[place])

    def up(self, place: int, levels: int) -> int:
        """The ancestor so many levels up."""
        for _ in range(levels):
            place = self.parents[place]
        return place

    def line(self, place: int) -> Iterator[int]:
        """The element and its ancestors, from the inside out."""
        while place >= 0:
            yield place
            place = self.parents[place]

    def around(self, places: Sequence[int]) -> int:
        """The smallest element that holds several elements, which are given in page order."""
        first, last = places[0], places[-1]
        while self.parents[first] >= 0 and (first in places or self.ends[first] < self.ends[last]):
            first = self.parents[first]
        return first

    def href(self, place: int) -> str | None:
        """The target of a link; None for what is not a link, or leads nowhere else."""
        if self.tags[place] != "a":
            return None
        if place not in self._hrefs:
            href = (self.elements[place].get("href") or "").strip()
            leads = href and not href.lower().startswith(NO_TARGET)
            self._hrefs[place] = href if leads else None
        return self._hrefs[place]

    def host_beside(self, group: Sequence[int]) -> str:
        """The host of most links outside some elements; empty if they name none."""
        inside = {place for one in group for place in self.within(one)}
        hosts = Counter(host for place, host in self._hosts if place not in inside)
        return hosts.most_common(1)[0][0] if hosts else ""

    @cached_property
    def numbers(self) -> list[int]:
        """The elements whose text is a number."""
        short = (place for place, size in enumerate(self._sizes) if 0 < size <= LONGEST_NUMBER)
        return [place for place in short if NUMBER.fullmatch(self.text(place))]

    @cached_property
    def _hosts(self) -> list[tuple[int, str]]:
        """The hosts of links, by place."""
        linked = ((place, href) for place in range(len(self)) if (href := self.href(place)))
        return [(place, host) for place, href in linked if (host := host_of(href))]

    def is_row(self, place: int) -> bool:
        """Whether an element is a table row."""
        return self.tags[place] == "tr"

    def heads(self, place: int) -> bool:
        """Whether an element is a heading."""
        return self.tags[place] in HEADINGS

    def _walk(self, root: Element) -> None:
        stack: list[int] = []
        hiding = Hiding(root)
        walk = iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped: Element | None = None
        for event, element in walk:
            if event in ("comment", "pi"):
                self._say(element.tail, stack)
                continue
            if event == "start":
                if element.tag in UNSEEN or hiding.is_hidden(element):
                    walk.skip_subtree()
                    skipped = element
                    continue
                stack.append(self._open(element, stack))
                self._say(element.text, stack)
            else:
                if element is not skipped:
                    self._close(stack.pop())
                self._say(element.tail if element is not root else None, stack)

    def _open(self, element: Element, stack: list[int]) -> int:
        place, parent, tag = len(self.elements), stack[-1] if stack else -1, str(element.tag)
        self.elements.append(element)
        self.tags.append(tag)
        self.parents.append(parent)
        self.ends.append(0)
        self.says.append(False)
        self.plain.append(True)
        self.kinds.append(kind_of(element.get("class")))
        if tag == "tr":
            self.cells.open_row(place, parent)
        step = (tag, self.cells.open(place, parent, element) if tag in CELLS else 0)
        above = (self.paths[parent], self.full_paths[parent]) if stack else (-1, -1)
        self.paths.append(self._number("tags", above[0], step))
        self.full_paths.append(self._number("all", above[1], step, self.kinds[place]))
        if tag not in INLINE:
            self._pieces.append("\n")
        self._spans.append([len(self._pieces), 0])
        return place

    def _close(self, place: int) -> None:
        parent = self.parents[place]
        if parent >= 0 and not (self.tags[place] in FORMATTING and self.plain[place]):
            self.plain[parent] = False
        self.ends[place] = len(self.elements)
        self._spans[place][1] = len(self._pieces)
        if self.tags[place] not in INLINE:
            self._pieces.append("\n")

    def _say(self, text: str | None, stack: list[int]) -> None:
        if text and stack:
            self._pieces.append(text)
            if not text.isspace():
                self.says[stack[-1]] = True

    def _number(self, *of: object) -> int:
        return self._known.setdefault(of, len(self._known))

    def _first_pieces(self) -> list[int]:
        """For each piece, the first piece with text from there on."""
        found = [len(self._pieces)] * (len(self._pieces) + 1)
        for number in reversed(range(len(self._pieces))):
            found[number] = found[number + 1] if self._pieces[number].isspace() else number
        return found

    def _framed(self) -> list[bool]:
        """Which elements are in the page's frame, by the names of their ancestors."""
        found: list[bool] = []
        everything = max(1, self._lengths[-1])
        for place, element in enumerate(self.elements):
            parent = self.parents[place]
            above = parent >= 0 and found[parent]
            found.append(above or is_frame(element, self.length(place) / everything))
        return found
