"""How Datasette serves a harvest: which database it is, to whom, and with which folders."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from harvester.jobs import is_installed
from harvester.outcomes import BadDatabase
from harvester.store.connection import check_ours, read_only


@dataclass(frozen=True, slots=True)
class Served:
    """How a harvest is served: to strangers or not, and with which folders.

    An empty name means that there is no such folder; None means that nobody named one. `jobs` is
    the address of the database of jobs.
    """

    public: bool = False
    files: str | None = None
    warc: str | None = None
    jobs: str = ""

    @property
    def shows_jobs(self) -> bool:
        """Whether the jobs of several machines are shown: there are some, and to no strangers."""
        return bool(self.jobs) and not self.public and is_installed()


_serving: WeakKeyDictionary[Any, Served] = WeakKeyDictionary()
_harvests: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def serving(datasette: Any, how: Served) -> None:
    """Notes how a Datasette serves a harvest."""
    _serving[datasette] = how


def served_as(datasette: Any) -> Served:
    """How a Datasette serves a harvest."""
    return _serving.get(datasette, Served())


def harvest_of(datasette: Any) -> str | None:
    """The name of the first database of Datasette's that is a harvest; None if there is none."""
    if datasette not in _harvests:
        for name, one in datasette.databases.items():
            if _is_harvest(one.path):
                _harvests[datasette] = name
                break
    return _harvests.get(datasette)


def may_have_harvest(datasette: Any) -> bool:
    """Whether it serves a harvest, or no file yet."""
    return not any(one.path for one in datasette.databases.values()) or bool(harvest_of(datasette))


def _is_harvest(path: str | None) -> bool:
    if not path:
        return False
    try:
        db = sqlite3.connect(read_only(Path(path)), uri=True)
        try:
            check_ours(db, Path(path))
        finally:
            db.close()
    except (sqlite3.Error, BadDatabase):
        return False
    return True
