"""The phase of a harvest that fetches scans, after their documents' pages were read."""

from collections.abc import AsyncIterator, Awaitable, Callable

from harvester.fetch import Fetcher
from harvester.outcomes import Reason
from harvester.scans.items import ScanItem, ScansEnd, ScansStart

PATIENCE = 3
"""After so many in a row that the site doesn't give, the other scans are not asked for."""
VAIN = frozenset(
    (
        *(Reason.NO_ANSWER, Reason.TIMEOUT, Reason.BUSY, Reason.SERVER_ERROR),
        *(Reason.FORBIDDEN, Reason.ROBOTS),
    )
)
"""Why the next scan will hardly fare better. One that is refused may be the only one that is."""

Item = ScansStart | ScanItem | ScansEnd
Stored = Callable[[], Awaitable[None]]


async def scans(start: ScansStart, fetcher: Fetcher, stored: Stored) -> AsyncIterator[Item]:
    """The items of one collection's phase: its beginning, the scans one after another, its end.

    `stored` waits until the item that was made last is stored, and raises what kept it from that.
    """
    yield start
    await stored()
    end, vain = ScansEnd(start.collection), 0
    for number, wanted in enumerate(start.wanted, 1):
        item = ScanItem(start.collection, wanted, fetcher.file)
        yield item
        await stored()
        if item.failure is None:
            vain = 0
            continue
        end.failures.append(item.failure)
        vain = vain + 1 if item.failure.reason in VAIN else 0
        if vain >= PATIENCE or item.failure.reason is Reason.CHALLENGE:
            end.left = len(start.wanted) - number
            break
    yield end
    await stored()
