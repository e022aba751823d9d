"""What a label is, what on a page can be one, and labels in HTML's own forms: definition lists,
tables of two columns, microdata."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from harvester.dates import Habits, read_date
from harvester.pages.document.document_context import is_frame
from harvester.pages.elements import Element, fold
from harvester.pages.page import Page
from harvester.pages.page_reader import read_page, text_of
from harvester.pages.selectors import Index

LONGEST = 60
"""Characters of a label."""
LABEL = re.compile(r"[^\W\d_](?:[^:\n]*[^:\s])?")
"""A possible label: it begins with a letter and contains no colon."""
LABEL_NAMES = "label|field-?name|term|key|dt|prop(?:erty)?-name"
LABEL_CLASS = re.compile(rf"(?:^|[-_ ])(?:{LABEL_NAMES})s?(?:$|[-_ ])", re.IGNORECASE)
CONTROLS = ("input", "select", "textarea")
MOST_NEAR = 30
"""Most elements of a block with a control."""
FEWEST = 2
"""So many labels are marked up alike, unless they end in a colon, or are of a list of terms."""
MOST_SHARED = 5
"""Labels before the last that a value may be of, as well."""
VALUES = {"a": "href", "link": "href", "img": "src", "time": "datetime", "meta": "content"}
"""Where an element has its value in microdata if not in its text (https://html.spec.whatwg.org,
5.2.4); of links and pictures that show a text, this is what a reader sees."""
NO_DOCUMENTS = re.compile(
    r"/(?:BreadcrumbList|ListItem|Organization|SearchAction|SiteNavigationElement|WebSite|"
    r"WPHeader|WPFooter|WPSideBar|ImageObject|Person|ItemList)$"
)
"""Types of microdata that describe something other than the page's document."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label with its values and place; `group` is the list, table or block that it shares with
    others."""

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
        """Labels of one form; their elements, and those of their values, count as nothing else
        afterwards."""
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
        """The texts of a block; of one that is nothing but links in lines of their own, these."""
        if links := links_in_lines(element):
            return [text for link in links if (text := self.text(link))]
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


def links_in_lines(element: Element) -> list[Element]:
    """The links of a block that consists of one link a line; none for any other block."""
    tails = [element.text, *(child.tail for child in element)]
    if any(map(fold, filter(None, tails))) or {child.tag for child in element} != {"a", "br"}:
        return []
    return [child for child in element if child.tag == "a"]


def small(element: Element, most: int = MOST_NEAR) -> list[Element]:
    """An element and everything in it; nothing if that is much."""
    found = list(islice(element.iter("*"), most + 1))
    return found if len(found) <= most else []


def is_told(element: Element) -> bool:
    """Whether the markup itself marks an element as a label."""
    return bool(LABEL_CLASS.search(element.get("class", "")))


def terms(shown: Shown) -> Iterator[Labelled]:
    """Those of lists that are in no other: what is in a value belongs to that."""
    groups = _grouped(shown, ("dl",), ("dt", "dd"))
    for group, parts in groups.items():
        if _nearest(group, ("dl",)) is not None:
            continue
        labels: list[tuple[str, Element]] = []
        before = ""
        for one in parts:
            if one.tag == "dt":
                labels = [] if before == "dd" else labels[-MOST_SHARED:]
                labels.append((shown.text(one), one))
            elif values := shown.texts(one):
                for text, label in labels:
                    yield from labelled(text, values, label, group)
            before = one.tag


def tables(shown: Shown) -> Iterator[Labelled]:
    """Those of tables in which no row has more than two cells, unless the first is said to be a
    label, nor a table in one of them."""
    around = {_nearest(one, ("table",)) for one in shown.tagged("table")}
    for group, rows in _grouped(shown, ("table",), ("tr",)).items():
        cells = [[one for one in row if one.tag in ("td", "th")] for row in rows]
        pairs = [one for one in cells if len(one) > 1]
        told = all(is_told(label) for label, *_ in pairs)
        if group in around or not (told or all(len(one) == 2 for one in pairs)):
            continue
        if any(value.tag == "th" for _, *values in pairs for value in values):
            continue
        said = [shown.text(label) for label, *_ in pairs]
        marked = all(label.tag == "th" for label, *_ in pairs)
        if not marked and (len(pairs) < FEWEST or not all(map(shown.may_label, said))):
            continue
        for text, (label, *values) in zip(said, pairs, strict=True):
            texts = chain.from_iterable(map(shown.texts, values))
            yield from labelled(text, texts, label, group)


def microdata(shown: Shown) -> Iterator[Labelled]:
    """Each property of a thing that may be the document, with what it says."""
    for one in shown.index.select("[itemprop]"):
        scope = next((up for up in one.iterancestors() if up.get("itemscope") is not None), None)
        if scope is None or one in shown.index.unseen or one.get("itemscope") is not None:
            continue
        if NO_DOCUMENTS.search(scope.get("itemtype", "")) or scope.get("itemprop"):
            continue
        said = one.get("content") or shown.text(one)
        said = said or one.get(VALUES.get(one.tag, ""), "")
        yield from labelled(one.get("itemprop", ""), [fold(said)], one, scope)


def _grouped(
    shown: Shown, groups: tuple[str, ...], parts: tuple[str, ...]
) -> dict[Element, list[Element]]:
    """The parts of lists or tables, by the one that each is in; what lacks its end may hold the
    next, which is a part of it then."""
    found: dict[Element, list[Element]] = defaultdict(list)
    for one in shown.tagged(*parts):
        around = _nearest(one, (*groups, one.tag))
        if around is not None and around.tag in groups:
            found[around].append(one)
    return found


def _nearest(element: Element, tags: tuple[str, ...]) -> Element | None:
    return next(element.iterancestors(*tags), None)
