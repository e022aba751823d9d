"""Listings as well-known programs write them, and honest changes to these: read, or refused.

The templates are in `benchmarks/programs.toml`; `make misreadings` tries many more.
"""

from collections import Counter
from random import Random

import pytest

from benchmarks.made_changes import CHANGES, as_entries, changed, made_change, marked
from benchmarks.made_programs import SURROUNDINGS, Program, program_page, programs
from benchmarks.misreadings import verdict
from harvester.pages.general import read_any_listing

LEAST_WHOLE = 0.9
"""So many of the programs that are not doubtful by what they print are read whole."""
PAGES = 25
SHARES = 4
"""Each change is tried on one in so many of the programs; on the others, by `make misreadings`."""


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
@pytest.mark.parametrize("program", programs().values(), ids=lambda one: one.name)
def test_listings_of_programs_are_read_exactly_or_refused_for_a_reason(
    program: Program, surroundings: str
) -> None:
    made = program_page(program, surroundings)
    found = read_any_listing(made.html)
    assert verdict(made, found) == ("refused" if program.doubt else "whole"), found.refused
    assert program.doubt in (found.refused or "")


def test_few_programs_are_refused() -> None:
    doubtful = [one.name for one in programs().values() if one.doubt]
    assert len(doubtful) <= (1 - LEAST_WHOLE) * len(programs())


@pytest.mark.parametrize("change", CHANGES)
def test_an_honest_change_leads_to_the_right_entries_or_to_a_refusal(change: str) -> None:
    said: Counter[str] = Counter()
    first = list(CHANGES).index(change) % SHARES
    for number, program in enumerate([*programs().values()][first::SHARES]):
        base = program_page(program, SURROUNDINGS[number % 2], number)
        html, found = marked(base.html)
        made = changed(html, as_entries(found), change, Random(number)) if found.entries else None
        if made and verdict(base, found) == "whole":
            read = read_any_listing(made.html)
            says = verdict(made, read)
            assert not says.startswith("wrong"), f"{program.name}: {says}"
            dates = zip(made.entries, read.entries, strict=False)
            assert not [one for one, other in dates if not one.date and other.date_text]
            said[says] += 1
    assert said["whole"] + said["refused"] > 4


@pytest.mark.parametrize("first", (0, PAGES))
def test_changed_pages_of_all_kinds_are_read_exactly_or_refused(first: int) -> None:
    for seed in range(first, first + PAGES):
        made = made_change(seed)
        found = verdict(made, read_any_listing(made.html))
        assert not found.startswith("wrong"), f"{seed} ({made.kind}): {found}"
