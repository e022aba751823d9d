"""Reading TOML tables, with every key checked and every mistake named with its line."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Self, TypeVar

from parsel import css2xpath

from harvester.outcomes import BadUsage

LARGEST = 200_000
"""Bytes of the largest file; a profile has some hundred lines."""
MISSING = object()
HEADER = re.compile(r"\s*\[(\[?)\s*([^\[\]]+?)\s*\]")
INLINE = re.compile(r"\s*\{")
"""The beginning of a table in a list, on a line of its own."""
KEY = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[\w-]+)\s*=")

Value = TypeVar("Value")


class Table:
    """A table whose keys are taken one by one; `end` then checks that none is left.

    Each method raises BadUsage if a value is of the wrong kind, or missing without a default.
    """

    def __init__(self, file: Path, text: str, said: Mapping[str, Any], path: tuple[str, ...] = ()):
        self._file = file
        self._text = text
        self._said = said
        self._left = dict(said)
        self._path = path
        self._known: list[str] = []

    @classmethod
    def read(cls, file: Path) -> Self:
        """Reads a whole file as a table. Raises BadUsage if that fails."""
        try:
            with file.open("rb") as content:
                data = content.read(LARGEST + 1)
            text = data.decode()
            said = tomllib.loads(text)
        except OSError as error:
            raise BadUsage(
                f"{file} can't be read ({error.strerror}): see that it is there and may be read."
            ) from None
        except ValueError as error:
            raise BadUsage(f"{file} is not valid TOML ({error}): correct it.") from None
        if len(data) > LARGEST:
            raise BadUsage(f"{file} has more than {LARGEST:,} bytes: that is no profile.")
        return cls(file, text, said)

    @classmethod
    def of(cls, file: Path, text: str) -> Self:
        """Parses a text as a table; errors name it like a file. Raises BadUsage."""
        try:
            return cls(file, text, tomllib.loads(text))
        except ValueError as error:
            raise BadUsage(f"{file} is not valid TOML ({error}): correct it.") from None

    @property
    def digest(self) -> str:
        """The SHA-256 of the parsed content, so that comments and layout make no difference."""
        return sha256(json.dumps(self._said, default=str).encode()).hexdigest()

    def text(self, key: str, default: str | None = None) -> str:
        """A text."""
        said = self._take(key, default)
        if not isinstance(said, str) or (not said.strip() and default is None):
            raise self.wrong(key, "is some text in quotes")
        return said

    def number(self, key: str, default: int) -> int:
        """A whole number of at least 0."""
        said = self._take(key, default)
        if isinstance(said, bool) or not isinstance(said, int) or said < 0:
            raise self.wrong(key, "is a whole number")
        return said

    def answer(self, key: str, default: bool) -> bool:
        """True or false."""
        said = self._take(key, default)
        if not isinstance(said, bool):
            raise self.wrong(key, "is true or false")
        return said

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty if the key is missing."""
        said = self._take(key, [])
        if not isinstance(said, list) or not all(isinstance(one, str) and one for one in said):
            raise self.wrong(key, 'is a list of texts, such as ["one", "two"]')
        return tuple(said)

    def selector(self, key: str) -> str | None:
        """A CSS selector of elements; None if the key is missing."""
        said = self.text(key, "")
        if said:
            self.made(key, partial(_check_selector, said))
        if "::" in said:
            what = f"has {said!r}, which finds no element: leave out what is after ::"
            raise self.wrong(key, what)
        return said or None

    def selectors(self, key: str) -> tuple[str, ...]:
        """A list of CSS selectors; empty if the key is missing."""
        said = self.texts(key)
        for one in said:
            self.made(key, partial(_check_selector, one))
        return said

    def keys_left(self) -> list[str]:
        """The keys not taken yet, in a table where any key is allowed."""
        return list(self._left)

    def words(self, key: str) -> dict[str, str]:
        """A table of texts; empty if the key is missing."""
        table = self.table(key)
        return {name: table.text(name) for name in table.keys_left()}

    def table(self, key: str) -> "Table":
        """A table in this one; empty if the key is missing."""
        said = self._take(key, {})
        if not isinstance(said, dict):
            raise self.wrong(key, "is a table")
        return Table(self._file, self._text, said, (*self._path, key))

    def tables(self, key: str) -> list["Table"]:
        """The tables of a list; empty if the key is missing."""
        said = self._take(key, [])
        if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
            name = ".".join((*self._path, key))
            raise self.wrong(key, f"is a list of tables, each in braces or below [[{name}]]")
        paths = ((*self._path, f"{key}#{number}") for number in range(len(said)))
        return [
            Table(self._file, self._text, one, path) for one, path in zip(said, paths, strict=True)
        ]

    def made(self, key: str, make: Callable[[], Value]) -> Value:
        """Converts a value; a ValueError becomes a BadUsage with its sentence."""
        try:
            return make()
        except ValueError as error:
            raise self.wrong(key, f"can't be used: {error}") from None

    def end(self) -> None:
        """Raises BadUsage if a key is left that was not taken."""
        for key in self._left:
            near = get_close_matches(key, self._known, 1)
            known = near[0] if near else f"one of {', '.join(self._known)}"
            raise BadUsage(f"{self._at(key)}: {key!r} is not known: did you mean {known}?")

    def wrong(self, key: str, what: str) -> BadUsage:
        """The error for a wrong value; `what` says what it has to be."""
        return BadUsage(f"{self._at(key)}: {key!r} {what}: correct it.")

    def named(self, what: str) -> BadUsage:
        """The error for a wrong file name."""
        return BadUsage(f"{self._file}: {what}.")

    def _take(self, key: str, default: Any) -> Any:
        self._known.append(key)
        said = self._left.pop(key, default)
        if said is None:
            raise BadUsage(f"{self._at(None)}: {key!r} is missing: add it.")
        return said

    def _at(self, key: str | None) -> str:
        """The place of a key of this table, or of the table if the key has no line."""
        return f"{self._file}, line {_line(self._text, self._path, key)}"


def _check_selector(selector: str) -> None:
    try:
        css2xpath(selector)
    except (SyntaxError, RuntimeError) as error:  # both are cssselect's, of SelectorError
        raise ValueError(f"{selector!r} is no CSS selector ({error})") from None


def _line(text: str, path: tuple[str, ...], key: str | None) -> int:
    """The line of a key in a table, or else of the table."""
    here: tuple[str, ...] = ()
    key_here: tuple[str, ...] = ("",)
    inline = 0
    counts: dict[str, int] = {}
    best = (0, 1)
    wanted = (*path, key) if key is not None else path
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            name = header[2].replace('"', "")
            if header[1]:
                counts[name] = counts.get(name, -1) + 1
                name = f"{name}#{counts[name]}"
            here = tuple(name.split("."))
            reached = here
        elif found := KEY.match(line):
            key_here = (*here, found[1].strip("\"'"))
            reached, inline = key_here, 0
        elif INLINE.match(line):
            reached, inline = (*key_here[:-1], f"{key_here[-1]}#{inline}"), inline + 1
        else:
            continue
        near = [_nearness(one, said) for one, said in zip(wanted, reached, strict=False)]
        if all(near) and best[0] < sum(near) and len(reached) <= len(wanted):
            best = sum(near), number
    return best[1]


def _nearness(wanted: str, said: str) -> int:
    """2 for equal names, 1 for a list and one of its tables, whose name has a number."""
    if wanted == said:
        return 2
    return int(said == wanted.partition("#")[0] or wanted == said.partition("#")[0])
