"""The record of a document, as its own page gives it."""

import json
import re
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

AS_WRITTEN = "As written, before NFC"
"""The label in `other` of texts as a page has them, where their letters are composed otherwise than
ours. A site that changes that has changed nothing."""
SMALL_ENGLISH = re.compile("[a-z]")
REQUIRED = "required"
"""The metadata key of a required text; its value is the text's name in a sentence."""
MEANS = "means"
"""The metadata key of a field that is a column of `documents`; its value is the meaning."""


def means(sentence: str, **more: object) -> Any:
    """A field that may be None, with its meaning as a column of `documents`."""
    return field(default=None, metadata={MEANS: sentence, **more})


def same_letters(other: str | None) -> str | None:
    """A page's other values as JSON, without the texts in another Unicode form."""
    if other is None or AS_WRITTEN not in other:
        return other
    said = {label: values for label, values in json.loads(other).items() if label != AS_WRITTEN}
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else None


def columns(kind: type) -> dict[str, str]:
    """The fields of a class that are columns of `documents`, with their meanings."""
    return {one.name: one.metadata[MEANS] for one in fields(kind) if MEANS in one.metadata}


class Kind(NamedTuple):
    """A kind of terms: its plural and its meaning."""

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
"""All kinds of terms, in the order in which readers look for them."""


class Term(NamedTuple):
    """A name in a field that may have several, such as ("author", "Satō, Eisaku").

    The kind is one of KINDS. Names keep their spelling.
    """

    kind: str
    name: str


@dataclass(slots=True)
class Transcript:
    """A text of a document: a translation, a transcription, the original.

    `label` is the page's ("English Translation"); `language` is from the label, or the markup's
    code ("ru"). Blank lines separate the paragraphs of `text`, which keeps its footnotes and page
    marks.
    """

    label: str | None
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ScanLink:
    """The address of a scan, and its label on the page ("Original Scan"), if it has one."""

    url: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A document that the site shows below another as related, by its row there.

    `node` is the number of its page. A row that can't be read for certain gives its address alone.
    """

    url: str
    title: str | None = None
    date_text: str | None = None
    summary: str | None = None
    node: int | None = None


@dataclass(slots=True, kw_only=True)
class Fields:
    """The fields that a document's page has at most once, with their meanings.

    A profile's labels can stand for the `labelled` ones. A value that the page lacks is None; blank
    lines separate paragraphs.
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
"""The fields that a profile's label can stand for."""
CALLED = {one.name: one.metadata["called"] for one in fields(Fields) if "called" in one.metadata}
"""The fields whose name in citations and reports differs from that of their column."""


@dataclass(slots=True)
class Record(Fields):
    """The record of a document: everything that its page says.

    `document` is its identity and `link` its address on the site itself, as in an Entry. `terms`
    are in the page's order, each once. `other` has the values of labels that no profile knows, and
    under an empty label those without one. `files` are scans on the document's own site. `related`
    are other documents, which the site finds by itself: they say nothing of this one. `aliases` are
    further identities of the same document, such as its number on an earlier site.
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
        """The names of a kind of term, in the page's order."""
        return [term.name for term in self.terms if term.kind == kind]

    @property
    def original_archive(self) -> str | None:
        """The archive of the original; semicolons separate several."""
        return "; ".join(self.names("archive")) or None

    @property
    def languages(self) -> list[str]:
        """The languages of the original."""
        return self.names("language")


def is_same_title(shown: str, said: str) -> bool:
    """Whether a title equals another, perhaps in capitals.

    A program may make capitals of English letters only: "FOZ DO IGUAçU".
    """
    if shown == said or SMALL_ENGLISH.search(shown):
        return shown == said
    return shown in (said.upper(), SMALL_ENGLISH.sub(lambda letter: letter[0].upper(), said))
