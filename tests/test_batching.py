"""Pages that have not changed are stored together, but never later than is harmless."""

import asyncio
from collections.abc import AsyncIterator, Callable
from unittest.mock import patch

import pytest
from archive import PER_PAGE, Archive
from harvests import Harvest, rows
from werkzeug import Response

from harvester.crawl.steps import batched
from harvester.items import Listing, PageItem, UnchangedPages
from harvester.outcomes import Reason, Refused

FAST, SLOW = 0.001, 1.0
"""Pages that come within the same second are stored together."""
MOST = 100


def stored_in_batches(pages: str, pace: float, *, refused: bool = False) -> list[str]:
    """The pages as they are stored, one after another each so many seconds after the one before.

    Each is a letter, a small one if it has not changed.
    """
    now, done = [0.0], []

    async def read() -> AsyncIterator[PageItem]:
        for letter in pages:
            now[0] += pace
            same = 1 if letter.islower() else None
            yield PageItem("all", Listing(letter, 1, 1, 1), "", 200, "", 1, same_as=same)
        if refused:
            raise Refused("No.", Reason.FORBIDDEN, "/")

    async def collect() -> None:
        async for item in batched(read(), lambda: None):
            some = item.pages if isinstance(item, UnchangedPages) else [item]
            done.append("".join(page.listing.url for page in some))

    with patch("harvester.crawl.steps.monotonic", lambda: now[0]):
        try:
            asyncio.run(collect())
        except Refused:
            assert refused
            done.append("refused")
    return done


@pytest.mark.parametrize(
    ("pages", "pace", "stored"),
    [
        ("abcd", FAST, ["a", "bcd"]),
        ("abcd", SLOW, ["a", "b", "c", "d"]),
        ("abcDefGH", FAST, ["a", "bc", "D", "ef", "G", "H"]),
        ("Abc", FAST, ["A", "b", "c"]),
        ("", FAST, []),
    ],
)
def test_pages_are_stored_together_as_long_as_they_come_quickly(
    pages: str, pace: float, stored: list[str]
) -> None:
    assert stored_in_batches(pages, pace) == stored


def test_not_too_many_are_stored_in_batches() -> None:
    assert list(map(len, stored_in_batches("a" * (2 * MOST + 2), FAST))) == [1, MOST, MOST, 1]


def test_what_came_before_a_refusal_is_stored() -> None:
    assert stored_in_batches("abc", FAST, refused=True) == ["a", "bc", "refused"]


def test_harvest_that_is_refused_has_stored_what_it_was_given(
    archive: Archive, crawl: Callable[..., Harvest]
) -> None:
    archive.validators = "ETag"
    named = [f"Document {number}" for number in range(4 * PER_PAGE)]
    archive.entries = [{"title": name, "date_text": "1956", "summary": "S"} for name in named]
    assert crawl("-a", f"url={archive.url}").code == 0
    archive.answers[3] = lambda _: Response(status=403)
    refused = crawl("-a", f"url={archive.url}")
    assert refused.code == 77
    marks = rows(refused.db, "SELECT same_as FROM pages WHERE run = 2 ORDER BY id")
    assert [row["same_as"] for row in marks] == [1, 2, 3]
