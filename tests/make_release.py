"""Builds the wheel and the source archive into dist/, and checks them: `make release`.

Each is built twice, and both times has to have the same bytes. Each is installed into an empty
environment, in which the tutorial is followed. Nothing is published.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from harvests import PROJECT
from tutorial import Done, follow

DIST = PROJECT / "dist"
INSTALL = ("-m", "pip", "install", "-qq", "--disable-pip-version-check")


def main() -> None:
    """Builds and checks; ends with a sentence if anything is wrong."""
    if run("git", "status", "--porcelain"):
        sys.exit("There are changes that are not committed: a release is made of what is.")
    with tempfile.TemporaryDirectory() as again:
        for folder in (DIST, Path(again)):
            run(sys.executable, "-m", "hatchling", "build", "--clean", "-d", str(folder))
        files = sorted(DIST.glob("archive_harvester-*"))
        for file in files:
            if file.read_bytes() != (Path(again) / file.name).read_bytes():
                sys.exit(f"{file.name} has other bytes when it is built again.")
    run(sys.executable, "-m", "twine", "check", "--strict", *map(str, files))
    for file in files:
        try_out(file)
        print(f"{file.relative_to(PROJECT)} is whole: the tutorial can be followed with it")


def try_out(file: Path) -> None:
    """Follows the tutorial with what is installed from a file."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder, "environment")
        run(sys.executable, "-m", "venv", str(environment))
        python = str(environment / "bin" / "python")
        for needed in ("requirements.txt", "requirements-read.txt", "requirements-build.txt"):
            run(python, *INSTALL, "--require-hashes", "-r", needed)
        run(python, *INSTALL, "--no-deps", "--no-build-isolation", str(file))

        def harvester(where: Path, *arguments: str) -> Done:
            command = [str(environment / "bin" / "harvester"), *arguments]
            return subprocess.run(command, cwd=where, capture_output=True, text=True)

        mine = Path(folder, "tutorial")
        mine.mkdir()
        for commands, told, expected in follow("tutorial", mine, harvester):
            if told != expected:
                sys.exit(f"{file.name}: the tutorial is wrong at\n{commands}\nIt says\n{told}")


def run(*command: str) -> str:
    """What a program prints. Ends with that if the program fails."""
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
