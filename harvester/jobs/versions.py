"""Versions of collections: a job takes the newest one and puts its own beside it.

In the store, a collection has a folder with its database, its scans and its recordings, of which
each file is written once. `versions/0000007.json` says what version 7 is made of. It is created
last, and only once. So a kill leaves the last whole version, and of two workers that have both
taken version 6, one wins.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from harvester.exports.citation_parts import plain_name
from harvester.jobs.places import Place
from harvester.outcomes import BadDatabase, HarvestProblem, Outcome
from harvester.store.database import open_database

DATABASE, SCANS, RECORDINGS = "harvest.db", "files", "warc"
"""What a job works on, in its own folder."""
DATABASES, VERSIONS = "database", "versions"
"""Folders of a collection in the store, beside those of scans and recordings."""
KEPT = 3
"""The databases of so many versions are kept: who takes one may be slow."""
TRIES = 5
"""How often a version is taken whose files are removed meanwhile, as newer ones have come."""


class Overtaken(HarvestProblem):
    """Raised when another worker has put the version that was to be put; nothing is changed."""

    exit_code = Outcome.INCOMPLETE.exit_code


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store: its name there, its size and its digest."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """The content of a version: its working files by path, and the recordings that it added.

    `ended` says how the job ended that made it. The first one is 1; before it there is 0.
    """

    number: int = 0
    files: dict[str, Kept] = field(default_factory=dict)
    recordings: list[str] = field(default_factory=list)
    ended: dict[str, Any] = field(default_factory=dict)


class Versions:
    """The versions of one collection; its `folder` is named after it.

    Every method raises BadOutput if the store can't be used.
    """

    def __init__(self, place: Place, collection: str, folder: str = "") -> None:
        self._place = place
        self._collection = collection
        self._folder = folder or plain_name(collection)

    def newest(self) -> Version:
        """The newest version; number 0, with nothing, if there is none."""
        names = self._place.names(f"{self._folder}/{VERSIONS}")
        numbers = [int(name[:-5]) for name in names if name[:-5].isdecimal()]
        if not numbers:
            return Version()
        said = json.loads(self._place.read(self._named(max(numbers))))
        files = {path: Kept(**one) for path, one in said["files"].items()}
        return Version(max(numbers), files, said["recordings"], said["ended"])

    def take(self, folder: Path, *, only: str = "") -> Version:
        """Copies the newest version to a folder, or `only` one file of it; returns which it is.

        Recordings stay where they are. Raises BadDatabase if a file is damaged or lost.
        """
        for _ in range(TRIES):
            version = self.newest()
            try:
                for path, kept in version.files.items():
                    if only in ("", path):
                        self._get(version, kept, folder / path)
                return version
            except FileNotFoundError:
                continue
        raise self._damaged(version, "of which a file is missing")

    def put(self, folder: Path, taken: Version, ended: dict[str, Any]) -> Version:
        """Puts the content of a folder as the version after the one taken.

        Raises Overtaken if there is one already.
        """
        number = taken.number + 1
        files = {path: self._put(folder, path, number, taken) for path in _worked_on(folder)}
        recordings = sorted(path.name for path in (folder / RECORDINGS).glob("*.warc.gz"))
        for name in recordings:
            self._place.put(folder / RECORDINGS / name, f"{self._folder}/{RECORDINGS}/{name}")
        version = Version(number, files, recordings, ended)
        said = {**asdict(version), "collection": self._collection, "put": uuid4().hex}
        text = json.dumps(said, ensure_ascii=False, indent=1)
        if not self._place.create(self._named(number), text.encode()):
            raise Overtaken(
                f"Another worker has put version {number} of {self._collection} meanwhile: what was"
                " harvested here is left out, and that version counts."
            )
        self._tidy(number)
        return version

    def _named(self, number: int) -> str:
        return f"{self._folder}/{VERSIONS}/{number:07}.json"

    def _get(self, version: Version, kept: Kept, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._place.get(kept.name, path)
        if _sha256(path) != kept.sha256:
            raise self._damaged(version, f"of which {kept.name} has other bytes than it had")

    def _put(self, folder: Path, path: str, number: int, taken: Version) -> Kept:
        """Puts a file of the folder, unless the version that was taken has the very same."""
        here, known = folder / path, taken.files.get(path)
        size, sha256 = here.stat().st_size, _sha256(here)
        if known is not None and (known.size, known.sha256) == (size, sha256):
            return known
        if path == DATABASE:
            name = f"{DATABASES}/{number:07}-{sha256[:16]}.db"
        else:
            name = f"{path.rpartition('.')[0]}-{sha256[:16]}{here.suffix}"
        self._place.put(here, f"{self._folder}/{name}")
        return Kept(f"{self._folder}/{name}", size, sha256)

    def _tidy(self, number: int) -> None:
        """Removes the databases of old versions, and those that never became a version."""
        for name in self._place.names(f"{self._folder}/{DATABASES}"):
            first = name.partition("-")[0]
            if first.isdecimal() and int(first) <= number - KEPT:
                self._place.remove(f"{self._folder}/{DATABASES}/{name}")

    def _damaged(self, version: Version, why: str) -> BadDatabase:
        return BadDatabase(
            f"The store has a version {version.number} of {self._collection} {why}: put a backup of"
            f" the folder {self._folder} in its place."
        )


def _worked_on(folder: Path) -> Iterator[str]:
    """The paths of the database, settled into one file, and of the scans."""
    database = folder / DATABASE
    if database.with_name(f"{DATABASE}-wal").exists():
        open_database(database).close()
    for path in (database, *sorted((folder / SCANS).glob("*/*"))):
        if path.is_file() and not path.parent.name.startswith("."):
            yield path.relative_to(folder).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
