"""Showing and writing the repair of a profile, with what a harvest's database knows of its site."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.console import command, program, shown, tell
from harvester.disk import whole_file
from harvester.learning.proofs import keep_repaired
from harvester.learning.repair import Known, Repair, repair
from harvester.outcomes import BadOutput, BadUsage
from harvester.sites import BUILT_IN
from harvester.sites.profile import profile_in
from harvester.store.collections import listed, listings
from harvester.store.connection import reading
from harvester.visit import SavedPage


class Repairing:
    """The profile of a site in the user's folder, or a built-in one, which is copied there."""

    def __init__(self, folder: Path, key: str, database: Path) -> None:
        self._folder = folder
        self._key = key
        self._database = database

    @property
    def _place(self) -> Path:
        return self._folder / f"{self._key}.toml"

    def listing(self) -> str:
        """The address of the site's collection. Raises BadUsage if that is not one alone."""
        with reading(self._database) as db:
            found = listings(db, self._key)
        if len(found) == 1:
            return found[0]
        raise BadUsage(
            f"There are {len(found) or 'no'} collections of {self._key} in {self._database}: say"
            f" which page has changed, {program()} learn --repair {self._key} PAGE."
        )

    def show(self, page: SavedPage, *, write: bool) -> None:
        """Shows the change. Raises BadUsage, Unreadable or BadOutput."""
        found = repair(self._key, self._profile(), page, self._known())
        tell(found.diff(shown(self._place)))
        tell(
            f"{found.found} entries of {page.name} are read as the last harvest knew them, and"
            f" {found.new} others."
        )
        if write:
            self._write(found, page)
            tell("It is written.")
        else:
            again = command(program(), "learn", "--repair", self._key, page.name, "--write")
            tell(f"Nothing is written. To write it: {again}")

    def _profile(self) -> str:
        place = self._place if self._place.is_file() else BUILT_IN / self._place.name
        return place.read_text(encoding="utf-8")

    def _known(self) -> dict[str, Known]:
        with reading(self._database) as db:
            return {row[0]: Known(*row) for row in listed(db, self._key)}

    def _write(self, found: Repair, page: SavedPage) -> None:
        site = profile_in(self._key, found.after).at(page.url)
        with _writing(self._place):
            keep_repaired(self._folder, self._key, page, site)
            with whole_file(self._place) as out:
                out.write(found.after.encode())


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadOutput(f"{place} can't be written ({error.strerror}).") from error
