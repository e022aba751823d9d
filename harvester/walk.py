"""Walking a listing from page to page, and proving that all of it was seen."""

from harvester.items import Listing
from harvester.outcomes import Incomplete, Unreadable


class Walk:
    """The walk through one listing: where to go next, and whether everything adds up.

    No network and no database: the spider fetches `url`, reads it, and tells `read`.
    """

    def __init__(self, url: str, *, max_pages: int) -> None:
        self.url: str | None = url
        self.pages = 0
        self.seen = 0
        self.stated_total: int | None = None
        self._first_total: int | None = None
        self._max_pages = max_pages
        self._visited = {url}
        self._documents: set[str] = set()

    def read(self, page: Listing) -> None:
        """Goes on past a page that was read.

        Raises Unreadable if the page does not begin where the last one ended, so that nothing of
        it is to be stored.
        """
        if page.total == 0 and self.pages:
            raise Incomplete(
                f"{page.url} says that nothing was found, after {self.seen} of"
                f" {self.stated_total} entries: the listing may have changed, harvest it again."
            )
        self._check_start(page)
        self.pages += 1
        self.seen += len(page.entries)
        self._documents.update(entry.document for entry in page.entries)
        if self._first_total is None:
            self._first_total = page.total
        self.stated_total = page.total
        self.url = page.next_url

    def check_next(self) -> None:
        """Raises Unreadable or Incomplete if going on to `url` can't end well."""
        if self.url in self._visited:
            raise Unreadable(
                f"The pager leads back to {self.url}, which was read already: the layout of the"
                " site's pager has changed, or its listing is broken."
            )
        if self.pages >= self._max_pages:
            raise Incomplete(
                f"The listing goes on after {self.pages} pages: raise HARVEST_MAX_PAGES if it is"
                " really that long."
            )
        if self.url is not None:
            self._visited.add(self.url)

    def check_complete(self) -> None:
        """Raises Incomplete, with what is missing, unless the whole listing was seen."""
        if self.stated_total is None:
            raise Incomplete(
                f"The site states no total here, so that it can't be proved that the {self.seen}"
                " entries which were read are all."
            )
        if self.stated_total != self._first_total:
            raise Incomplete(
                f"The listing changed from {self._first_total} to {self.stated_total} entries while"
                " it was walked: harvest it again."
            )
        if len(self._documents) != self.stated_total:
            raise Incomplete(
                f"{len(self._documents)} different documents were read where {self.stated_total}"
                " are stated: entries moved while the listing was walked, harvest it again."
            )

    def _check_start(self, page: Listing) -> None:
        expected = self.seen + 1
        if page.first not in (None, 0, expected):
            raise Unreadable(
                f"{page.url} begins at entry {page.first} where {expected} was due:"
                " the layout of the site's pager has changed, or its listing is broken."
            )
        if page.first is None and self.stated_total is not None:
            raise Unreadable(f"{page.url} states no range, as the pages before it did.")
