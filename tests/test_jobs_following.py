"""What follows from how a collection's harvest ended, and when the next one is due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harvester.jobs.following import Ended, first_due, following, next_due
from harvester.outcomes import BadUsage

WAIT = 600.0
NOW = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(**said: Any) -> dict[str, Any]:
    """A collection of the schedule, an hour after it was due."""
    usual = {"every": "week", "due": NOW - HOUR, "now": NOW, "tries": 0, "slices": 0, "code": None}
    return {**usual, **said}


WEEK = NOW - HOUR + timedelta(days=7)
SOON = NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("code", "before", "due", "held", "tries"),
    [
        (0, {}, WEEK, False, 0),
        (0, {"tries": 4, "code": 75}, WEEK, False, 0),
        (75, {}, SOON, False, 1),
        (69, {}, SOON, False, 1),
        (69, {"tries": 1, "code": 75}, NOW + timedelta(minutes=20), False, 2),
        (69, {"tries": 2, "code": 69}, NOW + timedelta(minutes=40), False, 3),
        (75, {"tries": 99, "code": 75}, NOW + timedelta(days=1), False, 100),
        (-9, {}, SOON, False, 1),
        (70, {}, SOON, False, 1),
        (73, {"tries": 1, "code": 75}, NOW + timedelta(minutes=20), False, 2),
        (70, {"tries": 1, "code": 73}, NOW, True, 2),
        (65, {}, NOW, True, 1),
        (77, {"tries": 3, "code": 69}, NOW, True, 4),
        (64, {}, NOW, True, 1),
    ],
)
def test_exit_code_decides(
    code: int, before: dict[str, Any], due: datetime, held: bool, tries: int
) -> None:
    found = following(row(**before), Ended(code), WAIT)
    assert found == {"due": due, "held": held, "tries": tries, "slices": 0}


def test_what_others_broke_off_goes_on_at_once_and_longer_each_time() -> None:
    first = following(row(tries=2, code=75), Ended(75, broken_off=True), WAIT)
    assert first == {"due": NOW, "held": False, "tries": 2, "slices": 1}
    second = following(row(slices=1), Ended(-15, broken_off=True), WAIT)
    assert second["slices"] == 2
    assert following(row(slices=2), Ended(0, broken_off=True), WAIT)["due"] == WEEK
    assert following(row(slices=2), Ended(77, broken_off=True), WAIT)["held"]


@pytest.mark.parametrize(
    ("code", "stops", "put"),
    [
        *((0, False, True), (75, False, True), (69, False, True), (65, False, True)),
        *((77, False, True), (70, True, True), (73, True, False), (64, False, False)),
        (-9, False, False),
    ],
)
def test_exit_code_decides_over_worker_and_store(code: int, stops: bool, put: bool) -> None:
    ended = Ended(code)
    assert (ended.stops_worker, ended.can_be_put) == (stops, put)


@pytest.mark.parametrize(
    ("every", "due", "expected"),
    [
        ("day", NOW - HOUR, NOW - HOUR + timedelta(days=1)),
        ("day", NOW - timedelta(days=9, hours=1), NOW + timedelta(hours=23)),
        ("day", NOW - timedelta(days=1), NOW + timedelta(days=1)),
        ("week", NOW - timedelta(days=20), NOW + timedelta(days=1)),
        ("month", datetime(2026, 10, 31, 4, tzinfo=UTC), datetime(2026, 11, 30, 4, tzinfo=UTC)),
        ("month", datetime(2026, 8, 31, 4, tzinfo=UTC), datetime(2026, 11, 30, 4, tzinfo=UTC)),
        ("month", datetime(2025, 11, 27, 15, tzinfo=UTC), datetime(2026, 12, 27, 15, tzinfo=UTC)),
        ("30 4 * * 1", NOW - HOUR, datetime(2026, 11, 30, 4, 30, tzinfo=UTC)),
        ("*/5 * * * *", NOW - HOUR, NOW + timedelta(minutes=5)),
    ],
)
def test_next_harvest_is_due(every: str, due: datetime, expected: datetime) -> None:
    assert next_due(every, due, NOW) == expected


def test_first_harvest_is_due() -> None:
    assert first_due("month", NOW) is None
    assert first_due("30 4 * * 1", NOW) == datetime(2026, 11, 30, 4, 30, tzinfo=UTC)
    with pytest.raises(BadUsage, match="31 2"):
        first_due("0 4 31 2 *", NOW)
