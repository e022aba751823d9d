"""A document's full record, as its own page gives it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from harvester.items import REQUIRED

KINDS = (
    *("participant", "author", "place", "subject", "topic", "person", "contributor", "donor"),
    *("language", "archive", "type"),
)
"""All that a term can be of a document; a person may be an organisation.

A participant is named where authors are, but as who took part, such as in a conversation.
"""


class Term(NamedTuple):
    """One name of a field that can have several, such as ("author", "Satō, Eisaku").

    The kind is one of KINDS. Names are kept as given.
    """

    kind: str
    name: str


@dataclass(slots=True)
class Transcript:
    """One text of a document: its translation, its transcription, its original.

    `label` is what the page calls it ("English Translation"); `language` is named in the label, or
    it is the code that the markup gives ("ru"). Paragraphs of `text` are parted by a blank line;
    footnotes and marks of pages stand in it as on the page.
    """

    label: str | None
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ScanLink:
    """The address of a scan, and what the page calls that ("Original Scan"), if it says so."""

    url: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A document that the site shows below another as related, as its row there has it.

    `node` is the number of its page. A row that can't be read for certain gives its address alone.
    """

    url: str
    title: str | None = None
    date_text: str | None = None
    summary: str | None = None
    node: int | None = None


@dataclass(slots=True)
class Record:
    """What the page of one document says.

    `document` is its identity, as in an Entry, and `link` where the site itself shows it. A value
    that the page lacks is None; paragraphs of one are parted by a blank line. `credit` is the line
    that thanks who paid, `uploaded` a date as written, `citation` the site's own, which gives
    `citation_url` as the document's lasting address. `original_archive` and `languages` are terms
    as well.

    `terms` are in the page's order, each once. `other` has the labels that are not known, with
    their values, and under an empty one the texts among these that have no label. `files` are
    scans on the document's own site, `node` is the number by which today's site counts its pages.
    `related` are other documents, which the site finds by itself: they say nothing of this one.
    `aliases` are further identities of the same document, the record id among them,
    which was its number on the earlier site.
    """

    document: str
    link: str
    title: str = field(metadata={REQUIRED: "title"})
    date_text: str | None = None
    summary: str | None = None
    credit: str | None = None
    source: str | None = None
    rights: str | None = None
    classification: str | None = None
    uploaded: str | None = None
    record_id: str | None = None
    citation: str | None = None
    citation_url: str | None = None
    node: int | None = None
    terms: list[Term] = field(default_factory=list)
    other: dict[str, list[str]] = field(default_factory=dict)
    transcripts: list[Transcript] = field(default_factory=list)
    files: list[ScanLink] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)

    def names(self, kind: str) -> list[str]:
        """The names of one kind of term, in the page's order."""
        return [term.name for term in self.terms if term.kind == kind]

    @property
    def original_archive(self) -> str | None:
        """Where the original is kept; several archives are parted by semicolons."""
        return "; ".join(self.names("archive")) or None

    @property
    def languages(self) -> list[str]:
        """The languages of the original."""
        return self.names("language")
