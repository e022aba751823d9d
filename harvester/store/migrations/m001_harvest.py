"""The first tables: collections, runs, pages, documents, memberships."""

from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import Table

from harvester.store.migrations.registry import APPLICATION_ID, migrations


@migrations()
def m001_harvest(db: Database) -> None:
    """Collections and their runs, the pages that a run read, and the documents found on them."""
    _collections(db)
    _runs(db)
    _pages(db)
    _documents(db)
    _memberships(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _collections(db: Database) -> None:
    table = _create(
        db,
        "collections",
        {"id": int, "name": str, "url": str, "stated_total": int},
        pk="id",
        not_null={"name", "url"},
    )
    table.create_index(["name"], unique=True)


def _runs(db: Database) -> None:
    counts = ("pages", "seen", "added", "changed", "unchanged", "undated", "not_understood")
    table = _create(
        db,
        "runs",
        {
            "id": int,
            "collection": int,
            "source": str,
            "started": str,
            "finished": str,
            "outcome": str,
            "reason": str,
            "stated_total": int,
            **dict.fromkeys((*counts, "duplicates"), int),
        },
        pk="id",
        not_null={"collection", "source", "started", *counts, "duplicates"},
        defaults=dict.fromkeys((*counts, "duplicates"), 0),
        foreign_keys=[("collection", "collections", "id")],
    )
    table.create_index(["collection", "started"])


def _pages(db: Database) -> None:
    table = _create(
        db,
        "pages",
        {
            "id": int,
            "run": int,
            "url": str,
            "fetched": str,
            "status": int,
            "sha256": str,
            "first": int,
            "last": int,
            "total": int,
            "entries": int,
        },
        pk="id",
        not_null={"run", "url", "fetched", "status", "sha256", "entries"},
        foreign_keys=[("run", "runs", "id")],
    )
    table.create_index(["run"])


def _documents(db: Database) -> None:
    texts = ("title", "summary", "date_text", "date_edtf", "date_earliest", "date_latest")
    table = _create(
        db,
        "documents",
        {
            "id": str,
            "url": str,
            **dict.fromkeys(texts, str),
            "first_seen": str,
            "last_changed": str,
            "page": int,
        },
        pk="id",
        not_null={"id", "url", "title", "first_seen", "last_changed", "page"},
        foreign_keys=[("page", "pages", "id")],
    )
    table.create_index(["date_earliest"])
    table.create_index(["date_latest"])
    table.create_index(["last_changed"])
    table.create_index(["page"])


def _memberships(db: Database) -> None:
    table = _create(
        db,
        "memberships",
        {"collection": int, "document": str, "position": int, "first_seen": str, "page": int},
        pk=("collection", "document"),
        not_null={"collection", "document", "position", "first_seen", "page"},
        foreign_keys=[
            ("collection", "collections", "id"),
            ("document", "documents", "id"),
            ("page", "pages", "id"),
        ],
    )
    table.create_index(["document"])
    table.create_index(["page"])


def _create(db: Database, name: str, columns: dict[str, Any], **options: Any) -> Table:
    """A new table; SQLite itself holds its columns to their types."""
    return db.table(name).create(columns, strict=True, **options)
