"""Dublin Core in the form that OAI-PMH transfers and repositories import.

The file is a `ListRecords` element of OAI-PMH 2.0 with records in its format `oai_dc`:
https://www.openarchives.org/OAI/openarchivesprotocol.html. DCMI recommends EDTF for dates.
"""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from harvester.exports.citation_parts import plain_name, printable
from harvester.exports.records import Details, Record

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
    """Makes a record's element; its class has no public name in lxml."""
    element = etree.Element(f"{{{OAI}}}record", nsmap=PREFIXES)
    header = etree.SubElement(element, f"{{{OAI}}}header")
    _add(header, OAI, [("identifier", record.url), ("datestamp", record.renewed)])
    _add(header, OAI, (("setSpec", plain_name(one.name)) for one in record.collections))
    metadata = etree.SubElement(element, f"{{{OAI}}}metadata")
    _add(etree.SubElement(metadata, f"{{{OAI_DC}}}dc"), DC, elements(record))
    return element


def elements(record: Record) -> Iterator[tuple[str, str | None]]:
    """A document's elements, without those that have no value.

    The `source` also says when we read it, as Dublin Core has no element for that.
    """
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
    """Places are Dublin Core's coverage; a classification has no element but the description."""
    yield from (("creator", name) for name in details.names("author"))
    yield from (("contributor", name) for name in details.contributing)
    about = (*details.names("subject"), *details.names("topic"), *details.names("person"))
    yield from (("subject", name) for name in about)
    yield from (("coverage", name) for name in details.names("place"))
    yield from (("type", name) for name in details.names("type"))
    yield from (("language", name) for name in details.names("language"))
    yield from (("source", name) for name in (details.source, *details.names("archive")))
    yield "rights", details.rights
    yield "identifier", details.noted("record_id")
    yield "description", details.noted("classification")


def _add(parent: Any, space: str, values: Iterable[tuple[str, str | None]]) -> None:
    for name, value in values:
        if value:
            etree.SubElement(parent, f"{{{space}}}{name}").text = printable(value)
