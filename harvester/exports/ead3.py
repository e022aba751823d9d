"""EAD3, the finding aid of a collection, which archives' catalogues import.

The Society of American Archivists defines it: https://www.loc.gov/ead/EAD3taglib. Each document is
a component of the level "item". Dates are in ISO 8601, which can't mark anything as unknown: an
uncertain date is given by the earliest and the latest that it can be.
"""

import re
from collections.abc import Iterator

from harvester.dates.points import YEAR, unspecified, written
from harvester.exports.citation_parts import one_line, web_address
from harvester.exports.markup import Element, Markup, opened, piece
from harvester.exports.names import is_body, language_code, parted
from harvester.exports.records import Details, Listed, Record, Records
from harvester.timestamps import is_known

NAMESPACE = "http://ead3.archivists.org/schema/"
XML = Markup(NAMESPACE)
PROGRAM = "Harvester"
_SIGNS = {"~": "approximate", "?": "uncertain", "%": "approximate-and-uncertain"}
_EXACT = re.compile(r"-?[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
_YEARS = re.compile(r"-?[0-9]{2}[0-9X]X")


def pieces(records: Records) -> Iterator[bytes]:
    """The finding aid of what is exported, a component for each document."""
    yield opened(f'<ead xmlns="{NAMESPACE}">')
    yield piece(_control(records))
    yield b'<archdesc level="collection">\n'
    yield piece(XML("did", *_collections(records.collections)))
    before = b"<dsc>\n"
    for record in records:
        yield before + piece(_component(record))
        before = b""
    yield b"</archdesc>\n</ead>\n" if before else b"</dsc>\n</archdesc>\n</ead>\n"


def _control(records: Records) -> Element:
    """Says what the file is, who made it, and from what."""
    names = _names(records.collections)
    changed = records.changed if is_known(records.changed) else None
    return XML(
        "control",
        XML("recordid", names),
        XML("filedesc", XML("titlestmt", XML("titleproper", names))),
        XML("maintenancestatus", value="derived"),
        XML("maintenanceagency", XML("agencyname", PROGRAM)),
        XML(
            "maintenancehistory",
            XML(
                "maintenanceevent",
                XML("eventtype", value="derived"),
                XML("eventdatetime", changed or "unknown", standarddatetime=changed),
                XML("agenttype", value="machine"),
                XML("agent", PROGRAM),
            ),
        ),
        XML("sources", *(_source(one) for one in records.collections)),
    )


def _names(collections: tuple[Listed, ...]) -> str:
    return one_line("; ".join(one.name for one in collections)) or PROGRAM


def _source(collection: Listed) -> Element:
    said = f"{collection.archive}: {collection.url}"
    return XML("source", XML("sourceentry", said))


def _collections(collections: tuple[Listed, ...]) -> Iterator[Element | None]:
    keepers = dict.fromkeys(one.keeper or one.archive for one in collections)
    yield XML("unittitle", _names(collections))
    yield XML("repository", *(XML("corpname", XML("part", name)) for name in keepers))


def _component(record: Record) -> Element:
    details = record.details
    return XML(
        "c",
        XML("did", *_did(record)),
        *(_described(record, details) if details else ()),
        XML("processinfo", XML("p", _read(record))),
        level="item",
    )


def _did(record: Record) -> Iterator[Element | None]:
    details = record.details
    yield XML("unittitle", record.title)
    yield XML("unitid", one_line(record.key))
    if details:
        yield XML("unitid", details.record_id, label="Record ID")
        yield XML("origination", *(_name(name, "aut") for name in details.names("author")))
        yield XML("origination", *(_name(name, "ctb") for name in details.contributing))
    yield XML("unitdate", one_line(record.dating.text) if record.dating else None)
    if record.date_edtf:
        yield _date(record, record.date_edtf)
    if details:
        yield XML("langmaterial", *map(_language, details.names("language")))
    yield XML("abstract", record.summary)
    yield XML(
        "dao", daotype="unknown", href=web_address(record.url), linktitle=one_line(record.title)
    )


def _read(record: Record) -> str:
    read = f", read on {record.harvested}" if record.harvested else ""
    return one_line(f"{record.archive}{read}")


def _described(record: Record, details: Details) -> Iterator[Element | None]:
    yield XML("originalsloc", *map(_paragraph, (details.source, *details.names("archive"))))
    yield XML("userestrict", _paragraph(details.rights))
    yield XML("odd", _paragraph(details.noted("classification")))
    yield XML("controlaccess", *_access(details))


def _paragraph(text: str | None) -> Element | None:
    return XML("p", text)


def _access(details: Details) -> Iterator[Element]:
    for kind, element in (("subject", "subject"), ("topic", "subject"), ("place", "geogname")):
        yield from (XML(element, XML("part", name)) for name in details.names(kind))
    yield from (_name(name) for name in details.names("person"))
    yield from (XML("genreform", XML("part", name)) for name in details.names("type"))


def _name(name: str, relator: str | None = None) -> Element:
    """A name as a person's or a body's only where that is certain."""
    kind = "persname" if parted(name) else "corpname" if is_body(name) else "name"
    return XML(kind, XML("part", name), relator=relator)


def _language(name: str) -> Element:
    return XML("language", name, langcode=language_code(name))


def _date(record: Record, edtf: str) -> Element:
    """What the date means, in its single dates, spans and sets."""
    said = next((said for sign, said in _SIGNS.items() if sign in edtf), None)
    edtf = re.sub("[~?%]", "", edtf)
    if edtf.startswith("[") or not (edtf.startswith("{") or "/" in edtf):
        text = one_line(record.date_text or edtf)
        dates = XML("datesingle", text, **(_exact(edtf) or _between(record)))
    else:
        several = [_part(part) for part in edtf.strip("{}").split(",")]
        dates = XML("dateset", *several) if len(several) > 1 else several[0]
    return XML("unitdatestructured", dates, certainty=said)


def _exact(edtf: str) -> dict[str, str]:
    """The attributes of a date that is one by itself."""
    if _EXACT.fullmatch(edtf):
        return {"standarddate": edtf}
    if _YEARS.fullmatch(edtf):
        years = unspecified(edtf)
        return {"notbefore": written(years.first, YEAR), "notafter": written(years.last, YEAR)}
    return {}


def _between(record: Record) -> dict[str, str | None]:
    return {"notbefore": record.date_earliest, "notafter": record.date_latest}


def _part(edtf: str) -> Element:
    """A date or a span of a set, or a span by itself."""
    first, parted_at, last = edtf.replace("..", "/").partition("/")
    if not parted_at:
        return XML("datesingle", edtf, **_exact(edtf))
    ends = [("fromdate", first), ("todate", last.strip("/"))]
    return XML("daterange", *(XML(name, end, **_exact(end)) for name, end in ends))
