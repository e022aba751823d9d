"""A document's full record, as its own page gives it."""

import re
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

SMALL_ENGLISH = re.compile("[a-z]")
REQUIRED = "required"
"""The key in the metadata of a text that no item lacks; its value is what a sentence calls it."""
MEANS = "means"
"""The key in the metadata of a field that is a column of documents: what that is, in a sentence."""


def means(sentence: str, **more: object) -> Any:
    """A field that a page can lack, and what it is as a column of documents."""
    return field(default=None, metadata={MEANS: sentence, **more})


def columns(kind: type) -> dict[str, str]:
    """The fields of a class that are columns of documents, with what they mean."""
    return {one.name: one.metadata[MEANS] for one in fields(kind) if MEANS in one.metadata}


class Kind(NamedTuple):
    """A kind of terms: the name of several, and their meaning."""

    plural: str
    means: str


KINDS = {
    "author": Kind("authors", "Who wrote it."),
    "participant": Kind("participants", "Who took part in it, such as in a conversation."),
    "place": Kind("places", "The places that it has to do with."),
    "subject": Kind("subjects", "What it is about."),
    "topic": Kind("topics", "The archive's topics that it belongs to."),
    "person": Kind("people", "The people and organisations that it has to do with."),
    "contributor": Kind("contributors", "Who contributed to it."),
    "language": Kind("languages", "The languages of the original."),
    "donor": Kind("donors", "Who paid for its being here."),
    "archive": Kind("archives", "Where the original is kept."),
    "type": Kind("types", "What sort of document it is."),
}
"""All that a term can be of a document, in the order in which one looks for it."""


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


@dataclass(slots=True, kw_only=True)
class Fields:
    """Fields that a document's page has once, and their meaning; a profile's labels can stand for
    those that are `labelled`.

    A value that the page lacks is None; paragraphs of one are parted by a blank line.
    """

    credit: str | None = means("Whom the document's own page thanks for support.")
    source: str | None = means(
        "Where the original is, and who obtained and translated it.", labelled=True
    )
    rights: str | None = means("What may be done with it, as its page says.", labelled=True)
    classification: str | None = means(
        "How secret the original was.", labelled=True, called="Original classification"
    )
    uploaded: str | None = means("When the archive put it on the web, as written.", labelled=True)
    record_id: str | None = means(
        "The archive's number for it, by which an earlier site knew it.",
        labelled=True,
        called="Record ID",
    )
    citation: str | None = means("How the archive cites it.")
    citation_url: str | None = means(
        "The lasting address that the archive gives with its citation."
    )
    node: int | None = means("The number of its page on the site.")


LABELS = tuple(one.name for one in fields(Fields) if one.metadata.get("labelled"))
"""The fields that a label can stand for."""
CALLED = {one.name: one.metadata["called"] for one in fields(Fields) if "called" in one.metadata}
"""The fields whose name in citations and reports differs from that of their column."""


@dataclass(slots=True)
class Record(Fields):
    """The record of one document: all that its page says.

    `document` is its identity, as in an Entry, and `link` where the site itself shows it.
    `original_archive` and `languages` are terms as well.

    `terms` are in the page's order, each once. `other` has the labels that are not known, with
    their values, and under an empty one the texts among these that have no label. `files` are
    scans on the document's own site. `related` are other documents, which the site finds by itself:
    they say nothing of this one. `aliases` are further identities of the same document, the record
    id among them, which was its number on the earlier site.
    """

    document: str
    link: str
    title: str = field(metadata={REQUIRED: "title"})
    date_text: str | None = None
    summary: str | None = None
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


def is_same_title(shown: str, said: str) -> bool:
    """Whether a title is what is said elsewhere, or that in capitals.

    A program may make capitals of English letters only: "FOZ DO IGUAçU".
    """
    if shown == said or SMALL_ENGLISH.search(shown):
        return shown == said
    return shown in (said.upper(), SMALL_ENGLISH.sub(lambda letter: letter[0].upper(), said))
