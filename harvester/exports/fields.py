"""What the tables of a harvest and their columns are, in plain words, written once for all."""

TABLES = {
    "documents": "One row is a document, with what the listing that was read last says of it.",
    "collections": "One row is a collection: a listing of the archive that is harvested.",
    "memberships": "One row says that a collection has a document.",
    "runs": "One row is a harvest of a collection: when, how it ended, what it counted.",
    "pages": "One row is a page of a listing, as a run read it.",
}
"""The main tables, in the order in which one reads them."""

COLUMNS = {
    "documents": {
        "id": "The last part of the document's address, by which it is known.",
        "url": "The address of the document in the archive, as the listing gave it.",
        "title": "The title.",
        "summary": "The summary; its paragraphs are parted by a blank line.",
        "date_text": "The date as the archive writes it.",
        "date_edtf": "What the date means, in EDTF (ISO 8601-2): 1962-08, 1950~, 195X.",
        "date_earliest": "The first day that the date can be.",
        "date_latest": "The last day that the date can be.",
        "first_seen": "When the document was first harvested, in UTC.",
        "last_changed": "When its title, summary or date was last found to be different, in UTC.",
        "page": "The page that these values were read from.",
    },
    "collections": {
        "id": "A number given by the harvest.",
        "name": "The collection's name, given by whoever harvested it.",
        "url": "The address of the first page of its listing.",
        "stated_total": "How many documents the listing said that it has, when it was last read.",
    },
    "memberships": {
        "collection": "The collection.",
        "document": "The document.",
        "position": "The document's place in the listing when it was last read, counted from 1.",
        "first_seen": "When the document was first found in the collection, in UTC.",
        "page": "The page where it was last seen.",
    },
    "runs": {
        "id": "A number given by the harvest.",
        "collection": "The collection that was harvested.",
        "source": '"live", or the folder of saved pages that was read.',
        "started": "When the run began, in UTC.",
        "finished": "When it ended, in UTC; empty while it is going on.",
        "outcome": '"complete", or in one word why not.',
        "reason": "Why the run is not complete, in one sentence.",
        "stated_total": "How many documents the listing said that it has.",
        "pages": "How many pages were read.",
        "seen": "How many documents were seen on them.",
        "added": "How many of them were new to the collection.",
        "changed": "How many said something else than before.",
        "unchanged": "How many were as before.",
        "undated": "How many have no date.",
        "not_understood": "How many have a date that could not be read.",
        "duplicates": "How many entries showed a document that the run had met before.",
    },
    "pages": {
        "id": "A number given by the harvest.",
        "run": "The run that read the page.",
        "url": "The page's address.",
        "fetched": "When it was fetched or saved, in UTC.",
        "status": "The HTTP status that it came with.",
        "sha256": "The SHA-256 of its bytes.",
        "first": "The number of its first entry, as the page states it.",
        "last": "The number of its last entry, as the page states it.",
        "total": "How many entries the listing has, as the page states it.",
        "entries": "How many entries were read on it.",
    },
}

DAYS = {"date_earliest", "date_latest"}
TIMES = {"first_seen", "last_changed", "started", "finished", "fetched"}
