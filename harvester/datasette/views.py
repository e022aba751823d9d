"""Meanings of the views of a harvest and of their columns, as `descriptions` has the tables'."""

from harvester.descriptions import (
    CHANGED,
    COLUMNS,
    LISTED,
    MISSING,
    POSITION,
    REMOVED,
)
from harvester.record import KINDS
from harvester.store.read.facets import COLUMNS as NAMES

VIEWS = {
    "records": "One row is a document: what there is to read, search, sort and narrow by.",
    "entries": "One row is a document in a collection: what there is to read, search and sort.",
    "scans": "One row is a scan of a document, with the document's rights and its archive's page.",
}
"""The views, in the order in which one reads them."""
LINK = "The address of the document in the archive."
SITE = "The site that has it, by its key."
DOCUMENT = "What it is known by on its site; follow it to all that is known."
DATED = {
    "year": "The year, if the date is in one.",
    "decade": "The decade, if the date is in one.",
    "sort_date": 'The first day that the date can be, or else the last, or else "undated".',
    "edtf": LISTED["date_edtf"],
    "earliest": LISTED["date_earliest"],
    "latest": LISTED["date_latest"],
}
NUMBER = "The document's number in the search index of this harvest."
DOCUMENTS, FILES = COLUMNS["documents"], COLUMNS["files"]
IN_JSON = " A JSON array, in the page's order."
VIEW_COLUMNS = {
    "records": {
        "date": LISTED["date_text"],
        "title": "The title.",
        "summary": "The summary.",
        **{name: f"{KINDS[kind].means}{IN_JSON}" for name, kind in NAMES.items()},
        "link": LINK,
        "site": SITE,
        "document": DOCUMENT,
        **DATED,
        "source": DOCUMENTS["source"],
        "rights": DOCUMENTS["rights"],
        "first_seen": DOCUMENTS["first_seen"],
        "last_changed": CHANGED,
        "removed": DOCUMENTS["removed"],
        "number": NUMBER,
    },
    "entries": {
        "date": LISTED["date_text"],
        "title": "The title.",
        "summary": "The summary.",
        "collection": "The collection's name.",
        "link": LINK,
        "site": SITE,
        "document": DOCUMENT,
        **DATED,
        "position": POSITION,
        "first_seen": "When the document was first found in the collection, in UTC.",
        "last_changed": CHANGED,
        "missing": MISSING,
        "removed": REMOVED,
        "number": NUMBER,
    },
    "scans": {
        "title": "The document's title.",
        "date": LISTED["date_text"],
        "path": FILES["path"],
        "label": COLUMNS["scan_links"]["label"],
        "media_type": FILES["media_type"],
        "size": FILES["size"],
        "rights": DOCUMENTS["rights"],
        "link": LINK,
        "url": FILES["url"],
        "site": SITE,
        "document": DOCUMENT,
        "fetched": FILES["fetched"],
    },
}
