"""`harvester merge`: combines several databases into one for reading."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.command import ProjectCommand
from harvester.console import program, tell
from harvester.outcomes import BadUsage

S3 = "s3://"


class Command(ProjectCommand):
    """Unites what databases know. An existing output is one of them."""

    form = "[options] OUT.db IN ..."
    summary = "Make one database of several, or of a store of collections"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Merges. On failure, exits with 64, 73 or 75 after a sentence on stderr."""
        from harvester.store.uniting import unite

        with self.telling_problems("It was stopped: nothing is written."):
            if len(args) < 2 or any(one.startswith("-") for one in args):
                said = f"{program()} merge OUT.db IN.db OTHER.db"
                raise BadUsage(f"Name the new database and those to merge: {said}.")
            out = Path(args[0])
            with databases(args[1:]) as paths:
                unite(out, paths)
            tell(f"{out} has what {len(paths)} databases know")


@contextmanager
def databases(said: list[str]) -> Iterator[list[Path]]:
    """The databases that are named, and the newest ones of the stores, for as long as the block
    lasts."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for number, one in enumerate(said):
            if one.startswith(S3) or Path(one).is_dir():
                found += _newest(one, Path(folder, str(number)))
            else:
                found.append(Path(one))
        yield found


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
