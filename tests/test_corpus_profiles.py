"""Profiles of real listing pages, written by `learn` and corrected by hand.

The pages are no part of the project; where they are, each has to be read as a reader reads it.
"""

from pathlib import Path

import pytest

from benchmarks.corpus import scored
from benchmarks.profiled import PROFILES, read, rows_of
from harvester.sites.profile import profile_in

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
MOST_LINES = 15
LEAST = 0.95
"""Of the pages that are to be read, so many are read wholly, with all dates."""
SHARES = 4
DOUBTFUL = {"ap-50", "ap-80", "ap-86", "fad-sciencedirect-com", "jur-texbizct"}
"""Pages on which the corpus has other dates than the ones shown: a year in a title, the number of a
page, none for "January 26. 2026"."""
FILES = sorted(PROFILES.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_profile_is_short_and_right(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    site = profile_in(file.stem, text)
    assert site.listing_page.names_entries and "title" in site.listing_page.named


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the pages are not here")
@pytest.mark.parametrize("share", range(SHARES))
def test_pages_are_read_by_their_profiles(share: int) -> None:
    rows = rows_of(CORPUS)
    assert {row["id"] for row in rows} == {file.stem for file in FILES}
    table = scored(CORPUS, [(row, read(CORPUS, row)) for row in rows[share::SHARES]])
    names, *lines, wrong, but_dates = table.splitlines()
    every = dict(zip(names.split("\t"), lines[-1].split("\t"), strict=True))
    assert (every["refused"], every["wrong"], every["no line"]) == ("0", "0", "0"), wrong
    assert set(but_dates.partition(":")[2].split()) <= DOUBTFUL


def test_few_pages_are_doubtful() -> None:
    assert len(DOUBTFUL) <= (1 - LEAST) * len(FILES)
