"""Addresses of the Wayback Machine's captures, in their original bytes ("id_")."""

import re

from harvester.moments import first_second

MEMENTO = re.compile(r"https?://[^?#]*?/web/(?P<time>\d{14})id_/(?P<url>https?://.+)", re.DOTALL)


def memento_url(service: str, timestamp: str, url: str) -> str:
    """Where a service has the capture of an address at a time (14 digits)."""
    return f"{service}/web/{timestamp}id_/{url}"


def read_memento(url: str) -> tuple[str, str] | None:
    """The address and the moment that such an address is of; None if it is no such one."""
    found = MEMENTO.fullmatch(url)
    moment = first_second(found["time"]) if found else None
    return (found["url"], moment) if found and moment else None
