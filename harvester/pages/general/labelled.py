"""What a label is, and what of a page can be one: all that is shown and not yet taken."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from harvester.dates import Habits, read_date
from harvester.pages.document.document_context import is_frame
from harvester.pages.document.panes import text_of
from harvester.pages.elements import Element
from harvester.pages.page import Page
from harvester.pages.page_reader import read_page
from harvester.pages.selectors import Index

LONGEST = 60
"""Characters of a label."""
LABEL = re.compile(r"[^\W\d_](?:[^:\n]*[^:\s])?")
"""What can be one: it begins with a letter, and has no colon in it."""
LABEL_NAMES = "label|field-?name|term|key|dt|prop(?:erty)?-name"
LABEL_CLASS = re.compile(rf"(?:^|[-_ ])(?:{LABEL_NAMES})s?(?:$|[-_ ])", re.IGNORECASE)
CONTROLS = ("input", "select", "textarea")
MOST_NEAR = 30
"""Elements of what stands in one block with a control."""
FEWEST = 2
"""So many labels are marked up alike, unless they end in a colon, or are of a list of terms."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label, its values, and where it stands; `group` is the list, table or block that it shares
    with others."""

    label: str
    values: list[str]
    element: Element
    group: Element


class Shown:
    """The elements of a page that may be labels or values: those outside its frame, forms and some
    elements `apart`, and in no label that is taken already.

    `habits` tell what on the page is a date: no date is a label.
    """

    def __init__(self, index: Index, habits: Habits, apart: Iterable[Element] = ()) -> None:
        self.index = index
        self._habits = habits
        self.out = set(index.unseen)
        for element in (*filter(is_frame, index.landmarks), *apart):
            self.out.update(element.iter("*"))
        for control in index.tagged(CONTROLS):
            if control.get("type") != "hidden" and (around := control.getparent()) is not None:
                self.out.update(small(around))

    def taken(self, some: Iterable[Labelled]) -> list[Labelled]:
        """Labels of one form; what they and their values are in is nothing else from now on."""
        found = list(some)
        for group in {one.group for one in found}:
            self.out.update(group.iter("*"))
        return found

    def may_label(self, text: str) -> bool:
        """Whether a text can be one."""
        said = text.rstrip(": ")
        fits = len(said) <= LONGEST and bool(LABEL.fullmatch(said))
        return fits and read_date(said, self._habits) is None

    def tagged(self, *tags: str) -> list[Element]:
        """Those with one of some tags, in the page's order."""
        return [one for one in self.index.ordered(self.index.tagged(tags)) if one not in self.out]

    def text(self, element: Element) -> str:
        """The text of an element."""
        return text_of(element, self.index)

    def texts(self, element: Element) -> list[str]:
        """The texts of a block."""
        span = self._page.span(element)
        return [piece.text for piece in self._page.pieces[span.start : span.stop] if piece.text]

    @cached_property
    def _page(self) -> Page:
        """The whole page, read once."""
        return read_page(self.index.elements[0], index=self.index)


def labelled(
    text: str, values: Iterable[str], element: Element, group: Element
) -> Iterator[Labelled]:
    """A label with its values, if it has some, and is short."""
    label = text.rstrip(": ")
    kept = [value for value in values if value]
    if label and kept and len(label) <= LONGEST:
        yield Labelled(label, kept, element, group)


def small(element: Element, most: int = MOST_NEAR) -> list[Element]:
    """An element and all in it; nothing if that is much."""
    found = list(islice(element.iter("*"), most + 1))
    return found if len(found) <= most else []


def is_told(element: Element) -> bool:
    """Whether the markup itself says that an element is a label."""
    return bool(LABEL_CLASS.search(element.get("class", "")))
