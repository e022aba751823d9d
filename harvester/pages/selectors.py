"""CSS selectors, as parsel translates them, evaluated on lxml's own elements.

A profile's selectors are mostly plain: a tag, classes, an id, one element within another, such as
".pill .name". Evaluating one as XPath costs a third of building the page's tree; so a page that is
asked for many of them is indexed once, and plain ones are looked up there.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, cast

import cssselect
from cssselect.parser import Attrib, Class, CombinedSelector, Hash
from cssselect.parser import Element as Tag
from lxml.etree import XPath
from parsel import css2xpath

from harvester.pages.elements import (
    INVISIBLE,
    LANDMARK_ROLES,
    LANDMARKS,
    UNSEEN,
    Element,
    hides,
    is_landmark,
)

NAMES = (
    *("id", "role", "style", "hidden", "aria-hidden", "aria-controls"),
    *("href", "data-target", "data-bs-target"),
)
"""Attributes that are indexed, besides the classes."""


def select(root: Element, css: str) -> list[Any]:
    """The elements below a root that a CSS selector finds, or with "::text" or "::attr(name)" the
    strings."""
    return cast(list[Any], _xpath(css)(root))


class Index:
    """All elements of a tree in document order, by their classes and other attributes."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self.elements: list[Element] = list(root.iter("*"))
        self.attributes: dict[str, list[tuple[Element, str]]] = {name: [] for name in NAMES}
        self._by_class: dict[str, list[Element]] = defaultdict(list)
        attributes, by_class = self.attributes, self._by_class
        for element in self.elements:
            for name, value in _items(element):
                if name == "class":
                    by_class[value].append(element)
                elif name in attributes:
                    attributes[name].append((element, value))

    def select(self, css: str) -> list[Element]:
        """The elements that a CSS selector finds, in document order."""
        plain = _plain(css)
        if plain is None:
            return select(self._root, css)
        found = [element for one in plain for element in self._matching(one)]
        return self.ordered(set(found)) if len(found) > 1 else found

    def ordered(self, elements: set[Element]) -> list[Element]:
        """Elements of the tree in document order."""
        return sorted(elements, key=self._places.__getitem__)

    @cached_property
    def _places(self) -> dict[Element, int]:
        """The elements' places in the document."""
        return {element: place for place, element in enumerate(self.elements)}

    @cached_property
    def unseen(self) -> frozenset[Element]:
        """The elements of which `text.is_unseen` is true."""
        found = {one for name, some in self._by_class.items() if hides(name) for one in some}
        found.update(self._root.iter(*UNSEEN))
        found.update(element for element, _ in self.attributes["hidden"])
        found.update(one for one, said in self.attributes["aria-hidden"] if said == "true")
        found.update(one for one, said in self.attributes["style"] if INVISIBLE.search(said))
        return frozenset(found)

    @cached_property
    def landmarks(self) -> frozenset[Element]:
        """The elements of which `page.is_landmark` is true."""
        found = {one for one, role in self.attributes["role"] if role in LANDMARK_ROLES}
        found.update(filter(is_landmark, self._root.iter(*LANDMARKS)))
        return frozenset(found)

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        """The values of class attributes by the classes in them."""
        words = defaultdict(list)
        for value in self._by_class:
            for word in value.split():
                words[word].append(value)
        return words

    def _matching(self, plain: "_Plain") -> list[Element]:
        found = self._alone(plain)
        if found and plain.outer is not None:
            around = set(self._matching(plain.outer))
            return [one for one in found if not around.isdisjoint(one.iterancestors())]
        return found

    def _alone(self, plain: "_Plain") -> list[Element]:
        """The elements that have what is asked of one, whatever is around them."""
        if plain.attribute:
            name, value = plain.attribute
            found = [element for element, said in self.attributes[name] if said == value]
        elif plain.classes:
            found = [one for value in self._with(plain.classes) for one in self._by_class[value]]
        else:
            return list(self._root.iter(plain.tag or "*"))
        return [one for one in found if one.tag == plain.tag] if plain.tag else found

    def _with(self, classes: tuple[str, ...]) -> list[str]:
        """The values of class attributes with all these classes."""
        first, *others = [self._words.get(word, []) for word in classes]
        if not others:
            return first
        return [value for value in first if all(value in other for other in others)]


_items = cast(Callable[[Element], list[tuple[str, str]]], Element.items)
"""An element's attributes, whose values are always text in HTML."""


@dataclass(frozen=True, slots=True)
class _Plain:
    """A plain selector: a tag, classes or an attribute, and that of an element around it."""

    tag: str | None
    classes: tuple[str, ...] = ()
    attribute: tuple[str, str] | None = None
    outer: "_Plain | None" = None


@cache
def _xpath(css: str) -> XPath:
    """The selector compiled; only the program's own and the sites' are asked for."""
    return XPath(css2xpath(css), smart_strings=False)


@cache
def _plain(css: str) -> tuple[_Plain, ...] | None:
    """The selectors in a list, if all of them are plain."""
    if "::" in css:
        return None
    found = [_read(one.parsed_tree) for one in cssselect.parse(css) if not one.pseudo_element]
    known = [one for one in found if one is not None]
    return tuple(known) if len(known) == len(found) else None


def _read(tree: object, outer: _Plain | None = None) -> _Plain | None:
    if isinstance(tree, CombinedSelector):
        around = _read(tree.selector) if tree.combinator == " " else None
        return around and _read(tree.subselector, around)
    if isinstance(tree, Tag):
        return (
            None if tree.namespace else _Plain(tree.element and tree.element.lower(), outer=outer)
        )
    if not isinstance(tree, Class | Hash | Attrib):
        return None
    inner = _read(tree.selector, outer)
    if inner is None or inner.attribute:
        return None
    if isinstance(tree, Class):
        return replace(inner, classes=(*inner.classes, tree.class_name))
    attribute = ("id", tree.id) if isinstance(tree, Hash) else _equality(tree)
    return replace(inner, attribute=attribute) if attribute and not inner.classes else None


def _equality(tree: Attrib) -> tuple[str, str] | None:
    """The attribute and its value, if they are all that is asked for, and indexed."""
    if tree.operator != "=" or tree.namespace or tree.attrib not in NAMES or not tree.value:
        return None
    return tree.attrib, str(tree.value.value)
