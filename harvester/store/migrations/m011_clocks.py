"""What the site's clock says of ours, and by how much a wrong clock's moments were moved."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations


@migrations()
def m011_clocks(db: Database) -> None:
    """Two columns of runs, in seconds."""
    db.execute("ALTER TABLE runs ADD COLUMN clock_ahead INTEGER")
    db.execute("ALTER TABLE runs ADD COLUMN clock_moved INTEGER NOT NULL DEFAULT 0")
