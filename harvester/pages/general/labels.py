"""Labels with their values, in any markup: definition lists, tables of two columns, lines such as
"Date: 1950", fields with a class, microdata.

The words themselves are unknown. So a label is recognised by its place: first in its line, row or
block, short, and next to others with the same markup.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from harvester.dates import Habits
from harvester.pages.elements import Element, all_text, fold, is_inline, signature
from harvester.pages.general.labelled import (
    FEWEST,
    LABEL,
    LONGEST,
    Labelled,
    Shown,
    is_told,
    labelled,
    microdata,
    small,
    tables,
    terms,
)
from harvester.pages.general.outline import Outline
from harvester.pages.selectors import Index

MOST_WORDS = 4
"""Most words of a label that no markup tells from a sentence."""
LINE = re.compile(rf"(?P<label>{LABEL.pattern})\s?:\s+(?P<value>\S.*)", re.DOTALL)
BOLD = frozenset(("b", "strong", "em", "i", "label", "span", "u", "dfn"))
TITLED = frozenset(("h3", "h4", "h5", "h6"))
BLOCKS = frozenset(("div", "p", "li", "section", "article", "td", "main", "header", "figcaption"))
STRONG = frozenset(("b", "strong", "label"))
MOST_PARTS = 8
"""Most elements that a label is made of."""
LONGEST_ITEM = 300
"""Characters of an item that begins with a label without a colon."""


class Labels:
    """The labels of a page, except in its frame, in forms and in some elements `apart`."""

    def __init__(self, index: Index, habits: Habits, apart: Iterable[Element] = ()) -> None:
        self._shown = Shown(index, habits, apart)

    def all(self) -> list[Labelled]:
        """All labels in page order; each is found in the most certain form only."""
        found = self._shown.taken(terms(self._shown)) + self._shown.taken(tables(self._shown))
        outline = Outline(self._shown.index.elements[0])
        framed = zip(outline.elements, outline.frame, strict=True)
        self._shown.out.update(element for element, is_framed in framed if is_framed)
        found += self._shown.taken(self._fields()) + self._shown.taken(self._lines())
        found += microdata(self._shown)
        return sorted(found, key=lambda one: self._shown.index.places[one.element])

    def _fields(self) -> Iterator[Labelled]:
        """Labels that are elements at the beginning of a block or line, or side by side with their
        values."""
        kinds: dict[object, list[Labelled]] = defaultdict(list)
        for block in self._shown.tagged(*BLOCKS, "span"):
            for one in self._in_block(block):
                kinds[_kind(one)].append(one)
        for some in kinds.values():
            if is_told(some[0].element):
                yield from some if len(some) >= FEWEST else ()
            elif not _is_dialogue([one.label for one in some]):
                by_colon = (one for one in some if _ends_in_colon(one.element))
                yield from by_colon if len(some) <= FEWEST else some

    def _in_block(self, block: Element) -> Iterator[Labelled]:
        children = [one for one in block if isinstance(one.tag, str)]
        labels = [
            one for one in children if one not in self._shown.out and self._is_label(one, block)
        ]
        for label, following in zip_longest(labels, labels[1:]):
            values = self._after(label, following)
            yield from labelled(self._shown.text(label), values, label, block)

    def _is_label(self, element: Element, block: Element) -> bool:
        before = element.getprevious()
        text_before = block.text if before is None else before.tail
        if (text_before or "").strip() or len(small(element, MOST_PARTS)) == 0:
            return False
        if not is_told(element):
            inner = _only_part(element)
            begins = before is None or before.tag == "br" or not is_inline(before)
            if inner.tag not in (*BOLD, *TITLED) or not begins or block.tag == "span":
                return False
            if not _ends_in_colon(element) and not _is_headed(element, inner, block):
                return False
        return self._shown.may_label(self._shown.text(element))

    def _after(self, label: Element, stop: Element | None) -> list[str]:
        """The texts after a label, up to the next."""
        values: list[str] = []
        line = [label.tail or ""]
        for one in label.itersiblings():
            if one is stop:
                break
            if isinstance(one.tag, str) and one not in self._shown.index.unseen:
                if is_inline(one):
                    line.append(self._shown.text(one))
                else:
                    values += [
                        fold("".join(line)),
                        *([] if one.tag == "br" else self._shown.texts(one)),
                    ]
                    line = []
            line.append(one.tail or "")
        values.append(fold("".join(line)))
        values[0] = values[0].removeprefix(":").strip()
        return [value for value in values if value]

    def _lines(self) -> Iterator[Labelled]:
        """Lines without markup, if most lines beside them are labels, too."""
        for block in self._shown.tagged(*BLOCKS, "ul", "ol"):
            lines = list(self._lines_of(block))
            read = [(one, found) for one, text in lines if (found := _line(text))]
            least = FEWEST + any(one.tag == "p" for one, _ in read if one is not block)
            if len(read) < least or 3 * len(read) < 2 * len(lines):
                continue
            if _is_dialogue([label for _, (label, _) in read]):
                continue
            for one, (label, value) in read:
                yield from labelled(label, [value], one, block)

    def _lines_of(self, block: Element) -> Iterator[tuple[Element, str]]:
        """The lines of a block: those that line breaks part, or the blocks directly in it."""
        children = [one for one in block if isinstance(one.tag, str) and one not in self._shown.out]
        if all(is_inline(one) or one.tag == "br" for one in children):
            breaks = [one for one in children if one.tag == "br"]
            if breaks:
                yield block, self._line_up_to(block, breaks[0])
                for one in breaks:
                    yield one, fold(one.tail or "")
            return
        for one in children:
            if not is_inline(one) and all(map(is_inline, one)):
                yield one, self._shown.text(one)

    def _line_up_to(self, block: Element, stop: Element) -> str:
        parts = [block.text or ""]
        for one in block:
            if one is stop:
                break
            parts += [self._shown.text(one) if isinstance(one.tag, str) else "", one.tail or ""]
        return fold("".join(parts))


def _only_part(element: Element) -> Element:
    """The innermost element that makes up the whole block."""
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


def _ends_in_colon(element: Element) -> bool:
    said = fold("".join(map(str, element.itertext())))
    return said.endswith(":") or (element.tail or "").lstrip().startswith(":")


def _kind(one: Labelled) -> tuple[object, ...]:
    """What labels of one kind have in common: their markup, and where only their place tells that
    they are labels, what is around them as well."""
    kind = signature(one.element), one.group.tag, is_told(one.element)
    if kind[-1] or _ends_in_colon(one.element):
        return kind
    return *kind, signature(one.group)


def _is_dialogue(labels: Sequence[str]) -> bool:
    """Whether labels alternate like the names of speakers."""
    return 3 * len(set(labels)) < 2 * len(labels)


def _line(text: str) -> tuple[str, str] | None:
    found = LINE.fullmatch(text) if ":" in text[: LONGEST + 2] else None
    if not found or len(found["label"]) > LONGEST or len(found["label"].split()) > MOST_WORDS:
        return None
    return found["label"], found["value"]
