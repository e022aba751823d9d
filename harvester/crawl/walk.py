"""Walking a listing from page to page, and proving that the walk saw all of it."""

from harvester.items import Listing
from harvester.outcomes import Incomplete, ListingChanged, Reason, Unreadable


class Walk:
    """The walk through one listing: the next address, and whether everything adds up.

    It has no network and no database. The spider fetches `url` and calls `read` with the page, then
    `stored` with the number of documents that no earlier page had.
    """

    def __init__(self, url: str, *, max_pages: int) -> None:
        self.url: str | None = url
        self.pages = 0
        self.seen = 0
        self.stated_total: int | None = None
        self._different = 0
        self._first_total: int | None = None
        self._max_pages = max_pages
        self._visited = {url}
        self._unstated: list[tuple[str, ...]] = []

    def read(self, page: Listing, entries: int) -> None:
        """Goes on past a page with so many entries.

        Raises Unreadable if the page does not begin where the last one ended, and ListingChanged
        if the listing has become shorter; the page must not be stored then.
        """
        if page.total == 0 and self.pages:
            raise ListingChanged(
                f"{page.url} says that nothing was found, after {self.seen} of"
                f" {self.stated_total} entries: the listing may have changed, harvest it again.",
                Reason.MOVED,
                page.url,
            )
        self._check_start(page)
        self.pages += 1
        self.seen += entries
        if self._first_total is None:
            self._first_total = page.total
        self.stated_total = page.total
        if page.total is None:
            self._unstated.append(tuple(entry.document for entry in page.entries))
        self._check_end(page)
        self.url = page.next_url

    def _check_end(self, page: Listing) -> None:
        """A page that is but reckoned is not there after the last entry. Raises Unreadable if the
        site itself leads to one there."""
        if page.next_url is None or page.total is None or self.seen < page.total:
            return
        if not page.reckoned:
            sentence = (
                f"{page.url} leads to {page.next_url} after {self.seen} of {page.total} entries:"
                " the total that it states is wrong, or its pager."
            )
            raise Unreadable(sentence, Reason.PAGER, page.url)
        page.next_url = None

    def stored(self, different: int) -> None:
        """Counts the documents of the last page that were on no earlier one."""
        self._different += different

    def check_next(self) -> None:
        """Raises Unreadable if `url` was read already, and Incomplete after too many pages."""
        if self.url in self._visited:
            raise Unreadable(
                f"The pager leads back to {self.url}, which was read already: the layout of the"
                " site's pager has changed, or its listing is broken.",
                Reason.PAGER,
                self.url,
            )
        if self.pages >= self._max_pages:
            raise Incomplete(
                f"The listing goes on after {self.pages} pages: raise HARVEST_MAX_PAGES if it is"
                " really that long.",
                Reason.TOO_LONG,
                self.url,
            )
        if self.url is not None:
            self._visited.add(self.url)

    def check_complete(self, before: "Walk | None" = None, *, is_live: bool = False) -> None:
        """Raises Incomplete, with what is missing, unless the walk saw the whole listing.

        Raises ListingChanged if the listing changed meanwhile, so that another walk may see all.
        Where the site states no total, a live walk must agree with the one `before`; captured pages
        would always agree.
        """
        if self.stated_total is None:
            self._check_unstated(before, is_live=is_live)
            return
        if self.stated_total != self._first_total:
            raise ListingChanged(
                f"The listing changed from {self._first_total} to {self.stated_total} entries while"
                " it was walked: harvest it again.",
                Reason.MOVED,
            )
        if self._different != self.stated_total:
            raise ListingChanged(
                f"{self._different} different documents were read where {self.stated_total} are"
                " stated: entries moved while the listing was walked, harvest it again.",
                Reason.MOVED,
            )

    def _check_unstated(self, before: "Walk | None", *, is_live: bool) -> None:
        said = (
            f"The site states no total here, so that it can't be proved that the {self.seen}"
            " entries which were read are all"
        )
        *sizes, last = map(len, self._unstated)
        if not is_live:
            raise Incomplete(f"{said}.", Reason.NO_TOTAL)
        if sizes and not min(sizes) == max(sizes) >= last:
            unlike = f"its pages have between {min(*sizes, last)} and {max(*sizes, last)}"
            raise Incomplete(f"{said}: {unlike}.", Reason.NO_TOTAL)
        if before is None:
            raise ListingChanged(f"{said}, unless a second walk finds the same.", Reason.NO_TOTAL)
        if before._unstated != self._unstated:
            raise ListingChanged(f"{said}: a walk before found others.", Reason.MOVED)

    def _check_start(self, page: Listing) -> None:
        expected = self.seen + 1
        if page.first not in (None, 0, expected):
            raise Unreadable(
                f"{page.url} begins at entry {page.first} where {expected} was due:"
                " the layout of the site's pager has changed, or its listing is broken.",
                Reason.PAGER,
                page.url,
            )
        if page.total is None and self.stated_total is not None:
            sentence = f"{page.url} states no range, as the pages before it did."
            raise Unreadable(sentence, Reason.NO_LISTING, page.url)
