"""Each command that writes is stopped at any moment, and run again: all is as if nothing had been.

HARVEST_KILLS and HARVEST_SIGNALS in the environment say how many kills and signals there are to be
of all commands together; `make kills` asks for 1,000 kills, `make signals` for 500 signals.
HARVEST_SEED repeats what chance has decided.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from stopped import Trial
from works import LONG, WORKS, Begun
from works import begun as all_begun

KILLS = int(os.environ.get("HARVEST_KILLS", "0"))
SIGNALS = int(os.environ.get("HARVEST_SIGNALS", "0"))
SEED = int(os.environ.get("HARVEST_SEED", random.randrange(10**6)))
SHORT = not (KILLS or SIGNALS)
NAMES = [name for name in WORKS if not (SHORT and name in LONG)]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    with all_begun(tmp_path_factory.mktemp("begun")) as found:
        yield found


@pytest.mark.parametrize("name", NAMES)
def test_stopped_command_leaves_no_trace(name: str, begun: Begun, tmp_path: Path) -> None:
    """In the short version each command is stopped once: every third by a signal."""
    trial, number = Trial(WORKS[name], begun, tmp_path), NAMES.index(name)
    chance = random.Random(f"{SEED} {name}")
    kills = share(KILLS, number) or int(SHORT and number % 3 > 0)
    while kills:
        kills -= trial.kill(chance)
    for _ in range(share(SIGNALS, number) or (SHORT and number % 3 == 0)):
        trial.signal(chance)
    ends = ", ".join(f"{count} {how}" for how, count in sorted(trial.outcomes.items()))
    print(f"{name}: {ends} (HARVEST_SEED={SEED})")


def share(of: int, number: int) -> int:
    """How many of so many are a command's."""
    return of // len(NAMES) + (number < of % len(NAMES))
