"""The last capture of a page is found at once, however many runs have captured it."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations


@migrations()
def m009_recalling(db: Database) -> None:
    """Has the index of pages' addresses have their times, too."""
    db.execute("DROP INDEX idx_pages_url")
    db.execute("CREATE INDEX idx_pages_url_fetched ON pages (url, fetched)")
