"""The digest of the code that reads a site's pages; with another digest, the same bytes may read
differently.

It covers the reading code, the words of languages and the site's profile. It leaves out this
program's version, so that a release with the same readers asks for nothing again, and the versions
of Python and of libraries, so that all machines have the same digest.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from harvester.sites.site import Site
from harvester.sites.wording import own_digest

PACKAGE = Path(__file__).parent
READS = (
    *("interfaces", "pages", "dates", "dates/months.toml", "dates/words.toml", "sites"),
    *("normalize.py", "record.py", "search/letters.py"),
)
"""The packages and files that decide what is read from a page."""
SILENT = re.compile(
    r"""
    ^[ ]*r?(?P<mark>\"{3}|'{3})(?:\\.|(?!(?P=mark)).)*(?P=mark)[ ]*\n
    |^[ ]*(?:\#[^\n]*)?\n
    |(?P<text>(?P<quote>\"{3}|'{3}|"|')(?:\\.|(?!(?P=quote)).)*(?P=quote))
    |(?<![ ])[ ]*\#[^\n]*
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
"""Docstrings, blank lines and comments; and a `text`, as its content may look like these."""


def reader_digest(site: Site) -> str:
    """The digest for a site, in 16 hexadecimal digits."""
    said = f"{_code_digest()} {site.profile_digest}{own_digest()}"
    return sha256(said.encode()).hexdigest()[:16]


def code_of(source: str) -> str:
    """A module's source without docstrings, comments and blank lines."""
    return SILENT.sub(lambda found: found["text"] or "", source)


@cache
def _code_digest() -> str:
    """Takes some 10 ms, so it is computed once in a process, and only if a run begins."""
    digest = sha256()
    for file in reading_files():
        text = file.read_text(encoding="utf-8")
        said = code_of(text) if file.suffix == ".py" else json.dumps(tomllib.loads(text))
        digest.update(f"{file.relative_to(PACKAGE).as_posix()}\n{said}\n".encode())
    return digest.hexdigest()


def reading_files() -> Iterator[Path]:
    """The files of the reading code and of words, in order; profiles are not among them."""
    for name in READS:
        path = PACKAGE / name
        files = [path] if path.is_file() else [*path.rglob("*.py"), *path.glob("words/*.toml")]
        yield from sorted(files)
