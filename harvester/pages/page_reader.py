"""Reading a page once from top to bottom into pieces of text."""

from collections.abc import Callable, Container, Sequence
from itertools import takewhile

from harvester.pages.elements import INLINE, Element, all_text, fold, is_inline
from harvester.pages.page import Page, Piece
from harvester.pages.selectors import Index

BREAK = "\n "
"""The text of a line break."""
MOST_SAID = 5_000
"""In characters, including white space and hidden text."""


def read_page(
    root: Element | Sequence[Element],
    document_of: Callable[[str], str | None] | None = None,
    *,
    apart: Container[Element] = (),
    shown: Container[Element] = (),
    passed_over: Callable[[Element], bool] | None = None,
    index: Index | None = None,
) -> Page:
    """The page under a root, or of some elements that stand side by side and what is between them;
    `document_of` tells the document that a link leads to.

    Inline elements that stand `apart` part text as a block does; what is `shown` is read even if it
    is hidden, as the tabs are that a reader has yet to open. A part of the page's frame that is
    `passed_over` is not read: it is one piece without text. An `index` of the tree saves looking at
    each element's attributes again.
    """
    roots = root if isinstance(root, Sequence) else [root]
    reader = _Reader(document_of, apart, shown, passed_over, index or Index(roots[-1]))
    reader.read(roots)
    return reader.page


def text_of(element: Element, index: Index) -> str:
    """The text that an element shows, on one line."""
    if not len(element):
        return fold(element.text or "")
    parts = list(element.iterdescendants())
    if index.unseen.isdisjoint(parts) and all(map(is_inline, parts)):
        return fold(all_text(element))
    page = read_page(element, shown=(element,), index=index)
    return " ".join(piece.text for piece in page.pieces)


def short_text_of(element: Element, index: Index) -> str | None:
    """The text that an element shows; None if it says so much that it is no label."""
    said = 0
    for text in element.itertext():
        said += len(text)
        if said > MOST_SAID:
            return None
    return text_of(element, index)


class _Reader:
    """Builds a page from what is met on the way through its tree.

    `_parts` is what the piece to come is made of. It begins with a text, not with white space.
    """

    def __init__(
        self,
        document_of: Callable[[str], str | None] | None,
        apart: Container[Element],
        shown: Container[Element],
        passed_over: Callable[[Element], bool] | None,
        index: Index,
    ) -> None:
        self.page = Page()
        self._document_of = document_of
        self._apart = apart
        self._shown = shown
        self._passed_over = passed_over
        self._index = index
        self._holders: list[Element] = []
        self._landmarks: tuple[Element, ...] = ()
        self._link: Element | None = None
        self._document: str | None = None
        self._target: str | None = None
        self._parts: list[str] = []
        self._targets: list[str] = []
        self._unlinked: list[str] = []

    def read(self, roots: Sequence[Element]) -> None:
        """Reads elements that stand side by side, comments among them, or a single one."""
        last = roots[-1]
        if len(roots) > 1 and (holder := last.getparent()) is not None:
            self._holders.append(holder)
        elif last.tag in INLINE:
            self._holders.append(last)
        for root in roots:
            if isinstance(root.tag, str):
                self._walk(root)
            if root is not last and (text := root.tail):
                if not text.isspace():
                    self._add(text)
                elif self._parts:
                    self._parts.append(text)

    def _walk(self, root: Element) -> None:
        """Walks through all below a root. This loop is most of what reading a page costs, so that
        it calls nothing for an element that neither parts a text nor links.

        An element ends when one is met that is not in it; `over` is the one that is not read.
        """
        starts, stops, pieces = self.page.starts, self.page.stops, self.page.pieces
        holders, parts, apart, shown = self._holders, self._parts, self._apart, self._shown
        unseen, landmarks, add = self._index.unseen, self._index.landmarks, self._add
        around: list[Element | None] = []
        inner: Element | None = None
        over: Element | None = None
        for element in (*root.iter(), None):
            parent = None if element is root or element is None else element.getparent()
            while inner is not None and inner is not parent:
                if over is None:
                    if inner is holders[-1]:
                        if parts:
                            self._cut()
                        holders.pop()
                        if inner in landmarks:
                            self._landmarks = self._landmarks[:-1]
                    elif inner.tag == "a":
                        self._close_link(inner)
                    stops[inner] = len(pieces) + 1 if parts else len(pieces)
                elif over is inner:
                    over = None
                if over is None and (text := inner.tail) and inner is not root:
                    if not text.isspace():
                        add(text)
                    elif parts:
                        parts.append(text)
                inner = around.pop()
            if element is None:
                break
            around.append(inner)
            inner = element
            if over is not None:
                continue
            tag = element.tag
            if element in unseen and element not in shown:
                over = element
                continue
            if tag not in INLINE or element in apart:
                if tag == "br":
                    self._break()
                elif not isinstance(tag, str):  # a comment, say
                    over = element
                    continue
                else:
                    if parts:
                        self._cut()
                    holders.append(element)
                    if element in landmarks and not self._enters(element):
                        over = element
                        continue
            elif tag == "a":
                self._open_link(element)
            starts[element] = len(pieces)
            if text := element.text:
                if not text.isspace():
                    add(text)
                elif parts:
                    parts.append(text)

    def _enters(self, frame: Element) -> bool:
        """Whether a part of the page's frame is read; one that is not is but a piece."""
        self._landmarks += (frame,)
        if not self._passed_over or not self._passed_over(frame):
            return True
        self._pass_over(frame)
        return False

    def _pass_over(self, frame: Element) -> None:
        place = len(self.page.pieces)
        self.page.starts[frame], self.page.stops[frame] = place, place + 1
        self._append("")
        self._holders.pop()
        self._landmarks = self._landmarks[:-1]

    def _add(self, text: str) -> None:
        """Adds text: an element's own when it begins, its tail when it ends."""
        self._parts.append(text)
        if self._target is None:
            self._unlinked.append(text)
        else:
            self._targets.append(self._target)

    def _open_link(self, link: Element) -> None:
        href = link.get("href")
        if not href:
            return
        document = self._document_of(href) if self._document_of else None
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
        if any(part is BREAK for part in takewhile(str.isspace, reversed(self._parts))):
            self._cut()
        elif self._parts:
            self._parts.append(BREAK)

    def _cut(self) -> None:
        """Ends a piece: the text since the last cut, if there is any."""
        parts = self._parts
        if not parts:
            return
        if len(parts) == 1:
            self._append(fold(parts[0]))
        else:
            self._append(fold("".join(parts)), mixed=True)
        parts.clear()
        self._unlinked.clear()
        self._targets.clear()

    def _append(self, text: str, *, mixed: bool = False) -> None:
        """A piece of what was added. Only where there are links, it matters what is beside them."""
        targets, loose = tuple(self._targets), False
        if targets:
            loose = any(map(str.isalpha, "".join(self._unlinked)))
        holder, landmarks = self._holders[-1], self._landmarks
        self.page.pieces.append(
            Piece(text, holder, landmarks, self._link, self._document, targets, loose, mixed)
        )
