"""Dates, counts and changes in words for readers."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from harvester.record import CALLED, KINDS

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
QUALIFIED = {"?": "uncertain", "~": "approximate", "%": "uncertain and approximate"}
"""EDTF's signs (Level 1, Qualification of a date)."""
FIELDS = {
    **{name: called.lower() for name, called in CALLED.items()},
    **{"date_text": "date", "date_edtf": "reading of the date", "url": "address"},
    **{kind: said.plural for kind, said in KINDS.items()},
}
WORD = re.compile(r"\w+")
LONGEST = 300
"""Characters of a value that are quoted."""
FOLLOWS = ("date_earliest", "date_latest", "missing", "removed")
"""Fields of changes of which others tell already."""


def number(count: int, one: str, many: str = "") -> str:
    """A count with what is counted: "1 document", "15,049 documents"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def size(count: int) -> str:
    """Bytes as people say them: "2.1 MB"."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1e3))} KB"


def day(moment: str | None) -> str:
    """A day, of a moment or of a date in ISO 8601: "26 November 2026", "15 March 44 BC"."""
    return " ".join(_parts(moment)) if moment else ""


def period(text: str) -> str:
    """A decade ("196"), a year or a month: "1960s", "1962", "August 1962"."""
    return f"{text}0s" if len(text) == 3 else day(text)


def _parts(moment: str) -> list[str]:
    """The day, the month and the year of a date, as far as it has them. -0043 is 44 BC."""
    sign, digits = ("-", moment[1:]) if moment.startswith("-") else ("", moment)
    year, *rest = digits.partition("T")[0].split("-")
    counted = int(sign + year)
    said = [f"{1 - counted} BC" if counted < 1 else str(counted)]
    if rest:
        said.insert(0, MONTHS[int(rest[0]) - 1])
    return [*(str(int(one)) for one in rest[1:]), *said]


def meaning(edtf: str | None, earliest: str | None, latest: str | None) -> str:
    """What a date means: "17 October 1956", "between 1 and 31 August 1962"; empty if unknown."""
    sign = next((word for sign, word in QUALIFIED.items() if sign in (edtf or "")), "")
    said = _span(earliest, latest)
    return f"{said} ({sign})" if said and sign else said


def is_said(meaning: str, written: str | None) -> bool:
    """Whether a date as written says its meaning in the same words: "August 29, 1960" does."""
    return set(WORD.findall(meaning)) == set(WORD.findall(written or ""))


def _span(earliest: str | None, latest: str | None) -> str:
    if not earliest or not latest:
        known = f"{day(earliest)} or later" if earliest else f"{day(latest)} or earlier"
        return known if earliest or latest else ""
    first, last = _parts(earliest), _parts(latest)
    same = 0
    while same < len(first) and first[-1 - same :] == last[-1 - same :]:
        same += 1
    if same == len(first):
        return day(latest)
    return f"between {' '.join(first[: len(first) - same])} and {day(latest)}"


def history(changes: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The history of a document, newest first: each day with a sentence."""
    told = ((day(change["at"]), _sentence(change)) for change in changes)
    return list(dict.fromkeys((when, said) for when, said in told if said))


def _sentence(change: Mapping[str, Any]) -> str:
    kind, field, old, new = (change[name] for name in ("kind", "field", "old", "new"))
    listed = f"“{change['collection']}”" if change["collection"] else "its listing"
    if field in FOLLOWS and kind in ("changed", "reread"):
        return ""
    sentences = {
        "added": f"First seen in {listed}.",
        "missing": f"Missing from {listed} for the first time.",
        "removed": f"Taken for removed from {listed}.",
        "restored": f"Back in {listed}.",
        "joined": "Found to be one with another document of the archive.",
    }
    if kind in sentences:
        return sentences[kind]
    name = FIELDS.get(field or "", field or "")
    was = f" Before: {_value(old)}." if old else ""
    if kind == "renamed":
        return f"Listed with another {name}.{was}" if field else "Listed at another address."
    if kind == "reread":
        return f"We had read the {name} otherwise.{was}"
    if not old:
        return f"The archive added the {name}: {_value(new)}."
    return (
        f"The archive changed the {name}.{was}"
        if new
        else f"The archive took the {name} away.{was}"
    )


def _value(text: str | None) -> str:
    """A value in quotation marks; of a list, its names."""
    text = text or ""
    if text.startswith("["):
        with suppress(ValueError):
            text = "; ".join(map(str, json.loads(text)))
    return f"“{text[:LONGEST]}{' …' if len(text) > LONGEST else ''}”"
