"""WACZ (https://specs.webrecorder.net/wacz/1.1.1/): recordings as one file for ReplayWeb.page.

py-wacz makes it, with its index, its pages and its digests. It runs as a process of its own,
as it prints what it does. It brings some forty packages along, so that it is an extra.
"""

import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO

from harvester.outcomes import BadOutput, BadUsage

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


def write(files: Iterable[Path], out: BinaryIO) -> None:
    """Packs recordings. Raises BadUsage without py-wacz, BadOutput if it can't pack them."""
    if find_spec("wacz") is None:
        raise BadUsage(
            'WACZ needs py-wacz, which is not installed: pip install "archive-harvester[wacz]".'
        )
    with TemporaryDirectory() as folder:
        packed = Path(folder, "recordings.wacz")
        command = [sys.executable, "-c", PY_WACZ, "create", "--detect-pages"]
        made = subprocess.run(
            [*command, "--output", packed, *files], capture_output=True, text=True, check=False
        )
        if made.returncode or not packed.is_file():
            why = (made.stderr or made.stdout).strip().rpartition("\n")[2]
            raise BadOutput(f"py-wacz can't pack the recordings ({why}): see that they are whole.")
        with packed.open("rb") as content:
            copyfileobj(content, out)
