"""Processes that share tasks and give the results in order."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Protocol, Self, TypeVar

from harvester.interrupt import interrupt
from harvester.outcomes import Failed, HarvestProblem

AHEAD = 3
"""Tasks that a process has at a time, so that it never waits for one."""
BEHIND = 64
"""Results that may wait for an earlier one before no more tasks are given."""

Task = TypeVar("Task")
Result = TypeVar("Result")
TaskIn = TypeVar("TaskIn", contravariant=True)
ResultOut = TypeVar("ResultOut", covariant=True)

forks = get_context("fork")
"""Forked processes have everything imported; where they are begun there are no other threads."""


class Work(AbstractContextManager[Any], Protocol[TaskIn, ResultOut]):
    """The work, a context manager that each process enters for itself."""

    def __call__(self, task: TaskIn, /) -> ResultOut: ...


class Workers(Generic[Task, Result]):
    """Processes for some work; a single one is this process itself.

    They begin when this object is made and end with its block, or with this process, however that
    ends. If each task is `large`, a process has one at a time, any number of results may wait for
    an earlier one, and nobody waits for the end of a task that was given up.
    """

    def __init__(self, work: Work[Task, Result], processes: int, *, large: bool = False) -> None:
        self._work = work
        self._large = large
        self._ends: list[Connection[Any, Any]] = []
        self._processes = [self._begun() for _ in range(processes if processes > 1 else 0)]

    def __enter__(self) -> Self:
        if not self._processes:
            self._work.__enter__()
        return self

    def __exit__(self, error: type[BaseException] | None, *about: object) -> None:
        if error is not None and self._large:
            for process in self._processes:
                process.kill()
        self.end()

    def end(self) -> None:
        """Ends the processes and waits for them, also where a signal interrupts that."""
        try:
            self._end()
        except KeyboardInterrupt:
            self._end()
            raise

    def _end(self) -> None:
        if not self._processes:
            self._work.__exit__(None, None, None)
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.join()

    def map(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Gives the results in the order of the tasks, and takes a task shortly before its turn.

        The next task goes to a process that is free, as some may be slower. Raises the work's
        HarvestProblem, and Failed for any other exception.
        """
        if not self._processes:
            yield from map(self._work, tasks)
            return
        numbered, results = enumerate(tasks), dict[int, Result]()
        free, due, told = self._ends * (1 if self._large else AHEAD), 0, 0
        while True:
            while free and self._may_go_on(results) and (task := next(numbered, None)):
                with self._not_killed():
                    free.pop().send(task)
                due += 1
            if not due:
                return
            for end in wait(self._ends):
                assert isinstance(end, Connection)
                with self._not_killed():
                    number, result = end.recv()
                if isinstance(result, HarvestProblem):
                    raise result
                results[number] = result
                free.append(end)
                due -= 1
            while told in results:
                yield results.pop(told)
                told += 1

    def _may_go_on(self, waiting: dict[int, Result]) -> bool:
        return self._large or len(waiting) < BEHIND

    @contextmanager
    def _not_killed(self) -> Iterator[None]:
        """Raises Failed if the process at the other end was killed."""
        try:
            yield
        except (EOFError, BrokenPipeError, ConnectionResetError):
            left = "say it again to go on" if self._large else "nothing is written"
            raise Failed(f"One of its processes was killed: {left}.") from None

    def _begun(self) -> Any:
        ours, theirs = forks.Pipe()
        self._ends.append(ours)
        process = forks.Process(target=_serve, args=(theirs, self._ends, self._work), daemon=True)
        with interrupt.held():
            process.start()
        theirs.close()
        return process


def _serve(end: "Connection[Any, Any]", others: list["Connection[Any, Any]"], work: Any) -> None:
    """Works until the parent closes its end of the pipe, which no other process may hold open.

    A terminal sends its signals to all processes; heeding them is up to the parent.
    """
    interrupt.ignore()
    for other in others:
        other.close()
    try:
        with work:
            while True:
                number, task = end.recv()
                end.send((number, _answer(work, task)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _answer(work: Callable[[Any], Any], task: Any) -> Any:
    try:
        return work(task)
    except HarvestProblem as problem:
        return problem
    except Exception as bug:
        return Failed(f"It failed by a bug ({bug!r}): please report it.")
