"""What a document's page offers for citing and saving the document, by unAPI, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from datasette import Response
from datasette.utils import tilde_decode, tilde_encode
from lxml import etree

from harvester.datasette.downloads import FORMATS, SAFE, offers_of, one_document
from harvester.datasette.room import Room, view
from harvester.datasette.scans import scan_address
from harvester.exports.citation import citations
from harvester.exports.citation_parts import Dating, one_line, printable
from harvester.exports.dublin_core import elements
from harvester.exports.records import Record, records_of
from harvester.scans.scan import PDF
from harvester.store.read.files import StoredScan, scans_of

UNAPI = (FORMATS["ris"], FORMATS["bib"])
"""The formats that unAPI offers."""
SCRIPT = Path(__file__).parent / "static" / "copy.js"
Tag = tuple[str, str]
"""The name and the content of a tag in a page's head."""


@dataclass(frozen=True, slots=True)
class Citing:
    """Citations by the names of their styles, tags for the page's head, and addresses.

    `identity` is what unAPI calls the document; `manifest` is None if no scan is kept.
    """

    citations: dict[str, str]
    tags: list[Tag]
    offers: list[tuple[str, str]]
    identity: str
    manifest: str | None


async def citing(room: Room, number: int) -> Citing:
    """What is offered for the document with a number."""

    def read(db: Connection) -> tuple[Record, list[StoredScan]]:
        (record,) = records_of(db, [number])
        return record, scans_of(db, number)

    record, scans = await room.read(read)
    scans = scans if room.folder("files") else []
    site, document = record.address.site, record.address.id
    pdfs = [scan_address(room, scan.sha256) for scan in scans if scan.media_type == PDF]
    return Citing(
        citations(record),
        page_tags(record, room.absolute(pdfs[0]) if pdfs else None),
        offers_of(room, site, document),
        unapi_identity(site, document),
        f"{room.document(site, document)}/manifest.json" if scans else None,
    )


def unapi_identity(site: str, document: str) -> str:
    """The name of a document for unAPI, which programs put into an address as it is."""
    return f"{tilde_encode(site)}/{tilde_encode(document)}"


async def unapi(room: Room) -> Response:
    """Documents for Zotero: /unapi?id=SITE/ID&format=ris.

    Without a format it says which there are (https://unapi.info/specs/, revision 1).
    """
    identity, name = room.request.args.get("id"), room.request.args.get("format")
    if identity is None or name is None:
        return _unapi_formats(identity)
    form = next((one for one in UNAPI if one.export == name), None)
    if form is None:
        return Response.text("There is no such format here.", status=406)
    site, _, document = identity.partition("/")
    body = await room.read(
        lambda db: one_document(db, tilde_decode(site), tilde_decode(document), form)
    )
    return Response(body, headers=SAFE, content_type=form.media_type)


def _unapi_formats(identity: str | None) -> Response:
    formats = etree.Element("formats", {} if identity is None else {"id": printable(identity)})
    for one in UNAPI:
        media_type = one.media_type.partition(";")[0]
        etree.SubElement(formats, "format", name=one.export, type=media_type)
    said = etree.tostring(formats, xml_declaration=True, encoding="utf-8")
    status = 200 if identity is None else 300
    return Response(said, status=status, headers=SAFE, content_type="application/xml")


async def script(request: Any) -> Response:
    """The script that copies a citation: /-/reading-room/copy.js."""
    headers = {"cache-control": "max-age=3600", "x-content-type-options": "nosniff"}
    return Response(
        SCRIPT.read_bytes(), headers=headers, content_type="text/javascript; charset=utf-8"
    )


ROUTES = [(r"/unapi$", view(unapi)), (r"/-/reading-room/copy\.js$", script)]


def page_tags(record: Record, scan: str | None = None) -> list[Tag]:
    """Tags for the head of a document's web page; `scan` is the address of its PDF, if any.

    `citation_…` are Highwire Press's, as Google Scholar asks for them
    (https://scholar.google.com/intl/en/scholar/inclusion.html); `DC.…` are Dublin Core's
    (https://www.dublincore.org/specifications/dublin-core/dcq-html/). Zotero reads both, and takes
    the item's type from `z:itemType`.
    """
    tags = [*_citation(record, scan), *_dublin_core(record)]
    return [(name, one_line(content)) for name, content in tags if content]


def _citation(record: Record, scan: str | None) -> Iterator[tuple[str, str | None]]:
    details, date = record.details, record.dating
    yield "citation_title", record.title
    for name in details.names("author") if details else ():
        yield "citation_author", name
    yield "citation_publication_date", _date(date) if date else None
    yield "citation_abstract", record.summary
    yield "citation_public_url", record.url
    yield "citation_pdf_url", scan
    for name in details.names("language") if details else ():
        yield "citation_language", name
    for name in details.keywords if details else ():
        yield "citation_keywords", name
    yield "z:itemType", "manuscript"


def _date(date: Dating) -> str:
    """ "1956/10/09" for a day, as Google Scholar asks; else the date as written."""
    return "/".join(f"{part:02}" for part in date.points[0]) if date.is_plain else date.text


def _dublin_core(record: Record) -> Iterator[tuple[str, str | None]]:
    for name, content in elements(record):
        yield f"DC.{name}", content
