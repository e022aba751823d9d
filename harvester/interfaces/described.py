"""What a record says of a document, in whichever format it says that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from harvester.interfaces.xml_answer import children
from harvester.pages.elements import Element, fold

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TIMED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
"""A date with a time of day: programs write those, of when something was put on the web."""
ISO = re.compile(r"-?[0-9]{4}(?:-[0-9]{2}){0,2}")


@dataclass(slots=True)
class Text:
    """A text, and its language as the record says it; empty if it does not."""

    text: str
    language: str = ""


@dataclass(slots=True)
class Described:
    """What a record says of a document: titles, descriptions, dates and identifiers as written,
    the usual one first; and all else by the names of Dublin Core ("dc:creator")."""

    titles: list[Text] = field(default_factory=list)
    descriptions: list[Text] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    other: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str, language: str = "") -> None:
        """Adds a value under a name, unless it is there already."""
        label = f"{name} [{language}]" if language else name
        values = self.other.setdefault(label, [])
        if text and text not in values:
            values.append(text)

    @property
    def date(self) -> str | None:
        """The date of the document, as it is written; several are parted by semicolons.

        A day with a time is left out beside another date, and a date beside one that is more exact.
        """
        dates = list(dict.fromkeys(filter(None, self.dates)))
        days = [one for one in dates if not TIMED.match(one)]
        if not days:
            return dates[0] if len(dates) == 1 else None
        return "; ".join(one for one in days if not _is_vaguer(one, days)) or None


def _is_vaguer(date: str, others: list[str]) -> bool:
    is_part = ISO.fullmatch(date) is not None
    return is_part and any(ISO.fullmatch(one) and one.startswith(f"{date}-") for one in others)


def paragraphs(element: Element) -> str:
    """A longer text, its paragraphs parted by a blank line."""
    parts = re.split(r"\n[^\S\n]*\n", "".join(element.itertext()))
    return "\n\n".join(filter(None, map(fold, parts)))


def at(element: Element, path: list[str]) -> Iterator[Element]:
    """All elements at the end of a path of names."""
    if not path:
        yield element
    else:
        for one in children(element, path[0]):
            yield from at(one, path[1:])


def language_of(element: Element) -> str:
    """The language that an element says it is in; empty if it says none."""
    return element.get(LANGUAGE, "") or element.get("lang", "")
