"""What a command costs: CPU time, wall time, the most memory."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen

PROJECT = Path(__file__).parents[1]
HASTE = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False")


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU (user and system) and of the wall clock, and MB of memory at the most."""

    cpu: float
    wall: float
    memory: float


def cost(*command: str) -> Cost:
    """Runs a command of Python's, which has to succeed."""
    began = time.monotonic()
    process = Popen([sys.executable, *command], cwd=PROJECT, stdout=DEVNULL, stderr=DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed with status {os.waitstatus_to_exitcode(status)}.")
    wall = time.monotonic() - began
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def harvest(url: str, db: Path, *arguments: str) -> Cost:
    """A harvest of a listing without any delay, as a user would start it."""
    options = [f"-s{option}" for option in (*HASTE, f"HARVEST_DB={db}", "LOG_LEVEL=WARNING")]
    command = ("-m", "scrapy", "crawl", "collection", "-a", f"url={url}", "-a", "name=all")
    return cost(*command, *arguments, *options)
