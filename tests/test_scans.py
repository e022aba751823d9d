"""What a scan's file is called, and which bytes are a whole PDF."""

import hashlib
from contextlib import closing
from pathlib import Path

import pytest
from harvests import rows
from stored import entry, store

from harvester.scans.scan import begins_pdf, is_whole, name_of, part_name
from harvester.store.database import open_database
from harvester.store.said import put_links

SHA256 = "3fa9c2d1e0b74a51" + "0" * 48
NAMES = {
    "record-of-soviet-japanese-talks-9-october-1973": (
        "3f/record-of-soviet-japanese-talks-9-october-1973-3fa9c2d1e0b74a51"
    ),
    "123": "3f/123-3fa9c2d1e0b74a51",
    "A%C3%89~../b": "3f/a-c3-89-b-3fa9c2d1e0b74a51",
    "~": "3f/document-3fa9c2d1e0b74a51",
    "a" * 60: f"3f/{'a' * 60}-3fa9c2d1e0b74a51",
    "a" * 61: f"3f/{'a' * 60}-3fa9c2d1e0b74a51",
    "a" * 59 + "-b": f"3f/{'a' * 59}-3fa9c2d1e0b74a51",
}


@pytest.mark.parametrize("document", NAMES)
def test_names_are_ours(document: str) -> None:
    assert name_of(document, SHA256) == NAMES[document]


def test_part_is_known_by_its_address() -> None:
    url = "https://example.org/document/1/download"
    assert part_name(url) == hashlib.sha256(url.encode()).hexdigest()[:32]


@pytest.mark.parametrize(("before", "is_one"), [(0, True), (1019, True), (1020, False)])
def test_head_of_a_pdf_is_in_its_first_1024_bytes(before: int, is_one: bool) -> None:
    assert begins_pdf(b" " * before + b"%PDF-1.7") is is_one


ENDS = {
    "at the end": (b"%%EOF", True),
    "a line after it": (b"%%EOF\r\n", True),
    "far before the end": (b"%%EOF" + b"x" * 1020, False),
    "in the last 1024 bytes": (b"%%EOF" + b"x" * 1019, True),
    "padding": (b"%%EOF" + b"\0" * (64 * 1024 - 5), True),
    "too much padding": (b"%%EOF" + b"\0" * (64 * 1024), False),
    "blanks": (b"%%EOF \t\f\n\r\0", True),
    "cut": (b"%%EO", False),
    "nothing": (b"", False),
}


@pytest.mark.parametrize("case", ENDS)
def test_end_of_a_pdf_is_in_its_last_1024_bytes(case: str, tmp_path: Path) -> None:
    end, is_one = ENDS[case]
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7\n" + end)
    assert is_whole(path) is is_one


def test_scan_that_a_page_no_longer_has_is_still_that_of_another_document(tmp_path: Path) -> None:
    db, one, two = tmp_path / "x.db", "https://example.org/1.pdf", "https://example.org/2.pdf"
    store(db, [entry("a", "A"), entry("b", "B")])
    with closing(open_database(db)) as ours:
        for document, urls in ((1, [one, two]), (2, [one]), (1, [two])):
            put_links(ours.conn, document, [{"url": url, "label": None} for url in urls])
    found = rows(db, "SELECT document, url, position FROM scan_links ORDER BY document")
    assert [tuple(row.values()) for row in found] == [("a", two, 1), ("b", one, 1)]
