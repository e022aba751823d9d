"""Walking a listing from page to page, and proving that the walk saw all of it."""

from dataclasses import dataclass, field

from harvester.items import Listing
from harvester.outcomes import Incomplete, ListingChanged, Reason, Unreadable


@dataclass(slots=True)
class Said:
    """What the pages of a walk say about the whole listing in words, by their addresses.

    `totals` come from "21 results", `numbers` from "page 1 of 7"; each says which page of the walk
    had it.
    """

    totals: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, tuple[int, tuple[int, int]]] = field(default_factory=dict)

    def hear(self, page: Listing, entries: int, place: int) -> None:
        """Notes what a page says. A number that is not larger than that of the page's entries
        counts these, unless they are the first."""
        if page.total is not None and (page.total > entries or place == 1):
            self.totals[page.url] = page.total
        if page.page_of is not None:
            self.numbers[page.url] = place, page.page_of

    @property
    def total(self) -> int | None:
        """The total on which all pages that state one agree."""
        found = set(self.totals.values())
        return found.pop() if len(found) == 1 else None

    def other_totals(self) -> str | None:
        """How two pages contradict each other about the total, in words; None if they don't."""
        first, *others = [*self.totals.items()] or [("", 0)]
        for url, total in others:
            if total != first[1]:
                return f"{first[0]} states {first[1]:,} in all, and {url} states {total:,}"
        return None

    def other_number(self, pages: int) -> tuple[str, str] | None:
        """The address of a page whose "page 3 of 7" contradicts a walk of so many pages, and how it
        does, in words. A number that stays the same on all pages is no page number."""
        said = list(self.numbers.items())
        if len(said) > 1 and len({number for _, (_, (number, _)) in said}) == 1:
            return None
        for url, (place, (number, of)) in said:
            if (number, of) != (place, pages):
                says = f"{url} says that it is page {number:,} of {of:,}"
                return url, f"{says}, and is number {place} of the {pages} that were found"
        return None


class Walk:
    """The walk through one listing: the next address, and whether everything adds up.

    It has no network and no database. The spider fetches `url` and calls `read` with the page, then
    `stored` with the number of documents that no earlier page had. The `sure_total` goes with a
    range, or is given by an interface.
    """

    def __init__(self, url: str, *, max_pages: int) -> None:
        self.first_url = url
        self.page_size = 0
        self.url: str | None = url
        self.pages = 0
        self.seen = 0
        self.sure_total: int | None = None
        self._different = 0
        self._first_total: int | None = None
        self._max_pages = max_pages
        self._visited = {url}
        self._unstated: list[tuple[str, ...]] = []
        self._said = Said()
        self._newest: str | None = None
        self._archived = False

    @property
    def stated_total(self) -> int | None:
        """The total that the pages state, in words or not; None if they state none, or several."""
        return self._said.total if self.sure_total is None else self.sure_total

    def states_other(self, page: Listing) -> bool:
        """Whether a page states another total than those before it."""
        if self.sure_total is not None or page.sure_total is not None:
            return page.sure_total != self.sure_total
        return None not in (page.total, self.stated_total) and page.total != self.stated_total

    def read(self, page: Listing, entries: int) -> None:
        """Moves on past a page with this number of entries.

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
        self.page_size = max(self.page_size, entries)
        if self._first_total is None:
            self._first_total = page.sure_total
        self.sure_total = page.sure_total
        if page.sure_total is None:
            self._unstated.append(tuple(entry.document for entry in page.entries))
            self._said.hear(page, entries, self.pages)
        self._check_end(page)
        self.url = page.next_url
        self._archived = self._archived or page.archived
        self._newest = page.url if page.newest and self.pages == 1 else None

    def _check_end(self, page: Listing) -> None:
        """A page that is but reckoned is not there after the last entry. Raises Unreadable if the
        site itself leads to one there."""
        if page.next_url is None or page.sure_total is None or self.seen < page.sure_total:
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

    def check_part(self) -> None:
        """Raises Incomplete or ListingChanged unless all entries of a listing that is a part of
        another were read; an index that only leads to parts has none."""
        if self.stated_total is None and self.seen == 0:
            return
        if self.stated_total is None:
            url = self.first_url
            sentence = f"{url} states no total, so that it can't be proved that all of it was read."
            raise Incomplete(sentence, Reason.NO_TOTAL, url)
        if self.seen != self.stated_total or self.sure_total != self._first_total:
            raise self._moved(self.seen)

    def _moved(self, entries: int) -> ListingChanged:
        if self.seen < (self.stated_total or 0):
            sentence = (
                f"{self.first_url} leads to {self.seen} of {self.stated_total} entries, and to no"
                " page with the others."
            )
            return ListingChanged(sentence, Reason.PAGER, self.first_url)
        sentence = (
            f"{entries} different documents were read where {self.stated_total} are"
            " stated: entries moved while the listing was walked, harvest it again."
        )
        return ListingChanged(sentence, Reason.MOVED)

    def check_complete(self, before: "Walk | None" = None, *, is_live: bool = False) -> None:
        """Raises Incomplete, with what is missing, unless the walk saw the whole listing.

        Raises ListingChanged if the listing changed meanwhile, so that another walk may see all.
        Where the site states no total, or one in words that contradicts the walk, a live walk must
        agree with the one `before`; captured pages would always agree.
        """
        if self.sure_total is None:
            if not self._is_as_said(before, is_live=is_live):
                self._check_unstated(before, is_live=is_live)
            return
        if self.sure_total != self._first_total:
            raise ListingChanged(
                f"The listing changed from {self._first_total} to {self.sure_total} entries while"
                " it was walked: harvest it again.",
                Reason.MOVED,
            )
        if self._different != self.sure_total:
            raise self._moved(self._different)

    def _is_as_said(self, before: "Walk | None", *, is_live: bool) -> bool:
        """Whether a total in words proves the walk complete; False if there is no such total.

        A listing may name a document twice, and totals that differ may be no totals: a second walk
        that agrees tells. Raises ListingChanged or Incomplete if what is said is not so.
        """
        agrees = before is not None and before._account() == self._account()
        total = self._said.total
        if total is not None and (total == self._different or (agrees and total == self.seen)):
            return True
        if (others := self._said.other_totals()) and not agrees:
            sentence = f"{others}: the listing changed while it was walked, harvest it again."
            raise ListingChanged(sentence, Reason.MOVED)
        if (found := self._contradiction()) is not None:
            url, sentence = found
            kind = ListingChanged if is_live and not agrees else Incomplete
            raise kind(sentence, Reason.OTHER_TOTAL, url)
        return False

    def _contradiction(self) -> tuple[str, str] | None:
        """The page that contradicts the walk, with a sentence about it."""
        if (total := self._said.total) is not None:
            url, entries = next(iter(self._said.totals)), f"{self.seen:,} entries"
            if self._different != self.seen:
                entries += f" of {self._different:,} documents"
            what = "some are missing" if total > self._different else "there are more"
            said = f"{url} states {total:,} in all, and {entries} were found: {what}"
        elif found := self._said.other_number(self.pages):
            url, said = found
            said += ": some may be missing"
        else:
            return None
        return url, (
            f"{said}, or the number counts something else; if so, say states_total = false in the"
            " site's profile, or -a accept=yes once if you wrote none."
        )

    def _account(self) -> tuple[list[tuple[str, ...]], Said]:
        """The account of a walk without a reliable total."""
        return self._unstated, self._said

    def _check_unstated(self, before: "Walk | None", *, is_live: bool) -> None:
        said = (
            f"The site states no total here, so that it can't be proved that the {self.seen}"
            " entries which were read are all"
        )
        if self._newest is not None:
            raise Incomplete(
                f"{self._newest} shows its newest {self.seen} entries, and leads to no older ones:"
                " what it lacks may still be there, so that nothing counts as missing.",
                Reason.NO_TOTAL,
            )
        *sizes, last = map(len, self._unstated)
        if not is_live:
            raise Incomplete(f"{said}.", Reason.NO_TOTAL)
        if sizes and not self._archived and not min(sizes) == max(sizes) >= last:
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
        if page.sure_total is None and self.sure_total is not None:
            sentence = f"{page.url} states no range, as the pages before it did."
            raise Unreadable(sentence, Reason.NO_LISTING, page.url)
