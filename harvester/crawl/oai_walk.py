"""Walking a repository's list of records from token to token, and proving that all were met."""

from harvester.crawl.walk import Walk
from harvester.items import Listing
from harvester.outcomes import Incomplete, ListingChanged, Reason, TokenRefused, Unreadable
from harvester.sites.oai_address import OaiRequest

MOST_IN_VAIN = 2
"""Most consecutive pages that may have only records met before."""


class OaiWalk(Walk):
    """The walk through one list. A token that is refused is no end: the list is asked for again
    from the last datestamp on, if its records come in that order, or else from the start.

    Where the repository states no size, or one that the user does not believe (`accept`), a second
    count has to be `counted`: of the list's identifiers alone.
    """

    def __init__(self, request: OaiRequest, *, max_pages: int, accept: bool = False) -> None:
        super().__init__(request.url, max_pages=max_pages)
        self.request = request
        self.counted: int | None = None
        self._accept = accept
        self._in_list = 0
        self._shift = 0
        self._last: str | None = request.since
        self._in_vain = 0
        self._progress = -1

    @property
    def is_uncounted(self) -> bool:
        """Whether only a second count can tell that all was met."""
        disbelieved = self._accept and self._different != self.sure_total
        return self.sure_total is None or disbelieved

    @property
    def stated_total(self) -> int | None:
        """The size that the repository states, unless the user does not believe it."""
        return None if self.counted is not None else self.sure_total

    def read(self, page: Listing, entries: int) -> None:
        """Moves on past a page. Raises Unreadable if its cursor says that records were skipped."""
        self._check_cursor(page)
        if page.total is None or self._in_list < self.seen:
            page.total = self.sure_total
        self._in_list += entries
        self._heed(page, entries)
        super().read(page, entries)

    def begin_again(self, problem: TokenRefused) -> None:
        """Continues without the refused token. Raises that problem if nothing new was met since the
        last time."""
        if self._different <= self._progress:
            raise problem
        self._progress = self._different
        self._in_list = self._shift = self._in_vain = 0
        request = self.request if self._last is None else self.request.begun_at(self._last)
        self.url = request.url
        self._visited = {request.url}

    def stored(self, different: int) -> None:
        """Counts the records of the last page that were on no earlier one."""
        super().stored(different)
        if different:
            self._in_vain = 0

    def check_next(self) -> None:
        """Raises Unreadable if the tokens lead in a circle, and Incomplete after too many pages."""
        super().check_next()
        if self._in_vain > MOST_IN_VAIN and self.url is not None:
            raise Unreadable(
                f"{self.url} would be read after {self._in_vain} pages without a record that was"
                " not met before: the repository's tokens lead in a circle.",
                Reason.PAGER,
                self.url,
            )

    def check_complete(self, before: object = None, *, is_live: bool = False) -> None:
        """Raises Incomplete, with what is missing, unless the walk met all records of the list.

        Raises ListingChanged if the list changed meanwhile, so that another walk may meet all.
        """
        met, total = self._different, self.sure_total
        if self.is_uncounted:
            self._check_count()
        elif total != self._first_total:
            sentence = (
                f"The list changed from {self._first_total} to {total} records while it was"
                " walked: harvest it again."
            )
            raise ListingChanged(sentence, Reason.MOVED)
        elif total != met:
            said = f"{self.request.url} states {total:,} records in all, and {met:,} were met"
            if isinstance(before, OaiWalk) and (before._different, before.sure_total) == (
                met,
                total,
            ):
                hint = "some are missing, or the number is an estimate; if so, say -a accept=yes"
                raise Incomplete(f"{said}: {hint}.", Reason.OTHER_TOTAL, self.request.url)
            raise ListingChanged(f"{said}: harvest it again.", Reason.MOVED)

    def _check_count(self) -> None:
        if self.counted is None:
            sentence = (
                f"The repository states no size of {self.request.url}, and its identifiers can't be"
                f" counted, so that it can't be proved that the {self._different:,} records which"
                " were met are all."
            )
            raise Incomplete(sentence, Reason.NO_TOTAL, self.request.url)
        if self.counted != self._different:
            sentence = (
                f"{self._different:,} records were met, and {self.counted:,} are counted in"
                f" {self.request.headers_url}: the list may have changed, harvest it again."
            )
            raise ListingChanged(sentence, Reason.MOVED)

    def _check_cursor(self, page: Listing) -> None:
        """The number of records before a page is theirs, counted from 0 or 1; a server that says 0
        of every page counts nothing."""
        if page.first in (None, 0):
            return
        if self._in_list == 0:
            self._shift = min(page.first - 1, 1)
        elif page.first == 1:
            page.first = page.last = None
            return
        if page.first - self._shift != self._in_list + 1:
            raise Unreadable(
                f"{page.url} begins after {page.first - 1 - self._shift} records, where"
                f" {self._in_list} were met: some are left out, or come twice.",
                Reason.PAGER,
                page.url,
            )
        if self._in_list < self.seen:
            page.first = page.last = None  # they count another list than the first

    def _heed(self, page: Listing, entries: int) -> None:
        """Notes the page's datestamps; whether the page brings something new is not known yet."""
        first, _, last = (page.datestamps or "").partition("/")
        if self._last is not None and entries:
            self._last = last if page.datestamps and first >= self._last else None
        self._in_vain += bool(entries)

    def _check_start(self, page: Listing) -> None:
        """Does nothing: `_check_cursor` does, as a list may be begun again."""

    def _check_end(self, page: Listing) -> None:
        """A token may lead to an empty page: so it is followed after the last record, too."""
