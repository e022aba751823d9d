"""Markup "today": a document's page as browsers stored it in 2025, as the server must have sent it.

Seen: all that a page has but its menus and footer. Assumed: what is labelled beyond what was seen,
several panes for scans, several languages, a blank date's empty element.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from re import sub
from urllib.parse import urlsplit

from markup.frame import fill
from markup.listing import Frame, attribute, lines, text
from markup.today import PAGE, documents_table

from harvester.record import Record, Related, ScanLink, Transcript

from .page import SHAPES, Document, Section, paragraphs, sections

PILLS = {
    "Associated People & Organizations": "people",
    "Associated Places": "places",
    "Associated Topics": "topics",
    "Subjects Discussed": "subject",
    "Document Contributors": "people",
}
"""Seen, but for the last: these are headed by an h3 with pills below it."""
AUTHORS = "Author(s)"
TRANSLATION = "Translation"
TRANSCRIPTS = "/imported_document_transcript/"
"""Seen: a PDF there is shown in the transcript's pane, all others in the original's."""
SCANS = (("original", "Original Scan"), ("transcript", "Transcript"))
"""The panes of scans, and what a page calls these."""

CITATION = """<div class="modal fade" id="citation" tabindex="-1" role="dialog" \
aria-labelledby="citationLabel" aria-hidden="true">
<div class="modal-dialog modal-dialog-centered modal-dialog-scrollable modal-citation" \
role="document">
<div class="modal-content modal-dark-blue">
<div class="modal-header"><h5 class="modal-title" id="citationLabel">Citation</h5>
<button type="button" class="close" data-bs-dismiss="modal" aria-label="Close">
<i aria-hidden="true" class="fa-solid fa-xmark"></i></button></div>
<div class="modal-body"><div class="container">
<div class="title-container"><h6 class="title">{title}</h6></div>
<div class="card mt-3"><div class="card-body">
<div id="citation-text" class="text">
{citation}
<div class="d-flex align-items-center mt-2"><a id="citation-url">{url}</a>
<button class="btn btn-icon btn-copy" title="Copy to Clipboard" \
data-clipboard-target="#citation-text"><i class="fa-solid fa-copy" aria-hidden="true"></i></button>
</div></div></div></div></div></div></div></div></div>"""
RESOURCES = """<section class="related-articles related-articles-gray">
<div class="related-articles-bg"><div class="related-articles-texture"></div></div>
<div class="container"><div class="row"><div class="col-12">
<h2 class="title">Explore Related Resources</h2></div></div>
<div class="carousel-slide"><div class="card card-article contextual-region">
<div class="card-header"><h3 class="carousel-title"><span>A blog post</span></h3></div>
<div class="card-body"><div class="text"><p>What a card says.</p></div></div>
<div class="card-footer"><a class="btn btn-article" href="https://www.wilsoncenter.org/blog">Read
</a></div></div></div></div></div></section>"""
"""It ends one `</div>` too many, as seen."""


@dataclass(frozen=True)
class Pane:
    """A pane of the outer row: its id, what it is called, and what is in it."""

    id: str
    label: str | None
    inner: str
    language: str | None = None


def page(said: Document) -> str:
    """The whole page."""
    html = fill(PAGE, Frame(said.url, said.record.title, _main(said)), "")
    node = said.record.node
    return html if node is None else _with_node(html, node)


def _main(said: Document) -> str:
    record = said.record
    panes = _panes(record)
    return lines(
        _head(record),
        '<section class="document-container"><div class="container">',
        '<div class="row pull-up"><div class="col-12"><div class="card card-document">',
        _frame(panes, hide=said.hide),
        _options(panes, record),
        "</div></div></div>",
        _information(said),
        "</div></section>",
        RESOURCES if said.resources else "",
        _citation(record),
    )


def _head(record: Record) -> str:
    return lines(
        '<section class="jumbotron jumbotron-bg-document jumbotron-document">',
        '<div class="container"><div class="row"><div class="col-12"><div class="content-block">',
        f'<h2 class="date">{text(record.date_text)}</h2>',
        f'<h1 class="title"><span>{text(record.title)}</span>\n</h1>',
        f'<p class="donated">{text(record.credit)}</p>' if record.credit else "",
        "</div></div></div></div></section>",
    )


def _panes(record: Record) -> list[Pane]:
    """A pane for the scans, and one for each text; translations have one in common."""
    panes = []
    for name, usual in SCANS:
        scans = [one for one in record.files if _pane_of(one) == name]
        shown = (f'<object class="pdf-preview" data="{attribute(s.url)}"></object>' for s in scans)
        label = scans[0].label if scans else usual
        panes += [Pane(name, label, lines(*shown))] if scans else []
    languages = [one for one in record.transcripts if one.label == TRANSLATION and one.language]
    for number, one in enumerate(record.transcripts):
        if one not in languages:
            name = "transcript" if one.label == "Transcript" else f"text-{number}"
            panes.append(Pane(name, one.label, _text(one)))
    inner = (_language(one, active=number == 0) for number, one in enumerate(languages))
    if languages:
        html = lines('<div class="tab-content tab-content-languages h-100">', *inner, "</div>")
        panes.append(Pane("translation", TRANSLATION, html, languages[0].language))
    return panes


def _pane_of(scan: ScanLink) -> str:
    return "transcript" if TRANSCRIPTS in scan.url else "original"


def _text(transcript: Transcript) -> str:
    """A text as an editor's program leaves it."""
    part = '<p class="cs2654AE3A"><span class="cs566403DE">'
    between = f"{part}&nbsp;</span></p>"
    shown = (f"{part}{text(one)}</span></p>" for one in paragraphs(transcript.text))
    return lines(
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title></title>',
        '<style type="text/css">.cs2654AE3A{text-align:left;text-indent:0pt}</style>',
        f"<span>{between.join(shown)}</span>",
    )


def _language(transcript: Transcript, *, active: bool) -> str:
    name = f"translation-{transcript.language}"
    return lines(
        f'<div class="tab-pane fade{" show active" if active else ""}" id="{attribute(name)}"'
        f' role="tabpanel" aria-labelledby="{attribute(name)}">',
        _text(transcript),
        "</div>",
    )


def _active(panes: list[Pane]) -> Pane | None:
    """Seen: the translation is shown, else the transcript, else the scan."""
    order = {"translation": 2, "original": 0}
    return max(panes, key=lambda pane: order.get(pane.id, 1), default=None)


def _frame(panes: list[Pane], *, hide: bool) -> str:
    active = _active(panes)
    return lines(
        '<div class="document-frame">',
        '<div class="tab-content tab-content-types tab-text-active" id="documentTabs">',
        *(_pane(pane, active=pane is active, hide=hide) for pane in panes),
        "</div></div>",
    )


def _pane(pane: Pane, *, active: bool, hide: bool) -> str:
    hidden = ' aria-hidden="true" style="display: none"' if hide and not active else ""
    return lines(
        f'<div class="tab-pane fade {"active show" if active else ""}" id="{pane.id}"{hidden}'
        f' role="tabpanel" aria-labelledby="{pane.id}-tab">',
        pane.inner,
        "</div>",
    )


def _options(panes: list[Pane], record: Record) -> str:
    """The buttons below the panes; one alone leads nowhere."""
    active = _active(panes)
    languages = [one.language for one in record.transcripts if one.label == TRANSLATION]
    tabs = {pane.id: pane.label for pane in sorted(panes, key=lambda one: one is not active)}
    named = {f"translation-{language}": language for language in languages}
    return lines(
        '<div class="document-options"><div class="options-dropdowns">',
        _dropdown("type", active.label, tabs) if active else "",
        _dropdown("language", active.language, named) if active and active.language else "",
        "</div>",
        '<div class="options-buttons">',
        '<button class="btn btn-icon btn-dark-blue" type="button" data-bs-toggle="modal"'
        ' data-bs-target="#citation"><span><i class="fa-solid fa-pencil" aria-hidden="true"></i>'
        "</span></button>",
        f'<a class="btn btn-icon btn-dark-blue" href="/document/{record.node or 1}/download"'
        ' target="_blank"><span><i class="fa-solid fa-download" aria-hidden="true"></i></span></a>',
        "</div></div>",
    )


def _dropdown(what: str, shown: str | None, tabs: dict[str, str | None]) -> str:
    """A button, and a list with all there is if that is more than one."""
    items = (
        f'<li><button class="dropdown-item" type="button" id="{attribute(name)}-tab"'
        f' data-bs-toggle="tab" data-bs-target="#{attribute(name)}"'
        f' aria-controls="{attribute(name)}">{text(label)}</button></li>'
        for name, label in tabs.items()
    )
    several = len(tabs) > 1
    disabled = "" if several else 'disabled="" '
    return lines(
        f'<div class="dropdown dropdown-dark-purple dropdown-document-{what}">',
        f'<button class="btn dropdown-toggle" {disabled}type="button"'
        ' id="dropdownMenuButton1" data-bs-toggle="dropdown" aria-expanded="false">',
        f'<span class="changing-text">{text(shown)}</span></button>',
        lines('<ul class="dropdown-menu nav nav-tabs">', *items, "</ul>") if several else "",
        "</div>",
    )


def _information(said: Document) -> str:
    """The summary, the labels and their values, and related documents."""
    found = sections(said)
    authors = next((one for one in found if one.label == AUTHORS), Section(AUTHORS, [], named=True))
    beside = found[:1] == [authors] or authors not in found
    rest = found[1:] if found[:1] == [authors] else found
    summary = "".join(f"\n<p>{text(part)}</p>" for part in paragraphs(said.record.summary))
    related = _related(said.record.related)
    labelled = [SHAPES[said.shape](found), related] if said.shape else [*_parts(rest, related)]
    return lines(
        '<div class="row mt-4 mt-md-5"><div class="col-lg-8 mt-lg-3">',
        f'<div class="text-block">\n          {summary}\n        </div>',
        "</div>",
        _authors(authors) if beside and not said.shape else "",
        "</div>",
        '<div class="row my-4"><div class="col-12"><hr class="hr"></div></div>',
        *labelled,
    )


def _related(related: Sequence[Related]) -> str:
    entries = [{**asdict(one), "href": urlsplit(one.url).path} for one in related]
    return documents_table("Related Documents", entries, [one.node or 0 for one in related])


def _parts(said: list[Section], related: str) -> Iterator[str]:
    """The labels part by part; related documents stand before the information."""
    for is_block, some in groupby(said, key=lambda one: one.label in (AUTHORS, *PILLS)):
        if not is_block:
            yield related
            related = ""
            yield '<h2 class="title">Document Information</h2>'
        yield '<div class="row"><div class="col-md-6">'
        yield from map(_labelled, some)
        yield "</div></div>"
    yield related


def _labelled(section: Section) -> str:
    if section.label == AUTHORS:
        return _authors(section)
    return (_pill_block if section.label in PILLS else _block)(section)


def _authors(section: Section) -> str:
    """One list of two runs, of which blank lines alone tell."""
    runs = (
        "".join(_pill(name, "people") for name in run) for run in (section.first, section.values)
    )
    listed = "".join(f"\n          {chr(10) if run else ''}{run}" for run in runs)
    return lines(
        '<div class="col-lg-4 mt-2 mt-lg-3">',
        f'<h2 class="title">{text(section.label)}:</h2>',
        f'<ul class="pill-list">{listed}\n        </ul>',
        "</div>",
    )


def _pill_block(section: Section) -> str:
    kind = PILLS[section.label]
    pills = "".join(_pill(name, kind) for name in section.values)
    return lines(
        f'<div class="pill-block{"" if kind == "subject" else " mb-4"}">',
        f'<h3 class="title">{text(section.label)}</h3>',
        f'<ul class="pill-list">\n              \n{pills}\n            </ul>',
        "</div>",
    )


def _pill(name: str, kind: str) -> str:
    inner = f"\n{text(name)}" if kind in ("subject", "light-blue") else f"<span>{text(name)}</span>"
    return (
        f'<li class="pill-item"><a class="pill pill-{kind}" href="/search"><span'
        f' class="pill-interior"><i class="fa-solid fa-user" aria-hidden="true"></i><span'
        f' class="name">{inner}</span></span></a></li>'
    )


def _block(section: Section) -> str:
    return lines(
        '<div class="information-block">',
        f'<h3 class="sub-title">{text(section.label)}</h3>',
        f'<div class="text">\n{_value(section)}\n</div>',
        "</div>",
    )


def _value(section: Section) -> str:
    """Pills, in a paragraph that they end; paragraphs; or no more than the text."""
    if section.label in ("Original Archive", "Language") or len(section.values) > 1 < section.named:
        pills = "".join(_pill(name, "light-blue") for name in section.values)
        return lines("<p>", f'<ul class="pill-list">\n{pills}\n</ul>', "</p>")
    if section.label in ("Rights", "Original Classification") or len(section.values) > 1:
        return lines(*(f"<p>{text(part)}</p>" for part in section.values))
    blank = "\n\n\n" if section.label == "Donors" else "\n"
    return blank + text(section.values[0])


def _citation(record: Record) -> str:
    if not record.citation:
        return ""
    return CITATION.format(
        title=text(record.title),
        citation=text(record.citation),
        url=text(record.citation_url),
    )


def _with_node(html: str, node: int) -> str:
    """The page with its node's number in the settings that it hands to its scripts."""
    return sub(r'"currentPath":"[^"]*"', rf'"currentPath":"node\\/{node}"', html)
