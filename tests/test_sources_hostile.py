"""Archives that are broken or mean harm: one sentence, nothing written, memory and disk bounded."""

import gzip
import io
import os
import resource
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import brotli
import pytest
from archive import Archive, japan
from captured import answer, record, zstd
from examples import examples
from harvests import Harvest, begun
from hypothesis import given
from hypothesis import strategies as st

from harvester.outcomes import BadUsage, RunProblem
from harvester.warc.content import read_record
from harvester.warc.record import records
from harvester.warc.stream import Damaged, Torn

Crawl = Callable[..., Harvest]

URL = "https://x.example/search?search_api_fulltext=Japan"
MEMORY = 512 << 20
"""Bytes that a harvest may have; it needs some 300 MiB of them to begin with."""
BOMB = 1 << 28
"""Bytes: too many beside those 300 MiB."""
HUGE = 9 << 27
"""Bytes: past a GiB, more than so many times is too many."""
ZEROS = bytes(1 << 20)


@pytest.fixture
def page(archive: Archive) -> bytes:
    """A page that is a whole listing."""
    archive.entries = japan()[:3]
    return archive.page(0).encode()


def gzip_bomb(start: bytes = b"", size: int = BOMB) -> bytes:
    """Zeros after some bytes, in gzip: the same block of a MiB again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(start + ZEROS) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(ZEROS) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + size // len(ZEROS) * block + packer.flush()


def zstd_bomb(start: bytes = b"", size: int = BOMB) -> bytes:
    """The same in zstd."""
    packer = zstd.ZstdCompressor()
    blocks = (packer.compress(ZEROS) for _ in range(size // len(ZEROS)))
    return b"".join([packer.compress(start), *blocks, packer.flush()])


def warc(*lines: str, block: bytes = b"") -> bytes:
    return "\r\n".join(["WARC/1.1", *lines, "", ""]).encode() + block + b"\r\n\r\n"


def tar_of(**pages: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in pages.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def zip_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


NO_ARCHIVES = {
    "text": b"This is no archive.",
    "empty": b"",
    "gzip of text": gzip.compress(b"This is no archive."),
    "broken gzip": b"\x1f\x8b\x08" + os.urandom(99),
    "zip of text": zip_of(text=b"This is no archive."),
    "half a zip": zip_of(text=b"This is no archive.")[:40],
    "page": b"<!doctype html><html></html>",
}


@pytest.mark.parametrize("case", NO_ARCHIVES)
def test_what_is_no_archive_is_named(case: str, tmp_path: Path) -> None:
    (path := tmp_path / "source").write_bytes(NO_ARCHIVES[case])
    with pytest.raises(BadUsage, match=str(path)):
        answer(path, URL)


def test_what_is_no_archive_gets_a_sentence(crawl: Crawl, tmp_path: Path) -> None:
    (path := tmp_path / "source").write_bytes(NO_ARCHIVES["text"])
    done = crawl("-a", f"url={URL}", "-a", f"source={path}")
    assert (done.code, len(done.complaints)) == (64, 1)
    assert str(path) in done.complaints[0]
    assert ("Traceback" in done.err, done.db.exists()) == (False, False)


def lying_length(page: bytes, length: int) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    said = (f"Content-Length: {length}", "Content-Type: application/http")
    return warc("WARC-Type: response", f"WARC-Target-URI: {URL}", *said, block=block)


def changed(page: bytes) -> bytes:
    return record(URL, page, packed=False).replace(b"Soviet", b"SOVIET")


BROKEN: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "length too large": (lambda page: lying_length(page, 10**9), 75, "left out"),
    "length too small": (lambda page: gzip.compress(lying_length(page, 99)), 75, "longer than"),
    "length no number": (lambda page: lying_length(page, -1), 75, "broken headers"),
    "torn": (lambda page: record(URL, page)[:-200], 75, "middle of a record"),
    "broken gzip": (lambda page: flipped(record(URL, page), 600), 75, "left out"),
    "gzipped as a whole": (
        lambda page: gzip.compress(2 * record(URL, page, packed=False)),
        75,
        "warcio recompress",
    ),
    "digest": (changed, 65, "digest"),
    "too large": (lambda page: record(URL, page + bytes(17 << 20)), 65, "DOWNLOAD_MAXSIZE"),
    "coding unknown": (lambda page: coded(page[::-1], "rot13"), 65, "rot13"),
    "coding broken": (lambda page: coded(gzip.compress(page)[:-99], "gzip"), 65, "gzip"),
    "endless headers": (
        lambda page: warc(f"WARC-Target-URI: {URL}", *(f"X-{n}: y" for n in range(10**5))),
        75,
        "broken headers",
    ),
    "tar torn": (lambda page: tar_of(**{"x.html": page})[:3000], 75, "unexpected end"),
    "zip within": (
        lambda page: flipped(zip_of(**{"archive/x.warc.gz": record(URL, page)}), 400),
        75,
        "archive/x.warc.gz",
    ),
}


def coded(body: bytes, coding: str) -> bytes:
    return record(URL, body, http={"Content-Encoding": coding})


@pytest.mark.parametrize("case", BROKEN)
def test_broken_archive_is_named(case: str, page: bytes, tmp_path: Path) -> None:
    make, code, word = BROKEN[case]
    (path := tmp_path / "source").write_bytes(make(page))
    with pytest.raises(RunProblem, match=word) as caught:
        answer(path, URL)
    assert (caught.value.exit_code, URL in str(caught.value)) == (code, True)


@pytest.mark.parametrize("case", ["digest", "torn"])
def test_broken_archive_gets_a_sentence(
    case: str, page: bytes, crawl: Crawl, tmp_path: Path
) -> None:
    make, code, word = BROKEN[case]
    (path := tmp_path / "source").write_bytes(make(page))
    done = crawl("-a", f"url={URL}", "-a", f"source={path}")
    assert (done.code, len(done.complaints)) == (code, 1)
    assert word in done.complaints[0]
    assert ("Traceback" in done.err, done.entries()) == (False, [])


def tar_header() -> bytes:
    """A tar whose first header says that a quarter of a GiB of further headers follow."""
    head = tarfile.TarInfo("x")
    head.type, head.size = tarfile.XHDTYPE, BOMB
    return zstd.compress(head.tobuf()) + zstd_bomb()


def tar_page() -> bytes:
    """A tar with a page of so many zeros."""
    head = tarfile.TarInfo("x.html")
    head.size = BOMB
    return zstd_bomb(head.tobuf() + b"<html>")


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(name, content)
    return out.getvalue()


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "first line of a WARC": (lambda: gzip_bomb(b"WARC/"), "broken headers"),
    "line of a WARC": (lambda: gzip_bomb(b"WARC/1.1\r\nWARC-Type: "), "broken headers"),
    "record of a WARC": (
        lambda: gzip_bomb(b"WARC/1.1\r\nContent-Length: 99999999999\r\n\r\n", HUGE),
        "times larger",
    ),
    "header of an answer": (
        lambda: zstd_bomb(
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}\r\n".encode()
            + f"Content-Length: {HUGE}\r\n\r\nHTTP/1.1 200 OK\r\nX: ".encode(),
            HUGE,
        ),
        "times larger",
    ),
    "body in gzip": (lambda: coded(gzip_bomb(), "gzip"), "DOWNLOAD_MAXSIZE"),
    "body in br": (
        lambda: coded(brotli.compress(bytes(BOMB), quality=0), "br"),
        "DOWNLOAD_MAXSIZE",
    ),
    "body in zstd": (lambda: coded(zstd_bomb(), "zstd"), "DOWNLOAD_MAXSIZE"),
    "header of a tar": (tar_header, "too large"),
    "page of a tar": (tar_page, "x.example"),
    "member of a WACZ": (
        lambda: zipped("archive/x.warc.gz", b"WARC/1.1\r\n" + bytes(1 << 28)),
        "broken headers",
    ),
}


@pytest.mark.parametrize("case", BOMBS)
def test_bomb_does_not_go_off(case: str, db: Path, tmp_path: Path) -> None:
    make, word = BOMBS[case]
    (path := tmp_path / "source").write_bytes(make())
    with begun("-a", f"url={URL}", "-a", f"source={path}", HARVEST_DB=db) as process:
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        done = process()
    assert done.returncode in (65, 75)
    assert (done.stderr.count("harvester: "), done.stderr.count("Traceback")) == (1, 0)
    assert word in done.stderr


MEANT_TO_ESCAPE: dict[str, Callable[[bytes], bytes]] = {
    "tar": lambda page: tar_of(**{"../up.html": page, "/abs.html": page, "a/../../b.html": page}),
    "zip": lambda page: zip_of(
        **{
            "../archive/up.warc": record(URL, page),
            "/archive/abs.warc.gz": record(URL, page),
            "archive/../../b.warc.gz": record(URL, page),
            "archive/it.warc.gz": record(f"{URL}&it=1", page),
        }
    ),
}


@pytest.mark.parametrize("case", MEANT_TO_ESCAPE)
def test_names_that_lead_out_of_an_archive_are_named_and_left_out(
    case: str, page: bytes, crawl: Crawl, tmp_path: Path
) -> None:
    (path := tmp_path / "inner" / "source").parent.mkdir()
    path.write_bytes(MEANT_TO_ESCAPE[case](page))
    done = crawl("-a", f"url={URL}", "-a", f"source={path}")
    assert done.code == 75
    assert all(name in done.err for name in ("up.", "abs.", "b."))
    assert {file.name for file in tmp_path.rglob("*")} == {"inner", "source", "harvest.db"}


def test_links_and_devices_in_a_tar_are_no_pages(crawl: Crawl, tmp_path: Path) -> None:
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)
    with tarfile.open(path := tmp_path / "x.tar", "w") as tar:
        for kind in kinds:
            member = tarfile.TarInfo("search?search_api_fulltext=Japan")
            member.type, member.linkname = kind, str(tmp_path / "secret.html")
            tar.addfile(member)
    (tmp_path / "secret.html").write_text("<html>1 - 10 of 15</html>")
    done = crawl("-a", f"url={URL}", "-a", f"source={path}")
    assert (done.code, f"is not in {path}." in done.complaints[0]) == (75, True)


def test_every_whole_record_is_read_wherever_a_file_was_cut(page: bytes, tmp_path: Path) -> None:
    parts = [record(f"{URL}&page={number}", page) for number in range(4)]
    whole, path = b"".join(parts), tmp_path / "x.warc.gz"
    ends = [sum(map(len, parts[: number + 1])) for number in range(4)]
    for cut in [*range(ends[1] - 40, ends[1] + 40), *range(2, len(whole), 97)]:
        path.write_bytes(whole[:cut])
        assert read(path) == (sum(end <= cut for end in ends), cut not in (*ends,))


def read(path: Path) -> tuple[int, bool]:
    """How many records are read, and whether the file ends within another one."""
    found = []
    with path.open("rb") as file:
        try:
            found += records(file)
        except Torn:
            return len(found), True
    return len(found), False


@examples(100)
@given(data=st.binary(max_size=400), cut=st.integers(0, 400), seed=st.integers(0, 255))
def test_no_bytes_bring_the_reader_down(data: bytes, cut: int, seed: int) -> None:
    good = record(URL, b"<html>", packed=bool(seed % 2))
    mixed = good[:cut] + data + good[cut + seed :]
    with io.BufferedReader(io.BytesIO(mixed)) as file, suppress(Damaged):
        for one in records(file):
            assert one.length < len(mixed) * 1100
            file.seek(one.place)
            read_record(file, 100_000)
            break
