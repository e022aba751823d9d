"""Meanings of the tables of a harvest and of their columns, written once for all.

Datasette's metadata, a snapshot's description and the README are made of these.
"""

from harvester.items import Entry
from harvester.record import KINDS, Fields, columns
from harvester.store.history.facts import FIELDS

TABLES = {
    "documents": "One row is a document, with what the listing that was read last says of it.",
    "sites": "One row is a site, which has its own documents, whatever ids those of others have.",
    "collections": "One row is a collection: a listing of a site that is harvested.",
    "memberships": "One row says that a collection has, or had, a document.",
    "changes": "One row is a change that a run saw: what was before, and what was then.",
    "addresses": "One row is an id that leads to a document of a site: that by which it is known,"
    " or another one that it has or had.",
    "statements": "One row is a wording: what a listing's entry has said of the document at an"
    " address.",
    "readings": "One row says that a page's bytes were read: a page that was the same has none.",
    "observations": "One row says where in the listing an entry stood, and what it said.",
    "joinings": "One row says that two addresses were found to be one document's.",
    "renames": "One row says that a document was listed at another address than before.",
    "clock_rulings": "One row says by how far the clock of a run was ahead, where somebody knows.",
    "runs": "One row is a harvest of a collection: when, how it ended, what it counted.",
    "pages": "One row is a page of a listing, or a document's own, as a run read it.",
    "failures": "One row is something that a run could not get or read, and why.",
    "terms": "One row is a name that documents' own pages give: an author, a place, a subject ...",
    "document_terms": "One row says that a document's own page gives a name.",
    "texts": "One row is a text of a document: a translation, a transcription, the original.",
    "scan_links": "One row is the address of a scan, as its document's own page gives it.",
    "files": "One row is a scan of a document, as it was stored.",
    "related": "One row is a document that the site shows below another as related. The site finds"
    " these by itself: that they differ is no change of the document, and not in `changes`.",
}
"""The main tables, in the order in which one reads them."""

RUN = "The run that saw it."
NUMBER = "A number given by the harvest."
SITE = "The site, by its key."
LISTED, SHOWN = columns(Entry), columns(Fields)
"""The fields of listings, and of documents' own pages."""
STATED = {name: LISTED[name] for name in FIELDS if name in LISTED}
"""Those of listings, in the order of their columns."""
POSITION = "The document's place in the listing when it was last read, counted from 1."
CHANGED = "When its title, summary or date was last found to be different, in UTC."
MISSING = "Since when complete runs have not found it, in UTC; empty if the last one did."
REMOVED = "When it was taken for removed from the listing, in UTC; empty while it is there."
COLLECTION = "The collection."
DOCUMENT = "The document."

COLUMNS = {
    "documents": {
        "number": "A number for the other tables here; any other harvest has others.",
        "site": "The site that has it, by its key.",
        "id": "What it is known by on its site: a part of its address.",
        "url": "The address of the document in the archive, as the listing gave it.",
        **STATED,
        "first_seen": "When the document was first harvested, in UTC.",
        "last_changed": CHANGED,
        "page": "The page that these values were read from first.",
        "statement": "The wording that these values are of.",
        "removed": "When the last collection that had it lost it, in UTC; empty while one has it.",
        **SHOWN,
        "other": "What else its page says: labels and their values, as JSON; what has no label is"
        " under an empty one.",
        "details": "The document's own page that these were read from; empty if it was not read.",
    },
    "sites": {
        "key": "What it is known by: the name of its profile, or its host.",
        "name": "Its name.",
        "home": "The beginning of its addresses.",
        "keeper": "Who keeps it, as citations name them.",
    },
    "collections": {
        "id": NUMBER,
        "site": SITE,
        "name": "The collection's name, given by whoever harvested it.",
        "url": "The address of the first page of its listing.",
        "stated_total": "How many documents the listing said that it has, when it was last read.",
    },
    "memberships": {
        "collection": COLLECTION,
        "document": DOCUMENT,
        "position": POSITION,
        "first_seen": "When the document was first found in the collection, in UTC.",
        "page": "The page where it was last seen.",
        "missed": "How many complete runs in a row have not found it.",
        "missing": MISSING,
        "removed": REMOVED,
    },
    "changes": {
        "id": NUMBER,
        "run": "The run that found it out.",
        "collection": "The collection whose run saw it; empty if it is about all that had it.",
        "document": DOCUMENT,
        "kind": '"added", "changed", "renamed", "missing", "removed", "restored", "joined" if two'
        ' documents were found to be one, or "reread": the page was the same, and read wrongly'
        " before.",
        "field": "What is different: a column of documents or of memberships, a kind of names, a"
        " text, a scan's label; of what was read wrongly, the scan links and the related documents,"
        " too.",
        "old": "What it was before.",
        "new": "What it is since.",
        "at": "When the page was captured that shows it, in UTC: in this order things changed.",
    },
    "addresses": {
        "id": NUMBER,
        "site": SITE,
        "slug": "The id, as a part of an address.",
        "rank": "0 for an id of the site as it is today, 1 for one of an earlier generation.",
        "document": "The document that it leads to by all that is known.",
    },
    "statements": {
        "id": NUMBER,
        "address": "The address that it is said of.",
        "url": "The address in full, as the listing gave it.",
        **{name: LISTED[name] for name in FIELDS if name in LISTED},
    },
    "readings": {
        "id": NUMBER,
        "content": "The first page that had these bytes.",
        "run": "The run that read them.",
        "made": "When that was, in UTC.",
        "reader": "The digest of what read them.",
        "same_as": "The reading that has its observations: itself, or one that found the same.",
    },
    "observations": {
        "reading": "The reading.",
        "position": "The place of the entry in the listing, counted from 1.",
        "statement": "What it said.",
    },
    "joinings": {
        "one": "An address.",
        "other": "The other address.",
        "rule": '"record" if the document\'s own page gives both, "tag" if both have the same'
        ' lasting identifier, "slug" if the site\'s profile says so.',
        "run": "The run that found it out.",
        "at": "When that was, in UTC.",
    },
    "renames": {
        "collection": COLLECTION,
        "moment": "When the complete run was that has the new address, in UTC.",
        "seq": "The place of its walk among those of live runs; 0 if it read captures.",
        "one": "An address.",
        "other": "The other address.",
    },
    "clock_rulings": {
        "run": "The run.",
        "ruling": "Which of several rulings it is: the last counts.",
        "ahead": "By how many seconds its clock was ahead.",
    },
    "runs": {
        "id": NUMBER,
        "collection": "The collection that was harvested.",
        "source": '"live", the captured pages that were read, "wayback", or "reparse": recorded'
        " pages, read again.",
        "started": "When the run began, in UTC.",
        "finished": "When it ended, in UTC; empty while it is going on.",
        "outcome": '"complete", "walked" if no total was stated but two walks agreed, or why not.',
        "reason": "Why the run is not complete, in one sentence; of the listing, as the outcome.",
        "stated_total": "How many documents the listing said that it has.",
        "pages": "How many pages were read.",
        "seen": "How many documents were seen on them.",
        "added": "How many of them were new to the collection.",
        "changed": "How many said something else than before.",
        "unchanged": "How many were as before.",
        "undated": "How many have no date.",
        "not_understood": "How many have a date that could not be read.",
        "duplicates": "How many entries showed a document that the run had met before.",
        "version": "The version of Harvester.",
        "reader": "The digest of what read its pages: of the code and of the site's profile.",
        "pid": "The number of its process.",
        "missing": "How many documents of the collection it did not find, for the first time.",
        "removed": "How many it took for removed.",
        "restored": "How many it found again that were missing or removed.",
        "renamed": "How many have another address than before.",
        "with_date": "How many entries had a date.",
        "with_summary": "How many entries had a summary.",
        "details_wanted": "How many documents' own pages were to be read.",
        "details_fetched": "How many of them were got, or were as before.",
        "details_failed": "How many of them could not be got or read.",
        "files_wanted": "How many scans were to be stored.",
        "files_fetched": "How many of them were stored, or were as before.",
        "files_failed": "How many of them could not be got, or were no scans.",
        "captured": "When the last page of the listing that it read was captured, in UTC.",
        "clock_ahead": "By how many seconds its clock was ahead of the site's, if that is known.",
        "clock_moved": "How many seconds were added to its moments, since its clock was wrong.",
        "walk": "The walk that saw all of the listing; empty if none did.",
        "moment": "When the newest page of that walk was captured, in UTC, if that is known.",
        "seq": "The place of that walk among those of live runs; 0 if it read captures.",
    },
    "pages": {
        "id": NUMBER,
        "run": "The run that read the page.",
        "url": "The page's address.",
        "fetched": "When it was fetched or saved, in UTC; 0001-01-01 if that is not known.",
        "status": "The HTTP status that it came with.",
        "sha256": "The SHA-256 of its bytes.",
        "first": "The number of its first entry, as the page states it.",
        "last": "The number of its last entry, as the page states it.",
        "total": "How many entries the listing has, as the page states it.",
        "entries": "How many entries were read on it.",
        "walk": "Which walk through the listing read it, of all in the run, counted from 1.",
        "content": "The first page of the listing that had the same address and bytes.",
        "same_as": "The earlier page that it was found to be the same as, without being read.",
        "next": "The address of the page after it.",
        "etag": "What the site sent as its ETag, to be asked whether the page has changed.",
        "last_modified": "What the site sent as Last-Modified, for the same.",
        "undated": "How many entries have no date.",
        "not_understood": "How many entries have a date that could not be read.",
        "duplicates": "How many entries showed a document that the run had met before.",
        "with_date": "How many entries had a date.",
        "with_summary": "How many entries had a summary.",
        "warc": "The file of a recording or capture that holds the page's bytes.",
        "warc_offset": "Where its record begins in that file, in bytes.",
        "payload_digest": "The digest of the bytes that were transferred.",
        "document": "The document whose own page it is; empty for a page of a listing.",
    },
    "failures": {
        "id": NUMBER,
        "run": "The run that could not get or read it.",
        "url": "The address that it is about.",
        "reason": "Why, in one word.",
        "detail": "Why, in a sentence.",
        "attempts": "How often it was asked for.",
    },
    "terms": {
        "id": NUMBER,
        "kind": f"What it is of a document: {', '.join(KINDS)}. A participant is named where"
        " authors are, but as who took part.",
        "name": "The name as the archive gives it.",
    },
    "document_terms": {
        "document": DOCUMENT,
        "term": "The name.",
        "position": "Its place among all names on the document's page, counted from 1.",
    },
    "texts": {
        "id": NUMBER,
        "document": DOCUMENT,
        "position": "Its place among the document's texts, counted from 1.",
        "label": "What the page calls it.",
        "language": "The language that the page names for it.",
        "text": "The text, with its footnotes and page marks; paragraphs are parted by a blank"
        " line.",
    },
    "scan_links": {
        "document": DOCUMENT,
        "url": "Where the scan is on the site; `files` has it once it was fetched.",
        "position": "Its place among the scans on the document's page, counted from 1.",
        "label": 'What the page calls it ("Original Scan"); empty where it says nothing.',
    },
    "files": {
        "id": NUMBER,
        "document": "The document, whose rights hold for it too.",
        "url": "Where the scan is on the site.",
        "path": "The file, below the folder of scans.",
        "sha256": "The SHA-256 of its bytes.",
        "size": "How many bytes it has.",
        "media_type": "What it is, as its bytes say.",
        "etag": "What the site sent as its ETag, to be asked whether the scan has changed.",
        "last_modified": "What the site sent as Last-Modified, for the same.",
        "fetched": "When it was fetched, in UTC.",
        "run": "The run that fetched it.",
        "page": "The document's page after which it was fetched, or last found to be as before.",
    },
    "related": {
        "document": "The document whose own page, as it was read last, has the row.",
        "position": "The row's place on that page, counted from 1.",
        "url": "The address of the related document.",
        "title": "Its title in that row; empty where the row could not be read for certain.",
        "date_text": "Its date in that row, as written.",
        "summary": "Its summary in that row.",
        "node": "The number of its page on the site.",
    },
}

DAYS = {"date_earliest", "date_latest"}
TIMES = {
    *("first_seen", "last_changed", "started", "finished", "fetched", "captured"),
    *("missing", "removed", "at"),
}
"""The columns that have days and times, where they are texts; `runs` counts what is removed."""
