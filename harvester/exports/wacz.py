"""WACZ (https://specs.webrecorder.net/wacz/1.1.1/): recordings as one file for ReplayWeb.page.

py-wacz makes it, with its index, its pages and its digests. It runs as a process of its own,
as it prints what it does. It brings some forty packages along, so that it is an extra.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

from harvester.disk import temporary_folder
from harvester.outcomes import BadOutput, BadUsage
from harvester.warc.headers import value
from harvester.warc.record import Record, records
from harvester.warc.stream import BadRecord, Damaged

HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "What was harvested"}
PY_WACZ = "import sys; from wacz.main import main; sys.exit(main())"


def recordings(folder: str) -> list[Path]:
    """The recordings in the folder of HARVEST_WARC. Raises BadUsage if there are none."""
    found = sorted(Path(folder).glob("*.warc.gz")) if folder else []
    if not found:
        raise BadUsage(
            f"There are no recordings in {folder or 'no folder'} to pack: name the folder that has"
            " them as HARVEST_WARC."
        )
    return found


def write(files: Sequence[Path], out: BinaryIO) -> None:
    """Packs recordings. Raises BadUsage without py-wacz, BadOutput if it can't pack them."""
    if find_spec("wacz") is None:
        raise BadUsage(
            'WACZ needs py-wacz, which is not installed: pip install "archive-harvester[wacz]".'
        )
    with temporary_folder() as folder:
        packed, listed = Path(folder, "recordings.wacz"), Path(folder, "pages.jsonl")
        listed.write_text("".join(_pages(files)), encoding="utf-8")
        options = ("--copy-pages", "--pages", listed, "--output", packed, *files)
        command = [sys.executable, "-c", PY_WACZ, "create", *map(str, options)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode or not packed.is_file():
            why = (made.stderr or made.stdout).strip().rpartition("\n")[2]
            raise BadOutput(f"py-wacz can't pack the recordings ({why}): see that they are whole.")
        with packed.open("rb") as content:
            copyfileobj(content, out)


def _pages(files: Sequence[Path]) -> Iterator[str]:
    """The list of the pages in recordings; py-wacz would find only those that lead to others."""
    yield json.dumps(HEAD) + "\n"
    for file in files:
        # The last record of a harvest that was killed may be torn.
        with file.open("rb") as opened, suppress(Damaged):
            for record in records(opened, _pass_over):
                if _is_page(record):
                    said = {"url": record.url, "ts": record.header("WARC-Date")}
                    yield json.dumps({"id": record.header("WARC-Record-ID"), **said}) + "\n"


def _is_page(record: Record) -> bool:
    html = "html" in value(record.http, "Content-Type").lower()
    return record.kind == "response" and record.status == 200 and html


def _pass_over(place: int, bad: BadRecord) -> None:
    """Leaves a broken record out of the list."""
