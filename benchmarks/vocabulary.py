"""Synthetic entries, their words drawn from the real listings of the tests."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LISTINGS = Path(__file__).parents[1] / "tests" / "listings"

Entry = dict[str, Any]


def entries(number: int) -> Iterator[Entry]:
    """So many different entries, the same ones each time, of the lengths that real ones have."""
    chance = random.Random(number)
    real = [entry for file in sorted(LISTINGS.glob("*.json")) for entry in _entries(file)]
    for one in range(number):
        title, dated, told = chance.choice(real), chance.choice(real), chance.choice(real)
        yield {
            "href": f"/document/{_slug(title['title'])}-{one}",
            "title": f"{title['title']} ({one})",
            "date_text": dated["date_text"],
            "summary": told["summary"],
        }


def _entries(file: Path) -> list[Entry]:
    said: list[Entry] = json.loads(file.read_text(encoding="utf-8"))["entries"]
    return said


def _slug(title: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in title.lower()).split()
    return "-".join(words)[:80].strip("-")
