"""The pages of the Wilson Center Digital Archive's documents: their labels, and how sure they are.

Seen means in the markup of its pages as a browser stored them in January 2025, sure read in the
text of other copies, likely taken from programs that have read the site, guess what its software
usually writes.
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
"""Seen: Source, Original Uploaded Date, Rights, Record ID, Original Classification. The others are
a guess."""

TERMS = {
    "author": "author",
    "authors": "author",
    "associated places": "place",
    "subjects discussed": "subject",
    "associated people and organizations": "person",
    "associated topics": "topic",
    "document contributors": "contributor",
    "donors": "donor",
    "original archive": "archive",
    "language": "language",
    "type": "type",
    "creators": "author",
    "associated place": "place",
    "subject discussed": "subject",
    "subjects": "subject",
    "topics": "topic",
    "associated topic": "topic",
    "document contributor": "contributor",
    "contributors": "contributor",
    "donor": "donor",
    "original archives": "archive",
    "languages": "language",
    "original language": "language",
}
"""Seen: Author(s), Associated Places, Associated Topics, Associated People & Organizations,
Subjects Discussed, Donors, Original Archive, Type, Language; sure: Document Contributors. The
others are a guess."""

RUNS = {"author": ("participant", "author")}
"""Seen: below "Author(s):" stands one list of two runs that only blank lines of the markup part,
and either can be empty. Of conversations the first one names who took part, of other documents the
second one names who wrote. Where no blank line tells, all are authors, as the label has it."""

PROOFS = frozenset(("source", "rights", "record_id", "uploaded", "archive"))
"""Seen: each document's page had nearly all of them. Sure: no other page has any."""

HINTS = {
    "title": ("h1.title", "h1"),
    "date": (".date",),
    "credit": (".donated",),
    "summary": (".text-block",),
    "label": ("h2.title, h3.title, .information-block .sub-title",),
    "transcript": (".tab-pane",),
    "kind": (".dropdown-document-type .changing-text",),
    "language": (".dropdown-document-language .changing-text",),
    "name": (".pill .name",),
    "citation": ("#citation",),
}
"""Seen. The summary stands after the panes; what a single one is, only a button says."""

CREDIT = re.compile(r"this document was made possible with support from\s.+", re.IGNORECASE)
"""Sure."""

FURNITURE = re.compile(
    r"""(?:document\s)?(?:information|details?|metadata)|about\sthis\sdocument|contents?
    |(?:get\s|show\s|copy\s)?citations?|cite(?:\sthis\sdocument)?|share|print|download(?:s|\spdf)?
    |pdf'?s?|(?:original\s)?scans?|translations?|transcripts?|transcriptions?
    |(?:explore\s)?related\s(?:documents|resources|articles|content)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Headings and buttons that say nothing of the document. Seen: "Citation", "Document Information",
"Related Documents", "Explore Related Resources"."""

RELATED = re.compile(r"related\sdocuments:?", re.IGNORECASE)
"""Seen, but for the colon."""

CITATION = re.compile(
    r"""["“](?P<title>.+?)\s?,?\s?["”],?\s
    (?:(?P<date>[^"“”]{1,80}?),\s)?
    (?:History\sand\sPublic\sPolicy\sProgram|(?:The\s)?Wilson\sCenter)\sDigital\sArchive
    (?:[,.]\s(?P<source>.+?))?
    (?:\shttps?://\S+)?""",
    re.VERBOSE | re.DOTALL,
)
"""Seen, in a dialogue; sure, on the earlier site: title in quotation marks, date, the archive's
name, then the source. Guess: an address at its end."""

NAME = r"(?-i:[A-Z])[^\W\d_]+(?:[\s-](?-i:[A-Z])[^\W\d_]+)?"
TRANSCRIPT = re.compile(
    rf"""(?:(?P<before>(?!original|full|document){NAME})\s)?
    (?:original\s|full\s|document\s)?
    (?:translations?|transcripts?|transcriptions?|texts?|original|language|version|scans?|html)
    (?:\s(?:translation|transcription|transcript|language|text|version|scans?))?
    (?:\s?[-–—|:(]\s?(?P<after>{NAME})\s?\)?)?""",
    re.IGNORECASE | re.VERBOSE,
)
"""Seen: "Original Scan", "Transcript", "Translation". The rest is a guess."""

PANE = re.compile(r"translation-(?P<language>.+)", re.IGNORECASE)
"""Seen: a translation's pane is in that of all translations, and has its language in its id."""

FILE_PATH = re.compile(r"\.pdf$", re.IGNORECASE)
"""Seen: `/sites/default/files/shared-media/…/NAME.pdf`; likely: `/document/119828.pdf` on the
earlier site. `/document/99018/download` is on every page, also where there is no scan."""

DOCUMENT_PAGE = DocumentPage(
    fields=FIELDS,
    terms=TERMS,
    runs=RUNS,
    proofs=PROOFS,
    hints=HINTS,
    credit=CREDIT,
    furniture=FURNITURE,
    related=RELATED,
    citation=CITATION,
    transcript=TRANSCRIPT,
    pane=PANE,
    file_path=FILE_PATH,
)
