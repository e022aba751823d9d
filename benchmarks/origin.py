"""The site that is harvested: pages on disk, served by nginx on loopback.

Whoever asks for gzip gets it, packed beforehand, as from sites that stand behind a cache: packing
costs the site, and nobody who is measured. Scrapy, requests, httpx and this program all ask for it.
"""

import gzip
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from markup import Listing, render

from benchmarks.vocabulary import entries

PER_PAGE = 10
WEIGHT = 80_000
"""Bytes of a page; the site's own have about as many."""
PATH = "/search?search_api_fulltext=Japan"
FACET = (
    '<li><a href="/search?f%5B0%5D=people%3A{0}">Person number {0}</a> <span>({1})</span></li>\n'
)
CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s; default_type text/html; charset utf-8;
  gzip_static on; gzip_vary on;
  log_format bytes "$status $bytes_sent"; access_log {folder}/bytes.log bytes;
  map $arg_page $wanted {{ "" 0; default $arg_page; }}
  server {{
    listen 127.0.0.1:{port};
    location = /robots.txt {{ return 200 ""; }}
    location = /search {{ root {folder}/pages; try_files /$wanted.html =404; }}
  }}
}}
"""


class Origin:
    """A running site: its listing's address, how many pages that has, what it has sent so far."""

    def __init__(self, folder: Path, port: int, documents: int) -> None:
        self.url = f"http://127.0.0.1:{port}{PATH}"
        self.folder = folder
        self.pages = -(-documents // PER_PAGE)

    @property
    def sent(self) -> int:
        """Bytes of all answers so far, headers included."""
        lines = (self.folder / "bytes.log").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines)


@contextmanager
def origin(documents: int) -> Iterator[Origin]:
    """A site with a listing of so many documents, for as long as the block lasts."""
    if shutil.which("nginx") is None:
        sys.exit("nginx is needed to serve the pages: install it (Debian: apt install nginx-light)")
    with tempfile.TemporaryDirectory(prefix="origin-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        port = _free_port()
        site = Origin(folder, port, documents)
        _write_pages(site, documents)
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
        server = subprocess.Popen(["nginx", "-c", str(configuration), "-p", str(folder)])
        try:
            _wait(server, site)
            yield site
        finally:
            server.terminate()
            server.wait()


def _write_pages(site: Origin, documents: int) -> None:
    folder = site.folder / "pages"
    folder.mkdir()
    source, fill = entries(documents), "".join(FACET.format(n, n % 90) for n in range(2000))
    for number in range(site.pages):
        page = Listing(
            url=site.url + (f"&page={number}" if number else ""),
            entries=list(islice(source, PER_PAGE)),
            first=number * PER_PAGE + 1,
            total=documents,
            range_form="{first} - {last} of {total}",
        )
        html = render("today", page)
        facets = fill[: max(0, WEIGHT - len(html.encode()))].rpartition("</li>")[0]
        html = html.replace("</footer>", f"<ul>{facets}</li></ul></footer>", 1)
        _write(folder / f"{number}.html", html.encode())


def _write(path: Path, page: bytes) -> None:
    path.write_bytes(page)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(page, 6))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: "subprocess.Popen[bytes]", site: Origin) -> None:
    while server.poll() is None:
        try:
            urlopen(site.url).close()
            return
        except OSError:
            continue
    sys.exit("nginx did not start: see its message above.")
