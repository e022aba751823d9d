"""The folder of feeds: one of all documents, one of each collection, one of each saved search."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urljoin

from harvester.disk import whole_file
from harvester.feeds.atom import Feed, atom
from harvester.outcomes import BadOutput
from harvester.sites import SITES
from harvester.store.news import news, news_found, news_of
from harvester.store.reading import listings, reading


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

    def feed(name: str, title: str, about: str) -> Feed:
        return Feed(title, about, base and urljoin(base, quote(name)))

    home = f"{SITES[0].home}/"
    with reading(database) as db:
        yield "all.atom", atom(feed("all.atom", "Documents, new and changed", home), news(db))
        for collection, url in listings(db).items():
            name = f"collection-{quote(collection, safe='')}.atom"
            yield (
                name,
                atom(feed(name, f"{collection}, new and changed", url), news_of(db, collection)),
            )
        for search in searches:
            name = f"search-{_slug(search)}.atom"
            about = f"{home}?search={quote(search)}"
            yield name, atom(feed(name, f"Found by {search}", about), news_found(db, search))


def _slug(search: str) -> str:
    """A name for a file; if it leaves something out, made different from all others."""
    slug = re.sub(r"[\W_]+", "-", search.lower())[:40].strip("-")
    if slug == search:
        return slug
    return f"{slug}-{hashlib.sha256(search.encode()).hexdigest()[:8]}".lstrip("-")
