"""Reading a record's metadata in the formats that archives and libraries use most.

Dublin Core (https://www.dublincore.org/specifications/dublin-core/dcmi-terms/), MODS
(https://www.loc.gov/standards/mods/) and EAD (https://www.loc.gov/ead/) are read into one form:
values without a field of their own are named by the nearest element of Dublin Core.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from harvester.interfaces.xml_answer import child, children, local, said
from harvester.pages.elements import Element, fold
from harvester.pages.markup import Unclear

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
HREFS = ("{http://www.w3.org/1999/xlink}href", "href")
ELEMENTS = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"
DATES = ("created", "issued", "date")
"""The elements of Dublin Core that date a document, the best first."""
TIMED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
"""A date with a time of day: programs write those, of when something was put on the web."""
ISO = re.compile(r"-?[0-9]{4}(?:-[0-9]{2}){0,2}")
QUALIFIERS = {"approximate": "{}~", "questionable": "{}?", "inferred": "[{}]"}
"""How MODS qualifies a date, and how that is written."""
ROLES = {"author": "creator", "aut": "creator", "creator": "creator", "cre": "creator"}


@dataclass(slots=True)
class Text:
    """A text, and its language as the record says it; empty if it does not."""

    text: str
    language: str = ""


@dataclass(slots=True)
class Described:
    """What a record says of a document: titles, descriptions, dates and identifiers as written,
    the usual one first; and all else by the names of Dublin Core ("dc:creator")."""

    titles: list[Text] = field(default_factory=list)
    descriptions: list[Text] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    other: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str, language: str = "") -> None:
        """Adds a value under a name, unless it is there already."""
        label = f"{name} [{language}]" if language else name
        values = self.other.setdefault(label, [])
        if text and text not in values:
            values.append(text)

    @property
    def date(self) -> str | None:
        """The date of the document, as it is written; several are parted by semicolons.

        A day with a time is left out beside another date, and a date beside one that is more exact.
        """
        dates = list(dict.fromkeys(filter(None, self.dates)))
        days = [one for one in dates if not TIMED.match(one)]
        if not days:
            return dates[0] if len(dates) == 1 else None
        return "; ".join(one for one in days if not _is_vaguer(one, days)) or None


def _is_vaguer(date: str, others: list[str]) -> bool:
    is_part = ISO.fullmatch(date) is not None
    return is_part and any(ISO.fullmatch(one) and one.startswith(f"{date}-") for one in others)


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
        found.descriptions.append(Text(_paragraphs(element), language))
    elif name in DATES:
        dates[name].append(text)
    elif name == "identifier":
        found.identifiers.append(text)
    elif space in (ELEMENTS, ""):
        found.add(f"dc:{name}", text)
    else:
        found.add(f"dcterms:{name}" if space == TERMS else name, text)


def _paragraphs(element: Element) -> str:
    """A longer text, its paragraphs parted by a blank line."""
    parts = re.split(r"\n[^\S\n]*\n", "".join(element.itertext()))
    return "\n\n".join(filter(None, map(fold, parts)))


def _mods(root: Element, found: Described) -> None:
    mods = child(root, "mods") if local(root.tag) == "modsCollection" else root
    if mods is None:
        raise Unclear("is a collection of MODS without a record")
    titles = sorted(children(mods, "titleInfo"), key=lambda one: bool(one.get("type")))
    found.titles = [Text(text, _language(one)) for one in titles if (text := _mods_title(one))]
    found.descriptions = [
        Text(_paragraphs(one), _language(one)) for one in children(mods, "abstract") if said(one)
    ]
    found.dates = _mods_dates(mods, found)
    places = [place for one in children(mods, "location") for place in children(one, "url")]
    places.sort(key=lambda one: not (one.get("usage") or one.get("access") == "object in context"))
    found.identifiers = [*map(said, places), *map(said, children(mods, "identifier"))]
    for name in children(mods, "name"):
        _mods_name(name, found)
    for path, label in MODS.items():
        for one in _at(mods, path.split("/")):
            found.add(label, said(one))


MODS = {
    "subject/topic": "dc:subject",
    "subject/name": "dc:subject",
    "subject/geographic": "dcterms:spatial",
    "subject/temporal": "dcterms:temporal",
    "language/languageTerm": "dc:language",
    "typeOfResource": "dc:type",
    "genre": "dc:type",
    "accessCondition": "dc:rights",
    "location/physicalLocation": "dc:source",
    "location/shelfLocator": "dc:source",
    "originInfo/publisher": "dc:publisher",
    "originInfo/place/placeTerm": "mods:place",
    "physicalDescription/extent": "dc:format",
    "relatedItem/titleInfo/title": "dc:relation",
    "note": "mods:note",
}
"""The paths of MODS's other values."""


def _mods_title(info: Element) -> str:
    whole = " ".join(filter(None, (said(child(info, name)) for name in ("nonSort", "title"))))
    for name, mark in (("subTitle", ": "), ("partNumber", ". "), ("partName", ". ")):
        part = said(child(info, name))
        whole += f"{mark}{part}" if part else ""
    return whole


def _mods_dates(mods: Element, found: Described) -> list[str]:
    """The dates of the best kind that there is: as people write them, if they are so, too."""
    infos = list(children(mods, "originInfo"))
    kinds = ("dateCreated", "dateIssued", "copyrightDate", "dateOther", "dateCaptured")
    of_kind = [[one for info in infos for one in children(info, kind)] for kind in kinds]
    best, *others = [*filter(None, of_kind)] or [[]]
    for kind in others:
        for one in kind:
            found.add(f"mods:{local(one.tag)}", said(one))
    written = [text for one in best if not one.get("encoding") and (text := said(one))]
    return written or _encoded(best)


def _encoded(dates: list[Element]) -> list[str]:
    points = {one.get("point"): _qualified(one) for one in dates if one.get("point")}
    if {"start", "end"} <= points.keys():
        return [f"{points['start']}/{points['end']}"]
    return [_qualified(one) for one in dates if said(one)]


def _qualified(date: Element) -> str:
    form = QUALIFIERS.get(date.get("qualifier", ""), "{}")
    return form.format(said(date))


def _mods_name(name: Element, found: Described) -> None:
    parts = [said(one) for one in children(name, "namePart") if one.get("type") != "date"]
    roles = [said(role).lower().strip(".") for role in _at(name, ["role", "roleTerm"])]
    label = next((ROLES[role] for role in roles if role in ROLES), None)
    found.add(f"dc:{label or ('contributor' if roles else 'creator')}", ", ".join(parts))


def _ead(root: Element, found: Described) -> None:
    description = child(root, "archdesc")
    did = None if description is None else child(description, "did")
    if description is None or did is None:
        raise Unclear("is EAD without a description of what it is about")
    titles = [text for one in children(did, "unittitle") if (text := said(one))]
    for path in (["eadheader", "filedesc", "titlestmt"], ["control", "filedesc", "titlestmt"]):
        statement = child(root, *path)
        titles += [] if statement is None else [*map(said, children(statement, "titleproper"))]
    found.titles = [Text(one) for one in dict.fromkeys(filter(None, titles))]
    dates = [one for one in children(did, "unitdate") if one.get("type") != "bulk"]
    found.dates = [said(one) or one.get("normal", "") for one in dates]
    for parent, names in ((did, ("abstract",)), (description, ("scopecontent",))):
        found.descriptions += [Text(text) for one in children(parent, *names) if (text := _ps(one))]
    found.identifiers = list(_ead_identifiers(root, did))
    for place, label in EAD.items():
        for one in _at(description, place.split("/")):
            found.add(label, said(one))


EAD = {
    "did/origination": "dc:creator",
    "did/langmaterial/language": "dc:language",
    "did/repository": "dc:source",
    "did/physdesc": "dc:format",
    "controlaccess/subject": "dc:subject",
    "controlaccess/persname": "dc:subject",
    "controlaccess/corpname": "dc:subject",
    "controlaccess/geogname": "dcterms:spatial",
    "controlaccess/genreform": "dc:type",
    "userestrict": "dc:rights",
    "accessrestrict": "dcterms:accessRights",
}
"""The paths of EAD's other values."""


def _ead_identifiers(root: Element, did: Element) -> Iterator[str]:
    for path in (["eadheader", "eadid"], ["control", "recordid"]):
        if (one := child(root, *path)) is not None:
            yield from filter(None, (one.get("url"), one.get("instanceurl"), said(one)))
    yield from filter(None, (one.get(href) for one in children(did, "dao") for href in HREFS))
    yield from filter(None, map(said, children(did, "unitid")))


def _ps(element: Element) -> str:
    """The paragraphs in an element; all its text if it has none."""
    texts = [said(one) for one in children(element, "p")]
    return "\n\n".join(filter(None, texts)) or said(element)


def _at(element: Element, path: list[str]) -> Iterator[Element]:
    """All elements at the end of a path of names."""
    if not path:
        yield element
    else:
        for one in children(element, path[0]):
            yield from _at(one, path[1:])


def _language(element: Element) -> str:
    return element.get(LANGUAGE, "") or element.get("lang", "")


FORMATS: dict[str, Callable[[Element, Described], None]] = {
    "mods": _mods,
    "modsCollection": _mods,
    "ead": _ead,
}
"""The formats that are no Dublin Core, by the name of their root."""
READABLE = ("oai_dc", "qdc", "oai_qdc", "dcterms", "mods", "oai_mods", "ead", "oai_ead", "ead3")
"""The prefixes under which repositories offer what is read here, the best first."""
