"""Parsing XML from sites, which may be broken or hostile; errors say what is wrong.

Nothing that it names is looked up: no document type, no entity of its own, no other file.
"""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import cast

from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from harvester.interfaces.json_answer import LONGEST_TEXT, shown
from harvester.pages.elements import Element, fold
from harvester.pages.markup import BrokenOff, Lost, Unclear

PROLOG = re.compile(r"(?:\s++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+")
"""What may precede the root, except a document type."""
DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
ROOT = re.compile(r"<([^\s<>/!?]++)")
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML can't have (https://www.w3.org/TR/xml/, 2.2)."""
REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));|([A-Za-z][A-Za-z0-9]*+);|)")
OWN = ("lt", "gt", "amp", "quot", "apos")
"""The only entities that XML itself has."""
DEEP = "depth"


def is_xml(text: str, root: str) -> bool:
    """Whether a text seems to be XML with a root of this name, in whatever namespace."""
    begun = _begun(text)
    return begun is not None and local(begun) == root


def parse(text: str) -> Element:
    """The root of an XML text. Raises Unclear, with what is wrong, and where.

    What a careless program writes has one meaning, and is read as that: a control character is
    white space, `&nbsp;` is HTML's, and an "&" alone is one.
    """
    text = DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1).strip()
    start = PROLOG.match(text)
    if start and text.startswith("<!DOCTYPE", start.end()):
        raise Unclear("it has a document type, so that it is HTML or hides what it says")
    if (root := _begun(text)) is None:
        raise Unclear("it is no XML")
    _, ends, after = text.rpartition(f"</{root}")
    if not ends or not after.lstrip().startswith(">"):
        raise BrokenOff("its XML breaks off; get it anew")
    try:
        return _parsed(text)
    except XMLSyntaxError as error:
        if (mended := _mended(text)) == text:
            raise _unclear(error) from None
    try:
        return _parsed(mended)
    except XMLSyntaxError as error:
        raise _unclear(error) from None


def local(name: str) -> str:
    """A name without its namespace or prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements with these names in any namespace, or all."""
    for child in element.iterchildren():
        if isinstance(child.tag, str) and (not names or local(child.tag) in names):
            yield child


def child(element: Element, *path: str) -> Element | None:
    """The first element at the end of a path of names."""
    found: Element | None = element
    for name in path:
        found = None if found is None else next(children(found, name), None)
    return found


def said(element: Element | None) -> str:
    """The text of an element on one line."""
    return "" if element is None else fold("".join(_texts(element)))


def _texts(element: Element) -> Iterator[str]:
    for text in element.itertext():
        if len(text) > LONGEST_TEXT:
            raise Unclear(f"a text in it has more than {LONGEST_TEXT:,} characters")
        yield text


def _begun(text: str) -> str | None:
    """The name of a text's first element, with its prefix."""
    start = PROLOG.match(text.lstrip("\ufeff"))
    found = ROOT.match(text.lstrip("\ufeff"), start.end() if start else 0)
    return found[1] if found else None


def _parsed(text: str) -> Element:
    # Without huge_tree, libxml2 gives up at 256 elements in each other and at texts of 10 MB.
    parser = XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    return cast(Element, fromstring(text.encode("utf-8", "replace"), parser))


def _mended(text: str) -> str:
    plain = "<![CDATA[" not in text
    return REFERENCE.sub(lambda found: _reference(found, plain=plain), ILLEGAL.sub(" ", text))


def _reference(found: re.Match[str], *, plain: bool) -> str:
    code, number, name = found.groups()
    if code or number:
        value = int(code, 16) if code else int(number)
        legal = value <= 0x10FFFF and not ILLEGAL.match(chr(value))
        return found[0] if legal else " "
    if name is None:
        return "&amp;" if plain else "&"
    return found[0] if name in OWN else html5.get(f"{name};", found[0])


def _unclear(error: XMLSyntaxError) -> Unclear:
    what = fold(error.msg or "no reason is given")
    if DEEP in what.lower() or "huge" in what.lower():
        return Lost(f"its XML can't be read to its end ({what.partition(',')[0]})")
    return Unclear(f"its XML is broken: {shown(what)}")
