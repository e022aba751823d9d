"""Labels with their values, as any site may mark them up: lists of terms, tables of two columns,
lines such as "Date: 1950", fields with a class, microdata.

Nothing is known of the words. So a label is told by where it stands: first in its line, row or
block, short, and beside others that are marked up as it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, zip_longest

from harvester.dates import Habits, read_date
from harvester.pages.document.document_context import is_frame
from harvester.pages.document.panes import text_of
from harvester.pages.elements import Element, all_text, fold, is_inline, signature
from harvester.pages.general.outline import Outline
from harvester.pages.page import Page
from harvester.pages.page_reader import read_page
from harvester.pages.selectors import Index

LONGEST = 60
"""Characters of a label."""
MOST_WORDS = 4
"""Words of a label that no markup tells from a sentence."""
LABEL = re.compile(r"[^\W\d_](?:[^:\n]*[^:\s])?")
"""What can be one: it begins with a letter, and has no colon in it."""
LABEL_NAMES = "label|field-?name|term|key|dt|prop(?:erty)?-name"
LABEL_CLASS = re.compile(rf"(?:^|[-_ ])(?:{LABEL_NAMES})s?(?:$|[-_ ])", re.IGNORECASE)
LINE = re.compile(rf"(?P<label>{LABEL.pattern})\s?:\s+(?P<value>\S.*)", re.DOTALL)
BOLD = frozenset(("b", "strong", "em", "i", "label", "span", "u", "dfn"))
TITLED = frozenset(("h3", "h4", "h5", "h6"))
BLOCKS = frozenset(("div", "p", "li", "section", "article", "td", "main", "header", "figcaption"))
CONTROLS = ("input", "select", "textarea")
STRONG = frozenset(("b", "strong", "label"))
MOST_PARTS = 8
"""Elements that a label is made of."""
MOST_NEAR = 30
"""Elements of what stands in one block with a control."""
LONGEST_ITEM = 300
"""Characters of an item that begins with a label without a colon."""
MOST_SHARED = 5
"""Labels before the last that a value may be of, as well."""
FEWEST = 2
"""So many labels are marked up alike, unless they end in a colon, or are of a list of terms."""
VALUES = {"a": "href", "link": "href", "img": "src", "time": "datetime", "meta": "content"}
"""Where an element has its value in microdata if not in its text (https://html.spec.whatwg.org,
5.2.4); of links and pictures that show a text, this is what a reader sees."""
NO_DOCUMENTS = re.compile(
    r"/(?:BreadcrumbList|ListItem|Organization|SearchAction|SiteNavigationElement|WebSite|"
    r"WPHeader|WPFooter|WPSideBar|ImageObject|Person|ItemList)$"
)
"""Types of microdata that tell of something else than the document of a page."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label, its values, and where it stands; `group` is the list, table or block that it shares
    with others."""

    label: str
    values: list[str]
    element: Element
    group: Element


class Labels:
    """The labels of a page, but for those in its frame, in forms and in some elements `apart`.

    `habits` tell what on the page is a date: no date is a label.
    """

    def __init__(self, index: Index, habits: Habits, apart: Iterable[Element] = ()) -> None:
        self._index = index
        self._habits = habits
        self._out = set(index.unseen)
        for element in (*filter(is_frame, index.landmarks), *apart):
            self._out.update(element.iter("*"))
        for control in index.tagged(CONTROLS):
            if control.get("type") != "hidden" and (around := control.getparent()) is not None:
                self._out.update(_small(around))

    def all(self) -> list[Labelled]:
        """All of them, in the page's order; what is in one of the surer forms is in no other."""
        found = self._taken(self._terms()) + self._taken(self._tables())
        outline = Outline(self._index.elements[0])
        framed = zip(outline.elements, outline.frame, strict=True)
        self._out.update(element for element, is_framed in framed if is_framed)
        found += self._taken(self._fields()) + self._taken(self._lines())
        found += self._microdata()
        return sorted(found, key=lambda one: self._index.places[one.element])

    def _taken(self, some: Iterable[Labelled]) -> list[Labelled]:
        """Labels of one form; what they and their values are in is nothing else from now on."""
        found = list(some)
        for group in {one.group for one in found}:
            self._out.update(group.iter("*"))
        return found

    def _terms(self) -> Iterator[Labelled]:
        """Those of lists that are in no other: what is in a value belongs to that."""
        groups = self._grouped(("dl",), ("dt", "dd"))
        for group, terms in groups.items():
            if _nearest(group, ("dl",)) is not None:
                continue
            labels: list[tuple[str, Element]] = []
            before = ""
            for one in terms:
                if one.tag == "dt":
                    labels = [] if before == "dd" else labels[-MOST_SHARED:]
                    labels.append((self._text(one), one))
                elif values := self._texts(one):
                    for text, label in labels:
                        yield from _labelled(text, values, label, group)
                before = one.tag

    def _tables(self) -> Iterator[Labelled]:
        """Those of tables in which no row has more than two cells, unless the first is said to be a
        label, nor a table in one of them."""
        around = {_nearest(one, ("table",)) for one in self._shown("table")}
        for group, rows in self._grouped(("table",), ("tr",)).items():
            cells = [[one for one in row if one.tag in ("td", "th")] for row in rows]
            pairs = [one for one in cells if len(one) > 1]
            told = all(_is_told(label) for label, *_ in pairs)
            if group in around or not (told or all(len(one) == 2 for one in pairs)):
                continue
            if any(value.tag == "th" for _, *values in pairs for value in values):
                continue
            said = [self._text(label) for label, *_ in pairs]
            marked = all(label.tag == "th" for label, *_ in pairs)
            if not marked and (len(pairs) < FEWEST or not all(map(self._may_label, said))):
                continue
            for text, (label, *values) in zip(said, pairs, strict=True):
                texts = chain.from_iterable(map(self._texts, values))
                yield from _labelled(text, texts, label, group)

    def _grouped(
        self, groups: tuple[str, ...], parts: tuple[str, ...]
    ) -> dict[Element, list[Element]]:
        """The parts of lists or tables, by the one that each is in; what lacks its end may hold the
        next, which is a part of it then."""
        found: dict[Element, list[Element]] = defaultdict(list)
        for one in self._shown(*parts):
            around = _nearest(one, (*groups, one.tag))
            if around is not None and around.tag in groups:
                found[around].append(one)
        return found

    def _fields(self) -> Iterator[Labelled]:
        """Labels that are elements at the beginning of a block or line, or side by side with their
        values."""
        kinds: dict[object, list[Labelled]] = defaultdict(list)
        for block in self._shown(*BLOCKS, "span"):
            for one in self._in_block(block):
                kinds[_kind(one)].append(one)
        for some in kinds.values():
            if _is_told(some[0].element):
                yield from some if len(some) >= FEWEST else ()
            elif not _is_dialogue([one.label for one in some]):
                by_colon = (one for one in some if _ends_in_colon(one.element))
                yield from by_colon if len(some) <= FEWEST else some

    def _in_block(self, block: Element) -> Iterator[Labelled]:
        children = [one for one in block if isinstance(one.tag, str)]
        labels = [one for one in children if one not in self._out and self._is_label(one, block)]
        for label, following in zip_longest(labels, labels[1:]):
            values = self._after(label, following)
            yield from _labelled(self._text(label), values, label, block)

    def _is_label(self, element: Element, block: Element) -> bool:
        before = element.getprevious()
        text_before = block.text if before is None else before.tail
        if (text_before or "").strip() or len(_small(element, MOST_PARTS)) == 0:
            return False
        if not _is_told(element):
            inner = _only_part(element)
            begins = before is None or before.tag == "br" or not is_inline(before)
            if inner.tag not in (*BOLD, *TITLED) or not begins or block.tag == "span":
                return False
            if not _ends_in_colon(element) and not _is_headed(element, inner, block):
                return False
        return self._may_label(self._text(element))

    def _may_label(self, text: str) -> bool:
        said = text.rstrip(": ")
        fits = len(said) <= LONGEST and bool(LABEL.fullmatch(said))
        return fits and read_date(said, self._habits) is None

    def _after(self, label: Element, stop: Element | None) -> list[str]:
        """The texts behind a label, up to another."""
        values: list[str] = []
        line = [label.tail or ""]
        for one in label.itersiblings():
            if one is stop:
                break
            if isinstance(one.tag, str) and one not in self._index.unseen:
                if is_inline(one):
                    line.append(self._text(one))
                else:
                    values += [fold("".join(line)), *([] if one.tag == "br" else self._texts(one))]
                    line = []
            line.append(one.tail or "")
        values.append(fold("".join(line)))
        values[0] = values[0].removeprefix(":").strip()
        return [value for value in values if value]

    def _lines(self) -> Iterator[Labelled]:
        """Lines without any markup, if most of those beside them are so, too."""
        for block in self._shown(*BLOCKS, "ul", "ol"):
            lines = list(self._lines_of(block))
            read = [(one, found) for one, text in lines if (found := _line(text))]
            least = FEWEST + any(one.tag == "p" for one, _ in read if one is not block)
            if len(read) < least or 3 * len(read) < 2 * len(lines):
                continue
            if _is_dialogue([label for _, (label, _) in read]):
                continue
            for one, (label, value) in read:
                yield from _labelled(label, [value], one, block)

    def _lines_of(self, block: Element) -> Iterator[tuple[Element, str]]:
        """The lines of a block: those that line breaks part, or the blocks directly in it."""
        children = [one for one in block if isinstance(one.tag, str) and one not in self._out]
        if all(is_inline(one) or one.tag == "br" for one in children):
            breaks = [one for one in children if one.tag == "br"]
            if breaks:
                yield block, self._line_up_to(block, breaks[0])
                for one in breaks:
                    yield one, fold(one.tail or "")
            return
        for one in children:
            if not is_inline(one) and all(map(is_inline, one)):
                yield one, self._text(one)

    def _line_up_to(self, block: Element, stop: Element) -> str:
        parts = [block.text or ""]
        for one in block:
            if one is stop:
                break
            parts += [self._text(one) if isinstance(one.tag, str) else "", one.tail or ""]
        return fold("".join(parts))

    def _microdata(self) -> Iterator[Labelled]:
        for one in self._index.select("[itemprop]"):
            scope = next(
                (up for up in one.iterancestors() if up.get("itemscope") is not None), None
            )
            if scope is None or one in self._index.unseen or one.get("itemscope") is not None:
                continue
            if NO_DOCUMENTS.search(scope.get("itemtype", "")) or scope.get("itemprop"):
                continue
            said = one.get("content") or self._text(one)
            said = said or one.get(VALUES.get(one.tag, ""), "")
            yield from _labelled(one.get("itemprop", ""), [fold(said)], one, scope)

    def _shown(self, *tags: str) -> list[Element]:
        return [
            one for one in self._index.ordered(self._index.tagged(tags)) if one not in self._out
        ]

    def _text(self, element: Element) -> str:
        return text_of(element, self._index)

    def _texts(self, element: Element) -> list[str]:
        """The texts of a block."""
        span = self._page.span(element)
        return [piece.text for piece in self._page.pieces[span.start : span.stop] if piece.text]

    @cached_property
    def _page(self) -> Page:
        """The whole page, read once."""
        return read_page(self._index.elements[0], index=self._index)


def _labelled(
    text: str, values: Iterable[str], element: Element, group: Element
) -> Iterator[Labelled]:
    label = text.rstrip(": ")
    kept = [value for value in values if value]
    if label and kept and len(label) <= LONGEST:
        yield Labelled(label, kept, element, group)


def _small(element: Element, most: int = MOST_NEAR) -> list[Element]:
    """An element and all in it; nothing if that is much."""
    found = list(islice(element.iter("*"), most + 1))
    return found if len(found) <= most else []


def _only_part(element: Element) -> Element:
    """The element in a block that is all of it; itself if there is no such."""
    if is_inline(element) or len(element) != 1 or (element.text or "").strip():
        return element
    inner = next(iter(element))
    return inner if isinstance(inner.tag, str) and not (inner.tail or "").strip() else element


def _is_headed(element: Element, inner: Element, block: Element) -> bool:
    """Whether an element without a colon may be the label of a block: a heading, or what is bold in
    a cell of its own or the beginning of a short item."""
    if element.getprevious() is not None:
        return False
    if inner.tag in TITLED:
        return bool(block.get("class"))
    if inner.tag not in STRONG:
        return False
    return inner is not element or (block.tag != "p" and len(all_text(block)) <= LONGEST_ITEM)


def _is_told(element: Element) -> bool:
    """Whether the markup itself says that an element is a label."""
    return bool(LABEL_CLASS.search(element.get("class", "")))


def _ends_in_colon(element: Element) -> bool:
    said = fold("".join(map(str, element.itertext())))
    return said.endswith(":") or (element.tail or "").lstrip().startswith(":")


def _kind(one: Labelled) -> tuple[object, ...]:
    """What labels of one kind have in common: their markup, and where only their place tells that
    they are labels, what is around them as well."""
    kind = signature(one.element), one.group.tag, _is_told(one.element)
    if kind[-1] or _ends_in_colon(one.element):
        return kind
    return *kind, signature(one.group)


def _is_dialogue(labels: Sequence[str]) -> bool:
    """Whether labels come again and again, as the names of those do who speak in turn."""
    return 3 * len(set(labels)) < 2 * len(labels)


def _line(text: str) -> tuple[str, str] | None:
    found = LINE.fullmatch(text) if ":" in text[: LONGEST + 2] else None
    if not found or len(found["label"]) > LONGEST or len(found["label"].split()) > MOST_WORDS:
        return None
    return found["label"], found["value"]


def _nearest(element: Element, tags: tuple[str, ...]) -> Element | None:
    return next(element.iterancestors(*tags), None)
