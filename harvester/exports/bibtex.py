r"""BibTeX for biblatex and Biber, which Zotero and JabRef import as well.

The manual of biblatex defines the type (2.1.1), the fields (2.2.2) and dates (2.3.8: EDTF of levels
0 and 1). A character that means something to TeX or BibTeX becomes the command that prints it. So
does a brace, as BibTeX counts even \{ as one.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from harvester.exports.citation_parts import Dating, one_line, web_address
from harvester.exports.names import parted
from harvester.exports.records import Details, Record

_SIMPLE_KEY = re.compile(r"[a-z0-9][a-z0-9.:_-]*/[a-z0-9._-]+")
_NO_KEY = re.compile(r"[^a-z0-9._-]+")
_LONGEST_KEY = 60
_COMMANDS = {
    **{sign: f"\\{sign}" for sign in "#$%&_"},
    **{
        sign: f"\\text{name}{{}}"
        for sign, name in (
            *(("\\", "backslash"), ("{", "braceleft"), ("}", "braceright")),
            *(("~", "asciitilde"), ("^", "asciicircum"), ("`", "asciigrave")),
            *(("<", "less"), (">", "greater"), ("|", "bar")),
        )
    },
}
_ESCAPES = str.maketrans(_COMMANDS)
_NO_SEPARATOR = str.maketrans(",;", "\u201a\u201a")
"""U+201A looks like a comma and is in the fonts of every TeX."""
_POINT = r"(?:[0-9]{4}(?:-(?:0[1-9]|1[0-2]|2[1-4])(?:-[0-9]{2})?)?[~?%]?|[0-9]{3}X|[0-9]{2}XX)"
_DATE = re.compile(
    rf"{_POINT}(?:/{_POINT}|/\.\.)?|\.\./{_POINT}|[0-9]{{4}}-(?:[0-9]{{2}}-XX|XX(?:-XX)?)"
)
"""The dates of levels 0 and 1 that biblatex reads."""
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")
"""The gap between characters that TeX would join, such as "--" into a dash."""


def pieces(records: Iterable[Record]) -> Iterator[bytes]:
    """An entry for each document."""
    for record in records:
        yield f"{write_string(Library([_entry(record)]))}\n".encode()


def tex(text: str) -> str:
    """Escapes a text, so that TeX prints it unchanged."""
    return _LIGATURES.sub("{}", escaped(text))


def escaped(text: str) -> str:
    """Escapes a text, of which TeX still joins dashes and quotation marks in a row."""
    return one_line(text).translate(_ESCAPES)


def _entry(record: Record) -> Entry:
    """Makes the entry. Double braces keep styles from changing the capitals of a title."""
    values = {
        "title": f"{{{tex(record.title)}}}",
        **_date(record.dating),
        "howpublished": tex(record.archive),
        "url": web_address(record.url),
        "urldate": record.harvested,
        "abstract": record.summary and tex(record.summary),
    }
    if record.details:
        values |= _details(record.details, values.get("note"))
    fields = [Field(name, value) for name, value in values.items() if value]
    return Entry("unpublished", _key(record.key), fields)


def _details(details: Details, note: str | None) -> dict[str, str | None]:
    """Maps details as Zotero does for a manuscript; `library` is where the original is (2.2.2).

    The only contributors in biblatex that neither edit nor translate are collaborators.
    """
    notes = [*([note] if note else []), *map(tex, details.notes)]
    return {
        "author": _people(details.names("author")),
        "editora": _people(details.contributing),
        "editoratype": "collaborator" if details.contributing else None,
        "type": tex("; ".join(details.names("type"))),
        "library": tex(details.source or ""),
        "language": " and ".join(map(_whole, details.names("language"))),
        "rights": tex(details.rights or ""),
        "keywords": ", ".join(map(_keyword, details.keywords)),
        "note": ". ".join(notes),
    }


def _people(names: Iterable[str]) -> str:
    """A list of names. Braces keep BibTeX from parting a name that is no person's, and given names
    with a comma: "Brandt, {Willy (Frahm, Herbert)}" has no suffix."""
    return " and ".join(
        f"{tex(parts[0])}, {_braced(parts[1])}" if (parts := parted(name)) else f"{{{tex(name)}}}"
        for name in names
    )


def _braced(given: str) -> str:
    return f"{{{tex(given)}}}" if "," in given else tex(given)


def _whole(name: str) -> str:
    """A name for a list that "and" separates."""
    return f"{{{tex(name)}}}" if " and " in name else tex(name)


def _keyword(name: str) -> str:
    """A keyword for a list that programs part at commas and semicolons, whatever the braces.

    It has a low quotation mark for either. Programs show dashes and quotation marks in a row as
    they stand here, so that nothing keeps them apart for TeX.
    """
    return escaped(name).translate(_NO_SEPARATOR)


def _date(date: Dating | None) -> dict[str, str]:
    """The date, or a note if it was not understood or is more than biblatex reads: a set, such as
    "before 1950", a year BC or with a digit missing in its middle, a season of one hemisphere."""
    if date is None:
        return {}
    if date.edtf is None or not _DATE.fullmatch(date.edtf):
        return {"note": f"Date as written: {tex(date.text)}"}
    return {"date": date.edtf}


def _key(document: str) -> str:
    """A citation key from the document's site and id, without the signs and capitals on which
    programs disagree, and short enough to be cited."""
    if _SIMPLE_KEY.fullmatch(document) and len(document) <= _LONGEST_KEY:
        return document.replace("/", ":")
    digest = hashlib.sha256(document.encode()).hexdigest()[:8]
    words = _NO_KEY.sub("-", document.lower())[: _LONGEST_KEY - len(digest) - 1]
    return f"{words.strip('-')}-{digest}"
