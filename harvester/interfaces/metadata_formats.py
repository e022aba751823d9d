"""Reading a record's metadata in the formats that archives and libraries use most.

Dublin Core (https://www.dublincore.org/specifications/dublin-core/dcmi-terms/) is read here, MODS
and EAD in `catalogue_formats`, all into one form.
"""

from collections.abc import Callable

from harvester.interfaces.catalogue_formats import read_ead, read_mods
from harvester.interfaces.described import LANGUAGE, Described, Text, paragraphs
from harvester.interfaces.xml_answer import children, local, said
from harvester.pages.elements import Element
from harvester.pages.markup import Unclear

ELEMENTS = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"
DATES = ("created", "issued", "date")
"""The elements of Dublin Core that date a document, the best first."""
FORMATS: dict[str, Callable[[Element, Described], None]] = {
    "mods": read_mods,
    "modsCollection": read_mods,
    "ead": read_ead,
}
"""The formats that are no Dublin Core, by the name of their root."""
READABLE = ("oai_dc", "qdc", "oai_qdc", "dcterms", "mods", "oai_mods", "ead", "oai_ead", "ead3")
"""The prefixes under which repositories offer what is read here, the best first."""


def described(metadata: Element) -> Described:
    """What is said in a `metadata` element. Raises Unclear if its format is not known."""
    root = next(children(metadata), None)
    if root is None:
        raise Unclear("has no metadata, and is not said to be deleted")
    read = FORMATS.get(local(root.tag), _dublin_core)
    found = Described()
    read(root, found)
    return found


def _dublin_core(root: Element, found: Described) -> None:
    """All Dublin Core elements without child elements, at any depth."""
    is_dc = local(root.tag) in ("dc", "qualifieddc")
    dates: dict[str, list[str]] = {name: [] for name in DATES}
    number = 0
    for element in root.iter():
        if not isinstance(element.tag, str) or element is root or len(element):
            continue
        space = element.tag.rpartition("}")[0].lstrip("{")
        if space not in (ELEMENTS, TERMS) and not is_dc:
            continue
        number += 1
        _dublin_core_element(element, space, found, dates)
    if not (is_dc or number):
        name = local(root.tag)
        raise Unclear(f'is in the format "{name}", which can\'t be read: ask for another')
    found.dates = next(filter(None, dates.values()), [])
    for name, values in dates.items():
        if values != found.dates:
            for value in values:
                found.add(f"dc:{name}", value)


def _dublin_core_element(
    element: Element, space: str, found: Described, dates: dict[str, list[str]]
) -> None:
    name, text, language = local(element.tag), said(element), element.get(LANGUAGE, "").lower()
    if not text:
        return
    if name == "title":
        found.titles.append(Text(text, language))
    elif name in ("description", "abstract"):
        found.descriptions.append(Text(paragraphs(element), language))
    elif name in DATES:
        dates[name].append(text)
    elif name == "identifier":
        found.identifiers.append(text)
    elif space in (ELEMENTS, ""):
        found.add(f"dc:{name}", text)
    else:
        found.add(f"dcterms:{name}" if space == TERMS else name, text)
