"""`harvester merge`: combines several databases into one for reading."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.command import ProjectCommand, profiles_beside
from harvester.console import complain, program, tell
from harvester.disk import temporary_folder
from harvester.outcomes import LACKING, BadUsage

S3 = "s3://"
PARQUET = ".parquet"


class Command(ProjectCommand):
    """Unites what databases know. An existing output is one of them."""

    form = "[options] OUT.db IN ..."
    summary = "Make one database of several, of a store's, or of what recordings say"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Merges. On failure, exits with 64, 73 or 75 after a sentence on stderr."""
        from harvester.store.uniting import unite

        with self.telling_problems("It was stopped: nothing is written."):
            if len(args) < 2 or any(one.startswith("-") for one in args):
                said = f"{program()} merge OUT.db IN.db OTHER.db"
                raise BadUsage(f"Name the new database and those to merge: {said}.")
            out = Path(args[0])
            after = self._after()
            profiles = profiles_beside(self.settings["HARVEST_COLLECTIONS"])
            with (
                databases(args[1:]) as paths,
                of_recordings(args[1:], [out, *paths], profiles) as found,
            ):
                made, left = found
                otherwise = unite(out, [*paths, *made], after)
            tell(f"{out} has what {len(paths) + len(made)} databases know")
            if of_others := [path for path in otherwise if path not in made]:
                complain(
                    f"{of_others[0]} was made with another HARVEST_REMOVED_AFTER than {after}, so"
                    f" that {out} differs in what is removed: say -s HARVEST_REMOVED_AFTER=N as"
                    " there."
                )
            if left:
                complain(f"It does not have {left}: harvest from these recordings with -a source=.")
                self.exitcode = LACKING

    def _after(self) -> int:
        """After how many harvests without it a document is removed. Raises BadUsage."""
        said = str(self.settings["HARVEST_REMOVED_AFTER"])
        if said.isascii() and said.isdecimal() and len(said) < 10 and int(said):
            return int(said)
        raise BadUsage(
            f"The setting HARVEST_REMOVED_AFTER can't be {said!r}: it is a number of at least 1."
        )


@contextmanager
def databases(said: list[str]) -> Iterator[list[Path]]:
    """The databases that are named, and the newest ones of the stores, for as long as the block
    lasts."""
    with temporary_folder() as folder:
        found = []
        for number, one in enumerate(said):
            if _parquet(one):
                continue
            if one.startswith(S3) or Path(one).is_dir():
                found += _newest(one, folder / str(number))
            else:
                found.append(Path(one))
        yield found


@contextmanager
def of_recordings(
    said: list[str], others: list[Path], profiles: Path
) -> Iterator[tuple[list[Path], str]]:
    """Databases of what the Parquet among the words says, for as long as the block lasts, and what
    is not in them. Raises BadUsage."""
    files = [file for one in said for file in _parquet(one)]
    if not files:
        yield [], ""
        return
    from harvester.reparse.facts import databases as made_of
    from harvester.sites import use_profiles

    use_profiles(profiles)
    with temporary_folder() as folder:
        yield made_of(files, [one for one in others if one.exists()], folder)


def _parquet(said: str) -> list[Path]:
    """The Parquet that is meant: a file, or all below a folder."""
    path = Path(said)
    if path.is_dir():
        return sorted(path.rglob(f"*{PARQUET}"))
    return [path] if path.suffix == PARQUET else []


def _newest(store: str, folder: Path) -> list[Path]:
    """Copies the newest database of each collection in a store. Raises BadUsage if it has none."""
    from harvester.jobs.places import place
    from harvester.jobs.versions import DATABASE, Versions

    where = place(store)
    found = []
    for name in where.folders():
        version = Versions(where, name, name).take(folder / name, only=DATABASE)
        if DATABASE in version.files:
            found.append(folder / name / DATABASE)
    if not found:
        raise BadUsage(f"There are no collections in {store}: name databases, or another store.")
    return found
