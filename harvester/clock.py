"""The time, as every table has it."""

from datetime import UTC, datetime, timedelta


def utc_now() -> str:
    """Now in UTC, to the second, in ISO 8601 with a Z: "2026-11-24T05:06:07Z"."""
    return ago(timedelta())


def ago(time: timedelta) -> str:
    """The moment that was so long ago, written likewise; a time beyond the calendar is year 1."""
    try:
        return in_utc(datetime.now(UTC) - time)
    except OverflowError:
        return in_utc(datetime.min.replace(tzinfo=UTC))


def in_utc(moment: datetime) -> str:
    """A moment, written likewise; one without a time zone is taken for UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
