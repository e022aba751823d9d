"""A page, read once from top to bottom into pieces of text."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field

from lxml.etree import iterwalk

from harvester.pages.elements import INLINE, Element, is_landmark, is_unseen, signature
from harvester.pages.selectors import Index
from harvester.pages.text import fold

EVENTS = ("start", "end", "comment", "pi")


@dataclass(slots=True, eq=False)
class Piece:
    """Text that stands together: a block's, or that of a link to a document, which parts a block.

    A link without text is a piece too, of no text. `targets` are the addresses of the other links
    in the piece; it is `loose` if letters stand outside of them.
    """

    text: str
    holder: Element
    landmarks: tuple[Element, ...]
    link: Element | None = None
    document: str | None = None
    targets: tuple[str, ...] = ()
    loose: bool = False

    @property
    def signature(self) -> tuple[str, str]:
        """The block's tag and classes, which blocks of one kind have in common."""
        return signature(self.holder)


@dataclass(slots=True)
class Page:
    """The pieces of a page in reading order, and which of them each element holds."""

    pieces: list[Piece] = field(default_factory=list)
    starts: dict[Element, int] = field(default_factory=dict)
    stops: dict[Element, int] = field(default_factory=dict)

    def span(self, element: Element) -> range:
        """The places of an element's pieces; empty if the element was not read."""
        return range(self.starts.get(element, 0), self.stops.get(element, 0))

    def within(self, places: range) -> Iterator[tuple[int, Piece]]:
        """The pieces at these places, each with its place."""
        return zip(places, self.pieces[places.start : places.stop], strict=True)

    def documents(self, element: Element) -> set[str]:
        """The documents that an element links to."""
        return {piece.document for _, piece in self.within(self.span(element)) if piece.document}

    def is_aside(self, piece: Piece, after: int) -> bool:
        """Whether a piece is in a part of the frame: one that doesn't hold the range as well."""
        if not piece.landmarks:
            return False
        return any(after not in self.span(landmark) for landmark in piece.landmarks)


def read_page(
    root: Element | Sequence[Element],
    document_of: Callable[[str], str | None] = lambda href: None,
    *,
    apart: Container[Element] = (),
    shown: Container[Element] = (),
    passed_over: Callable[[Element], bool] | None = None,
    index: Index | None = None,
) -> Page:
    """The page under a root, or of some elements that stand side by side and what is between them;
    `document_of` tells the document that a link leads to.

    Inline elements that stand `apart` part text as a block does; what is `shown` is read even if it
    is hidden, as the tabs are that a reader has yet to open. What a part of the
    page's frame holds is not read if it is `passed_over`. An `index` of the tree saves looking at
    each element's attributes again.
    """
    reader = _Reader(document_of, apart, index)
    parts = root if isinstance(root, Sequence) else [root]
    reader.read(parts, shown, passed_over)
    return reader.page


class _Reader:
    """Builds a page from what is met on the way through its tree."""

    def __init__(
        self,
        document_of: Callable[[str], str | None],
        apart: Container[Element],
        index: Index | None,
    ) -> None:
        self.page = Page()
        self._document_of = document_of
        self._apart = apart
        self._is_unseen = index.unseen.__contains__ if index else is_unseen
        self._is_landmark = index.landmarks.__contains__ if index else is_landmark
        self._holders: list[Element] = []
        self._landmarks: tuple[Element, ...] = ()
        self._link: Element | None = None
        self._document: str | None = None
        self._target: str | None = None
        self._text: list[str] = []
        self._targets: list[str] = []
        self._said = False
        self._loose = False
        self._broken = False

    def read(
        self,
        parts: Sequence[Element],
        shown: Container[Element],
        passed_over: Callable[[Element], bool] | None,
    ) -> None:
        """Reads elements that stand side by side, comments among them, or a single one."""
        last = parts[-1]
        if len(parts) > 1 and (holder := last.getparent()) is not None:
            self._holders.append(holder)
        elif last.tag in INLINE:
            self._holders.append(last)
        for part in parts:
            if isinstance(part.tag, str):
                self._walk(part, shown, passed_over)
            if part is not last and (text := part.tail) and (self._said or not text.isspace()):
                self._add(text)

    def _walk(
        self,
        root: Element,
        shown: Container[Element],
        passed_over: Callable[[Element], bool] | None,
    ) -> None:
        """Walks through all below a root. This loop is most of what reading a page costs, so that
        it calls nothing for an element that is neither hidden nor parts a text nor links."""
        walk = iterwalk(root, events=EVENTS)
        starts, stops, pieces = self.page.starts, self.page.stops, self.page.pieces
        holders, apart, is_unseen = self._holders, self._apart, self._is_unseen
        unseen = None
        for event, element in walk:
            if event == "start":
                if is_unseen(element) and element not in shown:
                    unseen = element
                    walk.skip_subtree()
                    continue
                tag, is_frame = element.tag, False
                if tag == "br":
                    self._break()
                elif tag not in INLINE or (apart and element in apart):
                    is_frame = self._open_block(element)
                elif tag == "a":
                    self._open_link(element)
                starts[element] = len(pieces)
                if is_frame and passed_over and passed_over(element):
                    walk.skip_subtree()
                    continue
                text = element.text
            else:
                if event == "end" and element is not unseen:
                    if holders and element is holders[-1]:
                        self._close_block(element)
                    elif element.tag == "a":
                        self._close_link(element)
                    stops[element] = len(pieces) + self._said
                text = element.tail if element is not root else None
            if text and (self._said or not text.isspace()):
                self._add(text)

    def _open_block(self, block: Element) -> bool:
        """A block begins. Returns whether it is a landmark."""
        if self._text:
            self._cut()
        self._holders.append(block)
        is_frame = self._is_landmark(block)
        if is_frame:
            self._landmarks += (block,)
        return is_frame

    def _close_block(self, block: Element) -> None:
        if self._text:
            self._cut()
        self._holders.pop()
        if self._landmarks and block is self._landmarks[-1]:
            self._landmarks = self._landmarks[:-1]

    def _add(self, text: str) -> None:
        """More text: an element's own when it has begun, its tail when it has ended."""
        self._text.append(text)
        if text.isspace():
            return
        self._said, self._broken = True, False
        if self._target is not None:
            self._targets.append(self._target)
        elif not self._loose:
            self._loose = any(map(str.isalpha, text))

    def _open_link(self, link: Element) -> None:
        href = link.get("href")
        if not href:
            return
        document = self._document_of(href)
        if document is None:
            self._target = href
        else:
            self._cut()
            self._link, self._document = link, document

    def _close_link(self, link: Element) -> None:
        if link is not self._link:
            self._target = None
            return
        self._cut()
        if len(self.page.pieces) == self.page.starts[link]:
            self._append("")
        self._link = self._document = None

    def _break(self) -> None:
        """One line break is a space; two with nothing between part paragraphs."""
        if self._broken:
            self._cut()
        self._text.append(" ")
        self._broken = True

    def _cut(self) -> None:
        """Ends a piece: all text since the last cut, if there is any."""
        if self._said:
            text = self._text[0] if len(self._text) == 1 else "".join(self._text)
            self._append(fold(text))
            self._targets.clear()
        self._text.clear()
        self._said = self._loose = self._broken = False

    def _append(self, text: str) -> None:
        piece = Piece(
            text,
            self._holders[-1],
            self._landmarks,
            self._link,
            self._document,
            tuple(self._targets),
            self._loose,
        )
        self.page.pieces.append(piece)
