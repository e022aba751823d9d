"""What the steps have in common: where they are registered, and the mark of our databases."""

from sqlite_utils import Migrations

APPLICATION_ID = 0x48525654
"""Marks a database as ours, in SQLite's header ("HRVT")."""

migrations = Migrations("harvester")
"""The steps in the order in which their modules are imported."""
