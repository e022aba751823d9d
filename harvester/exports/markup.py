"""Records in XML: elements of one namespace, and files of them."""

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from harvester.exports.citation_parts import printable

Element = Any
"""An element of lxml; its class has no public name."""


class Markup:
    """Makes the elements of a namespace."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._prefixes: Any = {None: namespace}

    def __call__(
        self, name: str, *content: "str | Element | None", **attributes: str | None
    ) -> Element:
        """An element with its content: a text, or elements; None if nothing is left of it.

        Texts lose what XML forbids. What is None or empty is left out. An element whose content
        comes to nothing is left out as well, whatever its attributes.
        """
        said = [one for one in content if one is not None and one != ""]
        present: dict[str, str] = {
            key: printable(value) for key, value in attributes.items() if value
        }
        if not said and (content or not present):
            return None
        element = etree.Element(f"{{{self._namespace}}}{name}", present, nsmap=self._prefixes)
        for one in said:
            if isinstance(one, str):
                element.text = printable(one)
            else:
                element.append(one)
        return element

    def file(self, root: str, elements: Iterable[Element]) -> Iterator[bytes]:
        """A file's bytes: its root, and each element in it as a piece."""
        yield opened(f'<{root} xmlns="{self._namespace}">')
        for one in elements:
            yield piece(one)
        yield f"</{root}>\n".encode()


def opened(tags: str) -> bytes:
    """The beginning of a file."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tags}\n'.encode()


def piece(element: Element) -> bytes:
    """An element's bytes, which end with a line end."""
    made: bytes = etree.tostring(element, encoding="utf-8", pretty_print=True)
    return made
