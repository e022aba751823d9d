"""The digest of what reads a site's pages: with another one, the same bytes may say otherwise.

It is made of the code that reads, the words of languages and the site's profile. The version of
this program is not in it, so that a release which reads as the one before asks for nothing again;
neither are those of Python and of libraries, so that every machine has the same digest.
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
    *("normalize.py", "record.py"),
)
"""The packages and files that decide what is read in a page."""
SILENT = re.compile(
    r"""
    ^[ ]*r?(?P<mark>\"{3}|'{3})(?:\\.|(?!(?P=mark)).)*(?P=mark)[ ]*\n
    |^[ ]*(?:\#[^\n]*)?\n
    |(?P<text>(?P<quote>\"{3}|'{3}|"|')(?:\\.|(?!(?P=quote)).)*(?P=quote))
    |(?<![ ])[ ]*\#[^\n]*
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
"""Docstrings, blank lines and comments; and a `text`, in which something may look like these."""


def reader_digest(site: Site) -> str:
    """The digest of what reads the pages of a site, in 16 hexadecimal digits."""
    said = f"{_code_digest()} {site.profile_digest}{own_digest()}"
    return sha256(said.encode()).hexdigest()[:16]


def code_of(source: str) -> str:
    """The part of a module's source that can decide how a page is read: all but docstrings,
    comments and blank lines."""
    return SILENT.sub(lambda found: found["text"] or "", source)


@cache
def _code_digest() -> str:
    """It takes some 10 ms: it is made once a process, and only if a run begins."""
    digest = sha256()
    for file in reading_files():
        text = file.read_text(encoding="utf-8")
        said = code_of(text) if file.suffix == ".py" else json.dumps(tomllib.loads(text))
        digest.update(f"{file.relative_to(PACKAGE).as_posix()}\n{said}\n".encode())
    return digest.hexdigest()


def reading_files() -> Iterator[Path]:
    """The files that have what reads, in their order; profiles of sites are not among them."""
    for name in READS:
        path = PACKAGE / name
        files = [path] if path.is_file() else [*path.rglob("*.py"), *path.glob("words/*.toml")]
        yield from sorted(files)
