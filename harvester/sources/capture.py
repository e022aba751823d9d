"""A page that was saved, as every kind of source gives it."""

from collections.abc import Callable
from dataclasses import dataclass

Skip = Callable[[str], None]
"""Told, in a sentence without its full stop, of what a source holds and can't be read."""

MOST = 500_000
"""How many pages a source may hold: what is known of each is kept in memory."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The headers and the body of a page; `digest` is that of the bytes that were saved of it.

    These are not the body's own if they are compressed.
    """

    headers: list[tuple[str, str]]
    body: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was saved once.

    `moment` is when, in UTC, None if that is not known; `file` says where, from the source's folder
    on, and `offset` at which byte if the file is a WARC. `read` gets the page, of at most so many
    bytes; it raises TooLarge or Damaged. A capture that says only that nothing had changed has in
    `revisits` when the page itself was captured, and in `digest` that of its content, if known.
    `caseless` is one whose address was noted without regard to upper and lower case; `memento` is
    the Wayback Machine's own address of one that came from there.
    """

    url: str
    moment: str | None
    status: int
    file: str
    read: Callable[[int], Payload]
    offset: int | None = None
    digest: str = ""
    revisits: str | None = None
    caseless: bool = False
    memento: str | None = None
