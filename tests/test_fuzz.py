"""Pages with a tag gone wrong, and cut pages: read as before, or refused (see fuzz.py)."""

from collections import Counter

import pytest
from fuzz import COUNT, KINDS, LISTED, MOST_LISTED, numbers, try_all

SOME = COUNT // 10


@pytest.mark.parametrize("some", list(numbers(SOME)), ids=lambda some: f"from {some.start}")
def test_wrong_page_is_read_exactly_or_refused(some: range) -> None:
    outcomes = try_all(some)
    assert outcomes.surprises == []
    ends: Counter[str] = Counter()
    for (_, end), count in outcomes.counts.items():
        ends[end] += count
    assert {kind for kind, _ in outcomes.counts} == {"cut", *KINDS}
    assert min(ends["exact"], ends["refused"]) > len(some) / 10


def test_few_wrong_pages_are_listed_each_with_its_reason() -> None:
    assert len(LISTED) <= MOST_LISTED
    assert all(reason.endswith(".") for reason in LISTED.values())
