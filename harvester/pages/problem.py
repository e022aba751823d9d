"""Problems of a page, raised where its address is not known yet."""

from typing import ClassVar

from harvester.outcomes import Reason


class Unclear(Exception):
    """Raised by the parts of this package when a page's own words don't settle what it says.

    `read_listing` and `read_document` add the page's address and raise Unreadable; nobody else
    sees it. `reason` is why, where that is more than that the page is none of what was wanted.
    """

    reason: ClassVar[Reason | None] = None


class BrokenOff(Unclear):
    """Raised when nothing proves that a page goes on after the last of what was read in it."""

    reason = Reason.BROKEN_OFF


class Lost(Unclear):
    """Raised when the parser says that it lost a part of a page: what is nested too deep, say."""

    reason = Reason.TOO_COMPLEX
