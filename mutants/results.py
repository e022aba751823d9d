"""What became of the changes that were tried, kept so that a run goes on where it was stopped."""

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

from mutants.changes import Change
from mutants.checkout import digest

EQUIVALENT = "equivalent.toml"
"""Changes that no test can notice, since the program does the same: each with the reason."""


@dataclass(frozen=True, slots=True)
class Result:
    """Whether the tests noticed a change, and which tests these were."""

    id: str
    file: str
    line: int
    diff: str
    noticed: bool
    tests: str
    """A digest of all that is in `tests/`."""


class Results:
    """The results so far, one a line of a file.

    One counts as long as its module is the same. What went unnoticed is tried again when the tests
    have changed.
    """

    def __init__(self, project: Path, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._tests = digest(project / "tests")
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        known = [Result(**json.loads(line)) for line in lines if line.endswith("}")]
        self._known = {one.id: one for one in known}

    def of(self, change: Change) -> Result | None:
        """What became of a change, if it was tried."""
        known = self._known.get(change.id)
        return known if known and (known.noticed or known.tests == self._tests) else None

    def add(self, change: Change, noticed: bool) -> Result:
        """Notes what became of a change."""
        result = Result(change.id, change.file, change.line, change.diff, noticed, self._tests)
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(asdict(result))}\n")
        self._known[change.id] = result
        return result


def reasons(file: Path) -> dict[tuple[str, str, str], str]:
    """Why changes are equivalent, by their module and their `words`."""
    listed = tomllib.loads(file.read_text("utf-8"))["change"] if file.exists() else []
    return {
        (one["file"], one["before"].strip(), one["after"].strip()): one["reason"] for one in listed
    }
