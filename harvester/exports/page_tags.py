"""Tags in the head of a document's web page, which reference managers and search engines read.

`citation_…` are Highwire Press's, as Google Scholar asks for them
(https://scholar.google.com/intl/en/scholar/inclusion.html); `DC.…` are Dublin Core's
(https://www.dublincore.org/specifications/dublin-core/dcq-html/). Zotero reads both, and takes the
item's type from `z:itemType`.
"""

from collections.abc import Iterator

from harvester.exports.citation_parts import Dating, one_line
from harvester.exports.dublin_core import elements
from harvester.exports.records import Record

Tag = tuple[str, str]


def page_tags(record: Record, scan: str | None = None) -> list[Tag]:
    """The names and contents of a document's tags; `scan` is the address of its PDF, if any."""
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
