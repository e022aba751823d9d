"""A document's citation: a line of its page, or in a dialogue that a button opens."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import Match

from harvester.pages.address import document_of
from harvester.pages.document.document_context import DocumentContext
from harvester.pages.page import Piece, read_page

DIALOGUES = "[role=dialog]"
"""As ARIA has it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation, and the document's lasting address if that is given with it.

    `place` is where it stands among the page's texts; None in a dialogue, which is none of them.
    """

    parts: Match[str]
    place: int | None = None
    url: str | None = None

    @property
    def text(self) -> str:
        """The whole of it."""
        return self.parts[0]


def find_citation(context: DocumentContext) -> Citation | None:
    """The citation that the page shows, or else the one in a dialogue."""
    form = context.site.document_page
    for place, piece in context.texts():
        if parts := form.citation.fullmatch(piece.text):
            return Citation(parts, place)
    for pieces in _dialogues(context):
        if parts := next(filter(None, (form.citation.fullmatch(one.text) for one in pieces)), None):
            urls = (one.text for one in pieces if document_of(one.text, context.site))
            return Citation(parts, url=next(urls, None))
    return None


def _dialogues(context: DocumentContext) -> Iterator[list[Piece]]:
    index, panes = context.tree.index, {pane.element for pane in context.panes}
    for found in index.select(
        ", ".join((DIALOGUES, *context.site.document_page.hints["citation"]))
    ):
        if panes.isdisjoint(found.iterancestors()):
            yield read_page(found, shown=(found,), index=index).pieces
