"""What the steps have in common: where they are registered, and the mark of our databases."""

from sqlite_utils import Migrations

from harvester.store.file import APPLICATION_ID

__all__ = ["APPLICATION_ID", "migrations"]

migrations = Migrations("harvester")
"""The steps in the order in which their modules are imported."""
