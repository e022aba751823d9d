"""Reading takes time in proportion to what is read: a short form of `make growth`.

Each shape is read in two sizes, one eight times as large as the other. What takes the square of the
time takes up to 64 times as long then. Less than 16 times is asked, as others use the machine too.
"""

import gc
import re
from collections.abc import Callable
from time import thread_time

import pytest
from costs import takes_at_most

from benchmarks.growth import cases
from harvester.outcomes import HarvestProblem
from harvester.pages.general.outline import Outline
from harvester.pages.markup import tree

TIMES, MOST = 8, 16
TRIES = 6
LEAST = 0.004
"""Seconds of CPU; what takes less at the larger size is not measured."""
SHORT = {
    "document: tabs with one id": 128_000,
    "document: panes with labels": 32_000,
    "document: nested dialogues": 48_000,
    "document: titles in the head and texts": 96_000,
    "document: a title of many bars": 48_000,
    "document: names in one line": 160_000,
    "document: labels of many kinds": 48_000,
    "listing: cells without links, and links": 128_000,
    "listing: attributes": 64_000,
    "listing: a base of one long address": 128_000,
    "listing without a range: one and two documents": 128_000,
    "learning: titles alone": 128_000,
    "learning: rows of related documents": 64_000,
    "learning: entries of many classes": 64_000,
    "address: coded question marks": 16_000,
    "WACZ: small WARCs": 500_000,
    "WACZ: overlapping entries": 48_000,
    "tar: a name with codes": 64_000,
    "MHTML: parts in each other": 200_000,
}
"""Shapes that took the square of the time, with sizes at which one could tell."""


def _cpu(run: Callable[[], object]) -> float:
    """Nobody looks for garbage meanwhile. To do so before takes long where many tests have run."""
    gc.disable()
    began = thread_time()
    try:
        run()
    except HarvestProblem:
        pass
    finally:
        gc.enable()
    return thread_time() - began


def ratio(name: str) -> float:
    """How many times as much CPU time a shape takes if it is eight times as large, at best."""
    case = next(one for one in cases(SHORT[name]) if one.name == name)
    small, large = case.made(case.largest // TIMES), case.made(case.largest)
    shorter = longer = float("inf")
    for _ in range(TRIES):
        shorter, longer = min(shorter, _cpu(small)), min(longer, _cpu(large))
        if longer < LEAST or longer < MOST * shorter:
            break
    return longer / shorter if longer >= LEAST else 1


@pytest.mark.parametrize("name", SHORT)
def test_reading_takes_time_in_proportion(name: str) -> None:
    assert ratio(name) < MOST


def test_elements_that_hide_each_other_are_looked_at_once() -> None:
    def outlined(levels: int) -> Callable[[], object]:
        root = tree(f"<body>{'<u hidden>' * levels}{'Fish. ' * 100}").root
        return lambda: Outline(root)

    assert takes_at_most(2 * TIMES, outlined(TIMES * 200), outlined(200))


def test_what_takes_the_square_of_the_time_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def looks_on_from_each(url: str) -> bool:
        return re.search("%3f(?=[^?/]*=)", url) is not None

    monkeypatch.setattr("harvester.sources.captures.asks_in_code", looks_on_from_each)
    monkeypatch.setattr("test_growth.TRIES", 2)  # no number of them is enough
    assert ratio("address: coded question marks") > MOST
