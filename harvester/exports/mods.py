"""MODS, the Metadata Object Description Schema, which repositories and union catalogues import.

The Library of Congress defines it: https://www.loc.gov/standards/mods/. Version 3.4 is the first
that has EDTF, so that readers of any later one understand it as well.
"""

from collections.abc import Iterable, Iterator

from harvester.exports.citation_parts import web_address
from harvester.exports.markup import Element, Markup
from harvester.exports.names import is_body, language_code, parted
from harvester.exports.records import Details, Record
from harvester.timestamps import is_known

XML = Markup("http://www.loc.gov/mods/v3")
VERSION = "3.4"


def pieces(records: Iterable[Record]) -> Iterator[bytes]:
    """A record for each document."""
    return XML.file("modsCollection", map(_record, records))


def _record(record: Record) -> Element:
    return XML("mods", *_elements(record), version=VERSION)


def _elements(record: Record) -> Iterator[Element | None]:
    details = record.details
    yield XML("titleInfo", XML("title", record.title))
    if details:
        yield from (_name(name, "aut") for name in details.names("author"))
        yield from (_name(name, "ctb") for name in details.contributing)
        yield from (XML("genre", name) for name in details.names("type"))
    yield XML("originInfo", *_dates(record))
    yield from (_language(name) for name in (details.names("language") if details else ()))
    yield XML("abstract", record.summary)
    if details:
        yield from _details(details)
    yield XML("relatedItem", XML("titleInfo", XML("title", record.archive)), type="host")
    yield XML("identifier", web_address(record.url), type="uri")
    source = details.source if details else None
    url = XML(
        "url", web_address(record.url), usage="primary display", dateLastAccessed=record.harvested
    )
    yield XML("location", XML("physicalLocation", source), url)
    yield XML("recordInfo", *_about(record))


def _dates(record: Record) -> Iterator[Element | None]:
    """The date in EDTF, and as written where that says it in other words."""
    date = record.dating
    if date and date.edtf:
        yield XML("dateCreated", date.edtf, encoding="edtf", keyDate="yes")
    if date and date.text != date.edtf:
        yield XML("dateCreated", date.text)


def _name(name: str, role: str) -> Element:
    said = XML("role", XML("roleTerm", role, type="code", authority="marcrelator"))
    return XML("name", *_parts(name), said, type=_kind(name))


def _parts(name: str) -> Iterator[Element]:
    if parts := parted(name):
        yield XML("namePart", parts[0], type="family")
        yield XML("namePart", parts[1], type="given")
    else:
        yield XML("namePart", name)


def _kind(name: str) -> str | None:
    """What the name is of; None if that is not certain."""
    if parted(name):
        return "personal"
    return "corporate" if is_body(name) else None


def _language(name: str) -> Element:
    code = XML("languageTerm", language_code(name), type="code", authority="iso639-2b")
    return XML("language", code, XML("languageTerm", name, type="text"))


def _details(details: Details) -> Iterator[Element | None]:
    for name in details.names("archive"):
        yield XML("note", f"Original archive: {name}")
    yield XML("note", details.noted("classification"))
    for kind, element in (("subject", "topic"), ("topic", "topic"), ("place", "geographic")):
        yield from (XML("subject", XML(element, name)) for name in details.names(kind))
    for name in details.names("person"):
        yield XML("subject", XML("name", *_parts(name), type=_kind(name)))
    yield XML("identifier", details.record_id, type="local")
    yield XML("accessCondition", details.rights, type="use and reproduction")


def _about(record: Record) -> Iterator[Element | None]:
    yield XML("recordContentSource", record.keeper)
    times = {"recordCreationDate": record.first_seen, "recordChangeDate": record.renewed}
    for name, moment in times.items():
        if is_known(moment):
            yield XML(name, moment, encoding="w3cdtf")
    yield XML("recordIdentifier", record.key)
