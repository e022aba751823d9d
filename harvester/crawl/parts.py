"""Walking a listing that comes in parts, such as the sitemaps of an index, which must add up."""

from collections import deque
from collections.abc import Sequence

from harvester.crawl.limits import check_limit
from harvester.crawl.walk import Walk
from harvester.items import Listing
from harvester.outcomes import Incomplete, Reason, TokenRefused


class PartedWalk:
    """The walk through a listing and through its parts, if it has any, one after another.

    It is used as a Walk is. Each part is a listing of its own, which is walked to its end and has
    to have all entries that it states. If a `total` is given, a listing was split into those at
    `urls`, and the documents in all parts have to be as many, whatever is in several. Otherwise a
    page may name the parts, and the total is the number of their documents.
    With `accept`, a number of entries that a site may have for a limit is believed.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        max_pages: int,
        total: int | None = None,
        accept: bool = False,
    ) -> None:
        self._max_pages = max_pages
        self._accept = accept
        self._walk = Walk(urls[0], max_pages=max_pages)
        self._left = deque(urls[1:])
        self._known = set(urls)
        self._total = total
        self._ended: list[Walk] = []
        self._is_parted = total is not None
        self._is_over = False
        self.different = 0

    @property
    def part(self) -> Walk:
        """The walk through the current part."""
        return self._walk

    @property
    def url(self) -> str | None:
        """The next address; None at the end."""
        return self._walk.url

    @property
    def pages(self) -> int:
        """How many pages were read."""
        return sum(walk.pages for walk in (*self._ended, self._walk))

    @property
    def seen(self) -> int:
        """How many entries were read."""
        return sum(walk.seen for walk in (*self._ended, self._walk))

    @property
    def stated_total(self) -> int | None:
        """The total that the pages state; of parts only when all are read."""
        if not self._is_parted:
            return self._walk.stated_total
        return self.different if self._total is None and self._is_over else self._total

    def states_other(self, page: Listing) -> bool:
        """Whether a page states another total than those before it in its part."""
        return self._walk.pages > 0 and self._walk.states_other(page)

    def read(self, page: Listing, entries: int) -> None:
        """Moves on past a page. Raises as Walk does, and Incomplete after too many pages."""
        self._walk.read(page, entries)
        new = [part for part in page.parts if part not in self._known]
        self._known.update(new)
        self._left.extend(new)
        self._is_parted = self._is_parted or bool(page.parts)

    def begin_again(self, problem: TokenRefused) -> None:
        """Raises the problem: only a repository's list can continue after a refused token."""
        raise problem

    def stored(self, different: int) -> None:
        """Counts the documents of the last page that were on no earlier one."""
        self._walk.stored(different)
        self.different += different

    def check_next(self) -> None:
        """Moves on to the next part at the end of one. Raises as Walk does, and Incomplete or
        ListingChanged if the part is not complete."""
        self._walk.check_next()
        if self._walk.url is not None or not self._is_parted:
            return
        self._walk.check_part()
        if self._total is not None and not self._accept:
            check_limit(self._walk)
        self._is_over = not self._left
        if self._left:
            self._ended.append(self._walk)
            left = self._max_pages - self.pages
            url = self._left.popleft()
            if left <= 0:
                raise Incomplete(
                    f"The listing goes on after {self.pages} pages: raise HARVEST_MAX_PAGES if it"
                    " is really that long.",
                    Reason.TOO_LONG,
                    url,
                )
            self._walk = Walk(url, max_pages=left)

    def check_complete(self, before: object = None, *, is_live: bool = False) -> None:
        """Raises Incomplete or ListingChanged unless the walk saw the whole listing."""
        if not self._is_parted:
            one = before._walk if isinstance(before, PartedWalk) else None
            self._walk.check_complete(one, is_live=is_live)
            if not self._accept:
                check_limit(self._walk)
        elif self._total is not None and self._total != self.different:
            raise Incomplete(self._does_not_add_up(), Reason.OTHER_TOTAL)

    def _does_not_add_up(self) -> str:
        said = (
            f"The {len(self._ended) + 1:,} parts have {self.seen:,} entries of"
            f" {self.different:,} documents, and the whole states {self._total:,}"
        )
        if self.different > (self._total or 0):
            return f"{said}: that total may be no more than the site counts."
        return f"{said}: what is in none of the parts is missing; split it by something else, too."
