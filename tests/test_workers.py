"""Several processes for one work: the order of the results, and a task that takes long."""

from multiprocessing import get_context
from typing import Self

from harvester.reparse.workers import BEHIND, Workers

TASKS = BEHIND // 2
PATIENCE = 60
"""Seconds after which a test has failed; nothing waits so long when all is well."""


class FirstTakesLongest:
    """Does each task by giving it back, but the first only when the last one is done."""

    def __init__(self) -> None:
        self.last_is_done = get_context("fork").Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, task: int) -> int:
        if task == 0:
            assert self.last_is_done.wait(PATIENCE), "the others wait for the slow task"
        if task == TASKS - 1:
            self.last_is_done.set()
        return task


def test_slow_task_holds_up_no_other_process() -> None:
    with Workers(FirstTakesLongest(), 2) as workers:
        assert list(workers.map(range(TASKS))) == list(range(TASKS))
