"""Commands that write, killed or asked to end at some moment of their work, and done again."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path

from harvests import PROJECT, Forked, forked, runs, status
from works import HOOKS, Begun, Work, sound

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST = 10.0
"""Seconds within which a program ends that was asked to, and its children when it was killed."""
ECHO = 0.1
"""Seconds within which a second signal is the first one's echo."""
NOT_BEGUN = "init_import_site"
"""What Python complains of that gets SIGINT when it begins."""
STOPPED = "harvester: It was stopped"
UNFINISHED = (".part", ".lock")
REFUSED = (64, 73)
"""Codes of a command that is done already, and does not overwrite what is there."""


class Trial:
    """Stops a work at a moment that chance decides, then does it again undisturbed."""

    def __init__(self, work: Work, begun: Begun, folder: Path) -> None:
        self._work = work
        self._from = begun
        self._folder = folder
        self._count = folder / "count"
        folder.mkdir(parents=True, exist_ok=True)
        place = self._new()
        began = time.monotonic()
        with self._begun(place) as process:
            done = process()
        self._duration = time.monotonic() - began
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), (work.arguments, done)
        self._changes = int(self._count.read_text())
        self._expected = work.state(place)
        self._tidy(place)
        self.outcomes = Counter[str]()

    def kill(self, chance: random.Random) -> bool:
        """One kill, before one of its changes of files and databases or at any moment; whether the
        work was not over by then."""
        place = self._new()
        exactly = chance.random() < 0.5
        if exactly:
            code = self._killed_before(place, chance.randint(1, self._changes))
        else:
            code = self._killed_after(place, chance.uniform(0, 1))
        how = "done" if code != -signal.SIGKILL else "at a change" if exactly else "at a moment"
        self._counts(how, place, {0, -signal.SIGKILL}, code)
        self._does_again(place)
        return how != "done"

    def signal(self, chance: random.Random) -> None:
        """A signal or two; one of ten comes while the program is being loaded."""
        place = self._new()
        number, moment = chance.choice(SIGNALS), chance.uniform(0, 1)
        again = chance.choice((0.0, ECHO / 10, chance.uniform(ECHO, 5 * ECHO)))
        if chance.random() > 0.1:
            done = self._signalled(place, self._duration * moment, number, again)
        else:
            done = self._signalled_early(place, moment, number)
        how = self._ended(place, done, number, twice=again > 0)
        self._counts(how, place, {0, 75, -number, 1 if how == "not begun" else 0}, done.returncode)
        if how == "done":
            self._check(place)
        else:
            self._does_again(place)

    def _new(self) -> Path:
        place = self._folder / "here"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self._from.place(self._work.begins), place)
        for name in ("out", "tmp"):
            (place / name).mkdir(exist_ok=True)
        self._count.unlink(missing_ok=True)
        return place

    def _command(self, place: Path) -> list[str]:
        return self._work.command(place, self._from.addresses)

    def _environment(self, place: Path, **more: str) -> dict[str, str]:
        usual = {name: said for name, said in os.environ.items() if not name.startswith("HARVEST_")}
        ours = {"TMPDIR": str(place / "tmp"), "PYTHONPATH": str(HOOKS)}
        return {**usual, **ours, **self._work.environment, **more}

    def _begun(self, place: Path, **environment: str) -> "Process":
        counted = {"KILL_COUNT": str(self._count), **environment}
        return Process(self._command(place), self._environment(place, **counted))

    def _killed_before(self, place: Path, number: int) -> int:
        with self._begun(place, KILL_BEFORE=str(number)) as process:
            return process.wait()

    def _killed_after(self, place: Path, share: float) -> int:
        """Kills it after a share of its time, which what ended before was shorter than thought."""
        began = time.monotonic()
        with self._begun(place) as process:
            while (passed := time.monotonic() - began) < share * self._duration:
                if not runs(process.pid):
                    self._duration = passed
                    break
                time.sleep(0.001)
            with suppress(ProcessLookupError):
                process.signal(signal.SIGKILL)
            return process.wait()

    def _signalled(
        self, place: Path, moment: float, number: int, again: float
    ) -> "subprocess.CompletedProcess[str]":
        """Signals it so many seconds after it has begun to listen, and perhaps again."""
        with Process(self._command(place), self._environment(place)) as process:
            until_it_listens(process.pid)
            for wait in (moment, again) if again else (moment,):
                time.sleep(wait)
                with suppress(ProcessLookupError):
                    process.signal(number)
            deadline = time.monotonic() + LONGEST
            while (running := runs(process.pid)) and time.monotonic() < deadline:
                time.sleep(0.01)
            assert not running, f"{self._work.arguments} goes on after signal {number}"
            return process()

    def _signalled_early(
        self, place: Path, moment: float, number: int
    ) -> "subprocess.CompletedProcess[str]":
        """Signals it so many seconds after its process has begun.

        What a shell begins in the background does not hear SIGINT, nor what that begins.
        """
        python = ["env", "--default-signal=INT", sys.executable, "-m", "scrapy"]
        process = subprocess.Popen(
            [*python, *self._command(place)],
            cwd=PROJECT,
            env=self._environment(place),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            time.sleep(moment)
            process.send_signal(number)
            _, err = process.communicate(timeout=LONGEST)
        finally:
            process.kill()
            process.communicate()
        return subprocess.CompletedProcess([], process.returncode, "", err)

    def _ended(
        self,
        place: Path,
        done: "subprocess.CompletedProcess[str]",
        number: int,
        *,
        twice: bool,
    ) -> str:
        """How it ended, in order unless it was asked twice: on a busy machine it may hear an echo
        late."""
        if done.returncode == -number or NOT_BEGUN in done.stderr:
            return "not begun"
        assert "Traceback" not in done.stderr, done.stderr
        told = STOPPED in done.stderr
        assert (done.returncode, told) in ((0, False), (75, True)), (done.returncode, done.stderr)
        if done.returncode == 0:
            return "done"
        if twice and "at once" in done.stderr:
            return "ended at once"
        if self._work.tidies:
            self._tidy(place)
        return "interrupted"

    def _counts(self, how: str, place: Path, codes: set[int], code: int) -> None:
        assert code in codes, (self._work.arguments, code)
        self.outcomes[how] += 1
        sound(place)

    def _does_again(self, place: Path) -> None:
        """A normal run, after which all is as if nothing had been."""
        before = self._state(place)
        with Process(self._command(place), self._environment(place)) as process:
            done = process()
        assert "Traceback" not in done.stderr, (self._work.arguments, done.stderr)
        over = done.returncode in REFUSED and before == self._expected
        assert done.returncode == 0 or over, (self._work.arguments, done.returncode, done.stderr)
        self._check(place)
        sound(place)

    def _check(self, place: Path) -> None:
        """Asserts that what is there is as if nothing had been."""
        found = self._work.state(place)
        said = (self._work.arguments, *differences(found, self._expected))
        assert found == self._expected, said
        self._tidy(place)

    def _state(self, place: Path) -> object:
        """What is there, as far as it can be said already."""
        with suppress(Exception):
            return self._work.state(place)
        return None

    def _tidy(self, place: Path) -> None:
        """Asserts that nothing unfinished is left, by name or in the folder for temporary files."""
        left = [path for path in place.rglob("*") if path.name.endswith(UNFINISHED)]
        left += [path for path in place.rglob("*-wal") if path.stat().st_size]
        left += [path for path in place.iterdir() if path.name.startswith(".")]
        left += [path for path in (place / "out").iterdir() if path.name.startswith(".")]
        parts = place / "scans" / ".parts"
        left += [path for path in parts.glob("*") if path.name != "lock"]
        assert not [*left, *(place / "tmp").iterdir()], (self._work.arguments, left)


def differences(found: object, expected: object) -> Iterator[object]:
    """The parts of what is found that are not as expected, each with what was."""
    if isinstance(found, dict) and isinstance(expected, dict):
        found, expected = list(found.items()), list(expected.items())
    if isinstance(found, list | tuple) and isinstance(expected, list | tuple):
        for one, other in zip_longest(found, expected):
            yield from differences(one, other)
    elif found != expected:
        yield found, expected


class Process:
    """A forked command, of whose session nobody is left soon after its end."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._forked = forked(command, environment)

    def __enter__(self) -> Forked:
        self._process = self._forked.__enter__()
        return self._process

    def __exit__(self, *_: object) -> None:
        self._forked.__exit__(None, None, None)
        deadline = time.monotonic() + LONGEST
        while left := [*session(self._process.pid)]:
            assert time.monotonic() < deadline, f"{left} are left of {self._process.arguments}"
            time.sleep(0.01)


def session(number: int) -> Iterator[int]:
    """The processes of a session that have not ended (man 5 proc)."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, _, found = (place / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(found) == number and state not in "ZX":
                yield int(place.name)


def until_it_listens(pid: int) -> None:
    """Waits until a process handles signals itself, or is not there any more."""
    while runs(pid) and not catches(pid, signal.SIGTERM):
        time.sleep(0.002)


def catches(pid: int, number: int) -> bool:
    """Whether a process handles a signal itself."""
    return bool(int(status(pid).get("SigCgt", "0"), 16) >> (number - 1) & 1)
