"""Showing and writing the repair of a profile, with what a harvest's database knows of its site."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harvester.budget import bounded
from harvester.console import command, program, shown, tell
from harvester.disk import whole_file
from harvester.learning.proofs import keep
from harvester.learning.proposal import SECONDS
from harvester.learning.repair import Known, Repair, repair
from harvester.outcomes import BadOutput, BadUsage, Reason, Unreadable
from harvester.pages.markup import Unclear
from harvester.sites import BUILT_IN, known_sites
from harvester.sites.profile import profile_in
from harvester.store.collections import Kept, kept_as, listed, listings, put_profile
from harvester.store.connection import reading
from harvester.store.database import open_database
from harvester.visit import SavedPage


@dataclass(frozen=True)
class ProfileFile:
    """A profile in the user's folder, or a built-in one to be copied there; `said` is the user's
    name for it."""

    folder: Path
    said: str
    site: str

    @property
    def file(self) -> Path:
        """The user's file, which need not be there yet."""
        return self.folder / f"{self.site}.toml"

    @property
    def place(self) -> str:
        """The file, for a person."""
        return shown(self.file)

    def text(self) -> str:
        """The user's file, or else the built-in one."""
        place = self.file if self.file.is_file() else BUILT_IN / self.file.name
        return place.read_text(encoding="utf-8")

    def write(self, found: Repair, page: SavedPage) -> None:
        """Writes the user's file, and the page as its proof."""
        site = profile_in(self.site, found.after).at(page.url)
        with _writing(self.file):
            keep(self.folder, self.site, {"page-1": page}, site)
            with whole_file(self.file) as out:
                out.write(found.after.encode())


@dataclass(frozen=True)
class KeptProfile:
    """The profile that a harvest learned for a collection and keeps in the database."""

    database: Path
    said: str
    kept: Kept
    lock_wait: float

    @property
    def site(self) -> str:
        """The host."""
        return self.kept.site

    @property
    def place(self) -> str:
        """The collection and the database, for a person."""
        return f"{self.kept.name} in {shown(self.database)}"

    def text(self) -> str:
        """The profile as it is kept."""
        assert self.kept.profile is not None, "others are not repaired"
        return self.kept.profile

    def write(self, found: Repair, page: SavedPage) -> None:
        """Writes it back; the documents keep their site and ids."""
        opened = closing(open_database(self.database, self.lock_wait))
        with opened as database, database.writing() as db:
            put_profile(db, self.kept.name, found.after)


class Repairing:
    """The repair of a profile, which the user names by its site or by a collection."""

    def __init__(self, folder: Path, said: str, database: Path, lock_wait: float) -> None:
        self._database = database
        self._listing: str | None = None
        self._profile: ProfileFile | KeptProfile
        if said in known_sites():
            self._profile = ProfileFile(folder, said, said)
            return
        kept = self._kept(said)
        self._listing = kept.url
        if kept.site in known_sites():
            self._profile = ProfileFile(folder, said, kept.site)
        else:
            self._profile = KeptProfile(database, said, kept, lock_wait)

    def listing(self) -> str:
        """The address of the collection, or of the site's. Raises BadUsage if that is not one."""
        if self._listing is not None:
            return self._listing
        with reading(self._database) as db:
            found = listings(db, self._profile.site)
        if len(found) == 1:
            return found[0]
        said = self._profile.said
        raise BadUsage(
            f"There are {len(found) or 'no'} collections of {said} in {self._database}: say"
            f" which page has changed, {program()} learn --repair {said} PAGE."
        )

    def show(self, page: SavedPage, *, write: bool) -> None:
        """Shows the change. Raises BadUsage, Unreadable, BadOutput, BadDatabase or Busy."""
        profile = self._profile
        read = partial(repair, profile.site, profile.text(), page, self._known())
        try:
            found = bounded(read, page.name, SECONDS)
        except Unclear as problem:
            sentence = f"{page.name} can't be read: {problem}."
            raise Unreadable(sentence, Reason.NO_LISTING, page.url) from None
        tell(found.diff(profile.place))
        tell(
            f"{found.found} entries of {page.name} are read as the last harvest knew them, and"
            f" {found.new} others."
        )
        if write:
            profile.write(found, page)
            tell("It is written.")
        else:
            again = command(program(), "learn", "--repair", profile.said, page.name, "--write")
            tell(f"Nothing is written. To write it: {again}")

    def _kept(self, said: str) -> Kept:
        """The collection of that name, or the only one of that site. Raises BadUsage."""
        found: list[Kept] = []
        if self._database.is_file():
            with reading(self._database) as db:
                found = kept_as(db, said)
        if not found:
            names = ", ".join(known_sites())
            raise BadUsage(
                f"There is no profile {said!r} to repair, nor a collection of that name in"
                f" {self._database}: use {names}."
            )
        if len(found) > 1:
            names = ", ".join(one.name for one in found)
            raise BadUsage(f"{said} has several collections: say which to repair, of {names}.")
        if found[0].profile is None and found[0].site not in known_sites():
            raise BadUsage(
                f"There is nothing to repair: the pages of {found[0].name} are read without a"
                " profile."
            )
        return found[0]

    def _known(self) -> dict[str, Known]:
        with reading(self._database) as db:
            return {row[0]: Known(*row) for row in listed(db, self._profile.site)}


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadOutput(f"{place} can't be written ({error.strerror}).") from error
