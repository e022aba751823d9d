"""CSS selectors, evaluated by parsel or looked up in an index of the page.

A profile's selectors are mostly plain: a tag, classes, an id, one element within or behind another,
such as ".pill .name". To evaluate one as XPath costs a third of building the page's tree, and
"tr + tr" costs the square of a table's length. So a page is indexed once, and plain selectors are
looked up there; parsel has the others.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, count, islice
from typing import Any

import cssselect
from cssselect.parser import Attrib, Class, CombinedSelector, Hash
from cssselect.parser import Element as Tag
from parsel import Selector

from harvester.pages.elements import (
    INVISIBLE,
    LANDMARK_ROLES,
    LANDMARKS,
    UNSEEN,
    UNSEEN_CLASSES,
    Element,
    is_landmark,
)

NAMES = (
    *("class", "id", "role", "style", "hidden", "aria-hidden", "aria-controls"),
    *("href", "data-target", "data-bs-target"),
)
"""Attributes that are indexed."""


AMONG_SIBLINGS = re.compile(r"[+~]|:(?:nth|first|last|only)-")
"""Selectors that ask for a place among siblings, or have such a sign in an attribute's value."""
MOST_SIBLINGS = 10_000

RELATED: dict[str, Callable[[Element], Iterable[Element]]] = {
    " ": lambda one: one.iterancestors(),
    ">": lambda one: islice(one.iterancestors(), 1),
    "+": lambda one: islice(one.itersiblings("*", preceding=True), 1),
}
"""The elements that may be what stands before a sign in a selector, for one behind it."""

Found = dict[str, list[Element]]
"""Elements in document order, by a word that they share."""


class Index:
    """The elements of a tree in document order, and by the values of their attributes."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self.elements: list[Element] = list(root.iter("*"))
        self.attributes: dict[str, Found] = {name: {} for name in NAMES}
        self.classes, attributes = self.attributes["class"], self.attributes
        for element in self.elements:
            for name, value in element.items():
                if name in attributes:
                    found = attributes[name]
                    if value in found:
                        found[value].append(element)
                    else:
                        found[value] = [element]

    def select(self, css: str) -> list[Any]:
        """The elements that a CSS selector finds, in document order; with "::text" or
        "::attr(name)", the strings. Raises Lost if that would take too long."""
        plain = _plain(css)
        if plain is None:
            if AMONG_SIBLINGS.search(css):
                self._refuse_crowd(css)
            return [found.root for found in Selector(root=self._root).css(css)]
        found = [element for one in plain for element in self._matching(one)]
        return self.ordered(set(found)) if len(found) > 1 else found

    def _refuse_crowd(self, css: str) -> None:
        """XPath looks at all siblings of each element for its place among them, and hears no signal
        meanwhile."""
        from harvester.pages.markup import Lost  # which needs this module

        if max(map(len, self.elements), default=0) > MOST_SIBLINGS:
            raise Lost(f'"{css}" counts among more than {MOST_SIBLINGS:,} elements side by side')

    def ordered(self, elements: Iterable[Element]) -> list[Element]:
        """Elements of the tree in document order."""
        return sorted(elements, key=self.places.__getitem__)

    def tagged(self, tags: Iterable[str]) -> Iterator[Element]:
        """The elements with one of these tags, in document order."""
        return self._root.iter(*tags)

    @cached_property
    def places(self) -> dict[Element, int]:
        """The elements' places in the document."""
        return dict(zip(self.elements, count()))

    def span(self, element: Element) -> range:
        """The places of an element and all in it."""
        place = self.places[element]
        return range(place, self._ends[place])

    @cached_property
    def _ends(self) -> list[int]:
        """For each element, the place of the first element after it that is not inside it."""
        ends = list(range(1, len(self.elements) + 1))
        for place in range(len(ends) - 1, 0, -1):
            if (parent := self.elements[place].getparent()) is not None:
                around = self.places[parent]
                ends[around] = max(ends[around], ends[place])
        return ends

    @cached_property
    def unseen(self) -> frozenset[Element]:
        """The elements whose content is not text of the page, or is not shown."""
        said = " ".join(self.classes)
        hiding = [word for word in UNSEEN_CLASSES if word in said]
        classes = {value for word in hiding for value in self._with(word)}
        styles = filter(INVISIBLE.search, self.attributes["style"])
        ways = [self.classes[said] for said in classes]
        ways += [self.attributes["style"][said] for said in styles]
        ways += [self.attributes["aria-hidden"].get("true", [])]
        return frozenset(chain(self.tagged(UNSEEN), *ways, *self.attributes["hidden"].values()))

    @cached_property
    def landmarks(self) -> frozenset[Element]:
        """The elements of which `elements.is_landmark` is true."""
        by_role = (self.attributes["role"].get(role, ()) for role in LANDMARK_ROLES)
        by_tag = filter(is_landmark, self.tagged(LANDMARKS))
        return frozenset(chain(by_tag, *by_role))

    def _matching(self, plain: "_Plain") -> list[Element]:
        found = self._alone(plain)
        if found and plain.outer is not None:
            outer, related = set(self._matching(plain.outer)), RELATED[plain.sign]
            return [one for one in found if not outer.isdisjoint(related(one))]
        return found

    def _alone(self, plain: "_Plain") -> list[Element]:
        """The elements that match by themselves, whatever is around them."""
        if plain.attribute:
            name, value = plain.attribute
            found = self.attributes[name].get(value, [])
        elif plain.classes:
            found = [one for value in self._with(*plain.classes) for one in self.classes[value]]
        elif plain.tag:
            return list(self.tagged([plain.tag]))
        else:
            return self.elements
        return [one for one in found if one.tag == plain.tag] if plain.tag else found

    def _with(self, word: str, *others: str) -> list[str]:
        """The values of class attributes with all these classes."""
        alike = [value for value in self.classes if word in value]
        return [value for value in alike if {word, *others}.issubset(value.split())]


@dataclass(frozen=True, slots=True)
class _Plain:
    """A plain selector: a tag, classes or an attribute, and, before a `sign`, that of an element
    around it or beside it."""

    tag: str | None
    classes: tuple[str, ...] = ()
    attribute: tuple[str, str] | None = None
    outer: "_Plain | None" = None
    sign: str = " "


@cache
def _plain(css: str) -> tuple[_Plain, ...] | None:
    """The selectors in a list, if all of them are plain."""
    if "::" in css:
        return None
    found = [_read(one.parsed_tree) for one in cssselect.parse(css) if not one.pseudo_element]
    known = [one for one in found if one is not None]
    return tuple(known) if len(known) == len(found) else None


def _read(tree: object, outer: _Plain | None = None, sign: str = " ") -> _Plain | None:
    if isinstance(tree, CombinedSelector):
        before = _read(tree.selector) if tree.combinator in RELATED else None
        return before and _read(tree.subselector, before, tree.combinator)
    if isinstance(tree, Tag):
        tag = tree.element and tree.element.lower()
        return None if tree.namespace else _Plain(tag, outer=outer, sign=sign)
    if not isinstance(tree, Class | Hash | Attrib):
        return None
    inner = _read(tree.selector, outer, sign)
    if inner is None or inner.attribute:
        return None
    if isinstance(tree, Class):
        return replace(inner, classes=(*inner.classes, tree.class_name))
    attribute = ("id", tree.id) if isinstance(tree, Hash) else _equality(tree)
    return replace(inner, attribute=attribute) if attribute and not inner.classes else None


def _equality(tree: Attrib) -> tuple[str, str] | None:
    """The attribute and its value, if they are all that is asked for, and indexed."""
    is_exact = tree.operator == "=" and not tree.flag and not tree.namespace
    if not is_exact or tree.attrib not in NAMES or not tree.value:
        return None
    return tree.attrib, str(tree.value.value)
