r"""BibTeX, as biblatex and Biber read it, and Zotero and JabRef import it.

After the biblatex manual: 2.1.1 for the type, 2.2.2 for the fields, 2.3.8 for dates, which are EDTF
of levels 0 and 1. All that TeX or BibTeX gives a meaning to is written as the command that prints
it; a brace too, for BibTeX counts even \{ as one.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import BinaryIO
from urllib.parse import quote

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from harvester.exports.edtf_parts import Dating
from harvester.exports.records import Details, Record
from harvester.exports.text import one_line, parted

_SIMPLE_KEY = re.compile(r"[a-z0-9][a-z0-9.:_-]*/[a-z0-9._-]+")
_NO_KEY = re.compile(r"[^a-z0-9._-]+")
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
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")
"""Between signs that TeX would draw together, as "--" into a dash."""


def write(records: Iterable[Record], out: BinaryIO) -> None:
    """Writes an entry for each document."""
    for record in records:
        library = Library([_entry(record)])
        out.write(f"{write_string(library)}\n".encode())


def tex(text: str) -> str:
    """The text so that TeX prints it as it is."""
    return _LIGATURES.sub("{}", one_line(text).translate(_ESCAPES))


def _entry(record: Record) -> Entry:
    """The second braces around the title keep styles from changing its capitals."""
    values = {
        "title": f"{{{tex(record.title)}}}",
        **_date(record.dating),
        "howpublished": tex(record.archive),
        "url": _url(record.url),
        "urldate": record.harvested,
        "abstract": record.summary and tex(record.summary),
    }
    if record.details:
        values |= _details(record.details, values.get("note"))
    fields = [Field(name, value) for name, value in values.items() if value]
    return Entry("unpublished", _key(record.key), fields)


def _details(details: Details, note: str | None) -> dict[str, str | None]:
    """As Zotero writes a manuscript, and where the original is as `library` (2.2.2).

    biblatex knows no contributors that are neither editors nor translators but collaborators.
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
    """A list of names. Braces keep whole what is no person's: BibTeX looks into it for parts."""
    return " and ".join(
        ", ".join(map(tex, parts)) if (parts := parted(name)) else f"{{{tex(name)}}}"
        for name in names
    )


def _whole(name: str) -> str:
    """A name in a list, of which "and" is the separator."""
    return f"{{{tex(name)}}}" if " and " in name else tex(name)


def _keyword(name: str) -> str:
    """A name in a list of which the comma is the separator."""
    return f"{{{tex(name)}}}" if "," in name else tex(name)


def _date(date: Dating | None) -> dict[str, str]:
    """The date, or a note if it is not understood or a set (level 2), as "before 1950" is."""
    if date is None:
        return {}
    if date.edtf is None or date.edtf.startswith("["):
        return {"note": f"Date as written: {tex(date.text)}"}
    return {"date": date.edtf}


def _key(document: str) -> str:
    """The document's site and id; if they have signs or capitals, which programs differ about, made
    safe."""
    if _SIMPLE_KEY.fullmatch(document):
        return document.replace("/", ":")
    digest = hashlib.sha256(document.encode()).hexdigest()
    return f"{_NO_KEY.sub('-', document.lower()).strip('-')}-{digest[:8]}"


def _url(url: str) -> str:
    """The address, which biblatex takes literally: only what no address has is encoded."""
    return quote(one_line(url), safe="!#$%&'()*+,-./:;=?@[]_~")
