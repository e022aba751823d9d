"""Reading one document's page. Eager, and without a network, a clock or a database."""

from collections import defaultdict
from collections.abc import Container
from itertools import chain, starmap

from harvester.outcomes import Reason, Unreadable
from harvester.pages.address import document_of, documents_of
from harvester.pages.document.document_context import DocumentContext, is_frame
from harvester.pages.document.fields import Field, read_fields
from harvester.pages.document.head import Head, read_head
from harvester.pages.document.header import is_plain, read_header
from harvester.pages.document.layout import Layout, find_layout
from harvester.pages.document.links import file_links, read_related, scan_links
from harvester.pages.document.panes import Pane
from harvester.pages.listing.pager import find_range
from harvester.pages.markup import Tree, Unclear, refuse_torn, tree
from harvester.pages.page import Piece, breaks_off, broken_off, merged, told_of_break
from harvester.pages.page_reader import read_page
from harvester.record import Record, Term, Transcript, is_same_title
from harvester.sites.site import Site

DRUPAL = "meta[name=Generator][content^=Drupal]"
"""Drupal says so in the head of its pages."""


def read_document(html: str, url: str, site: Site) -> Record:
    """Reads the page of a document. Raises Unreadable if the page is not one.

    A document's page has a title, and information that no other page has. Its address, or one that
    it declares as its own, is a document's.
    """
    try:
        source = tree(html)
        with told_of_break(source):
            return _read(source, url, site)
    except Unclear as problem:
        sentence = f"{url} can't be read as a document: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_DOCUMENT, url) from None


def _read(source: Tree, url: str, site: Site) -> Record:
    head = read_head(source.index)
    documents = documents_of(url, head.addresses, site)
    if not documents:
        raise Unclear("neither its address nor what it gives as its own is a document's")
    found = find_layout(source, site, head)
    fields = read_fields(found.context, found.labels)
    _refuse_other_pages(found, fields)
    pieces = found.context.page.pieces
    framed = found.context.framed
    refuse_torn(piece.text for place, piece in enumerate(pieces) if place not in framed)
    _refuse_cut(source, found, head.node)
    record = Record(documents[0], site.document_url(documents[0]), _title(found, head))
    _add_fields(record, fields, site)
    _add_header(record, found, head)
    _add_citation(record, found)
    files = file_links(source.index, url, site)
    record.transcripts = _transcripts(found.context, found.body, {one.link for one in files})
    record.files = scan_links(files, found.context.panes, source.index, site.document_page)
    record.related = read_related(found.context, source, url)
    record.node = head.node
    record.aliases = _aliases(record, documents, site)
    return record


def _refuse_other_pages(found: Layout, fields: list[Field]) -> None:
    page = found.context.site.document_page
    if found.citation or any(field.meaning in page.proofs for field in fields):
        return
    tree = found.context.tree
    if stated := find_range(read_page(tree.root, index=tree.index)):
        raise Unclear(f"it is a listing, which states {stated}")
    labels = [f'"{label}"' for label, field in page.fields.items() if field in page.proofs]
    if not labels:
        raise Unclear("no profile says what a document's page of this site has")
    raise Unclear(f"it gives no information such as {' or '.join(labels[:2])}")


def _refuse_cut(source: Tree, found: Layout, node: int | None) -> None:
    """Raises BrokenOff unless the page goes on after the last thing about the document.

    Its source is finished, or what needs an end has it and something of the page's frame follows.
    Where Drupal made it, its settings have to follow as well: they name the node.
    """
    if source.finished:
        return
    after = found.context.page.pieces[_last(found) + 1 :]
    frames = {part for piece in after for part in piece.landmarks if is_frame(part)}
    framed = any(read_page(part, index=source.index).pieces for part in frames)
    if breaks_off(source) or not framed or (node is None and source.index.select(DRUPAL)):
        raise broken_off()


def _last(found: Layout) -> int:
    """The last place of anything about the document."""
    panes = [found.context.page.span(pane.element).stop - 1 for pane in found.context.panes]
    return max(found.title, found.body.stop - 1, *found.told, *panes)


def _title(found: Layout, head: Head) -> str:
    """The title as shown; if that is in capitals, as it stands elsewhere on the page."""
    shown = found.context.text(found.title)
    cited = found.citation.parts["title"] if found.citation else ""
    return cited if is_same_title(shown, cited) else head.title_like(shown) or shown


def _add_fields(record: Record, fields: list[Field], site: Site) -> None:
    """Adds the labelled values. Unknown labels, and second values of one field, are kept as
    well."""
    kinds = frozenset(site.document_page.terms.values())
    terms: list[tuple[str, str]] = []
    for field in fields:
        meaning, value = field.meaning, "\n\n".join(field.paragraphs)
        if meaning in kinds:
            terms += zip(field.kinds, field.names, strict=True)
        elif meaning and getattr(record, meaning) in (None, value):
            setattr(record, meaning, value)
        else:
            record.other.setdefault(field.label, []).extend(field.names)
    record.terms = list(starmap(Term, dict.fromkeys(terms)))


def _add_header(record: Record, found: Layout, head: Head) -> None:
    """Adds the header, and the texts between that and the last label that are neither."""
    context = found.context
    header = read_header(context, head, found.title, found.stop, found.told, bounded=found.bounded)
    record.date_text = None if header.date is None else context.text(header.date)
    record.credit = None if header.credit is None else context.text(header.credit)
    record.summary = record.summary or "\n\n".join(map(context.text, header.summary)) or None
    read = {*found.telling, *found.body, *header.summary, header.date, header.credit}
    read |= {found.citation.place} if found.citation else set()
    between = context.kept(found.title + 1, max(found.telling, default=0))
    left = (place for place in between if place not in read)
    if rest := [place for place in left if place in context.names or is_plain(context, place)]:
        record.other[""] = list(map(context.text, rest))


def _add_citation(record: Record, found: Layout) -> None:
    """The citation, and what one that is shown says that the page says nowhere else."""
    if found.citation is None:
        return
    record.citation, record.citation_url = found.citation.text, found.citation.url
    if found.citation.place is not None:
        record.source = record.source or found.citation.parts["source"]
        record.date_text = record.date_text or found.citation.parts["date"]


def _aliases(record: Record, documents: list[str], site: Site) -> list[str]:
    """The document's other identities: of its other addresses, the lasting one among them, and the
    number that it had on the site's earlier generation, if a field of the page has that."""
    lasting = record.citation_url and document_of(record.citation_url, site)
    documents = [*documents, *([lasting] if lasting else [])]
    field = site.identity.number_field
    number = getattr(record, field) if field else None
    numbers = [number] if number and number.isascii() and number.isdigit() else []
    return [one for one in dict.fromkeys((*documents, *numbers)) if one != record.document]


def _transcripts(context: DocumentContext, body: range, files: Container[str]) -> list[Transcript]:
    """The texts in the page's order; `files` are links that are no part of one.

    A pane without text, such as one for a scan, has no transcript.
    """
    inner: dict[Pane | None, list[range]] = defaultdict(list)
    for pane in context.panes:
        inner[pane.outer].append(context.page.span(pane.element))
    texts = [
        Transcript(pane.label, pane.language, _in_pane(context, pane, inner[pane], files))
        for pane in context.panes
    ]
    texts.append(Transcript(None, None, _below(context, body)))
    return [text for text in texts if text.text]


def _in_pane(
    context: DocumentContext, pane: Pane, inner: list[range], files: Container[str]
) -> str:
    """A pane's text, but for that of the panes within it."""
    span, theirs = context.page.span(pane.element), merged(inner)
    begins, ends = [span.start, *(one.stop for one in theirs)], [one.start for one in theirs]
    parts = map(slice, begins, [*ends, span.stop])
    own = chain.from_iterable(context.page.pieces[part] for part in parts)
    return "\n\n".join(piece.text for piece in own if not _downloads(piece, files))


def _downloads(piece: Piece, files: Container[str]) -> bool:
    """Whether a text is only a link to a scan."""
    return bool(piece.targets) and not piece.loose and all(map(files.__contains__, piece.targets))


def _below(context: DocumentContext, body: range) -> str:
    texts = [piece.text for place, piece in context.texts(body) if not context.is_mere_link(place)]
    return "\n\n".join(texts)
