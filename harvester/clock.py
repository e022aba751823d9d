"""The time, as every table has it."""

from datetime import UTC, datetime, timedelta


def utc_now() -> str:
    """Now in UTC, to the second, in ISO 8601 with a Z: "2026-11-24T05:06:07Z"."""
    return ago(timedelta())


def ago(time: timedelta) -> str:
    """The moment that was so long ago, written likewise."""
    return (datetime.now(UTC) - time).strftime("%Y-%m-%dT%H:%M:%SZ")
