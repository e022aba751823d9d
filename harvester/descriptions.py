"""Meanings of tables, views and columns: from descriptions.toml and from the fields of items."""

import tomllib
from pathlib import Path

from harvester.items import Entry
from harvester.record import KINDS, Fields, columns
from harvester.store.history.facts import FIELDS
from harvester.store.read.facets import COLUMNS as NAMES

Meanings = dict[str, str]
SAME = "= "
"""Begins a meaning that is another column's: "= documents.rights"."""
LISTED = columns(Entry)
STATED = {name: LISTED[name] for name in FIELDS if name in LISTED}
NAMED = {
    name: f"{KINDS[kind].means} A JSON array, in the page's order." for name, kind in NAMES.items()
}
DERIVED = (
    ("documents", "url", STATED),
    ("documents", "removed", columns(Fields)),
    ("statements", "url", STATED),
    ("records", "summary", NAMED),
)
"""The columns whose meanings their fields have: the table, the column before them, the meanings."""

_said = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
TABLES: Meanings = _said["tables"]
"""The main tables, in the order in which one reads them."""
VIEWS: Meanings = _said["views"]
"""The views, in that order."""


def _with(columns: Meanings, before: str, more: Meanings) -> Meanings:
    """The columns, with some more after one of them."""
    at = list(columns).index(before) + 1
    said = list(columns.items())
    return dict([*said[:at], *more.items(), *said[at:]])


def _columns(columns: dict[str, Meanings]) -> dict[str, Meanings]:
    """The columns of each table and view, with all of their meanings."""
    for table, before, more in DERIVED:
        columns[table] = _with(columns[table], before, more)

    def meaning(text: str) -> str:
        if not text.startswith(SAME):
            return text.replace("{kinds}", ", ".join(KINDS))
        table, _, column = text.removeprefix(SAME).partition(".")
        return meaning(columns[table][column])

    return {
        table: {name: meaning(text) for name, text in said.items()}
        for table, said in columns.items()
    }


COLUMNS = _columns(_said["columns"])
"""The columns of each table and view, in the order of the database."""
SITE = COLUMNS["collections"]["site"]
FACTS: Meanings = {
    **_said["facts"]["about"],
    **LISTED,
    **{kind.plural: kind.means for kind in KINDS.values()},
    **columns(Fields),
    **_said["facts"]["beside"],
    **_said["facts"]["refused"],
}
"""The columns of what recordings say (`exports.facts`), in their order."""

DAYS = {"date_earliest", "date_latest"}
TIMES = {
    *("first_seen", "last_changed", "started", "finished", "fetched", "captured"),
    *("missing", "removed", "at"),
}
"""The columns that have days and times, where they are texts; `runs` counts what is removed."""
