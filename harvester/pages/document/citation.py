"""How a site cites a document: in a line of its page, or in a dialogue that a button opens."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import Match

from harvester.pages.address import document_of
from harvester.pages.document.sheet import Sheet
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


def find_citation(sheet: Sheet) -> Citation | None:
    """The citation that the page shows, or else the one in a dialogue."""
    form = sheet.site.document_page
    for place, piece in sheet.texts():
        if parts := form.citation.fullmatch(piece.text):
            return Citation(parts, place)
    for pieces in _dialogues(sheet):
        if parts := next(filter(None, (form.citation.fullmatch(one.text) for one in pieces)), None):
            urls = (one.text for one in pieces if document_of(one.text, sheet.site))
            return Citation(parts, url=next(urls, None))
    return None


def _dialogues(sheet: Sheet) -> Iterator[list[Piece]]:
    index, panes = sheet.tree.index, {pane.element for pane in sheet.panes}
    for found in index.select(", ".join((DIALOGUES, *sheet.site.document_page.hints["citation"]))):
        if panes.isdisjoint(found.iterancestors()):
            yield read_page(found, shown=(found,), index=index).pieces
