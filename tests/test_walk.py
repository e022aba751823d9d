"""The walk: what proves a listing complete, and what does not."""

import pytest

from harvester.crawl.walk import Walk
from harvester.items import Entry, Listing
from harvester.outcomes import Incomplete, ListingChanged, RunProblem, Unreadable

URL = "https://example.org/search?q=x"


def page(
    number: int, entries: range, total: int | None = 15, next_page: int | None = None
) -> Listing:
    """A page of documents named by their numbers, which are their positions too."""
    return Listing(
        url=f"{URL}&page={number}",
        first=None if total is None else entries.start,
        last=None if total is None else entries.stop - 1,
        total=total,
        entries=[Entry(f"d{n}", f"{URL}/document/d{n}", f"Title {n}") for n in entries],
        next_url=None if next_page is None else f"{URL}&page={next_page}",
    )


def walked(*pages: Listing, max_pages: int = 100) -> Walk:
    walk = Walk(URL, max_pages=max_pages)
    met: set[str] = set()
    for one in pages:
        walk.read(one, len(one.entries))
        new = {entry.document for entry in one.entries} - met
        walk.stored(len(new))
        met |= new
        walk.check_next()
    walk.check_complete()
    return walk


def test_all_pages_are_a_complete_listing() -> None:
    walk = walked(page(0, range(1, 11), next_page=1), page(1, range(11, 16)))
    assert (walk.url, walk.pages, walk.seen, walk.stated_total) == (None, 2, 15, 15)


def test_empty_listing_is_complete() -> None:
    assert walked(Listing(URL, 0, 0, 0)).seen == 0


PROBLEMS = {
    "no more pages": ([page(0, range(1, 11))], ListingChanged, "10 .* 15"),
    "a gap": ([page(0, range(1, 11), next_page=1), page(1, range(12, 16))], Unreadable, "12 .* 11"),
    "begins late": ([page(0, range(11, 16))], Unreadable, "entry 11 where 1"),
    "a loop": (
        [page(0, range(1, 11), next_page=1), page(1, range(11, 16), next_page=1)],
        Unreadable,
        "page=1",
    ),
    "a total that grew": (
        [page(0, range(1, 11), 15, 1), page(1, range(11, 17), 16)],
        ListingChanged,
        "15 to 16",
    ),
    "no total": ([page(0, range(1, 11), None)], Incomplete, "10 entries"),
    "a range that vanished": (
        [page(0, range(1, 11), 15, 1), page(1, range(11, 16), None)],
        Unreadable,
        "no range",
    ),
    "nothing found in the middle": (
        [page(0, range(1, 11), 15, 1), Listing(URL, 0, 0, 0)],
        ListingChanged,
        "nothing was found",
    ),
}


def unstated(*sizes: int, start: int = 1) -> Walk:
    """A walk through pages of these sizes, which state nothing; it has not been proved."""
    walk = Walk(URL, max_pages=100)
    for number, size in enumerate(sizes):
        following = number + 1 if number + 1 < len(sizes) else None
        walk.read(page(number, range(start, start + size), None, following), size)
        start += size
    return walk


@pytest.mark.parametrize("sizes", [(3,), (4, 4), (4, 4, 1)])
def test_second_walk_that_agrees_proves_a_listing_without_a_total(sizes: tuple[int, ...]) -> None:
    unstated(*sizes).check_complete(unstated(*sizes), is_live=True)


@pytest.mark.parametrize(
    ("sizes", "before", "is_live", "kind", "said"),
    [
        ((4, 4), (4, 4), False, Incomplete, "the 8 entries which were read are all[.]"),
        ((4, 4), None, True, ListingChanged, "unless a second walk finds the same"),
        ((4, 4), (4, 3), True, ListingChanged, "a walk before found others"),
        ((4, 4), (8,), True, ListingChanged, "a walk before found others"),
        ((4, 3, 4), (4, 3, 4), True, Incomplete, "its pages have between 3 and 4"),
        ((4, 5), (4, 5), True, Incomplete, "its pages have between 4 and 5"),
    ],
)
def test_what_proves_no_listing_without_a_total(
    sizes: tuple[int, ...],
    before: tuple[int, ...] | None,
    is_live: bool,
    kind: type[RunProblem],
    said: str,
) -> None:
    with pytest.raises(RunProblem, match=said) as caught:
        unstated(*sizes).check_complete(before and unstated(*before), is_live=is_live)
    assert type(caught.value) is kind


def test_walk_that_found_other_documents_does_not_agree() -> None:
    with pytest.raises(ListingChanged, match="a walk before found others"):
        unstated(4, 4).check_complete(unstated(4, 4, start=2), is_live=True)


@pytest.mark.parametrize("case", PROBLEMS)
def test_problem_is_named(case: str) -> None:
    pages, kind, said = PROBLEMS[case]
    with pytest.raises(RunProblem, match=said) as caught:
        walked(*pages)
    assert type(caught.value) is kind


def test_document_met_twice_leaves_another_unseen() -> None:
    second = page(1, range(11, 16))
    second.entries[0].document = "d1"
    with pytest.raises(ListingChanged, match="14 different documents"):
        walked(page(0, range(1, 11), next_page=1), second)


def test_endless_listing_is_left() -> None:
    pages = (page(n, range(10 * n + 1, 10 * n + 11), 1000, n + 1) for n in range(9))
    with pytest.raises(Incomplete, match="after 3 pages"):
        walked(*pages, max_pages=3)
