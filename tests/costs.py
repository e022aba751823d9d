"""What something costs: the processor's time that this process takes for it, at its best.

A busy neighbour makes each step longer, and a look for garbage makes one longer that did not make
any; so nothing is told of one measurement, and none is taken while garbage is looked for.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time

FEWEST, MOST = 3, 12
"""Rounds of measurements: what costs too much does so in all of them."""


def seconds(work: Callable[[], object]) -> float:
    """What one go takes."""
    with _no_look_for_garbage():
        began = process_time()
        work()
        return process_time() - began


def takes_at_most(
    times: float, long: Callable[[], object], short: Callable[[], object], floor: float = 0
) -> bool:
    """Whether `long` takes at most so many times as long as `short`, or as so many seconds.

    Both are done in turns, and the best of each counts; what is short is done once before, as a
    first go may have to prepare something. More rounds than the fewest are made only while it does
    not hold, and fewer where `long` takes less than half of what it may.
    """
    best_long, best_short = float("inf"), seconds(short)
    for done in range(MOST):
        best_short = min(best_short, seconds(short))
        best_long = min(best_long, seconds(long))
        enough = times if done + 1 >= FEWEST else times / 2
        if best_long <= enough * max(best_short, floor):
            return True
    print(f"{best_long:.4f} s, beside {best_short:.4f} s of what is to be {times} times as fast")
    return False


def takes_less_than(limit: float, work: Callable[[], object]) -> bool:
    """Whether it takes less than so many seconds in one of a few goes."""
    return any(seconds(work) < limit for _ in range(FEWEST))


@contextmanager
def _no_look_for_garbage() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
