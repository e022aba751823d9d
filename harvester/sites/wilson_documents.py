"""The pages of the Wilson Center Digital Archive's documents: their labels, and how sure they are.

Sure means read in copies of the site's own pages, likely taken from programs that have read it,
guess what its software usually writes.
"""

import re

from harvester.sites.site import DocumentPage

FIELDS = {
    "source": "source",
    "original uploaded date": "uploaded",
    "original upload date": "uploaded",
    "rights": "rights",
    "record id": "record_id",
    "original classification": "classification",
    "classification": "classification",
    "summary": "summary",
    "description": "summary",
}
"""Sure: Source, Original Uploaded Date, Rights, Record ID, Original Classification. The others are
a guess."""

TERMS = {
    "author": "author",
    "authors": "author",
    "associated places": "place",
    "subjects discussed": "subject",
    "associated people and organizations": "person",
    "document contributors": "contributor",
    "donors": "donor",
    "original archive": "archive",
    "language": "language",
    "type": "type",
    "creators": "author",
    "associated place": "place",
    "subject discussed": "subject",
    "subjects": "subject",
    "document contributor": "contributor",
    "contributors": "contributor",
    "donor": "donor",
    "original archives": "archive",
    "languages": "language",
    "original language": "language",
}
"""Sure: the first nine, and likely Type, on the earlier site. The others are a guess."""

PROOFS = frozenset(("source", "rights", "record_id", "uploaded", "archive"))
"""Sure: each of eleven documents' pages had nearly all of them, and no other page has any."""

HINTS = {
    "title": ("h1.title", "h1"),
    "date": (".date",),
    "credit": (".donated",),
    "summary": (".text-block",),
    "transcript": (".tab-pane",),
    "name": (".pill .name",),
}
"""Likely, of today's site."""

CREDIT = re.compile(r"this document was made possible with support from\s.+", re.IGNORECASE)
"""Sure."""

FURNITURE = re.compile(
    r"""(?:document\s)?(?:information|details?|metadata)|about\sthis\sdocument|contents?
    |(?:get\s|show\s|copy\s)?citations?|cite(?:\sthis\sdocument)?|share|print|download(?:s|\spdf)?
    |pdf'?s?|(?:original\s)?scans?|translations?|transcripts?|transcriptions?""",
    re.IGNORECASE | re.VERBOSE,
)
"""Headings and buttons that say nothing of the document. Sure: "Citation", "get citation"."""

CITATION = re.compile(
    r"""["“](?P<title>.+?)\s?,?\s?["”],?\s
    (?:(?P<date>[^"“”]{1,80}?),\s)?
    (?:History\sand\sPublic\sPolicy\sProgram|(?:The\s)?Wilson\sCenter)\sDigital\sArchive
    (?:[,.]\s(?P<source>.+?))?
    (?:\shttps?://\S+)?""",
    re.VERBOSE | re.DOTALL,
)
"""Sure, on the earlier site: title in quotation marks, date, the archive's name, then the source.
Guess: an address at its end."""

NAME = r"(?-i:[A-Z])[^\W\d_]+(?:[\s-](?-i:[A-Z])[^\W\d_]+)?"
TRANSCRIPT = re.compile(
    rf"""(?:(?P<before>(?!original|full|document){NAME})\s)?
    (?:original\s|full\s|document\s)?
    (?:translations?|transcripts?|transcriptions?|texts?|original|language|version|scans?|html)
    (?:\s(?:translation|transcription|transcript|language|text|version|scans?))?
    (?:\s?[-–—|:(]\s?(?P<after>{NAME})\s?\)?)?""",
    re.IGNORECASE | re.VERBOSE,
)
"""Guess: the page has tabs for translation, transcription and original, it is likely; not how they
are called."""

FILE_PATH = re.compile(r"/document/[^/]+/download/?$|\.pdf$", re.IGNORECASE)
"""Likely: `/document/99018/download` today, `/document/119828.pdf` on the earlier site."""

DOCUMENT_PAGE = DocumentPage(
    fields=FIELDS,
    terms=TERMS,
    proofs=PROOFS,
    hints=HINTS,
    credit=CREDIT,
    furniture=FURNITURE,
    citation=CITATION,
    transcript=TRANSCRIPT,
    file_path=FILE_PATH,
)
