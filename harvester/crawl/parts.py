"""Walking a listing that comes in parts, such as the sitemaps of an index, which must add up."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from harvester.crawl.limits import check_limit
from harvester.crawl.walk import Walk
from harvester.items import Listing
from harvester.outcomes import Incomplete, Reason, TokenRefused


@dataclass(slots=True)
class Split:
    """A listing that states `total` entries and is walked in parts, of which some are `left`.

    `depth` is 1 for a whole listing, 2 for a part of one, and so on. `stated` are the entries that
    the parts state together.
    """

    url: str
    total: int
    left: int
    depth: int = 1
    above: "Split | None" = None
    stated: int = 0

    def end_part(self, stated: int) -> None:
        """Counts a part. Raises Incomplete if it was the last of a part's and all state too few
        entries."""
        self.stated += stated
        self.left -= 1
        if self.left or self.above is None:
            return
        if self.stated < self.total:
            raise Incomplete(
                f"The parts of {self.url} state {self.stated:,} entries, and it states"
                f" {self.total:,}: what is in none of the parts is missing; split it by something"
                " else, too.",
                Reason.OTHER_TOTAL,
                self.url,
            )
        self.above.end_part(self.total)

    def adds_up(self, documents: int, *, accept: bool) -> bool:
        """Whether the parts have as many documents as the whole states, and state no fewer; with
        `accept`, whether they state as many, since a listing may have a document twice."""
        are_all = documents == self.total and self.stated >= self.total
        return are_all or (accept and self.stated == self.total)


class PartedWalk:
    """The walk through a listing and through its parts, if it has any, one after another.

    It is used as a Walk is. Each part is a listing of its own, which is walked to its end and has
    to have all entries that it states. If a `split` is given, a listing was split into those at
    `urls`: they have to state as many entries, and to have as many documents, whatever is in
    several. A part may be split again. Otherwise a page may name the parts, and the total is the
    number of their documents.
    With `accept`, a number of entries that a site may have for a limit is believed.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        max_pages: int,
        split: Split | None = None,
        accept: bool = False,
    ) -> None:
        self._max_pages = max_pages
        self._accept = accept
        self._walk = Walk(urls[0], max_pages=max_pages)
        self._left: deque[tuple[str, Split | None]] = deque((url, split) for url in urls[1:])
        self._known = set(urls)
        self._whole = self._split = split
        self._ended: list[Walk] = []
        self._is_parted = split is not None
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
    def depth(self) -> int:
        """How often the listing was split to have the current part."""
        return self._split.depth if self._split else 0

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
        if self._whole:
            return self._whole.total
        return self.different if self._is_over else None

    def states_other(self, page: Listing) -> bool:
        """Whether a page states another total than those before it in its part."""
        return self._walk.pages > 0 and self._walk.states_other(page)

    def read(self, page: Listing, entries: int) -> None:
        """Moves on past a page. Raises as Walk does, and Incomplete after too many pages."""
        self._walk.read(page, entries)
        new = [part for part in page.parts if part not in self._known]
        self._known.update(new)
        self._left.extend((part, None) for part in new)
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
        if self._split:
            if not self._accept:
                check_limit(self._walk)
            self._split.end_part(self._walk.stated_total or self._walk.seen)
        self._is_over = not self._left
        if self._left:
            self._begin_next()

    def split(self, urls: Sequence[str], total: int) -> None:
        """Goes on with the parts of the current part, which states `total` entries.

        Raises Incomplete after too many pages.
        """
        assert self._split, "only a part of a listing that was split is split again"
        part = Split(self._walk.first_url, total, len(urls), self._split.depth + 1, self._split)
        self._left.extendleft((url, part) for url in reversed(urls))
        self._begin_next()

    def _begin_next(self) -> None:
        self._ended.append(self._walk)
        left = self._max_pages - self.pages
        url, self._split = self._left.popleft()
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
        elif self._whole and not self._whole.adds_up(self.different, accept=self._accept):
            raise Incomplete(self._does_not_add_up(self._whole), Reason.OTHER_TOTAL)

    def _does_not_add_up(self, whole: Split) -> str:
        said = (
            f"The {len(self._ended) + 1:,} parts have {self.seen:,} entries of"
            f" {self.different:,} documents, and the whole states {whole.total:,}"
        )
        if self.different > whole.total:
            return f"{said}: that total may be no more than the site counts."
        if whole.stated == whole.total:
            return f"{said}: say -a accept=yes if the listing itself has some documents twice."
        return f"{said}: what is in none of the parts is missing; split it by something else, too."
