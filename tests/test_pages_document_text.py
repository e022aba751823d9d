"""Any text on a document's page comes back as it was, and none of it is taken for a label."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from markup import change_tags, rename_classes
from markup_documents import LABELS, MARKUPS, SHAPES, Document, render
from records import as_earlier, as_today, regrouped, unclassed, untitled
from sites import WILSON

from harvester.pages import read_document
from harvester.pages.elements import fold
from harvester.record import Record, Term, Transcript

VERSIONS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "classes renamed": rename_classes,
    "tags changed": change_tags,
    "both": lambda html: change_tags(rename_classes(html)),
}
KINDS = ("archive", "language", "donor", "author", "place", "subject", "topic", "person", "type")

CHARACTERS = st.characters(exclude_categories=("C", "Zl", "Zp"))
HOSTILE = st.sampled_from(
    [
        *LABELS.values(),
        *(f"{label}: nothing" for label in LABELS.values()),
        "SOURCE",
        "<script>alert(1)</script>",
        "&amp; &lt;b&gt; &#60;",
        "שלום עולם",
        "الوثيقة ‏(١٩٦٠)",
        "[1]",
        "[p. 2]",
        "1 - 5 of 5",
        "Popular Documents",
        "Document Information",
        "May 1956",
    ]
)
ORDINARY = st.text(CHARACTERS, min_size=1, max_size=60).map(fold)
LINES = st.one_of(ORDINARY, HOSTILE).filter(lambda text: any(map(str.isalnum, text)))
PROSE = st.lists(LINES, min_size=1, max_size=5).map("\n\n".join)
SENTENCES = ORDINARY.map(lambda text: fold(f"This tells of {text}"))


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record of any text, with a number and a text, which all documents have."""
    names = draw(st.fixed_dictionaries({kind: st.lists(LINES, max_size=3) for kind in KINDS}))
    terms = [Term(kind, name) for kind in KINDS for name in names[kind]]
    folio = st.lists(ORDINARY.filter(str.isalnum), min_size=1, max_size=2)
    return Record(
        document="300641",
        link=WILSON.document_url("300641"),
        title=draw(LINES),
        date_text=draw(st.sampled_from([None, "1956", "May 1956", "October 09, 1973"])),
        summary=draw(st.none() | SENTENCES),
        credit=draw(st.none() | SENTENCES.map(lambda text: f"{MADE_POSSIBLE} {text}")),
        source=draw(st.none() | LINES),
        rights=draw(st.none() | PROSE),
        classification=draw(st.none() | LINES),
        uploaded=draw(st.none() | st.just("2023-10-05")),
        record_id="300641",
        terms=list(dict.fromkeys(terms)),
        other=draw(st.just({}) | st.fixed_dictionaries({"Physical Form": folio})),
        transcripts=[Transcript(None, None, draw(PROSE))],
    )


MADE_POSSIBLE = "This document was made possible with support from"


@pytest.mark.parametrize("markup", MARKUPS)
@examples(50)
@given(
    record=records(),
    shape=st.sampled_from([None, *SHAPES]),
    order=st.permutations(list(LABELS)),
    version=st.sampled_from([*VERSIONS]),
)
def test_any_text_comes_back(
    markup: str,
    record: Record,
    shape: str | None,
    order: list[str],
    version: str,
) -> None:
    record = as_today(record, "a-slug") if markup == "today" else as_earlier(record)
    html = render(markup, Document(record.link, record, tuple(order), shape, hide=True))
    if markup == "earlier" and not shape:
        order = [kind for kind in order if kind != "subject"]
    want = replace(record, terms=regrouped(record.terms, order))
    want = unclassed(want) if version in ("classes renamed", "both") else want
    want = untitled(want) if version == "both" else want
    assert read_document(VERSIONS[version](html), record.link, WILSON) == want
