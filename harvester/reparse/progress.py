"""What is told while pages are read, and on a terminal how far the reading is."""

import sys

from harvester.exports.output import tell


class PagesRead:
    """Tells, for as long as the block lasts; where nobody watches, that is all."""

    def __enter__(self) -> "PagesRead":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def advance(self, pages: int) -> None:
        """So many more pages are read."""

    def tell(self, text: str) -> None:
        """Prints a text, if there is any, on standard output."""
        if text:
            tell(text)


def pages_read(pages: int) -> PagesRead:
    """What tells of the reading of so many pages."""
    if not sys.stderr.isatty():
        return PagesRead()
    from harvester.reparse.bar import Bar

    return Bar(pages)
