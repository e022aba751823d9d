"""A copy of the project that mistakes are made in, with the tests that are to notice them."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from mutants.changes import Change

LONGEST = 600
"""Seconds that the tests of a module may take: what keeps them from ending is noticed, too."""
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+\.py(?:::\w+)?)", re.M)
"""The first test that failed, or the file that could not be read, in what pytest says."""


class Checkout:
    """The project's files as they are now, in a folder of their own."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.folder = folder
        self._sound: set[str] = set()
        self._changes = 0
        shutil.rmtree(folder, ignore_errors=True)
        for name in tracked(project):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / name, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)
        subprocess.run(["git", "init", "-q", folder], check=True)  # some tests ask what is in it

    def notices(self, change: Change, tests: list[str]) -> bool:
        """Whether tests notice a change: one fails, or they don't come to an end.

        Exits, with a sentence, if that test fails, or they take long, without the change too.
        """
        with self._changed(change):
            code, said = self._run(tests, LONGEST)
        if code is None:
            self._check(tests, LONGEST / 2)
        elif code:
            failed = FAILED.search(said)
            self._check([failed[1]] if failed else tests, LONGEST)
        return code != 0

    def _check(self, tests: list[str], longest: float) -> None:
        """Exits unless all is well with tests when nothing is changed."""
        if self._sound.issuperset(tests):
            return
        code, said = self._run(tests, longest)
        if code is None:
            sys.exit(f"{' '.join(tests)} take more than {longest:.0f} s without any change.")
        if code:
            sys.exit(f"{said}\n{' '.join(tests)}: fails without any change, so mend that first.")
        self._sound.update(tests)

    @contextmanager
    def _changed(self, change: Change) -> Iterator[None]:
        """The module with the mistake; then as before, time too.

        Python takes what it has compiled for a file's if size and second are the same, so that each
        change has a second of its own.
        """
        file = self.folder / change.file
        before, second = file.read_bytes(), int(file.stat().st_mtime)
        self._changes += 1
        try:
            file.write_text(change.code, encoding="utf-8")
            os.utime(file, (second, second - self._changes))
            yield
        finally:
            file.write_bytes(before)
            os.utime(file, (second, second))

    def _run(self, tests: list[str], longest: float) -> tuple[int | None, str]:
        """pytest's exit code, or None if it took longer, and what it said.

        Whatever it began has ended then. Begun by nohup, its processes would not hear the hangups
        that some tests send.
        """
        command = ["env", "--default-signal", sys.executable, "-m", "pytest", "-x", "-n", "0"]
        with open(self.folder / "said", "w+b") as said:
            process = subprocess.Popen(
                [*command, "-p", "no:cacheprovider", *tests],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            try:
                code = process.wait(longest)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
            said.seek(0)
            return code, said.read().decode("utf-8", "replace")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process and all that it began and left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def digest(*folders: Path) -> str:
    """What the Python files of folders are known by, as long as none of them changes."""
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def tracked(project: Path) -> list[str]:
    """The files of the project, those that are new too, but for what git is told to ignore."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(listed, cwd=project, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (project / name).is_file()]
