"""Stored scans in the reading room: the bytes that were harvested, and nothing else of the disk."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from datasette.app import Datasette
from filled import real_records, store_details
from reading_room import get, opened
from scans import pdf
from stored import ARCHIVE

from harvester.datasette.server import served
from harvester.record import ScanLink

CONTENT = pdf("a scan", 700_000)
DIGEST = sha256(CONTENT).hexdigest()
SECRET = b"%PDF-1.4 nobody may read this\n%%EOF\n"
LEADS_OUT = {
    "a path above": "../secret.pdf",
    "an absolute path": "{folder}/secret.pdf",
    "a link to a file": "aa/link.pdf",
    "a link to a folder": "out/secret.pdf",
    "the folder itself": ".",
    "nothing": "aa/nothing.pdf",
    "no name": "",
    "a pipe": "aa/pipe.pdf",
    "a zero byte": "aa/\0.pdf",
    "another content": "aa/other.pdf",
    "the lock": ".parts/lock",
    "a note": "aa/scan.json",
}
"""What a database may say of where a scan is, if it is wrong or somebody's."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database beside a folder of scans, with files in and beside it that are none."""
    folder = tmp_path_factory.mktemp("scans")
    inside = folder / "files" / "aa"
    inside.mkdir(parents=True)
    (inside / "scan.pdf").write_bytes(CONTENT)
    (inside / "scan.json").write_text("{}")
    (inside / "other.pdf").write_bytes(SECRET)
    (inside / "link.pdf").symlink_to(folder / "secret.pdf")
    os.mkfifo(inside / "pipe.pdf")
    (folder / "secret.pdf").write_bytes(SECRET)
    (folder / "files" / "out").symlink_to(folder)
    (folder / "files" / ".parts").mkdir()
    (folder / "files" / ".parts" / "lock").write_bytes(b"")
    one = real_records()[0]
    links = [ScanLink(f"{ARCHIVE}/{number}.pdf", None) for number in range(len(LEADS_OUT) + 3)]
    store_details(folder / "harvest.db", [replace(one, files=links)])
    files = [
        (DIGEST, "aa/scan.pdf", "application/pdf"),
        (sha256(SECRET).hexdigest(), "../secret.pdf", "application/pdf"),
        (sha256(b"html").hexdigest(), "aa/page.html", "text/html"),
    ]
    (inside / "page.html").write_bytes(b"html")
    files += [
        (f"{number:064x}", path.format(folder=folder), "application/pdf")
        for number, path in enumerate(LEADS_OUT.values())
    ]
    with closing(sqlite3.connect(folder / "harvest.db")) as db, db:
        for number, (digest, path, media_type) in enumerate(files):
            db.execute(
                "UPDATE files SET sha256 = ?, path = ?, media_type = ? WHERE url = ?",
                [digest, path, media_type, f"{ARCHIVE}/{number}.pdf"],
            )
    return folder


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[str]:
    with opened(folder / "harvest.db") as url:
        yield url


def test_scan_is_what_was_harvested(room: str) -> None:
    answer = get(f"{room}/scans/{DIGEST}")
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; ")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    name = answer.headers["content-disposition"]
    assert name.startswith('inline; filename="') and name.endswith('.pdf"')
    assert "access-control-allow-origin" not in answer.headers


END = len(CONTENT)
PARTS = {
    "bytes=0-99": (206, 0, 100),
    "bytes=100-": (206, 100, END),
    "bytes=-10": (206, END - 10, END),
    "bytes=-9999999": (206, 0, END),
    f"bytes=10-{END * 2}": (206, 10, END),
    f"bytes={END - 1}-": (206, END - 1, END),
    f"bytes={END}-": (416, 0, 0),
    "bytes=9-3": (416, 0, 0),
    "bytes=-0": (416, 0, 0),
    "bytes=-": (200, 0, END),
    "bytes=0-1,5-6": (200, 0, END),
    "lines=0-1": (200, 0, END),
    "bytes=0-" + "9" * 400: (200, 0, END),
}


@pytest.mark.parametrize("asked", PARTS, ids=lambda asked: asked[:20])
def test_part_of_a_scan(asked: str, room: str) -> None:
    status, first, end = PARTS[asked]
    answer = get(f"{room}/scans/{DIGEST}", range=asked)
    assert (answer.status, answer.body) == (status, CONTENT[first:end])
    said = {200: None, 206: f"bytes {first}-{end - 1}/{END}", 416: f"bytes */{END}"}
    assert answer.headers.get("content-range") == said[status]


def test_scan_that_a_browser_has_is_not_sent_again(room: str) -> None:
    etag = get(f"{room}/scans/{DIGEST}", "HEAD").headers["etag"]
    again = get(f"{room}/scans/{DIGEST}", if_none_match=etag)
    assert (again.status, again.body) == (304, b"")
    assert get(f"{room}/scans/{DIGEST}", range="bytes=0-9", if_range='"another"').body == CONTENT
    assert get(f"{room}/scans/{DIGEST}", range="bytes=0-9", if_range=etag).body == CONTENT[:10]


def test_head_of_a_scan(room: str) -> None:
    answer = get(f"{room}/scans/{DIGEST}", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("case", LEADS_OUT)
def test_no_file_outside_is_sent_whatever_the_database_says(case: str, room: str) -> None:
    number = list(LEADS_OUT).index(case)
    answer = get(f"{room}/scans/{number:064x}")
    assert answer.status == 404
    assert SECRET not in answer.body


def test_file_that_leads_out_is_not_sent_for_its_own_content(room: str) -> None:
    assert get(f"{room}/scans/{sha256(SECRET).hexdigest()}").status == 404


def test_what_no_browser_should_show_is_a_download(room: str) -> None:
    answer = get(f"{room}/scans/{sha256(b'html').hexdigest()}")
    assert (answer.status, answer.body) == (200, b"html")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")


NO_SCANS = (
    *("0" * 63, "f" * 64, "..%2f..%2fetc%2fpasswd", "../harvest.db", "%2e%2e/harvest.db"),
    *("aa/scan.pdf", "..", DIGEST.upper(), f"{DIGEST}/../{DIGEST}", f"{DIGEST}%00"),
)


@pytest.mark.parametrize("name", NO_SCANS)
def test_no_name_of_a_file_is_taken_from_an_address(name: str, room: str) -> None:
    answer = get(f"{room}/scans/{name}")
    assert answer.status in (302, 404)
    assert answer.body.find(b"%PDF") == answer.body.find(b"SQLite format") == -1


def test_changed_file_is_not_shown_as_what_was_harvested(tmp_path: Path) -> None:
    store_details(
        tmp_path / "harvest.db", [replace(real_records()[0], files=[ScanLink("u", None)])]
    )
    file = tmp_path / "files" / "scan.pdf"
    file.parent.mkdir()
    file.write_bytes(CONTENT)
    with closing(sqlite3.connect(tmp_path / "harvest.db")) as db, db:
        db.execute("UPDATE files SET sha256 = ?, path = 'scan.pdf'", [DIGEST])
    with opened(tmp_path / "harvest.db") as url:
        assert get(f"{url}/scans/{DIGEST}").status == 200
        file.write_bytes(CONTENT.replace(b"%%EOF", b"%%FOE"))
        answer = get(f"{url}/scans/{DIGEST}")
    assert answer.status == 404
    assert "not what was harvested" in answer.text


def test_datasette_alone_finds_scans_beside_the_database_or_where_it_is_told(
    folder: Path, tmp_path: Path
) -> None:
    """As `datasette harvest.db` serves it, with our plugin."""
    served(folder / "harvest.db")  # installs the plugin, as its entry point does
    database = str(folder / "harvest.db")
    told = {"plugins": {"harvester": {"files": str(tmp_path)}}}
    for metadata, status in (({}, 200), (told, 404)):
        datasette = Datasette([database], metadata=metadata)
        answer = asyncio.run(datasette.client.get(f"/scans/{DIGEST}"))
        assert answer.status_code == status
    (tmp_path / "aa").mkdir()
    (tmp_path / "aa" / "scan.pdf").write_bytes(CONTENT)
    datasette = Datasette([database], metadata=told)
    assert asyncio.run(datasette.client.get(f"/scans/{DIGEST}")).content == CONTENT
