"""Pages that have not changed, stored together: what is to be noted of each is little."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from time import monotonic

from harvester.items import PageItem, UnchangedPages
from harvester.outcomes import RunProblem

MOST = 100
"""So many pages are stored together at the most."""
LONGEST = 1.0
"""Seconds after which pages are stored, however few they are: no more is lost by a kill, which
costs asking for them again."""


async def batched(
    pages: AsyncIterator[PageItem], check: Callable[[], None]
) -> AsyncGenerator[PageItem | UnchangedPages, None]:
    """The pages, in their order; those that have not changed together as long as they come quickly.

    One that has changed is stored before the next is asked for: `check` raises what kept the item
    that was made last from being stored. Raises what `pages` raises, when all that came before is
    stored.
    """
    same: list[PageItem] = []
    last, problem = -LONGEST, None
    try:
        async for page in pages:
            has_changed = page.same_as is None
            if not has_changed:
                same.append(page)
            if same and (has_changed or len(same) == MOST or monotonic() >= last + LONGEST):
                batch, same = same, []
                yield UnchangedPages(batch)
                check()
                last = monotonic()
            if has_changed:
                yield page
                check()
    except RunProblem as raised:
        problem = raised
    if same:
        yield UnchangedPages(same)
        check()
    if problem:
        raise problem
