"""Harvests on many machines: which collection is due, who harvests it, and where it is kept."""

from importlib.util import find_spec


def is_installed() -> bool:
    """Whether the packages are there that speak with PostgreSQL."""
    return all(find_spec(name) is not None for name in ("procrastinate", "psycopg"))
