"""Replays a recording by pywb, and compares what comes back with what the site had sent.

It is no part of the suite, for pywb holds other packages back: install pywb into an environment of
its own, and say `python tests/replay.py ITS_BIN_FOLDER`.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

sys.path.append(str(Path(__file__).parents[1]))

from archive import Archive
from harvests import DIES_WITH_US, harvest
from pytest_httpserver import HTTPServer

PORT = 8099
PATIENCE = 60


def record(folder: Path) -> dict[str, bytes]:
    """Records a harvest in a folder; the pages that the site sent, by their addresses."""
    with HTTPServer(port=0) as server:
        archive = Archive(server)
        done = harvest("-a", f"url={archive.url}", HARVEST_DB=folder / "x.db", HARVEST_WARC=folder)
        assert done.code == 0, done.err
        urls = (archive.url, f"{archive.url}&page=1")
        return {url: archive.page(number).encode() for number, url in enumerate(urls)}


@contextmanager
def replay(programs: Path, folder: Path) -> Iterator[None]:
    """Has pywb show what is recorded in a folder."""
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    warcs = map(str, folder.glob("*.warc.gz"))
    for command in (["wb-manager", "init", "it"], ["wb-manager", "add", "it", *warcs]):
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    command = [*DIES_WITH_US, "wayback", "--bind", "127.0.0.1", "--port", str(PORT)]
    with (folder / "log").open("wb") as log:
        shown = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        shown.terminate()
        shown.wait()


def shown(url: str) -> bytes:
    """What pywb shows for an address, as soon as it shows anything."""
    for _ in range(PATIENCE):
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/it/2099id_/{url}", timeout=PATIENCE) as answer:
                page: bytes = answer.read()
            return page
        except URLError:
            time.sleep(0.5)
    raise SystemExit(f"pywb does not show {url}.")


def main(programs: str) -> None:
    """Compares all pages. Exits with 1 if one differs."""
    with tempfile.TemporaryDirectory() as name:
        pages = record(Path(name))
        with replay(Path(programs), Path(name)):
            same = {url: shown(url) == page for url, page in pages.items()}
    for url, is_same in same.items():
        print(f"{url}: {'the same' if is_same else 'DIFFERENT'}")
    sys.exit(not all(same.values()))


if __name__ == "__main__":
    main(sys.argv[1])
