"""Made-up listings of all kinds: each is read exactly, or refused; `make misreadings` for more."""

from collections import Counter

import pytest

from benchmarks.made_listings import made_page
from benchmarks.made_sites import made_site
from benchmarks.misreadings import verdict
from harvester.pages.general import read_any_listing

PAGES = 60
"""So many pages a case."""
LEAST_OF_SITES = 0.4
"""So many of the pages in the shapes of sites are read: most of them leave a reader no doubt."""
LEAST_WHOLE = 0.1
"""To refuse all would be no reading; most of the pages are made to be doubtful."""


@pytest.mark.parametrize("first", range(0, 4 * PAGES, PAGES))
def test_made_listings_are_read_exactly_or_refused(first: int) -> None:
    said: Counter[str] = Counter()
    for seed in range(first, first + PAGES):
        made = made_page(seed)
        found = verdict(made, read_any_listing(made.html))
        assert not found.startswith("wrong"), f"{seed} ({made.kind}): {found}"
        said[found] += 1
    assert said["whole"] >= LEAST_WHOLE * PAGES


@pytest.mark.parametrize("first", range(0, 4 * PAGES, PAGES))
def test_pages_in_the_shapes_of_sites_are_read_exactly_or_refused(first: int) -> None:
    said: Counter[str] = Counter()
    for seed in range(first, first + PAGES):
        made = made_site(seed)
        found = verdict(made, read_any_listing(made.html))
        assert not found.startswith("wrong"), f"{seed} ({made.kind}): {found}"
        said[found] += 1
    assert said["whole"] >= LEAST_OF_SITES * PAGES


def test_a_made_page_is_the_same_each_time() -> None:
    assert made_page(7).html == made_page(7).html != made_page(8).html
    assert made_site(7).html == made_site(7).html != made_site(8).html
