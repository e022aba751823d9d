"""The progress bars, on a real terminal."""

import os
import pty
import sys
from pathlib import Path
from subprocess import PIPE, Popen

from archive import Archive
from harvests import FIXTURES, PROJECT, harvest


def shown(*arguments: str) -> str:
    """What a command of the project's shows on a terminal, of what it says on stderr."""
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "scrapy", *arguments]
    known = {**os.environ, "TERM": "xterm"}
    with Popen(command, cwd=PROJECT, env=known, stdout=PIPE, stderr=its) as process:
        os.close(its)
        screen = b"".join(iter(lambda: _read(ours), b""))
        assert process.wait() == 0
    os.close(ours)
    return screen.decode()


def _read(terminal: int) -> bytes:
    """More of what is shown; empty when nobody writes any more."""
    try:
        return os.read(terminal, 4096)
    except OSError:  # so Linux tells of the end
        return b""


def test_harvest_shows_documents_and_pages(db: Path) -> None:
    screen = shown("crawl", "collection", "-a", f"source={FIXTURES}", f"-sHARVEST_DB={db}")
    assert "japan-boundaries-soviet-union" in screen
    assert "15/15" in screen and "2 pages" in screen
    assert "INFO" not in screen, "the bar takes the log's place"


def test_reparse_shows_pages(archive: Archive, db: Path, tmp_path: Path) -> None:
    recordings = tmp_path / "warc"
    harvest("-a", f"url={archive.url}", HARVEST_DB=db, HARVEST_WARC=recordings)
    screen = shown("reparse", f"-sHARVEST_DB={db}", f"-sHARVEST_WARC={recordings}")
    assert "pages read again" in screen and "2/2" in screen
