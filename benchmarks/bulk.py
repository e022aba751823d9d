"""What reading recordings in bulk costs: by two processes beside one, and in memory.

Times are compared within a run, in pairs, as the machine may have other work: `make bulk`.
"""

import argparse
import io
import tempfile
from pathlib import Path
from statistics import median

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.measure import Cost, cost
from benchmarks.pages import saved

RECORDINGS, PAGES, PAIRS = 10, 200, 5


def main() -> None:
    """Prints the figures."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--pages", type=int, default=PAGES, help="of a recording")
    words.add_argument("--pairs", type=int, default=PAIRS, help="of runs that are compared")
    opts = words.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ten = recordings(folder / "ten", RECORDINGS, opts.pages)
        more = recordings(folder / "more", 10 * RECORDINGS, opts.pages)
        shares = []
        for _ in range(opts.pairs):
            one, two = (read(ten, processes) for processes in (1, 2))
            shares.append(two.wall / one.wall)
            print(
                f"{RECORDINGS} recordings: {one.wall:.1f} s with one process, {two.wall:.1f} with"
                f" two ({shares[-1]:.2f}); {one.cpu:.1f} and {two.cpu:.1f} s of CPU"
            )
        print(f"Two processes take {median(shares):.2f} of the time of one (median)")
        for source, what in ((ten, "10"), (more, "100")):
            costs = [read(source, processes) for processes in (1, 2)]
            sizes = " and ".join(f"{one.memory:.0f} MB" for one in costs)
            print(
                f"Memory of the largest process, {what} recordings: {sizes} with one and with two"
            )


def recordings(folder: Path, count: int, pages: int) -> Path:
    """Writes so many recordings of so many pages."""
    folder.mkdir()
    page = next(saved("listing"))
    for number in range(count):
        with (folder / f"{number:04}.warc.gz").open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for _ in range(pages):
                writer.write_record(
                    writer.create_warc_record(
                        page.url,
                        "response",
                        payload=io.BytesIO(page.html.encode()),
                        http_headers=StatusAndHeaders(
                            "200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"
                        ),
                    )
                )
    return folder


def read(source: Path, processes: int) -> Cost:
    """What it costs to read them anew."""
    with tempfile.TemporaryDirectory() as out:
        words = ("reparse", "--parquet", out, str(source), "--processes", str(processes))
        return cost("-m", "harvester", *words)


if __name__ == "__main__":
    main()
