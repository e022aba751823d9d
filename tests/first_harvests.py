"""The first harvest of a site, with which many tests begin: it is made once, and then copied."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archive import Archive
from harvests import FIXTURES, Harvest, harvest

ALIKE = ("url=", "name=", "details=yes", "files=yes", f"source={FIXTURES}", "site=")
"""How arguments begin of which a harvest depends on nothing but the site and the fixtures."""
Key = tuple[object, ...]


@dataclass(frozen=True)
class Made:
    """A harvest that was made, its database, its scans, and what it added to the site's logs."""

    done: Harvest
    database: bytes
    scans: dict[str, bytes]
    asked: list[list[Any]]


_made: dict[Key, Made] = {}


def first_harvest(
    site: Archive | None, db: Path, arguments: Sequence[str], scans: Path | None = None
) -> Harvest:
    """Such a harvest: if none like it was made before, it is made now, and kept if it went well.

    `scans` is the folder that they go into.
    """
    settings = {"HARVEST_FILES": scans} if scans else {}
    key = _key(site, db, arguments, scans)
    if key is None:
        return harvest(*arguments, HARVEST_DB=db, **settings)
    if key in _made:
        return _copied(_made[key], site, db, scans)
    logs = site.logs if site else []
    before = [len(log) for log in logs]
    done = harvest(*arguments, HARVEST_DB=db, **settings)
    if done.code == 0:
        asked = [log[length:] for log, length in zip(logs, before, strict=True)]
        _made[key] = Made(done, db.read_bytes(), _files(scans), asked)
    return done


def _files(folder: Path | None) -> dict[str, bytes]:
    found = folder.rglob("*") if folder else ()
    return {str(one.relative_to(folder)): one.read_bytes() for one in found if one.is_file()}  # type: ignore[arg-type]


def _key(
    site: Archive | None, db: Path, arguments: Sequence[str], scans: Path | None
) -> Key | None:
    """All that such a harvest depends on; None if there was one before, or if it can't be said."""
    given = [word.removeprefix("-a") for word in arguments]
    alike = all(not word or word.startswith(ALIKE) for word in given)
    if not alike or any(db.parent.glob(f"{db.name}*")) or (scans and scans.exists()):
        return None
    shown = site.shown() if site else ()
    environment = {name: value for name, value in os.environ.items() if name != TEST}
    said = tuple(arguments), scans is None, tuple(sorted(environment.items()))
    return None if shown is None else (shown, *said)


TEST = "PYTEST_CURRENT_TEST"


def _copied(made: Made, site: Archive | None, db: Path, scans: Path | None) -> Harvest:
    """The same harvest once more, in another place."""
    db.write_bytes(made.database)
    for name, content in made.scans.items():
        assert scans is not None
        (scans / name).parent.mkdir(parents=True, exist_ok=True)
        (scans / name).write_bytes(content)
    for log, asked in zip(site.logs if site else [], made.asked, strict=True):
        log += asked
    out, err = (said.replace(str(made.done.db), str(db)) for said in (made.done.out, made.done.err))
    return replace(made.done, out=out, err=err, db=db)
