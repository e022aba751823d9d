"""What an export is made of: a document as it was harvested, the same for every format."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harvester.exports.dating import Dating, dating
from harvester.exports.details import Details, details
from harvester.moments import is_known
from harvester.store.reading import FIELDS, documents, has_details

PAGE = ("details", "details_fetched")


@dataclass(frozen=True, slots=True)
class Placement:
    """That a collection has a document now, and where in its listing."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Record:
    """A row of `documents`, when its page was fetched, the archive that has it and who keeps that,
    and the collections that have it, by name.

    Times are UTC, days are ISO 8601. What the source lacks is None. `details` are what its own page
    says, if that was read.
    """

    site: str
    id: str
    url: str
    title: str
    summary: str | None
    date_text: str | None
    date_edtf: str | None
    date_earliest: str | None
    date_latest: str | None
    first_seen: str
    last_changed: str
    removed: str | None
    page: int
    fetched: str
    archive: str
    keeper: str
    collections: tuple[Placement, ...]
    details: Details | None = None

    @property
    def key(self) -> str:
        """What tells the document from those of all sites."""
        return f"{self.site}/{self.id}"

    @property
    def harvested(self) -> str | None:
        """The day when what is said here was read: "2026-11-24"; None if that is not known."""
        return self.fetched[:10] if is_known(self.fetched) else None

    @property
    def renewed(self) -> str:
        """When anything that is said here was last found to be new."""
        return max(self.last_changed, self.details.details_fetched if self.details else "")

    @property
    def dating(self) -> Dating | None:
        """Its date, taken apart; None if it has none."""
        return dating(self.date_text, self.date_edtf)


@dataclass(frozen=True, slots=True)
class Records:
    """The documents by site and id, to be gone through once; and whether any in the database has
    details."""

    detailed: bool
    rows: Iterator[sqlite3.Row] = field(repr=False)

    def __iter__(self) -> Iterator[Record]:
        return map(_record, self.rows)


def records(
    db: sqlite3.Connection,
    *,
    collection: int | None = None,
    since: str | None = None,
    texts: bool = False,
) -> Records:
    """The documents, one at a time: all or a collection's, all or what is new since."""
    rows = documents(db, collection=collection, since=since, texts=texts)
    return Records(has_details(db), rows)


def _record(row: sqlite3.Row) -> Record:
    values: dict[str, Any] = dict(row)
    placements = [Placement(*one) for one in json.loads(values.pop("collections"))]
    said = {name: values.pop(name) for name in (*PAGE, "terms", "texts", "related", *FIELDS)}
    return Record(
        **values,
        collections=tuple(sorted(placements, key=lambda one: one.name)),
        details=details(said) if said["details"] is not None else None,
    )
