"""Markup "today": a document as programs of 2025 read it; the rest is a guess."""

from markup.listing import Frame, attribute, lines, text
from markup.today import whole

from harvester.record import Transcript

from .page import SHAPES, Document, Section, prose, sections

PILLS = frozenset(
    (
        "Author(s)",
        "Associated Places",
        "Subjects Discussed",
        "Associated People & Organizations",
        "Document Contributors",
    )
)
"""Likely: these are headed by an h2, the others stand in blocks."""


def page(said: Document) -> str:
    """The whole page."""
    html = whole(Frame(said.url, said.record.title, _main(said), said.footer_documents))
    return _with_node(html, said.record.node)


def _main(said: Document) -> str:
    return lines(
        '<article class="node node--type-document node--view-mode-full">',
        _header(said),
        _tabs(said.record.transcripts, hide=said.hide),
        _information(said),
        "</article>",
    )


def _header(said: Document) -> str:
    """What a document begins with; a blank date leaves its element empty."""
    record = said.record
    return lines(
        '<div class="document-header">',
        f'<div class="date">{text(record.date_text)}</div>',
        f'<h1 class="title"><span>{text(record.title)}</span></h1>',
        f'<div class="donated">{text(record.credit)}</div>' if record.credit else "",
        f'<div class="text-block">{prose(record.summary)}</div>' if record.summary else "",
        '<ul class="tools"><li><a href="/cite/1" class="use-ajax">Cite</a></li>',
        '<li><a href="mailto:?subject=a">Share</a></li>',
        *(f'<li><a href="{attribute(url)}">Download</a></li>' for url in record.files),
        "</ul>",
        "</div>",
    )


def _tabs(texts: list[Transcript], *, hide: bool) -> str:
    """Bootstrap's tabs, the first one open."""
    if not texts:
        return ""
    return lines(
        '<ul class="nav nav-tabs" role="tablist">',
        *(_tab(number, transcript) for number, transcript in enumerate(texts)),
        "</ul>",
        '<div class="tab-content">',
        *(_pane(number, transcript, hide=hide) for number, transcript in enumerate(texts)),
        "</div>",
    )


def _tab(number: int, transcript: Transcript) -> str:
    active = ' class="active"' if number == 0 else ""
    return (
        f'<li role="presentation"{active}><a href="#document-text-{number}" role="tab"'
        f' aria-controls="document-text-{number}" data-toggle="tab">'
        f"{text(transcript.label)}</a></li>"
    )


def _pane(number: int, transcript: Transcript, *, hide: bool) -> str:
    hidden = ' aria-hidden="true" style="display: none"' if hide and number else ""
    active = "" if number else " active"
    return lines(
        f'<div role="tabpanel" class="tab-pane{active}" id="document-text-{number}"{hidden}>',
        f'<div class="field field--type-text-long">{prose(transcript.text)}</div>',
        "</div>",
    )


def _information(said: Document) -> str:
    found = sections(said)
    inner = SHAPES[said.shape](found) if said.shape else lines(*map(_block, found))
    heading = '<h2 class="heading">Document Information</h2>'
    return lines('<section class="document-information">', heading, inner, "</section>")


def _block(section: Section) -> str:
    if section.label in PILLS:
        label = f'<h2 class="title">{text(section.label)}</h2>'
        return lines(label, f'<div class="pill-list">{_pills(section)}</div>')
    label = f'<h3 class="sub-title">{text(section.label)}</h3>'
    if section.named:
        return lines('<div class="pill-block">', label, _pills(section), "</div>")
    inner = lines(*(f"<p>{text(part)}</p>" for part in section.values))
    inner = inner if len(section.values) > 1 else text(section.values[0])
    return lines(
        '<div class="information-block">', label, f'<div class="text">{inner}</div>', "</div>"
    )


def _pills(section: Section) -> str:
    kind = "pill pill-subject" if section.label.startswith("Subject") else "pill"
    opening, closing = (
        f'<div class="{kind}"><a class="name" href="/search"><span>',
        "</span></a></div>",
    )
    return lines(*(f"{opening}{text(name)}{closing}" for name in section.values))


def _with_node(html: str, node: int | None) -> str:
    """The page with its node's number in the settings that it hands to its scripts."""
    before, marker, after = html.partition('"currentPath":"')
    path = after.partition('"')[0] if node is None else rf"node\/{node}"
    return before + marker + path + after[after.index('"') :]
