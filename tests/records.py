"""Records for tests: the real ones of tests/documents as either generation of the site has them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from markup import POPULAR
from markup.today import FIRST_NODE
from markup_documents import LABELS
from sites import WILSON

from harvester.record import Record, Related, ScanLink, Term, Transcript

DOCUMENTS = sorted(Path(__file__).with_name("documents").glob("*.json"))
KINDS = {
    "authors": "author",
    "associated_people_orgs": "person",
    "associated_places": "place",
    "associated_topics": "topic",
    "subjects_discussed": "subject",
    "document_contributors": "contributor",
    "original_archive_title": "archive",
    "language": "language",
    "donors": "donor",
}
"""What the lists of a file of tests/documents are, in the order of the labels."""

NODE = 99018
SCAN = (
    f"{WILSON.home}/sites/default/files/shared-media/imported_document_original_file/A%20scan.pdf"
)
RELATED = [
    Related(
        WILSON.home + str(said["href"]),
        said["title"],
        said["date_text"],
        " ".join(str(said["summary"]).split()),
        node,
    )
    for node, said in enumerate(POPULAR, FIRST_NODE)
]
"""What a page of today's site shows as related, whatever it is about."""
ARCHIVE = "History and Public Policy Program Digital Archive"


def real_record(path: Path, markup: str) -> Record:
    """What the page that a file is about says in a markup; what is not known is made up."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    record = Record(
        document=said["record_id"],
        link=WILSON.document_url(said["record_id"]),
        title=folded(said["title"]),
        date_text=said["date_text"],
        summary=folded(said["summary"]),
        credit=said["credit"],
        source=said["source"],
        rights=paragraphs(said["rights"]),
        classification=said["original_classification"],
        uploaded=said["original_upload_date"],
        record_id=said["record_id"],
        terms=[Term(kind, name) for key, kind in KINDS.items() for name in said[key]],
        transcripts=[Transcript(None, None, paragraphs(said["text_opening"]))],
    )
    slug = said["url"].rpartition("/")[2]
    return as_today(record, slug) if markup == "today" else as_earlier(record)


def as_today(record: Record, document: str) -> Record:
    """The record as today's site has it: a slug, a node, a scan, a translation, a citation."""
    texts = [replace(record.transcripts[0], label="Translation", language="English")]
    said = (f'"{record.title}"', record.date_text, "Wilson Center Digital Archive", record.source)
    return replace(
        record,
        document=document,
        link=WILSON.document_url(document),
        node=NODE,
        files=[ScanLink(SCAN, "Original Scan")],
        related=RELATED,
        transcripts=texts,
        citation=", ".join(filter(None, said)),
        citation_url=WILSON.document_url(record.record_id) if record.record_id else None,
        aliases=[record.record_id] if record.record_id else [],
    )


def as_earlier(record: Record) -> Record:
    """The record as the earlier site had it: with a citation, subjects apart."""
    date = f"{record.date_text}, " if record.date_text else ""
    source = f", {record.source}" if record.source else ""
    return replace(
        record,
        citation=f'"{record.title}," {date}{ARCHIVE}{source}',
        files=[ScanLink(WILSON.document_url(f"{record.document}.pdf?v=3d88"))],
        terms=regrouped(record.terms, [kind for kind in LABELS if kind != "subject"]),
    )


def record_of(data: dict[str, Any]) -> Record:
    """The record in a page.json."""
    terms = [Term(*term) for term in data["terms"]]
    texts = [Transcript(**text) for text in data["transcripts"]]
    files = [ScanLink(**link) for link in data["files"]]
    related = [Related(**one) for one in data["related"]]
    made = {"terms": terms, "transcripts": texts, "files": files, "related": related}
    return Record(**{**data, **made})


def unclassed(record: Record) -> Record:
    """What is left of today's record where classes and ids have other names, which alone tell what
    a single pane is, and in which language a translation is."""
    texts = [one for one in record.transcripts if one.label == "Translation"]
    alone = len(texts) == len(record.transcripts) and not record.files
    shown = [
        replace(one, language=None, label=None if alone else one.label) if one in texts else one
        for one in record.transcripts
    ]
    files = [replace(one, label=None) for one in record.files] if _is_one_pane(record) else None
    return replace(record, transcripts=shown, files=files or record.files)


def _is_one_pane(record: Record) -> bool:
    """Whether all scans of a record are in the only pane of its page."""
    return not record.transcripts and len({one.label for one in record.files}) == 1


def untitled(record: Record) -> Record:
    """What is left where neither tag nor class tells the title in a related document's row."""
    return replace(record, related=[Related(one.url, node=one.node) for one in record.related])


def regrouped(terms: Sequence[Term], kinds: Iterable[str]) -> list[Term]:
    """The terms with their kinds in this order, those of other kinds last."""
    ranks = {kind: rank for rank, kind in enumerate(kinds)}
    return sorted(terms, key=lambda term: ranks.get(term.kind, len(ranks)))


def folded(text: str) -> str:
    """The text with white space folded."""
    return re.sub(r"\s+", " ", text).strip()


def paragraphs(text: str) -> str:
    """Lines as paragraphs, parted by blank lines."""
    return "\n\n".join(line for line in map(folded, text.split("\n")) if line)
