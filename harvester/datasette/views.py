"""Meanings of the views of a harvest and of their columns, as `descriptions` has the tables'."""

from harvester.descriptions import (
    CHANGED,
    COLUMNS,
    DATE,
    EARLIEST,
    EDTF,
    LATEST,
    MISSING,
    POSITION,
    REMOVED,
)

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
    "edtf": EDTF,
    "earliest": EARLIEST,
    "latest": LATEST,
}
NUMBER = "The document's number in the search index of this harvest."
DOCUMENTS, FILES = COLUMNS["documents"], COLUMNS["files"]
VIEW_COLUMNS = {
    "records": {
        "date": DATE,
        "title": "The title.",
        "summary": "The summary.",
        "authors": "Who wrote it; as all columns of names, a JSON array in the page's order.",
        "participants": "Who took part in it, such as in a conversation.",
        "places": "The places that it has to do with.",
        "subjects": "What it is about.",
        "topics": "The archive's topics that it belongs to.",
        "people": "The people and organisations that it has to do with.",
        "contributors": "Who contributed to it.",
        "languages": "The languages of the original.",
        "archives": "Where the original is kept.",
        "donors": "Who paid for its being here.",
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
        "date": DATE,
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
        "date": DATE,
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
