"""Recordings by the dozen, of listings on a copy of the first site."""

import sys
from pathlib import Path

from archive import japan
from captured import record
from markup import Listing, render

URL = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=Japan"
PER_PAGE = 10


def page(number: int, pages: int, recording: int = 0) -> bytes:
    """A page of a listing of so many pages, whose documents differ from recording to recording."""
    entries = [
        {
            **japan()[place % len(japan())],
            "href": f"/document/number-{recording}-{number}-{place}",
            "title": f"Document {place} of page {number} in recording {recording}",
        }
        for place in range(PER_PAGE)
    ]
    said = Listing(
        url=address(number),
        entries=entries,
        first=number * PER_PAGE + 1,
        total=pages * PER_PAGE,
        range_form="{first} - {last} of {total}",
    )
    return render("today", said).encode()


def address(number: int) -> str:
    return f"{URL}&page={number}" if number else URL


def recorded(path: Path, recording: int, pages: int = 2) -> Path:
    """A recording of a listing with so many pages."""
    with path.open("wb") as file:
        for number in range(pages):
            date = f"2026-11-{1 + recording % 28:02}T00:{number // 60:02}:{number % 60:02}Z"
            file.write(record(address(number), page(number, pages, recording), date=date))
    return path


def some(folder: Path, count: int, pages: int = 2) -> list[Path]:
    """So many recordings in a folder that is made."""
    folder.mkdir()
    return [recorded(folder / f"{n:04}.warc.gz", n, pages) for n in range(count)]


def damage(recording: Path) -> None:
    """Cuts a recording in the middle of its last record."""
    recording.write_bytes(recording.read_bytes()[:-200])


if __name__ == "__main__":
    some(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
