"""What a document's page is to say, before any markup, and the shapes its information can have."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markup import POPULAR, Entry
from markup.listing import attribute, lines, text

from harvester.record import Record

LABELS = {
    "author": "Author(s)",
    "person": "Associated People & Organizations",
    "place": "Associated Places",
    "topic": "Associated Topics",
    "subject": "Subjects Discussed",
    "contributor": "Document Contributors",
    "source": "Source",
    "archive": "Original Archive",
    "rights": "Rights",
    "uploaded": "Original Uploaded Date",
    "type": "Type",
    "language": "Language",
    "record_id": "Record ID",
    "classification": "Original Classification",
    "donor": "Donors",
}
"""The fields as the site labels them, terms among them, in the usual order."""

SINGLE = ("source", "uploaded", "rights", "record_id", "classification")


@dataclass(frozen=True)
class Document:
    """The page of a record; the rest is what a page can do without.

    `order` is how its labels follow each other, `shape` one of the SHAPES in which they stand with
    their values, or None for the markup's own. `hide` leaves tabs that aren't open yet hidden.
    With `resources`, the page has a block that leaves its main part inside out.
    """

    url: str
    record: Record
    order: Sequence[str] = tuple(LABELS)
    shape: str | None = None
    hide: bool = False
    resources: bool = False
    footer_documents: Sequence[Entry] = POPULAR


@dataclass(frozen=True)
class Section:
    """A label and its value: paragraphs, or names if it can have several.

    `first` are names of another kind below the same label.
    """

    label: str
    values: Sequence[str]
    named: bool
    first: Sequence[str] = ()


def sections(page: Document) -> list[Section]:
    """All that a page says with labels, in its order, what is not known at the end."""
    record = page.record
    said = [_section(record, field) for field in page.order]
    said += [Section(label, values, named=True) for label, values in record.other.items()]
    return [section for section in said if section.values or section.first]


def _section(record: Record, field: str) -> Section:
    if field in SINGLE:
        return Section(LABELS[field], paragraphs(getattr(record, field)), named=False)
    first = record.names("participant") if field == "author" else []
    return Section(LABELS[field], record.names(field), named=True, first=first)


def paragraphs(value: str | None) -> list[str]:
    """The paragraphs of a value, which a blank line parts."""
    return value.split("\n\n") if value else []


def prose(value: str | None, opening: str = "<p>", closing: str = "</p>") -> str:
    """The paragraphs of a value as HTML."""
    return lines(*(f"{opening}{text(part)}{closing}" for part in paragraphs(value)))


def _names(section: Section, opening: str, closing: str) -> str:
    """A value's names or paragraphs, each in the same element."""
    return lines(*(f"{opening}{text(value)}{closing}" for value in section.values))


def _definitions(said: Iterable[Section]) -> str:
    return lines('<dl class="info">', *map(_definition, said), "</dl>")


def _definition(section: Section) -> str:
    return lines(f"<dt>{text(section.label)}</dt>", _names(section, '<dd class="value">', "</dd>"))


def _table(said: Iterable[Section]) -> str:
    return lines('<table class="info"><tbody>', *map(_row, said), "</tbody></table>")


def _row(section: Section) -> str:
    tag = "li" if section.named else "p"
    inner = _names(section, f'<{tag} class="part">', f"</{tag}>")
    inner = f"<ul>{inner}</ul>" if section.named else inner
    label = f'<th scope="row" class="key">{text(section.label)}:</th>'
    return f'<tr>{label}<td class="value">{inner}</td></tr>'


def _list(said: Iterable[Section]) -> str:
    return lines('<ul class="info">', *map(_item, said), "</ul>")


def _item(section: Section) -> str:
    """A line with its label in bold; links to names stand side by side in it."""
    label = f"<strong>{text(section.label)}:</strong>"
    if section.named:
        links = (_link(value) for value in section.values)
        return f"<li>{label} {', '.join(links)}</li>"
    return f"<li>{label} {'<br><br>'.join(map(text, section.values))}</li>"


def _spans(said: Iterable[Section]) -> str:
    return lines('<div class="info">', *map(_line, said), "</div>")


def _line(section: Section) -> str:
    """A line of nothing but spans."""
    between = " " if section.named else "<br><br>"
    values = between.join(f'<span class="value">{text(value)}</span>' for value in section.values)
    return f'<div class="line"><span class="key">{text(section.label)}</span> {values}</div>'


def _link(name: str) -> str:
    return f'<a href="/search?term={attribute(name)}">{text(name)}</a>'


SHAPES: dict[str, Callable[[Iterable[Section]], str]] = {
    "definitions": _definitions,
    "table": _table,
    "list": _list,
    "spans": _spans,
}
