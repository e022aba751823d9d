"""Which clocks that dated a database's runs were wrong, and by how much; a pure function.

Runs follow each other, whatever the clock says. As long as their times do, too, give or take some
minutes, the clock is believed. Where they do not, some clocks were wrong. Those are taken to be as
few as possible: first those that the site's clock contradicts, then those it says nothing about,
and last those it agrees with. Between equals the latest is believed, since clocks are corrected
more often than they are put wrong. So a clock that was once far ahead does not push later runs
behind it, as soon as the site's clock agrees with one of them. A clock that shows a time before
this program existed is always wrong.

The site's clock (the header Date, with Age, of RFC 9110 and 9111) may be wrong itself, or come from
a cache. It only says which of two clocks that contradict each other was wrong, and what time it was
then; it never dates what nothing else contradicts.
"""

from collections.abc import Iterator, Sequence

from harvester.store.history.facts import Clock
from harvester.timestamps import EARLIEST, TOLERANCE, differs, seconds_of

PROGRAM = seconds_of(EARLIEST)


def shifts(clocks: Sequence[Clock]) -> dict[int, int]:
    """The seconds by which to move all moments of each run, so that the runs, given in order,
    follow each other; 0 where the clock is believed."""
    found: dict[int, int] = {}
    believed = _believed(clocks)
    latest = _latest(clocks, believed)
    end: int | None = None
    for index, one in enumerate(clocks):
        start = one.first if index in believed else _guess(one, end, latest[index])
        for bound in (end, one.after):
            # Two that are believed may share a second, in which their order is that of the runs.
            if bound is not None and (start < bound or (start == bound and index not in believed)):
                start = bound + 1
        found[one.run] = start - one.first
        end = start + one.last - one.first
    return found


def _guess(one: Clock, end: int | None, latest: int | None) -> int:
    """When a run with a wrong clock began: as the site's clock says, if that is possible, or else
    as near as possible to its own."""
    guess = _by_site(one)
    guess = max(
        one.first if guess is None else guess, PROGRAM, *(() if end is None else (end + 1,))
    )
    return guess if latest is None else min(guess, latest)


def _by_site(one: Clock) -> int | None:
    """When a run began by the site's clock, if that differs from ours and can be right."""
    if one.ahead is None or not differs(one.ahead):
        return None
    guess = one.first - one.ahead
    return guess if guess >= PROGRAM else None


def _latest(readings: Sequence[Clock], believed: set[int]) -> list[int | None]:
    """The latest time at which each run can have begun, leaving room for those after it."""
    found: list[int | None] = [None] * len(readings)
    bound: int | None = None
    for index in reversed(range(len(readings))):
        one = readings[index]
        found[index] = None if bound is None else bound - (one.last - one.first) - 1
        known = one.first if index in believed else _by_site(one)
        bounds = [each for each in (known, found[index]) if each is not None]
        bound = min(bounds, default=None)
    return found


def _believed(readings: Sequence[Clock]) -> set[int]:
    """The places of the runs whose clocks are believed."""
    possible = [index for index, one in enumerate(readings) if one.first >= PROGRAM]
    found: set[int] = set()
    for group in _groups(readings, possible):
        found.update(group if len(group) == 1 else _heaviest_chain(readings, group))
    return found


def _groups(readings: Sequence[Clock], places: Sequence[int]) -> Iterator[list[int]]:
    """The runs in groups that do not contradict each other."""
    firsts = [readings[place].first for place in places]
    for number in reversed(range(len(firsts) - 1)):
        firsts[number] = min(firsts[number], firsts[number + 1])
    group: list[int] = []
    latest = 0
    for place, first in zip(places, firsts, strict=True):
        if group and latest <= first + TOLERANCE:
            yield group
            group = []
        group.append(place)
        latest = max(latest, readings[place].last)
    if group:
        yield group


def _heaviest_chain(readings: Sequence[Clock], group: Sequence[int]) -> Iterator[int]:
    """The chain of consistent runs with the greatest weight."""
    weights = _weights(readings, group)
    best: dict[int, tuple[int, int | None]] = {}
    for place in reversed(group):
        last = readings[place].last - TOLERANCE
        after = [one for one in best if last <= readings[one].first]
        following = max(after, key=lambda one: (best[one][0], one), default=None)
        rest = 0 if following is None else best[following][0]
        best[place] = (weights[place] + rest, following)
    at: int | None = max(best, key=lambda one: (best[one][0], one))
    while at is not None:
        yield at
        at = best[at][1]


def _weights(readings: Sequence[Clock], group: Sequence[int]) -> dict[int, int]:
    """A run that the site's clock agrees with outweighs all others; a run of which nothing is known
    outweighs all that it contradicts."""
    step = len(group) + 1
    found = {}
    for place in group:
        ahead = readings[place].ahead
        found[place] = step if ahead is None else 1 if differs(ahead) else step**2
    return found
