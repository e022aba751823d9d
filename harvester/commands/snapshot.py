"""`harvester snapshot DIRECTORY`: freezes the harvest for citation or deposit, or checks a
snapshot."""

import argparse
from pathlib import Path

from harvester.command import ProjectCommand
from harvester.console import command, complain, program, shown, tell
from harvester.outcomes import BadUsage, Outcome


class Command(ProjectCommand):
    """Writes a folder with the database, its tables as CSV, and a description with checksums."""

    form = "[--verify] DIRECTORY"
    summary = "Freeze the harvest in a folder to be cited or deposited"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --verify."""
        super().add_options(parser)
        parser.add_argument(
            "--verify", action="store_true", help="check a snapshot instead: exit 65 if it differs"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Freezes or checks. On failure, exits with 64, 65 or 73 after a sentence on stderr."""
        with self.telling_problems():
            directory = _one_directory(args)
            self._verify(directory) if opts.verify else self._freeze(directory)

    def _freeze(self, directory: Path) -> None:
        from harvester.snapshot.freeze import freeze

        freeze(Path(self.settings["HARVEST_DB"]), directory)
        check = command(program(), "snapshot", "--verify", shown(directory))
        tell(f"Frozen in {directory}\nNext: {check}")

    def _verify(self, directory: Path) -> None:
        from harvester.snapshot.verify import differences

        for difference in differences(directory):
            complain(difference)
            self.exitcode = Outcome.UNREADABLE.exit_code
        if not self.exitcode:
            tell(f"{directory} is as it was frozen")


def _one_directory(args: list[str]) -> Path:
    if len(args) != 1 or args[0].startswith("-"):
        raise BadUsage(
            f"Name the folder of the snapshot: {program()} snapshot [--verify] DIRECTORY."
        )
    return Path(args[0])
