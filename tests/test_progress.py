"""The progress bar, on a real terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from harvests import FIXTURES, PROJECT


def on_terminal(db: Path, *arguments: str) -> str:
    """What a harvest of the saved pages shows on a terminal."""
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "scrapy", "crawl", "collection", "-a", f"source={FIXTURES}"]
    command += [f"-sHARVEST_DB={db}", *arguments]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=its) as harvest:
        os.close(its)
        shown = b"".join(iter(lambda: _read(ours), b""))
        assert harvest.wait() == 0
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    """More of what is shown; empty when nobody writes any more."""
    try:
        return os.read(terminal, 4096)
    except OSError:  # so Linux tells of the end
        return b""


def test_bar_shows_documents_and_pages(db: Path) -> None:
    shown = on_terminal(db)
    assert "japan-boundaries-soviet-union" in shown
    assert "15/15" in shown and "2 pages" in shown
    assert "INFO" not in shown, "the bar takes the log's place"


def test_quiet_harvest_shows_nothing(db: Path) -> None:
    assert on_terminal(db, "--quiet") == ""
