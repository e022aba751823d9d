"""The texts of a document: in panes, or below the header without an element of their own."""

from collections.abc import Container

from harvester.pages.document.document_context import DocumentContext
from harvester.pages.document.labels import Labels
from harvester.pages.document.panes import Pane
from harvester.pages.page import Piece
from harvester.record import Transcript


def body_below(context: DocumentContext, title: int, end: int, labels: Labels) -> range:
    """The places of a text without a pane: from the end of the header to the first label, within
    the part of the page that holds both the title and that end."""
    stops = [label.place for label in labels if label.place > end]
    stops += [place for place, _ in context.texts() if place > end and place in context.teasers]
    around = context.page.span(context.common(title, end))
    stop = min([*stops, around.stop])
    while stop in around and stop > end + 1 and _heads(context, stop - 1):
        stop -= 1
    return range(end + 1, stop)


def read_transcripts(
    context: DocumentContext, body: range, files: Container[str]
) -> list[Transcript]:
    """The texts in the page's order; `files` are links that are no part of one.

    A pane without text, such as one for a scan, is none.
    """
    texts = [
        Transcript(pane.label, pane.language, _in_pane(context, pane, files))
        for pane in context.panes
    ]
    texts.append(Transcript(None, None, _below(context, body)))
    return [text for text in texts if text.text]


def _heads(context: DocumentContext, place: int) -> bool:
    """Whether a text says nothing unless something follows it."""
    return context.is_boilerplate(place) or context.meaning(place) is not None


def _in_pane(context: DocumentContext, pane: Pane, files: Container[str]) -> str:
    """A pane's text, but for that of the panes within it."""
    inner = [one.element for one in context.panes if one.outer is pane]
    theirs = {place for element in inner for place in context.page.span(element)}
    pieces = context.page.within(context.page.span(pane.element))
    own = (piece for place, piece in pieces if place not in theirs)
    return "\n\n".join(piece.text for piece in own if not _downloads(piece, files))


def _downloads(piece: Piece, files: Container[str]) -> bool:
    """Whether a text is but a link to a scan."""
    return bool(piece.targets) and not piece.loose and all(map(files.__contains__, piece.targets))


def _below(context: DocumentContext, body: range) -> str:
    texts = [piece.text for place, piece in context.texts(body) if not context.is_mere_link(place)]
    return "\n\n".join(texts)
