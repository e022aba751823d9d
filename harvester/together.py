"""Pages that have not changed, stored together: what is to be noted of each is little."""

from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic

from harvester.items import PageItem, SamePages
from harvester.outcomes import RunProblem

MOST = 100
"""So many pages are stored together at the most."""
LONGEST = 1.0
"""Seconds after which pages are stored, however few they are: no more is lost by a kill, which
costs asking for them again."""


async def together(
    pages: AsyncIterator[PageItem], stored: Callable[[], Awaitable[None]]
) -> AsyncIterator[PageItem | SamePages]:
    """The pages, in their order; those that have not changed together as long as they come quickly.

    One that has changed is stored before the next is asked for: `stored` waits until the item that
    was made last is stored, and raises what kept it from that. Raises what `pages` raises, when all
    that came before is stored.
    """
    same: list[PageItem] = []
    last, problem = -LONGEST, None
    try:
        async for page in pages:
            has_changed = page.same_as is None
            if not has_changed:
                same.append(page)
            if same and (has_changed or len(same) == MOST or monotonic() >= last + LONGEST):
                yield SamePages(same)
                await stored()
                same, last = [], monotonic()
            if has_changed:
                yield page
                await stored()
    except RunProblem as raised:
        problem = raised
    if same:
        yield SamePages(same)
        await stored()
    if problem:
        raise problem
