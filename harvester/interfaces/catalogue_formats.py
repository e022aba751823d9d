"""Reading MODS (https://www.loc.gov/standards/mods/) and EAD (https://www.loc.gov/ead/), versions
2002 and 3.

Values without a field of their own are named by the nearest element of Dublin Core.
"""

from collections.abc import Iterator

from harvester.interfaces.described import Described, Text, at, language_of, paragraphs
from harvester.interfaces.xml_answer import child, children, local, said
from harvester.pages.elements import Element
from harvester.pages.markup import Unclear

HREFS = ("{http://www.w3.org/1999/xlink}href", "href")
QUALIFIERS = {"approximate": "{}~", "questionable": "{}?", "inferred": "[{}]"}
"""How MODS qualifies a date, and how that is written."""
ROLES = {"author": "creator", "aut": "creator", "creator": "creator", "cre": "creator"}


def read_mods(root: Element, found: Described) -> None:
    """Adds what a record in MODS says. Raises Unclear if it is a collection of none."""
    mods = child(root, "mods") if local(root.tag) == "modsCollection" else root
    if mods is None:
        raise Unclear("is a collection of MODS without a record")
    titles = sorted(children(mods, "titleInfo"), key=lambda one: bool(one.get("type")))
    found.titles = [Text(text, language_of(one)) for one in titles if (text := _mods_title(one))]
    found.descriptions = [
        Text(paragraphs(one), language_of(one)) for one in children(mods, "abstract") if said(one)
    ]
    found.dates = _mods_dates(mods, found)
    places = [place for one in children(mods, "location") for place in children(one, "url")]
    places.sort(key=lambda one: not (one.get("usage") or one.get("access") == "object in context"))
    found.identifiers = [*map(said, places), *map(said, children(mods, "identifier"))]
    for name in children(mods, "name"):
        _mods_name(name, found)
    for path, label in MODS.items():
        for one in at(mods, path.split("/")):
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
    roles = [said(role).lower().strip(".") for role in at(name, ["role", "roleTerm"])]
    label = next((ROLES[role] for role in roles if role in ROLES), None)
    found.add(f"dc:{label or ('contributor' if roles else 'creator')}", ", ".join(parts))


def read_ead(root: Element, found: Described) -> None:
    """Adds what a finding aid in EAD says. Raises Unclear if it describes nothing."""
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
        for one in at(description, place.split("/")):
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
