"""All printing: the two streams, their encodings, and the progress bar of a terminal.

Results go to standard output, problems to standard error. While a progress bar is drawn at the
bottom of the terminal, all output stands above it, log lines as well.
"""

import atexit
import errno
import io
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import BinaryIO, Protocol, TextIO, cast

from harvester.clean_text import CleanWriter, clean, one_line
from harvester.outcomes import BadOutput

_lock = RLock()
PROGRAMS = ("harvester", "scrapy")
STANDARD_ERROR = 2


class Drawn(Protocol):
    """Something drawn at the bottom of the terminal that can be hidden for a moment."""

    def draw(self) -> None:
        """Draws it below the output."""

    def erase(self) -> None:
        """Removes it, so that its line is free."""


class _Screen:
    """The terminal's state."""

    drawn: Drawn | None = None


def is_terminal() -> bool:
    """Whether standard error goes to a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def shows_output() -> bool:
    """Whether standard output goes to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def columns() -> int:
    """The width of standard error's terminal; 80 if that is unknown."""
    if not is_terminal():
        return 80
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def keep_numbers() -> None:
    """Opens standard streams that were closed at the start on the null device.

    Otherwise the next file to be opened, perhaps a recording, would get a stream's number and with
    it whatever is printed.
    """
    while (file := os.open(os.devnull, os.O_RDWR)) <= STANDARD_ERROR:
        os.set_inheritable(file, True)
    os.close(file)


def tell(text: str) -> None:
    """Prints a clean text on standard output unless it is empty. Characters that the encoding lacks
    are escaped.

    Raises BadOutput if it can't be written.
    """
    tell_lines([text] if text else [])


def tell_lines(lines: Iterable[str]) -> None:
    """Prints lines as `tell` does, each as soon as it is there."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with _standard_output() as out:
        for line in lines:
            out.write(f"{clean(line)}\n".encode(encoding, "backslashreplace"))


def complain(sentence: str) -> None:
    """Prints a sentence on one line of standard error, with the program's name."""
    note(f"harvester: {one_line(sentence)}")


def note(text: str) -> None:
    """Prints a clean text on standard error unless it is empty."""
    stream = sys.stderr
    if stream is None or not text:  # it was closed before Python began
        return
    with above():
        try:
            stream.write(f"{clean(text.rstrip())}\n")
            stream.flush()
        except OSError:  # nobody can be told any more: the exit code says it
            _discard(stream)


def program() -> str:
    """The name under which the program was started: "harvester", or "scrapy" in a checkout."""
    started = Path(sys.argv[0])
    names = (started.name, started.parent.name)  # "bin/scrapy", "scrapy/__main__.py"
    return next((name for name in names if name in PROGRAMS), PROGRAMS[0])


def command(program: str, *arguments: str) -> str:
    """A command line that can be pasted into the shell.

    It names the program alone ("sqlite-utils") if the shell finds the same one, else by its
    shortest path (".venv/bin/scrapy").
    """
    folders = (Path(sys.argv[0]).parent, Path(sys.executable).parent)
    places = [folder / program for folder in folders]
    place = next((place for place in places if place.is_file()), places[-1])
    found = shutil.which(program)
    if place.is_absolute() and found and Path(found) == place:
        return shlex.join([program, *arguments])
    return shlex.join([shown(place), *arguments])


def shown(path: Path) -> str:
    """The shortest path from the working folder."""
    shorter = os.path.relpath(path)
    return os.path.abspath(path) if shorter.startswith((os.pardir, "-")) else shorter


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Standard output as a UTF-8 text file; a terminal gets clean text. A reader that stops early,
    as `head` does, is no error.

    Raises BadOutput if it can't be written.
    """
    with _standard_output() as out:
        if not shows_output():
            yield out
            return
        cleaning = CleanWriter(out)
        yield cast(BinaryIO, cleaning)
        cleaning.end()


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
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
    """Ends the terminal's line after Ctrl-C."""
    if is_terminal():
        note("\n")


@contextmanager
def above() -> Iterator[None]:
    """Hides the bar while the block prints."""
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
    """Draws something below all further output, including log lines."""
    with _lock:
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(cast(TextIO, _AboveDrawn()))
        _Screen.drawn = drawn
        drawn.draw()


def hide() -> None:
    """Removes what is drawn and restores the terminal."""
    with _lock:
        drawn, _Screen.drawn = _Screen.drawn, None
        if drawn is not None:
            drawn.erase()


atexit.register(hide)


class _AboveDrawn(io.TextIOBase):
    """Standard error for the log: its lines appear above the bar."""

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
    """Sends a broken stream to the null device, as Python flushes it once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
