"""The part of a profile that describes JSON listings: JMESPaths in place of selectors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathTypeError
from jmespath.functions import Functions

from harvester.sites.table import Table

LONGEST = 1_000
"""Characters of a JMESPath."""
JSON = "application/json"


class JsonPath:
    """A JMESPath (https://jmespath.org). Raises ValueError, with a sentence, if it is none."""

    def __init__(self, said: str) -> None:
        self.said = said
        try:
            if len(said) > LONGEST:
                raise ValueError(f"it has more than {LONGEST:,} characters")
            self._path = jmespath.compile(said)
            if unknown := set(_functions(self._path.parsed)) - set(Functions.FUNCTION_TABLE):
                raise ValueError(f"unknown function {min(unknown)}()")
            self._path.search(None)
        except JMESPathTypeError:
            pass  # nothing is no list, say
        except ValueError as error:
            raise ValueError(f"{said!r} is no JMESPath ({_first_line(error)})") from None

    def find(self, data: Any) -> Any:
        """The value at this path; None if there is none.

        Raises ValueError, with a sentence, if a function gets a value of the wrong type.
        """
        try:
            return self._path.search(data)
        except JMESPathTypeError as error:
            asked = f"{error.function_name}() is not for a value of the type {error.actual_type}"
            raise ValueError(asked) from None

    def __str__(self) -> str:
        return self.said


def _functions(node: dict[str, Any]) -> Iterator[str]:
    """The names of all functions in a parsed path."""
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _functions(child)


def _first_line(error: ValueError) -> str:
    return str(error).strip().split("\n")[0].rstrip(".:")


@dataclass(frozen=True, kw_only=True)
class JsonListing:
    """The layout of a site's listings in JSON.

    `entry` finds the list of entries. `title`, `link` or `id`, `date` and `summary` are paths in an
    entry, all others in the whole answer. `link` is an address, `id` goes into the form of
    documents' addresses. `other` are paths of what else an entry says, by labels. The parts in
    `markup` are HTML, whose text is taken.

    The answer may state a `total`; the number of its `first` entry counted from 1, or how many come
    before it (`offset`), or its `page` as in addresses; and the `size` of all pages but the last.
    `next` is the address of the next page, `cursor` the value of a parameter in it. `total_header`
    names a header with the total; with `link_header`, the header Link names the `next` page (RFC
    8288). Without these three, the next address is computed.
    """

    entry: JsonPath
    title: JsonPath
    link: JsonPath | None = None
    id: JsonPath | None = None
    date: JsonPath | None = None
    summary: JsonPath | None = None
    total: JsonPath | None = None
    first: JsonPath | None = None
    offset: JsonPath | None = None
    page: JsonPath | None = None
    size: JsonPath | None = None
    next: JsonPath | None = None
    cursor: JsonPath | None = None
    total_header: str = ""
    link_header: bool = False
    other: Mapping[str, JsonPath] = field(default_factory=dict)
    markup: tuple[str, ...] = ()
    accept: str = JSON

    @property
    def told_by(self) -> frozenset[str]:
        """The response headers that describe the listing, by lower-case names."""
        named = (self.total_header.lower(), "link" if self.link_header else "")
        return frozenset(filter(None, named))

    @property
    def states_total(self) -> bool:
        """Whether its pages state a total."""
        return self.total is not None or bool(self.total_header)

    @property
    def leads_on(self) -> bool:
        """Whether each page names the next one."""
        return bool(self.next or self.cursor or self.link_header)


PATHS = tuple(
    one.name for one in fields(JsonListing) if "JsonPath" in str(one.type) and one.name != "other"
)
PARTS = ("title", "date", "summary")
"""The texts of an entry."""


def read_json_listing(table: Table) -> JsonListing:
    """Reads and checks the table of a listing in JSON. Raises BadUsage."""
    paths: dict[str, Any] = {key: _checked(table, key) for key in PATHS}
    for key in ("entry", "title"):
        if paths[key] is None:
            raise table.wrong(key, "is missing: add the JMESPath that finds it")
    listing = JsonListing(
        **paths,
        total_header=table.text("total_header", ""),
        link_header=table.answer("link_header", False),
        other=_others(table.table("other")),
        markup=table.texts("markup"),
        accept=table.text("accept", JSON),
    )
    _refuse_contradictions(listing, table)
    return listing


def _others(table: Table) -> dict[str, JsonPath]:
    """Paths by the labels of what they find."""
    found = {label: _checked(table, label) for label in table.keys_left()}
    return {label: path for label, path in found.items() if path}


def _checked(table: Table, key: str) -> JsonPath | None:
    said = table.text(key, "")
    return table.made(key, partial(JsonPath, said)) if said else None


def _refuse_contradictions(listing: JsonListing, table: Table) -> None:
    if (listing.link is None) == (listing.id is None):
        raise table.wrong("link", "or id is said, one of the two")
    if listing.total and listing.total_header:
        raise table.wrong("total_header", "is for answers that have no total")
    if listing.page and not listing.size:
        raise table.wrong("page", "needs the size of pages: add size")
    if not (listing.states_total or listing.leads_on):
        raise table.wrong("total", "or next is missing: nothing says where the listing ends")
    if unknown := set(listing.markup) - set(PARTS):
        raise table.wrong("markup", f"has {min(unknown)!r}: it lists some of {', '.join(PARTS)}")
