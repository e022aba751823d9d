"""`harvester init FOLDER`: begins a folder of harvests."""

import argparse
from importlib.resources import files
from pathlib import Path

from harvester.command import ProjectCommand
from harvester.console import program, shown, tell
from harvester.disk import whole_file
from harvester.outcomes import BadOutput, BadUsage

FILE = "collections.toml"


class Command(ProjectCommand):
    """Writes a `collections.toml` with an example; a harvest creates everything else."""

    form = "[FOLDER]"
    summary = "Begin a folder of harvests: a collections.toml with an example"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Writes the folder. Exits with 64 or 73, after a sentence on stderr, if it can't."""
        with self.telling_problems():
            if len(args) > 1 or any(word.startswith("-") for word in args):
                raise BadUsage(f"Name one folder: {program()} init FOLDER.")
            file = Path(*args, FILE)
            write_example(file)
            first = f"cd {shown(file.parent)} && " if args else ""
            tell(
                f"{shown(file)} has an example: put your collections in its place\n"
                f"Next: {first}{program()} crawl collection"
            )


def write_example(file: Path) -> None:
    """Writes the example. Raises BadUsage if the file exists, BadOutput if it can't be written."""
    if file.exists():
        raise BadUsage(f"{file} is there already: it is left as it was.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as out:
            out.write((files("harvester") / FILE).read_bytes())
    except OSError as error:
        raise BadOutput(f"{file} can't be written ({error.strerror}): name another.") from error
