"""A program that is asked to end does so in order, whatever it is at, and the next run completes.

HARVEST_SIGNALS in the environment says how many signals there are to be at random moments; `make
signals` asks for 500. HARVEST_SEED repeats what chance has decided.
"""

import os
import random
from pathlib import Path

from archive import Archive
from pytest_httpserver import HTTPServer
from signalled import Trial, scanned, works

SIGNALS = int(os.environ.get("HARVEST_SIGNALS", "20"))
SEED = int(os.environ.get("HARVEST_SEED", "17"))


def test_signals_at_random_moments(
    archive: Archive, httpserver: HTTPServer, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    trials = {
        work.name: Trial(work, tmp_path / "trials")
        for work in works(scanned(archive, httpserver), tmp_path)
    }
    names = list(trials)
    for number in range(SIGNALS):
        trials[names[number % len(names)]].run(chance)
    for name, trial in trials.items():
        ends = ", ".join(f"{count} {how}" for how, count in sorted(trial.told.outcomes.items()))
        print(f"{name}: {ends}; the slowest took {trial.told.slowest:.1f} s to end")
    assert sum(trial.told.outcomes["interrupted"] for trial in trials.values())
