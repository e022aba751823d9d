"""What a command costs: CPU time, wall time, the most memory."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen

PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU (user and system, of all processes) and of the wall clock, and MB of memory at
    the most (of the largest process); bytes that the site sent, headers included."""

    cpu: float
    wall: float
    memory: float
    sent: int = 0


def cost(*command: str, folder: Path = PROJECT) -> Cost:
    """Runs a command of Python's in a folder; it has to succeed.

    Python keeps what it has compiled, as it does for users; some machines tell it not to.
    """
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    process = Popen([sys.executable, *command], cwd=folder, env=own, stdout=DEVNULL, stderr=DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed with status {os.waitstatus_to_exitcode(status)}.")
    wall = time.monotonic() - began
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def middle(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    figures = zip(*((one.cpu, one.wall, one.memory, one.sent) for one in costs), strict=True)
    cpu, wall, memory, sent = map(median, figures)
    return Cost(cpu, wall, memory, int(sent))
