"""How far the reading of recorded pages is, where somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from harvester import console


class PagesRead(Protocol):
    """Is told of pages that were read."""

    def advance(self, pages: int, /) -> None:
        """So many more are."""


class _NobodyWatches:
    def advance(self, pages: int, /) -> None:
        pass


@contextmanager
def pages_read(pages: int) -> Iterator[PagesRead]:
    """Who is told of the reading of so many pages: a bar on a terminal, as long as the block lasts.

    What draws it is loaded only then.
    """
    if not console.is_terminal():
        yield _NobodyWatches()
        return
    from harvester.bar import Bar

    bar = Bar("pages read again", pages).begin()
    try:
        yield bar
    finally:
        bar.end()
