"""A page, read once from top to bottom into pieces of text."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element
from lxml.etree import iterwalk

from harvester.pages.text import INLINE, fold, is_unseen

LANDMARKS = frozenset(("nav", "aside", "footer"))
LANDMARK_ROLES = frozenset(
    ("navigation", "complementary", "contentinfo", "banner", "search", "alertdialog", "dialog")
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SECTIONS = frozenset(("article", "section", "main", "li", "td"))
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
        """How the block is marked up: what blocks of one kind have in common."""
        return signature(self.holder)


@dataclass(slots=True)
class Page:
    """The pieces of a page in reading order, and which of them each element holds."""

    pieces: list[Piece] = field(default_factory=list)
    spans: dict[Element, range] = field(default_factory=dict)

    def span(self, element: Element) -> range:
        """The places of an element's pieces."""
        return self.spans.get(element, range(0))

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
        return any(after not in self.spans[landmark] for landmark in piece.landmarks)


def read_page(
    root: Element,
    document_of: Callable[[str], str | None] = lambda href: None,
    *,
    stands_apart: Callable[[Element], bool] = lambda element: False,
    shown: Container[Element] = (),
    passed_over: Callable[[Element], bool] = lambda element: False,
) -> Page:
    """The page under a root; `document_of` tells the document that a link leads to.

    `stands_apart` tells of an inline element whether it parts text as a block does; what is `shown`
    is read even if it is hidden, as the tabs are that a reader has yet to open. What a part of the
    page's frame holds is not read if it is `passed_over`.
    """
    reader = _Reader(document_of, stands_apart)
    walk = iterwalk(root, events=EVENTS)
    unseen = None
    for event, element in walk:
        if event == "start":
            if is_unseen(element) and element not in shown:
                unseen = element
                walk.skip_subtree()
                continue
            if reader.open(element) and element.tag in LANDMARKS and passed_over(element):
                walk.skip_subtree()
                continue
            text = element.text
        else:
            if event == "end" and element is not unseen:
                reader.close(element)
            text = element.tail if element is not root else None
        if text:
            reader.add(text)
    return reader.page


def signature(element: Element) -> tuple[str, str]:
    """The element's tag and classes."""
    return str(element.tag), element.get("class", "")


def is_landmark(element: Element) -> bool:
    """Whether an element is a part of a page's frame, by its tag or role."""
    if element.get("role", "") in LANDMARK_ROLES:
        return True
    if element.tag != "footer":
        return element.tag in LANDMARKS
    return not any(up.tag in SECTIONS for up in element.iterancestors())


class _Reader:
    """Builds a page from what is met on the way through its tree."""

    def __init__(
        self, document_of: Callable[[str], str | None], stands_apart: Callable[[Element], bool]
    ) -> None:
        self._pieces: list[Piece] = []
        self._spans: dict[Element, range] = {}
        self.page = Page(self._pieces, self._spans)
        self._document_of = document_of
        self._stands_apart = stands_apart
        self._starts: list[int] = []
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

    def open(self, element: Element) -> bool:
        """An element begins. Returns whether it is a landmark."""
        tag, landmark = element.tag, False
        if tag == "br":
            self._break()
        elif tag not in INLINE or self._stands_apart(element):
            if self._text:
                self._cut()
            self._holders.append(element)
            if landmark := is_landmark(element):
                self._landmarks += (element,)
        elif tag == "a" and (href := element.get("href")):
            self._open_link(element, href)
        self._starts.append(len(self._pieces))
        return landmark

    def close(self, element: Element) -> None:
        """An element ends."""
        start = self._starts.pop()
        if self._holders and element is self._holders[-1]:
            if self._text:
                self._cut()
            self._holders.pop()
            if self._landmarks and element is self._landmarks[-1]:
                self._landmarks = self._landmarks[:-1]
        elif element is self._link:
            self._close_link(start)
        elif element.tag == "a":
            self._target = None
        self._spans[element] = range(start, len(self._pieces) + self._said)

    def add(self, text: str) -> None:
        """More text: an element's own when it has begun, its tail when it has ended."""
        if text.isspace():
            if self._said:
                self._text.append(text)
            return
        self._text.append(text)
        self._said, self._broken = True, False
        if self._target is not None:
            self._targets.append(self._target)
        else:
            self._loose = self._loose or any(map(str.isalpha, text))

    def _open_link(self, element: Element, href: str) -> None:
        document = self._document_of(href)
        if document is None:
            self._target = href
        else:
            self._cut()
            self._link, self._document = element, document

    def _close_link(self, start: int) -> None:
        self._cut()
        if len(self._pieces) == start:
            self._append("")
        self._link = self._document = None

    def _break(self) -> None:
        """One line break is a space; two with nothing between part paragraphs."""
        if self._broken:
            self._cut()
        self._text.append(" ")
        self._broken = True

    def _cut(self) -> None:
        """What was met since the last cut is a piece, if it is any text."""
        if self._said:
            self._append(fold("".join(self._text)))
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
        self._pieces.append(piece)
