"""Numbers too large to count with are a named refusal, and never a traceback."""

import json
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from harvests import Harvest, scrapy

from harvester.dates import Habits, read_date
from harvester.dates.phrases import find_date
from harvester.interfaces import read_any_listing, read_document, read_listing
from harvester.outcomes import Reason, Unreadable
from harvester.scans.part import Part
from harvester.sites import known_sites
from harvester.sites.profile import profile_in
from harvester.sources.archives import captures

HUGE = ("9" * 19, "1" + "0" * 24, "7" * 400, "9" * 5000, "9" * 6000)
"""Beyond 64 bits, what prints in full, and what Python itself refuses to read (4,300 digits)."""
HOME = "https://digitalarchive.wilsoncenter.org"
SITE = known_sites()["wilson-center"]
ROW = (
    '<div class="views-row"><span class="date">May %d, 1960</span><h3><a href="/document/fish-%d">'
    "Fish %d</a></h3><p>What it says.</p></div>"
)
ROWS = "".join(ROW.replace("%d", str(number)) for number in (1, 2, 3))
NEXT = '<a rel="next" href="{}">Next</a>'
PROFILE = """
name = "Fish"
home = "https://fish.example"
[documents]
address = "/fish/{id}"
[listing]
format = "json"
addresses = [{ path = "/list", parameter = "page", first = 1 }]
entry = "entries"
title = "title"
id = "id"
date = "date"
"""
LISTED = "https://fish.example/list"


def html(said: str) -> str:
    return f'<!DOCTYPE html><html lang="en"><body><main>{said}</main></body></html>'


LISTINGS: dict[str, tuple[str, str]] = {
    "a total": ("/search?q=fish", "<p>1 - 3 of {n}</p>" + ROWS),
    "a first entry": ("/search?q=fish", "<p>{n} - {n} of {n}</p>" + ROWS),
    "the number of the page": ("/search?q=fish&page={n}", "<p>1 - 3 of 9</p>" + ROWS),
    "the number of the page in its path": ("/search-results/{n}/fish", ROWS),
    "a total in words": ("/search-results/1/fish", "<p>{n} results</p>" + ROWS),
    "a number of pages": ("/search-results/1/fish", "<p>Page 1 of {n}</p>" + ROWS),
    "the number of a later page": (
        "/search-results/1/fish",
        ROWS + '<a href="/search-results/{n}/fish">More</a>',
    ),
}


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{len(number)} digits")
@pytest.mark.parametrize("case", LISTINGS)
def test_a_listing_with_such_a_number_is_unreadable(case: str, number: str) -> None:
    address, page = (said.replace("{n}", number) for said in LISTINGS[case])
    with pytest.raises(Unreadable) as told:
        read_listing(html(page), HOME + address, SITE, {})
    assert told.value.why in (Reason.NO_LISTING, Reason.PAGER)


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{len(number)} digits")
def test_a_cell_of_so_many_rows_and_columns_is_one(number: str) -> None:
    rows = "".join(
        f'<tr><td colspan="{number}" rowspan="{number}">1960</td><td><a href="/{one}">Fish</a></td>'
        for one in range(4)
    )
    assert read_any_listing(html(f"<table>{rows}</table>")).refused


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{len(number)} digits")
def test_a_document_with_such_a_number_is_read_without(number: str) -> None:
    settings = f'{{"path": {{"currentPath": "node/{number}"}}, "said": {number}}}'
    head = f'<script type="application/json" data-drupal-selector="drupal-settings-json">{settings}'
    page = f"""<!DOCTYPE html><html lang="en"><head>{head}</script></head><body><main>
        <h1 class="title">Fish</h1><h3 class="title">Source</h3><p>A box</p>
        <h3 class="title">Record ID</h3><p>{number}</p></main></body></html>"""
    record = read_document(page, f"{HOME}/document/{number}", SITE)
    assert (record.node, record.record_id, record.document) == (None, number, number)


STATED: dict[str, str] = {
    "total": 'total = "n"',
    "offset": 'total = "three"\noffset = "n"',
    "first": 'total = "three"\nfirst = "n"',
    "page": 'total = "three"\npage = "n"\nsize = "three"',
    "size": 'total = "three"\noffset = "zero"\nsize = "n"',
}


def in_json(more: str, number: str, title: str = '"Fish"') -> str:
    entries = ", ".join(f'{{"id": {one}, "title": {title}, "date": "1960"}}' for one in range(3))
    return f'{{"entries": [{entries}], "n": {number}, "zero": 0, "three": 3, "more": "{more}"}}'


@pytest.mark.parametrize("number", [*HUGE, "9" * 10, "1e400", "1.5", "-1"], ids=len)
@pytest.mark.parametrize("stated", STATED)
def test_such_a_number_in_json_is_unreadable(stated: str, number: str) -> None:
    site = profile_in("fish", PROFILE + STATED[stated]).at(LISTED)
    with pytest.raises(Unreadable) as told:
        read_listing(in_json("", number), LISTED, site, {})
    assert told.value.why is Reason.NO_LISTING


@pytest.mark.parametrize("number", [*HUGE, "²", "1e9", "-1", ""], ids=len)
def test_such_a_number_in_a_header_is_unreadable(number: str) -> None:
    site = profile_in("fish", PROFILE + 'total_header = "X-Total"').at(LISTED)
    with pytest.raises(Unreadable, match="header X-Total"):
        read_listing(in_json("", "0"), LISTED, site, {"x-total": number})


@pytest.mark.parametrize("number", [*HUGE[2:], "1e400", "1e" + "9" * 5000], ids=len)
def test_such_a_title_in_json_is_unreadable(number: str) -> None:
    site = profile_in("fish", PROFILE + 'total = "three"').at(LISTED)
    with pytest.raises(Unreadable):
        read_listing(in_json("", "0", title=number), LISTED, site, {})


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{len(number)} digits")
def test_such_a_year_is_no_date(number: str) -> None:
    for form in ("{}", "May 1, {}", "{}-05-01", "c. {} BC", "Y{}", "{} to {}", "{}th century"):
        assert read_date(form.replace("{}", number), Habits("en", "dmy")) is None
        find_date(form.replace("{}", number))


RANGES = ("bytes {n}-{n}/{n}", "bytes */{n}", "bytes 0-{n}/10", "bytes x-y/z")


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{len(number)} digits")
@pytest.mark.parametrize("said", RANGES)
def test_a_part_of_so_many_bytes_is_none(said: str, number: str, tmp_path: Path) -> None:
    headers: Mapping[str, str] = {"content-range": said.replace("{n}", number)}
    part = Part(tmp_path, "https://fish.example/1.pdf")
    part.begin({})
    part.add(b"%PDF-1.4 Fish")
    part.begin(headers)
    part.add(b"more")
    assert not part.fits(headers)
    assert part.size == len(b"%PDF-1.4 Fish")


PAGE = b"<!DOCTYPE html><html>Fish"


def har(path: Path, number: str) -> None:
    content = '"content": {"mimeType": "text/html", "text": "<html>Fish"}'
    answer = f'{{"status": {number}, "headers": [], {content}}}'
    request = '{"method": "GET", "url": "https://fish.example/"}'
    path.write_text(f'{{"log": {{"entries": [{{"request": {request}, "response": {answer}}}]}}}}')


def warc(path: Path, number: str) -> None:
    path.write_bytes(
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://fish.example/\r\n"
        b"WARC-Date: %b-01-01T00:00:00Z\r\nContent-Length: %b\r\n\r\nHTTP/1.1 %b OK\r\n\r\nFish"
        % ((number.encode(),) * 3)
    )


def noted(path: Path, number: str) -> None:
    path.mkdir()
    (path / "page.html").write_text("<html>Fish")
    said = f'{{"url": "https://fish.example/", "status": {number}, "fetched": {number}}}'
    (path / "page.json").write_text(said)


def tar(path: Path, number: str) -> None:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("page.html", "lying.html"):
            info = tarfile.TarInfo(name)
            info.size = len(PAGE)
            info.pax_headers = {"mtime": number} if name == "page.html" else {"size": number}
            archive.addfile(info, BytesIO(PAGE))


def zipped(path: Path, number: str) -> None:
    """A zip of which the directory gives sizes and places of 64 bits."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("page.html", "<html>Fish")
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    most = min(int(number[:19]), 2**64 - 1)
    extra = struct.pack("<HHQQQ", 1, 24, most, most, most)
    struct.pack_into("<LL", content, entry + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", content, entry + 30, len(extra))
    struct.pack_into("<L", content, entry + 42, 0xFFFFFFFF)
    end = content.index(b"PK\x05\x06")
    size = struct.unpack_from("<L", content, end + 12)[0]
    struct.pack_into("<L", content, end + 12, size + len(extra))
    path.write_bytes(bytes(content[:end]) + extra + bytes(content[end:]))


SOURCES: dict[str, Callable[[Path, str], None]] = {
    "a.har": har,
    "a.warc": warc,
    "saved": noted,
    "a.tar": tar,
    "a.zip": zipped,
}


@pytest.mark.parametrize("number", [*HUGE, "1e400"], ids=len)
@pytest.mark.parametrize("name", SOURCES)
def test_a_source_with_such_a_number_is_left_out_or_read_without(
    name: str, number: str, tmp_path: Path
) -> None:
    if name == "a.zip" and not number.isdecimal():
        return
    SOURCES[name](tmp_path / name, number)
    told: list[str] = []
    found = list(captures(tmp_path, told.append, limit=1_000_000))
    assert all(0 <= capture.status < 1000 for capture in found)
    assert found or told


def test_a_harvest_of_such_a_total_ends_unreadable(
    crawl: Callable[..., Harvest], tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "page.html").write_text(html(f"<p>1 - 3 of {HUGE[3]}</p>{ROWS}"))
    (saved / "page.json").write_text(json.dumps({"url": f"{HOME}/search?q=fish"}))
    done = crawl(f"-aurl={HOME}/search?q=fish", f"-asource={saved}", "-asite=wilson-center")
    assert done.code == 65
    assert (done.run["outcome"], done.entries()) == ("unreadable", [])


@pytest.mark.parametrize(
    "command",
    [
        ("runs", "--last", HUGE[3]),
        ("reparse", "--processes", "000000001" + HUGE[3]),
        ("serve", "--port", "000000001" + HUGE[3]),
        ("changes", "--since", HUGE[3]),
    ],
    ids=lambda command: command[0],
)
def test_such_a_number_on_the_command_line_is_a_wrong_usage(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    done = scrapy(*command, "-s", f"HARVEST_DB={tmp_path / 'none.db'}")
    assert done.returncode in (64, 73)
    assert "Traceback" not in done.stderr


def test_json_needs_no_more_than_it_says() -> None:
    site = profile_in("fish", PROFILE + 'total = "n"').at(LISTED)
    listing = read_listing(in_json("", "3"), LISTED, site, {})
    assert (len(listing.entries), listing.total) == (3, 3)
    assert json.loads(in_json("", "3"))["n"] == listing.total
