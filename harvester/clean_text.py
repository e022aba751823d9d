"""Cleans text from the web for printing.

A terminal obeys control characters, and bidirectional controls reorder what a mail or a log shows.
What is stored, and what another program gets through a pipe, stays as it was.
"""

import codecs
import io
import json
import logging
import re
from collections.abc import Mapping
from typing import Any, BinaryIO

_CONTROLS = re.compile(
    # C0 and C1 controls but tabs and ends of lines, Bidi_Control of Unicode, separators of lines,
    # interlinear annotations, and tags, which nobody sees.
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]|\r(?!\n)"
)
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """The text without control characters; line ends are kept."""
    return _CONTROLS.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """The clean text on one line: line ends and tabs become spaces."""
    return clean(" ".join(text.replace("\t", " ").splitlines()))


def as_json(value: Any) -> str:
    """A value as JSON on one line, with escapes for what `clean` would replace."""
    text = json.dumps(value, ensure_ascii=False)
    return _CONTROLS.sub(lambda found: json.dumps(found[0])[1:-1], text)


class CleanRecord(logging.LogRecord):
    """A log record with clean text; none of its arguments can begin a new line."""

    def getMessage(self) -> str:  # noqa: N802
        """The message with its arguments."""
        if isinstance(self.args, Mapping):
            self.args = {name: _argument(value) for name, value in self.args.items()}
        elif self.args:
            self.args = tuple(map(_argument, self.args))
        return clean(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        """The traceback, as the formatter of the log has rendered it."""
        return self._traceback

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self._traceback = text and clean(text)


def _argument(value: Any) -> Any:
    return one_line(str(value)) if isinstance(value, str | Exception) else value


class CleanWriter(io.RawIOBase):
    """Cleans UTF-8 text that arrives in pieces."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._left = ""

    def write(self, data: Any) -> int:
        text = self._left + self._decoder.decode(data)
        self._left = "\r" if text.endswith("\r") else ""
        self._out.write(clean(text.removesuffix(self._left)).encode())
        return len(data)

    def end(self) -> None:
        """Writes the bytes held back while the rest of a character was missing."""
        self._out.write(clean(self._left + self._decoder.decode(b"", final=True)).encode())
