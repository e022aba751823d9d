"""The folder of feeds: one of all documents, one of each collection, one of each saved search."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from sqlite3 import Row
from urllib.parse import quote, urljoin

from harvester.disk import whole_file
from harvester.feeds.atom import Feed, atom
from harvester.outcomes import BadOutput
from harvester.store.news import news, news_found, news_of
from harvester.store.reading import archives, listings, reading

EVERYTHING = "harvester:documents"
"""What feeds are known by that are of more than one collection: the same in every harvest."""


def write_feeds(
    database: Path, folder: Path, *, searches: Sequence[str] = (), address: str | None = None
) -> None:
    """Writes the feeds of a database; a file that would be the same is not touched.

    `address` is that of the folder on the web, if it has one. Raises BadDatabase if the database
    can't be read, BadOutput if a file can't be written.
    """
    for name, written in _feeds(database, searches, address):
        path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (path.is_file() and path.read_bytes() == written):
                with whole_file(path) as out:
                    out.write(written)
        except OSError as error:
            raise BadOutput(
                f"The folder of feeds {folder} can't be written ({error.strerror}): see that it may"
                " be, or correct HARVEST_FEEDS."
            ) from error


def _feeds(
    database: Path, searches: Sequence[str], address: str | None
) -> Iterator[tuple[str, bytes]]:
    """The name and the text of each file."""
    base = address and f"{address.rstrip('/')}/"

    def feed(name: str, title: str, key: str, site: Row | None, about: str = "") -> Feed:
        own = base and urljoin(base, quote(name))
        if site is None:
            return Feed(title, key, key, "Harvester", own)
        return Feed(title, key, about or f"{site['home']}/", site["name"], own)

    with reading(database) as db:
        sites = archives(db)
        first = next(iter(sites.values()), None)
        title = "Documents, new and changed"
        yield "all.atom", atom(feed("all.atom", title, EVERYTHING, first), news(db))
        for collection, url in listings(db).items():
            name = f"collection-{quote(collection, safe='')}.atom"
            title = f"{collection}, new and changed"
            about = feed(name, title, url, sites[collection], url)
            yield name, atom(about, news_of(db, collection))
        for search in searches:
            name = f"search-{_slug(search)}.atom"
            key = f"{EVERYTHING}?search={quote(search)}"
            about = feed(name, f"Found by {search}", key, first)
            yield name, atom(about, news_found(db, search))


def _slug(search: str) -> str:
    """A name for a file; if it leaves something out, made different from all others."""
    slug = re.sub(r"[\W_]+", "-", search.lower())[:40].strip("-")
    if slug == search:
        return slug
    return f"{slug}-{hashlib.sha256(search.encode()).hexdigest()[:8]}".lstrip("-")
