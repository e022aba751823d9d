"""A IIIF manifest of a document's scans, for viewers and for Tropy.

After the Presentation API 3.0, https://iiif.io/api/presentation/3.0/. A scan is one canvas that
shows the file; how many pages a PDF has only its reader knows.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from harvester.exports.citation_parts import one_line
from harvester.exports.records import Record
from harvester.store.read.files import StoredScan

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
WIDTH, HEIGHT = 1000, 1414
"""A canvas must have a size, of which only the proportion counts: that of a sheet of A4."""
_LICENCE = re.compile(
    r"https?://(?:creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+"
    r"|rightsstatements\.org/(?:vocab|page)/[\w./-]+)"
)
"""The only addresses that `rights` may have (3.2)."""
UNSTATED = "The archive states no rights to this document: ask it before you publish the scan."


def manifest(
    record: Record, scans: Iterable[tuple[str, StoredScan]], address: str
) -> dict[str, Any]:
    """The manifest at an address, of a document's scans with the address of each."""
    scans = list(scans)
    rights = record.details.rights if record.details else None
    licence = _LICENCE.search(rights or "")
    made = {
        "@context": CONTEXT,
        "id": address,
        "type": "Manifest",
        "label": _text(record.title),
        "summary": record.summary and _text(record.summary),
        "metadata": [_entry(label, *values) for label, values in _metadata(record) if any(values)],
        "requiredStatement": _entry("Rights", rights or UNSTATED),
        "rights": licence and licence[0].replace("https:", "http:"),
        "provider": [_provider(record)],
        "homepage": [_resource(record.url, "Text", "text/html") | {"label": _text(record.archive)}],
        "rendering": [_rendering(url, scan) for url, scan in scans],
        "items": [
            _canvas(f"{address}/{place}", url, scan) for place, (url, scan) in enumerate(scans, 1)
        ],
    }
    return {name: value for name, value in made.items() if value}


def _metadata(record: Record) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    details = record.details
    yield "Date", (record.date_text,)
    for label, kind in (("Author", "author"), ("Type", "type"), ("Language", "language")):
        yield label, details.names(kind) if details else ()
    yield "Source", (details.source if details else None,)
    yield "Archive", (record.archive,)
    yield "Keywords", details.keywords if details else ()


def _provider(record: Record) -> dict[str, Any]:
    """The archive, by its home page."""
    home = urlsplit(record.url)._replace(path="/", query="", fragment="").geturl()
    return {
        "id": home,
        "type": "Agent",
        "label": _text(record.archive),
        "homepage": [_resource(home, "Text", "text/html") | {"label": _text(record.archive)}],
    }


def _canvas(address: str, url: str, scan: StoredScan) -> dict[str, Any]:
    annotation = {
        "id": f"{address}/page/scan",
        "type": "Annotation",
        "motivation": "painting",
        "body": _scan(url, scan),
        "target": address,
    }
    page = {"id": f"{address}/page", "type": "AnnotationPage", "items": [annotation]}
    label = {"label": _text(scan.label)} if scan.label else {}
    size = {"height": HEIGHT, "width": WIDTH}
    return {"id": address, "type": "Canvas", **label, **size, "items": [page]}


def _rendering(url: str, scan: StoredScan) -> dict[str, Any]:
    return _scan(url, scan) | {"label": _text(scan.label or "Scan")}


def _scan(url: str, scan: StoredScan) -> dict[str, Any]:
    kind = "Image" if scan.media_type.startswith("image/") else "Text"
    return _resource(url, kind, scan.media_type)


def _resource(url: str, kind: str, media_type: str) -> dict[str, Any]:
    return {"id": url, "type": kind, "format": media_type}


def _entry(label: str, *values: str | None) -> dict[str, Any]:
    return {"label": {"en": [label]}, "value": _text(*values)}


def _text(*values: str | None) -> dict[str, list[str]]:
    """Texts in no language that we know."""
    return {"none": [_plain(value) for value in values if value]}


def _plain(text: str) -> str:
    """A text for viewers, which take one that begins with < and ends with > for HTML (4.2)."""
    text = one_line(text)
    return f"{text} " if text.startswith("<") and text.endswith(">") else text
