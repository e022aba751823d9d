"""The progress bars, on a real terminal; how they stand to all else is in test_terminal.py."""

import os
import subprocess
import sys
from pathlib import Path

from archive import PER_PAGE, Archive, japan
from harvests import FIXTURES, PROJECT
from rereading import Harvested
from terminal import on_terminal

ALL = len(japan())
PAGES = -(-ALL // PER_PAGE)


def test_harvest_shows_documents_and_pages(db: Path) -> None:
    given = ("-a", f"source={FIXTURES}", f"-sHARVEST_DB={db}")
    seen = on_terminal("crawl", "collection", *given)
    (bar,) = (seen.rows[number] for number in seen.bars)
    assert bar.startswith("japan-boundaries-soviet-union ")
    assert f" {ALL}/{ALL} {PAGES} pages" in bar
    assert not any("INFO" in row for row in seen.rows), "the bar takes the log's place"


def test_reparse_shows_pages(archive: Archive, db: Path, tmp_path: Path) -> None:
    harvested = Harvested(db, tmp_path / "warc")
    harvested.crawl(archive)
    seen = on_terminal("reparse", f"-sHARVEST_DB={db}", f"-sHARVEST_WARC={harvested.warc}")
    (bar,) = (seen.rows[number] for number in seen.bars)
    assert bar.startswith("pages read again ") and f" {PAGES}/{PAGES}" in bar


PRESSED = """
import io, os, signal, sys, traceback

class Screen(io.StringIO):
    def isatty(self):
        return True

real, sys.stderr = sys.stderr, Screen()
from harvester import console
from harvester.extensions.progress import Bar
from harvester.interrupt import interrupt

def work():
    bar = Bar("pages", 3).begin()
    try:
        for _ in range(3):
            with console.above():
                sys.stderr.write("A line above\\n")
            bar.advance(1)
    finally:
        bar.end()

def press(left):
    def called(frame, event, of):
        nonlocal left
        left -= event == "call"
        if left == 0:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGINT)
    return called

def outcome(calls):
    interrupt.listen()
    try:
        with interrupt.raising():
            sys.setprofile(press(calls))
            work()
    except KeyboardInterrupt:
        return 1
    except BaseException:
        traceback.print_exc(file=real)
        return 2
    finally:
        sys.setprofile(None)
    return 0

work()
found = []
for calls in range(1, 3_000, 17):
    child = os.fork()
    if not child:
        os._exit(outcome(calls))
    found.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(sorted(set(found)))
"""


def test_bar_can_be_stopped_wherever_it_is_drawn() -> None:
    """Ctrl-C comes at the n-th call of a function, for any n while the bar is on the screen."""
    environment = {**os.environ, "TERM": "xterm", "TTY_INTERACTIVE": "1", "TTY_COMPATIBLE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PRESSED],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout in ("[1]\n", "[0, 1]\n")
