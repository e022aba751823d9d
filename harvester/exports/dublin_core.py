"""Dublin Core, as OAI-PMH passes it on: what repositories and catalogues import.

The file is the `ListRecords` element of OAI-PMH 2.0, with records in its format `oai_dc`:
https://www.openarchives.org/OAI/openarchivesprotocol.html. DCMI recommends EDTF for dates.
"""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from harvester.exports.records import Details, Record
from harvester.exports.text import printable

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
PREFIXES: Any = {None: OAI, "oai_dc": OAI_DC, "dc": DC}


def write(records: Iterable[Record], out: BinaryIO) -> None:
    """Writes a record for each document."""
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(f"{{{OAI}}}ListRecords", nsmap=PREFIXES):
            xml.write("\n")
            for record in records:
                xml.write(_element(record), pretty_print=True)


def _element(record: Record) -> Any:
    """The record as one of lxml's elements, whose class has no public name."""
    element = etree.Element(f"{{{OAI}}}record", nsmap=PREFIXES)
    header = etree.SubElement(element, f"{{{OAI}}}header")
    _add(header, OAI, [("identifier", record.url), ("datestamp", record.renewed)])
    _add(header, OAI, (("setSpec", one.name) for one in record.collections))
    metadata = etree.SubElement(element, f"{{{OAI}}}metadata")
    _add(etree.SubElement(metadata, f"{{{OAI_DC}}}dc"), DC, _elements(record))
    return element


def _elements(record: Record) -> Iterator[tuple[str, str | None]]:
    """Dublin Core has no place for when something was read but the words of its source."""
    date = record.dating
    yield "title", record.title
    yield "date", (date.edtf or date.text) if date else None
    yield "description", record.summary
    yield "identifier", record.url
    read = f", read on {record.harvested}" if record.harvested else ""
    yield "source", f"{record.archive}{read}"
    if record.details:
        yield from _details(record.details)


def _details(details: Details) -> Iterator[tuple[str, str | None]]:
    """Places are what Dublin Core calls coverage; how secret it was is said in words."""
    secret = details.classification
    yield from (("creator", name) for name in details.names("author"))
    yield from (("contributor", name) for name in details.contributing)
    about = (*details.names("subject"), *details.names("topic"), *details.names("person"))
    yield from (("subject", name) for name in about)
    yield from (("coverage", name) for name in details.names("place"))
    yield from (("type", name) for name in details.names("type"))
    yield from (("language", name) for name in details.names("language"))
    yield from (("source", name) for name in (details.source, *details.names("archive")))
    yield "rights", details.rights
    yield "identifier", details.record_id and f"Record ID: {details.record_id}"
    yield "description", secret and f"Original classification: {secret}"


def _add(parent: Any, space: str, values: Iterable[tuple[str, str | None]]) -> None:
    for name, value in values:
        if value:
            etree.SubElement(parent, f"{{{space}}}{name}").text = printable(value)
