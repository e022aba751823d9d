"""The layout of a document's page: the places of its title, its labels, its texts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from harvester.pages.document.document_context import DocumentContext, is_frame, read_context
from harvester.pages.document.fields import Labels
from harvester.pages.document.head import Citation, Head, find_citation
from harvester.pages.document.header import find_title, known_summary
from harvester.pages.document.label_groups import find_labels
from harvester.pages.elements import (
    INLINE,
    Element,
    all_text,
    all_within,
    fold,
    is_inline,
    signature,
)
from harvester.pages.markup import Tree
from harvester.sites.site import Site

LABEL_PARTS = 4
"""Most elements that a label is made of."""


@dataclass(frozen=True)
class Layout:
    """The places of a page's parts.

    `body` is where a text stands that has no pane; `bounded` says whether it is certain where the
    header of the page ends and its text begins.
    """

    context: DocumentContext
    title: int
    citation: Citation | None
    labels: Labels
    body: range
    bounded: bool

    @cached_property
    def stop(self) -> int:
        """Where the header ends at the latest."""
        return _stop(self.context, self.title, self.labels, self.citation)

    @cached_property
    def told(self) -> set[int]:
        """The places of labels, their values, and the citation."""
        cited = self.citation.place if self.citation else None
        return self.labels.taken if cited is None else self.labels.taken | {cited}

    @cached_property
    def telling(self) -> set[int]:
        """The places of labels that describe the document, and of their values."""
        telling = (label for label in self.labels if not label.idle)
        return {place for one in telling for place in (one.place, *self.labels.values(one))}


def find_layout(tree: Tree, site: Site, head: Head) -> Layout:
    """Finds the parts of a page. Raises Unclear if it has no title.

    A label may be part of a line ("Source: RGANI"), and a bold word of a text may read like one:
    where there is any such, the page is read again with those that have proved to be labels.
    """
    context = read_context(tree, site)
    known = _known_labels(context)
    if not known:
        return _layout(context, head)
    first = _layout(context.parted(known), head)
    if not any(is_inline(piece.holder) for piece in first.context.page.pieces):
        return first
    alike = filter(_like(first.labels), tree.index.tagged(INLINE))
    proved = {one for one in alike if one not in context.in_panes}
    return first if proved == known else _layout(context.parted(proved), head)


def _known_labels(context: DocumentContext) -> set[Element]:
    """The inline elements that read like labels and are but a part of their block, outside of
    panes and of the page's frame."""
    means, alike = context.site.document_page.meaning, []
    for element in _parts_of_lines(context):
        if len(list(islice(element.iter(), LABEL_PARTS + 1))) > LABEL_PARTS:
            continue
        text = all_text(element) if len(element) else element.text
        if text and means(fold(text)):
            alike.append(element)
    index = context.tree.index
    framed = all_within(index.ordered(filter(is_frame, index.landmarks)))
    return {one for one in alike if one not in framed and one not in context.in_panes}


def _parts_of_lines(context: DocumentContext) -> Iterator[Element]:
    """The inline elements in blocks with several texts, or with text and further blocks."""
    starts, stops, known = context.page.starts, context.page.stops, set()
    for _, piece in context.texts():
        block = piece.holder
        if block in known or not (piece.mixed or stops[block] - starts[block] > 1):
            continue
        known.add(block)
        for part in filter(is_inline, block):
            yield from filter(is_inline, part.iter())


def _layout(context: DocumentContext, head: Head) -> Layout:
    citation = find_citation(context)
    title = find_title(context, head, citation)
    has_panes = any(span or span.start > title for span in context.pane_spans)
    below = range(0) if has_panes else range(title + 1, len(context.page.pieces))
    labels = find_labels(context, title, below)
    stop = _stop(context, title, labels, citation)
    end = _end(context, head, title, stop, citation) if below else None
    body = _body_below(context, title, end, labels) if end is not None else range(0)
    return Layout(
        context,
        title,
        citation,
        labels=find_labels(context, title, body) if below else labels,
        body=body,
        bounded=not below or end is not None,
    )


def _end(
    context: DocumentContext, head: Head, title: int, stop: int, citation: Citation | None
) -> int | None:
    """The place after which a text without a pane begins: the citation's, or a summary's last."""
    if citation and citation.place is not None and citation.place > title:
        return citation.place
    summary = known_summary(context, head, stop, {title})
    return max(title, *summary) if summary else None


def _stop(context: DocumentContext, title: int, labels: Labels, citation: Citation | None) -> int:
    places = [label.place for label in labels]
    places += [place for place, _ in context.texts() if place in context.teasers]
    places += [span.start for span in context.pane_spans]
    places += [citation.place] if citation and citation.place is not None else []
    return min((place for place in places if place > title), default=len(context.page.pieces))


def _like(labels: Labels) -> Callable[[Element], bool]:
    """Tells labels that are parts of lines, and what begins the lines beside theirs alike."""
    holders = {label.holder for label in labels if is_inline(label.holder)}
    lines = [(holder, line) for holder in holders if (line := holder.getparent()) is not None]
    kinds = {(signature(holder), signature(line), line.getparent()) for holder, line in lines}

    def is_like(element: Element) -> bool:
        line = element.getparent()
        if element in holders or line is None:
            return element in holders
        begins = element.getprevious() is None and not (line.text or "").strip()
        return begins and (signature(element), signature(line), line.getparent()) in kinds

    return is_like


def _body_below(context: DocumentContext, title: int, end: int, labels: Labels) -> range:
    """The places of a text without a pane: from the end of the header to the first label, within
    the part of the page that holds both the title and that end."""
    stops = [label.place for label in labels if label.place > end]
    stops += [place for place, _ in context.texts() if place > end and place in context.teasers]
    around = context.page.span(context.common(title, end))
    stop = min([*stops, around.stop])
    while stop in around and stop > end + 1 and _heads(context, stop - 1):
        stop -= 1
    return range(end + 1, stop)


def _heads(context: DocumentContext, place: int) -> bool:
    """Whether a text is a heading, which says nothing unless something follows."""
    return context.is_boilerplate(place) or context.meaning(place) is not None
