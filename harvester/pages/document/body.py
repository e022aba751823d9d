"""The texts of a document: in panes, or below the opening without an element of their own."""

from collections.abc import Container

from harvester.pages.document.labels import Labels
from harvester.pages.document.panes import Pane
from harvester.pages.document.sheet import Sheet
from harvester.pages.page import Piece
from harvester.record import Transcript


def body_below(sheet: Sheet, title: int, end: int, labels: Labels) -> range:
    """The places of a text without a pane: from the end of the opening to the first label, within
    the part of the page that holds both the title and that end."""
    stops = [label.place for label in labels if label.place > end]
    stops += [place for place, _ in sheet.texts() if place > end and place in sheet.teasers]
    around = sheet.page.span(sheet.common(title, end))
    stop = min([*stops, around.stop])
    while stop in around and stop > end + 1 and _heads(sheet, stop - 1):
        stop -= 1
    return range(end + 1, stop)


def read_transcripts(sheet: Sheet, body: range, files: Container[str]) -> list[Transcript]:
    """The texts in the page's order; `files` are links that are no part of one.

    A pane without text, such as one for a scan, is none.
    """
    texts = [
        Transcript(pane.label, pane.language, _in_pane(sheet, pane, files)) for pane in sheet.panes
    ]
    texts.append(Transcript(None, None, _below(sheet, body)))
    return [text for text in texts if text.text]


def _heads(sheet: Sheet, place: int) -> bool:
    """Whether a text says nothing unless something follows it."""
    return sheet.is_furniture(place) or sheet.meaning(place) is not None


def _in_pane(sheet: Sheet, pane: Pane, files: Container[str]) -> str:
    """A pane's text, but for that of the panes within it."""
    inner = [one.element for one in sheet.panes if one.outer is pane]
    theirs = {place for element in inner for place in sheet.page.span(element)}
    pieces = sheet.page.within(sheet.page.span(pane.element))
    own = (piece for place, piece in pieces if place not in theirs)
    return "\n\n".join(piece.text for piece in own if not _downloads(piece, files))


def _downloads(piece: Piece, files: Container[str]) -> bool:
    """Whether a text is but a link to a scan."""
    return bool(piece.targets) and not piece.loose and all(map(files.__contains__, piece.targets))


def _below(sheet: Sheet, body: range) -> str:
    texts = [piece.text for place, piece in sheet.texts(body) if not sheet.is_mere_link(place)]
    return "\n\n".join(texts)
