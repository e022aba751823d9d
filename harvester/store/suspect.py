"""What can't be believed of a page or of a complete run, unless its user accepts it."""

import sqlite3
from json import dumps

from harvester.items import Entry, PageItem
from harvester.outcomes import Reason, Suspect, Unreadable
from harvester.store.connection import WANTED
from harvester.store.run import Run
from harvester.timestamps import is_known

FEW = 5
"""So many documents may always be missing."""
NAMES = {"date_text": "date", "summary": "summary"}
"""What users call the fields that a whole page can lose."""
KNOWN = f"""
    SELECT slug, first_seen, date_text, summary FROM addresses JOIN documents ON number = document
    WHERE addresses.site = ? AND slug IN {WANTED}"""


def check_fields(db: sqlite3.Connection, run: Run, item: PageItem) -> None:
    """A field that nearly every entry had does not vanish from a whole page, unless accepted.

    Entries that are known to lack it say nothing. Raises Unreadable if it does.
    """
    if run.accept or run.before is None:
        return
    entries = item.listing.entries
    for name in run.before.usual:
        if not entries or any(getattr(entry, name) for entry in entries):
            continue
        if not {entry.document for entry in entries} <= _lacking(db, run, entries, name):
            raise Unreadable(
                f"No entry of {item.listing.url} has a {NAMES[name]}, which nearly all had before:"
                " the layout may have changed; if it is true, say -a accept=yes.",
                Reason.FIELD_GONE,
                item.listing.url,
            )


def check_absences(run: Run, new: int, live: int, most_missing: float) -> None:
    """Raises Suspect if more has vanished than is likely, unless the run accepts that.

    `new` are missing anew, of `live` ones; `most_missing` is the share, 0 to 1, that may be.
    """
    if run.accept:
        return
    if new > FEW and new > most_missing * live:
        raise _suspect(f"{new} of {live} documents are no longer in the listing")
    _check_share(run, "date", "date_text")
    _check_share(run, "summary", "summary")


def _lacking(db: sqlite3.Connection, run: Run, entries: list[Entry], name: str) -> set[str]:
    """Those of some entries that are known to lack a field, by their ids."""
    asked = [run.site, dumps([entry.document for entry in entries])]
    found = db.execute(KNOWN, asked)
    place = list(NAMES).index(name)
    return {slug for slug, seen, *said in found if is_known(seen) and said[place] is None}


def _check_share(run: Run, what: str, name: str) -> None:
    now = run.shares()
    if now is None or run.before is None:
        return
    had, has = getattr(run.before, name), getattr(now, name)
    if has < had / 2:
        raise _suspect(f"{has:.0%} of the entries have a {what}, where {had:.0%} had one")


def _suspect(what: str) -> Suspect:
    return Suspect(
        f"{what}, so that nothing was marked missing: look at the site, and if it is true say"
        " -a accept=yes.",
        Reason.SUSPECT,
    )
