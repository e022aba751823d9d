"""What changed: a row for each thing that a run found to be otherwise than before."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from harvester.store.history.changes import Kind as Kind
from harvester.store.rows import put_rows
from harvester.store.run import Run

PUT_CHANGES = """
    INSERT INTO changes (run, collection, document, kind, field, old, new, at) VALUES {}"""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a document, or of its membership if the field is "missing" or "removed".

    `of_document` tells the removal or return of the document itself from that of a membership.
    """

    document: int
    kind: Kind
    at: str
    field: str | None = None
    old: str | None = None
    new: str | None = None
    of_document: bool = False


def put_changes(db: sqlite3.Connection, run: Run, changes: Iterable[Change]) -> None:
    """Writes changes that a run has seen."""
    put_rows(db, PUT_CHANGES, [_row(change, run) for change in changes])


def _row(change: Change, run: Run) -> tuple[object, ...]:
    collection = None if change.of_document else run.collection
    what = (change.document, change.kind, change.field, change.old, change.new, change.at)
    return run.id, collection, *what
