"""All printing to people and programs: both streams, their encodings, and who else is on them.

Standard output has what was asked for, standard error what went wrong. On a terminal a progress bar
may be drawn below; whatever is printed then, log lines too, stands above it.
"""

import atexit
import errno
import io
import logging
import os
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import BinaryIO, Protocol, TextIO, cast

from harvester.outcomes import BadOutput

_lock = RLock()
PROGRAMS = ("harvester", "scrapy")


class Drawn(Protocol):
    """Something at the bottom of the terminal that can make room for lines and come back."""

    def draw(self) -> None:
        """Draws it below what is printed."""

    def erase(self) -> None:
        """Takes it away, so that its line is free."""


class _Screen:
    """The terminal, and what is drawn on it now."""

    drawn: Drawn | None = None


def is_terminal() -> bool:
    """Whether somebody watches what goes to standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def shows_output() -> bool:
    """Whether what goes to standard output is shown on a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def columns() -> int:
    """How wide the terminal is that standard error goes to; 80 if it does not say."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def tell(text: str) -> None:
    """Prints a text, if there is any, on standard output; what its encoding lacks is escaped.

    Raises BadOutput if it can't be written.
    """
    with standard_output() as out:
        if text:
            encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
            out.write(f"{text}\n".encode(encoding, "backslashreplace"))


def complain(sentence: str) -> None:
    """Says on standard error what went wrong, on one line."""
    note(f"harvester: {one_line(sentence)}")


def note(text: str) -> None:
    """Prints a text, if there is any, on standard error."""
    stream = sys.stderr
    if stream is None or not text:  # it was closed before Python began
        return
    with above():
        try:
            stream.write(f"{text.rstrip()}\n")
            stream.flush()
        except OSError:  # nobody can be told any more: the exit code says it
            _discard(stream)


def program() -> str:
    """The name that this program was called by: "harvester", or "scrapy" in a checkout."""
    started = Path(sys.argv[0])
    names = (started.name, started.parent.name)  # "bin/scrapy", "scrapy/__main__.py"
    return next((name for name in names if name in PROGRAMS), PROGRAMS[0])


def command(program: str, *arguments: str) -> str:
    """A command of this program's to be pasted into a shell.

    The program is named so that it works there: as "sqlite-utils" only if the shell finds that one,
    else with its folder, given as short as ours was (".venv/bin/scrapy").
    """
    folders = (Path(sys.argv[0]).parent, Path(sys.executable).parent)
    places = [folder / program for folder in folders]
    place = next((place for place in places if place.is_file()), places[-1])
    found = shutil.which(program)
    if place.is_absolute() and found and Path(found) == place:
        return shlex.join([program, *arguments])
    return shlex.join([shown(place), *arguments])


def shown(path: Path) -> str:
    """A path as short as it can be given from here."""
    shorter = os.path.relpath(path)
    return str(path.absolute()) if shorter.startswith((os.pardir, "-")) else shorter


def one_line(text: str) -> str:
    """The text with a space for each line's end, and without what a terminal would obey."""
    spaced = " ".join(text.splitlines())
    return "".join("\ufffd" if unicodedata.category(c)[0] == "C" else c for c in spaced)


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Standard output, for bytes. That its reader has read enough, as `head` has, is no error.

    Raises BadOutput if it can't be written.
    """
    stream = sys.stdout if hasattr(sys.stdout, "buffer") else sys.__stdout__  # LOG_STDOUT is set
    if stream is None:  # it was closed before Python began
        raise _unwritable(OSError(errno.EBADF, os.strerror(errno.EBADF)))
    with above():
        try:
            yield stream.buffer
            stream.flush()
        except OSError as error:
            _discard(stream)
            if not isinstance(error, BrokenPipeError):
                raise _unwritable(error) from error


def interrupted() -> None:
    """Leaves the line on a terminal in whose middle somebody has pressed Ctrl-C."""
    if is_terminal():
        note("\n")


@contextmanager
def above() -> Iterator[None]:
    """Keeps the terminal free of what is drawn on it, for as long as the block prints."""
    with _lock:
        drawn, _Screen.drawn = _Screen.drawn, None
        if drawn is None:
            yield
            return
        drawn.erase()
        try:
            yield
        finally:
            _Screen.drawn = drawn
            drawn.draw()


def show(drawn: Drawn) -> None:
    """Draws something below all that is printed from now on, the log's lines as well."""
    with _lock:
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(cast(TextIO, _AboveDrawn()))
        _Screen.drawn = drawn
        drawn.draw()


def hide() -> None:
    """Takes away what is drawn, if anything is: the terminal is as it was."""
    with _lock:
        drawn, _Screen.drawn = _Screen.drawn, None
        if drawn is not None:
            drawn.erase()


atexit.register(hide)


class _AboveDrawn(io.TextIOBase):
    """Standard error for the log: its lines stand above what is drawn."""

    def write(self, text: str) -> int:
        with above():
            return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _unwritable(error: OSError) -> BadOutput:
    why = error.strerror or error
    return BadOutput(
        f"Standard output can't be written ({why}): see where it leads, and that there is room."
    )


def _discard(stream: TextIO) -> None:
    """Lets what could not be written go to where all is taken: Python tries again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
