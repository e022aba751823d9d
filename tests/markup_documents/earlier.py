"""Markup "earlier": a document on the site before today's, with a citation; most is a guess."""

from html import escape

from markup.earlier import whole
from markup.listing import Frame, attribute, lines

from harvester.record import Record, Transcript

from .page import SHAPES, Document, Section, paragraphs, sections

CAPITALS = {ord(letter): ord(letter) - 32 for letter in map(chr, range(ord("a"), ord("z") + 1))}
"""Sure: titles are in capitals, but for letters that are not English."""


def page(said: Document) -> str:
    """The whole page."""
    return whole(Frame(said.url, said.record.title, _main(said), said.footer_documents))


def _main(said: Document) -> str:
    record = said.record
    return lines(
        '<div class="doc">',
        f'<p class="doc-date">{_text(record.date_text)}</p>' if record.date_text else "",
        f'<h2 class="ttl">{_text(record.title.translate(CAPITALS))}</h2>',
        f'<p class="doc-thanks">{_text(record.credit)}</p>' if record.credit else "",
        '<h3 class="sub-ttl">Citation</h3>',
        '<p class="doc-get"><a href="/citation">get citation</a></p>',
        _prose(record.summary, "doc-sum"),
        f'<p class="doc-cit">{_text(record.citation)}</p>' if record.citation else "",
        _texts(record.transcripts),
        "</div>",
        _information(said),
    )


def _texts(texts: list[Transcript]) -> str:
    """The texts: a single one without a name stands by itself, others below links to them."""
    if len(texts) == 1 and texts[0].label is None:
        return _prose(texts[0].text, "doc-par")
    links = (f'<a href="#text-{number}">{_text(one.label)}</a>' for number, one in enumerate(texts))
    parts = (
        f'<div class="doc-txt" id="text-{number}">{_prose(one.text, "doc-par")}</div>'
        for number, one in enumerate(texts)
    )
    return lines('<p class="doc-lnk">', *links, "</p>", *parts) if texts else ""


def _information(said: Document) -> str:
    found = sections(said)
    subjects = [section for section in found if section.label.startswith("Subjects")]
    others = [section for section in found if section not in subjects]
    inner = SHAPES[said.shape](found) if said.shape else lines(*map(_titled, others))
    lists = "" if said.shape else lines(*map(_subjects, subjects))
    return lines(
        '<div class="doc-inf">',
        _downloads(said.record),
        "<h3>Document Information</h3>",
        f'<div class="doc-inf-information">{inner}</div>',
        lists,
        "</div>",
    )


def _downloads(record: Record) -> str:
    links = (f'<a class="down" href="{attribute(one.url)}">PDF</a>' for one in record.files)
    return lines('<p class="doc-pdf">', *links, "</p>")


def _titled(section: Section) -> str:
    """Likely: a heading, and the value in the next element."""
    label = f"<h4>{_text(section.label)}</h4>"
    if not section.named:
        return lines(label, f"<div>{'<br><br>'.join(map(_text, section.values))}</div>")
    items = (f"<li>{_text(name)}</li>" for name in section.values)
    return lines(label, "<ul>", *items, "</ul>")


def _subjects(section: Section) -> str:
    links = (f'<li><a href="/search-results/1/x">{_text(one)}</a></li>' for one in section.values)
    return lines(
        '<div class="doc-subj">',
        f"<h4>{_text(section.label)}</h4>",
        '<ul id="subj-list">',
        *links,
        "</ul></div>",
    )


def _prose(value: str | None, name: str) -> str:
    return lines(*(f'<p class="{name}">{_text(part)}</p>' for part in paragraphs(value)))


def _text(value: str | None) -> str:
    """Text with every quotation mark escaped, curly ones as numbers."""
    html = escape(value or "")
    for character in "’‘“”":
        html = html.replace(character, f"&#{ord(character)};")
    return html
