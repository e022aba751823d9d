"""Collections: the site and the listing of each, and how many documents the site states."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harvester.outcomes import BadUsage, Reason
from harvester.runs import RunStart
from harvester.sites import site_for
from harvester.sites.oai_address import OaiRequest, is_oai
from harvester.store.connection import named_errors

PUT_SITE = """
    INSERT INTO sites (key, name, home, keeper) VALUES (:key, :name, :home, :keeper)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, home = excluded.home,
        keeper = excluded.keeper
    WHERE name IS NOT excluded.name OR home IS NOT excluded.home
        OR keeper IS NOT excluded.keeper"""
PUT_COLLECTION = """
    INSERT INTO collections (site, name, url, profile) VALUES (:site, :collection, :url, :profile)
    ON CONFLICT (name) DO UPDATE SET url = excluded.url,
        profile = coalesce(excluded.profile, profile)
    WHERE url IS NOT excluded.url OR profile IS NOT excluded.profile"""
NUMBER = "SELECT id FROM collections WHERE name = ?"
PROFILE = """
    SELECT profile FROM collections WHERE name = ? AND (profile IS NOT NULL OR EXISTS
        (SELECT 1 FROM runs JOIN pages ON run = runs.id WHERE collection = collections.id))"""
CONTRADICTED = f"""
    SELECT EXISTS (SELECT 1 FROM failures WHERE reason = '{Reason.OTHER_TOTAL}' AND run = (
        SELECT max(id) FROM runs
        WHERE collection = (SELECT id FROM collections WHERE name = ?)))"""
ADDRESS = "SELECT url FROM collections WHERE name = ?"
LAST_ANSWER = """
    SELECT coalesce(answered, fetched) FROM pages
    WHERE document IS NULL AND run = (SELECT max(id) FROM runs
        WHERE collection = (SELECT id FROM collections WHERE name = ?)
            AND source = 'live' AND outcome IN ('complete', 'walked'))
    ORDER BY walk DESC, id LIMIT 1"""
LAST_POSITION = """
    SELECT coalesce(max(position), 0) FROM memberships
    WHERE collection = (SELECT id FROM collections WHERE name = ?)"""
KEPT = "SELECT name, site, url, profile FROM collections WHERE {} = ? ORDER BY id"
REPAIR = "UPDATE collections SET profile = ? WHERE name = ?"
LISTED = """
    SELECT documents.id, title, date_text, documents.summary, listed_other
    FROM documents JOIN memberships ON document = number
    WHERE documents.site = ? AND memberships.missing IS NULL GROUP BY number"""
LISTINGS = "SELECT url FROM collections WHERE site = ? ORDER BY id"
PUT_TOTAL = """
    UPDATE collections SET stated_total = :stated_total
    WHERE id = :collection AND stated_total IS NOT :stated_total AND NOT EXISTS (SELECT 1 FROM runs
        WHERE collection = :collection AND captured >= coalesce(:captured, '')
            AND (captured, CASE source WHEN 'live' THEN id ELSE 0 END, stated_total)
                > (coalesce(:captured, ''), :live, :stated_total))
        AND (:captured IS NOT NULL OR stated_total IS NULL OR stated_total < :stated_total)"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored collection: its name, site and address, and the profile learned for it, if any."""

    name: str
    site: str
    url: str
    profile: str | None


class KnownCollections:
    """What a database knows about collections, by name.

    Every method raises BadDatabase if the database can't be read.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    def profile(self, collection: str) -> str | None:
        """The profile that was learned for a collection; empty if its pages are read without one,
        None if none was read yet."""
        row = self._row(PROFILE, collection)
        return None if row is None else str(row[0] or "")

    def address(self, collection: str) -> str | None:
        """The address of a collection; None if there is none of that name."""
        row = self._row(ADDRESS, collection)
        return row and str(row[0])

    def last_position(self, collection: str) -> int:
        """The largest position in a collection; 0 if it has no documents."""
        return int(self._row(LAST_POSITION, collection)[0])

    def last_answer(self, collection: str) -> str | None:
        """When the site answered the first request of the last live run that saw all which it
        asked for, by the site's own clock if it says; None if there was no such run."""
        row = self._row(LAST_ANSWER, collection)
        return row and str(row[0])

    def is_contradicted(self, collection: str) -> bool:
        """Whether the last run of a collection found another total than its pages state."""
        return bool(self._row(CONTRADICTED, collection)[0])

    def _row(self, sql: str, collection: str) -> Any:
        with named_errors(self._path):
            return self._db.execute(sql, [collection]).fetchone()


def put_collection(db: sqlite3.Connection, start: RunStart) -> int:
    """Writes a run's collection and its site, and returns the collection's number.

    Raises BadUsage if the collection's name belongs to another listing already.
    """
    _check_same_listing(db, start)
    db.execute(PUT_SITE, _site(start))
    listing = {"site": start.site, "collection": start.collection, "url": start.url}
    db.execute(PUT_COLLECTION, {**listing, "profile": start.profile})
    (number,) = db.execute(NUMBER, [start.collection]).fetchone()
    return int(number)


def kept_as(db: sqlite3.Connection, said: str) -> list[Kept]:
    """The collection of this name, or else all collections of the site with this key."""
    for what in ("name", "site"):
        if rows := db.execute(KEPT.format(what), [said]).fetchall():
            return [Kept(*row) for row in rows]
    return []


def put_profile(db: sqlite3.Connection, collection: str, profile: str) -> None:
    """Writes the profile by which a collection is read from now on."""
    db.execute(REPAIR, [profile, collection])


def listed(
    db: sqlite3.Connection, site: str
) -> list[tuple[str, str, str | None, str | None, str | None]]:
    """The documents that the last complete harvests of a site found: id, title, date, summary, and
    the other values of their listing."""
    return db.execute(LISTED, [site]).fetchall()


def listings(db: sqlite3.Connection, site: str) -> list[str]:
    """The addresses of a site's collections."""
    return [url for (url,) in db.execute(LISTINGS, [site])]


def put_stated_total(
    db: sqlite3.Connection, collection: int, captured: str | None, live: int, total: int | None
) -> None:
    """Writes how many documents the site states, unless something newer than `captured` has.

    Of what was captured within a second, a `live` run's counts, if it is one (then that is its
    number, else 0), and of several live runs the last; of captures, the largest.
    """
    if total is not None:
        row = {"collection": collection, "captured": captured, "live": live, "stated_total": total}
        db.execute(PUT_TOTAL, row)


def _site(start: RunStart) -> dict[str, str]:
    """The row of a collection's site."""
    site = site_for(start.url, start.site)
    return {name: getattr(site, name) for name in ("key", "name", "home", "keeper")}


def _check_same_listing(db: sqlite3.Connection, start: RunStart) -> None:
    """Raises BadUsage if the name belongs to another listing, or to another site's."""
    sql = "SELECT url, site FROM collections WHERE name = ?"
    known = db.execute(sql, [start.collection]).fetchone()
    if known and known[1] != start.site:
        raise BadUsage(
            f"The collection {start.collection} is of the site {known[1]} in this database, not of"
            f" {start.site}: give this one another name, or say -a site={known[1]} if it is a copy."
        )
    if known and _listing(known[0]) not in _listings(start.url):
        raise BadUsage(
            f"The collection {start.collection} is the listing {known[0]} in this database, not"
            f" {start.url}: give this one another name."
        )


def _listings(url: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The listing at an address; and the repository's own address, if it is a list of records,
    which may have been found out only now."""
    return [_listing(url), *([_listing(OaiRequest.of(url).base)] if is_oai(url) else [])]


def _listing(url: str) -> tuple[str, list[tuple[str, str]]]:
    """What distinguishes one listing from another. The host does not: a mirror has the same
    listings."""
    parts = urlsplit(url)
    return parts.path, sorted(parse_qsl(parts.query, keep_blank_values=True))
