"""Harvests from what was captured: whatever it is, the rows are those of the live site."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive, html, japan
from captured import KINDS, content, record, saved, wget, write_warc
from harvests import Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer

Crawl = Callable[..., Harvest]

NO_NETWORK = """
import os, sys

def forbid(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        os.write(2, f"network: {event} {arguments}".encode())
        os._exit(99)

sys.addaudithook(forbid)
"""


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process that is started ends with 99 as soon as it turns to the network."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(NO_NETWORK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "guard"), prepend=os.pathsep)


@pytest.mark.usefixtures("offline")
def test_the_guard_against_the_network_works(archive: Archive, crawl: Crawl) -> None:
    assert crawl("-a", f"url={archive.url}").code == 99


@pytest.mark.parametrize("kind", KINDS)
def test_same_rows_from_every_source(
    kind: str, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = harvest("-a", f"url={archive.url}", "-a", "name=it", HARVEST_DB=tmp_path / "live.db")
    source = KINDS[kind](archive, tmp_path)
    archive.asked.clear()
    offline.__wrapped__(tmp_path, monkeypatch)
    done = harvest(
        *("-a", f"url={archive.url}", "-a", "name=it", "-a", f"source={source}"),
        HARVEST_DB=tmp_path / "captured.db",
    )
    assert (done.code, done.complaints, archive.asked) == (0, [], [])
    assert content(done.db) == content(live.db)
