"""Records as crawlers write them, whole, broken and cut: the exact page, or none and a word."""

import gzip
import io
import random
import re
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from archive import Entry, japan
from captured import answer
from costs import takes_at_most
from examples import examples
from harvests import Harvest
from hypothesis import given
from hypothesis import strategies as st
from markup import Listing, render
from scrapy.http import Request, Response

from harvester.outcomes import RunProblem
from harvester.sources import archives
from harvester.sources.captures import Capture
from harvester.sources.warc import captures
from harvester.warc.codings import TooLarge
from harvester.warc.content import read_record
from harvester.warc.headers import digest
from harvester.warc.record import records
from harvester.warc.recording import info_record, packed, request_record, response_record
from harvester.warc.stream import Damaged

Crawl = Callable[..., Harvest]

HOST = "https://x.example"
URL = f"{HOST}/search?search_api_fulltext=Japan"
DATE = "2020-01-02T03:04:05Z"


def listing(*entries: Entry) -> bytes:
    """The one page of a listing."""
    total = len(entries)
    page = Listing(url=URL, entries=entries, total=total, range_form="{first} - {last} of {total}")
    return render("today", page).encode()


PAGE = listing(*japan()[:3])
CHUNKED = "Transfer-Encoding: chunked"


def chunks(page: bytes, size: int = 1000, line: str = "{:x}\r\n", end: bytes = b"\r\n") -> bytes:
    """A page in chunks, without the last one, which is empty."""
    parts = [page[place : place + size] for place in range(0, len(page), size)]
    return b"".join(line.format(len(part)).encode() + part + end for part in parts)


WHOLE = chunks(PAGE) + b"0\r\n\r\n"


def http(*headers: str, body: bytes = PAGE, line: str = "HTTP/1.1 200 OK") -> bytes:
    said = "\r\n".join([line, "Content-Type: text/html; charset=UTF-8", *headers, "", ""])
    return said.encode("latin-1") + body


def warc(
    block: bytes,
    *headers: str,
    kind: str = "response",
    url: str = URL,
    date: str = DATE,
    media: str = "application/http;msgtype=response",
    off: int = 0,
) -> bytes:
    """A record as it stands in a file; its length is wrong by `off`."""
    own = (f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", f"WARC-Date: {date}")
    own = (*own, f"Content-Type: {media}", *headers, f"Content-Length: {len(block) + off}")
    return "\r\n".join(["WARC/1.0", *own, "", ""]).encode() + block + b"\r\n\r\n"


def source(folder: Path, *parts: bytes) -> Path:
    (path := folder / "x.warc").write_bytes(b"".join(parts))
    return path


LATER = {"date": "2021-01-02T03:04:05Z"}

HEADS = {
    "as most are": (CHUNKED,),
    "lower case": ("transfer-encoding: CHUNKED",),
    "line without a colon": ("this line has no colon", CHUNKED),
    "space in a name": ("Power by: Auto Capri", CHUNKED),
    "space before a colon": ('P3P : CP="ALL CURa ADMa"', CHUNKED),
    "space before its own colon": ("Transfer-Encoding : chunked",),
    "folded": ("Transfer-Encoding:\r\n chunked",),
    "folded without a colon": ("X: a,\r\n\tb\r\n  <c>", CHUNKED),
    "folded before all others": (" x", CHUNKED),
    "bytes that are no UTF-8": ("X-Pövered-By: \xe4\xff", CHUNKED),
    "line of a space": (" ", CHUNKED),
    "line of a no-break space": ("\xa0", CHUNKED),
    "line of a wide space": ("\xe3\x80\x80", CHUNKED),
    "no name": (": x", CHUNKED),
    "no colon of its own": ("Transfer-Encoding chunked",),
    "name misspelt": ("Trensfer-Encoding: chunked",),
    "value misspelt": ("Transfer-Encoding: chunken",),
    "two codings": ("Transfer-Encoding: identity, chunked",),
    "said twice": (CHUNKED, CHUNKED),
    "length, too": (CHUNKED, f"Content-Length: {len(WHOLE) * 2}"),
    "a thousand headers": (*(f"Set-Cookie: a{number}=1" for number in range(1000)), CHUNKED),
    "a head of 250,000 characters": (*(f"X-{n:04}: {'y' * 240}" for n in range(1000)), CHUNKED),
    "a header of 60,000 characters": (f"X: {'y' * 60_000}", CHUNKED),
}


@pytest.mark.parametrize("case", HEADS)
def test_chunks_are_taken_off_whatever_the_head_is_like(case: str, tmp_path: Path) -> None:
    path = source(tmp_path, warc(http(*HEADS[case], body=WHOLE)))
    assert answer(path, URL).body == PAGE


LINES = ("HTTP/1.0 200 OK", "http/1.1 200 OK", "HTTP/2 200", "HTTP/1.1 200", "HTTP/1.1  200 OK")


@pytest.mark.parametrize("line", LINES)
def test_status_is_read_however_it_is_written(line: str, tmp_path: Path) -> None:
    found = answer(source(tmp_path, warc(http(line=line))), URL)
    assert (found.status, found.body) == (200, PAGE)


BODIES = {
    "upper case": chunks(PAGE, line="{:X}\r\n") + b"0\r\n\r\n",
    "leading zeros": chunks(PAGE, line="{:08x}\r\n") + b"00\r\n\r\n",
    "spaces after a size": chunks(PAGE, line="{:x}  \r\n") + b"0\r\n\r\n",
    "extensions": chunks(PAGE, line='{:x};name="value"\r\n') + b"0;a\r\n\r\n",
    "trailers": chunks(PAGE) + b"0\r\nX-Sum: 12\r\nExpires: never\r\n\r\n",
    "bare newlines": chunks(PAGE, line="{:x}\n", end=b"\n") + b"0\n\n",
    "one byte each": chunks(PAGE, size=1) + b"0\r\n\r\n",
    "no line after the last": chunks(PAGE) + b"0\r\n",
    "blank lines after the last": WHOLE + b"\r\n\r\n",
    "no chunks": PAGE,
    "no chunks, and space before": b"\r\n \n" + PAGE,
}


@pytest.mark.parametrize("case", BODIES)
def test_page_is_read_whatever_its_chunks_are_like(case: str, tmp_path: Path) -> None:
    path = source(tmp_path, warc(http(CHUNKED, body=BODIES[case])))
    assert answer(path, URL).body.strip() == PAGE.strip()


CHUNKS = "chunks are broken"
FIRST = chunks(PAGE[:1000])
MIXED: dict[str, bytes] = {
    "no last chunk": chunks(PAGE),
    "cut in a chunk": WHOLE[:-500],
    "cut in a size": chunks(PAGE[:1000]) + b"3",
    "size too large": FIRST + b"fff\r\n" + PAGE[1000:1999] + b"\r\n0\r\n\r\n",
    "size too small": FIRST + b"10\r\n" + PAGE[1000:] + b"\r\n0\r\n\r\n",
    "size that is none": FIRST + b"3g8\r\n" + PAGE[1000:] + b"\r\n0\r\n\r\n",
    "first size that is none": b"3g8\r\n" + PAGE + b"\r\n0\r\n\r\n",
    "size as in a program": b"0x3e8\r\n" + PAGE[:1000] + b"\r\n0\r\n\r\n",
    "size below 0": FIRST + b"-5\r\n" + PAGE[1000:] + b"\r\n0\r\n\r\n",
    "text after the last chunk": WHOLE + b"<p>more</p>",
    "no line after a chunk": WHOLE.replace(b"\r\n3e8", b"3e8"),
}


@pytest.mark.parametrize("case", MIXED)
@pytest.mark.parametrize("said", [CHUNKED, "Transfer-Encoding chunked"])
def test_broken_chunks_are_named(case: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RunProblem, match=CHUNKS) as caught:
        answer(source(tmp_path, warc(http(said, body=MIXED[case]))), URL)
    assert (caught.value.exit_code, URL in str(caught.value)) == (65, True)


def test_text_that_looks_like_chunks_is_kept_if_none_are_said(tmp_path: Path) -> None:
    path = source(tmp_path, warc(http(body=b"1961\r\nA page of this year\r\n0\r\n\r\n")))
    assert answer(path, URL).body == b"1961\r\nA page of this year\r\n0\r\n\r\n"


OWN = f"WARC-Block-Digest: {digest(http())}"
PARTIAL: dict[str, tuple[bytes, str]] = {
    "truncated": (warc(http(), "WARC-Truncated: length"), "only the beginning .*length"),
    "truncated, why is not said": (warc(http(), "WARC-Truncated: \x07"), "only the beginning"),
    "truncated, at length": (warc(http(), f"WARC-Truncated: {'x' * 999}"), r"Truncated: x{20}\)"),
    "segmented": (warc(http(), "WARC-Segment-Number: 1"), "segments"),
    "shorter than its site said": (
        warc(http(f"Content-Length: {len(PAGE) + 1}")),
        "less of it than the site sent",
    ),
    "empty": (warc(http("Content-Length: 275622", body=b"")), "less of it than the site sent"),
    "block digest": (warc(http(body=PAGE + b" "), OWN), "digest"),
    "payload digest": (warc(http(body=PAGE + b" "), f"WARC-Payload-Digest: {digest(PAGE)}"), "dig"),
    "no HTTP": (warc(PAGE), "no.* HTTP|broken headers"),
    "HTTP without a status": (warc(http(line="HTTP/1.1 OK")), "not HTTP"),
    "nothing": (warc(b""), "not HTTP"),
    "head without an end": (warc(http("X: y").replace(b"\r\n\r\n", b"\r\n")), "broken headers"),
    "head of a MB": (warc(http(*(f"X-{n}: {'y' * 99}" for n in range(9999)))), "broken headers"),
    "header of 70,000 characters": (warc(http(f"X: {'y' * 70_000}")), "broken headers"),
    "broken chunks": (warc(http(CHUNKED, body=chunks(PAGE))), CHUNKS),
    "broken gzip": (
        warc(http("Content-Encoding: gzip", body=gzip.compress(PAGE)[:-9])),
        "gzip is broken",
    ),
    "resource": (warc(PAGE, "WARC-Truncated: time", kind="resource", media="text/html"), "time"),
}


@pytest.mark.parametrize("case", PARTIAL)
def test_page_that_is_not_whole_is_named(case: str, tmp_path: Path) -> None:
    part, words = PARTIAL[case]
    with pytest.raises(RunProblem, match=words) as caught:
        answer(source(tmp_path, part), URL)
    assert (caught.value.exit_code, URL in str(caught.value)) == (65, True)


@pytest.mark.parametrize("case", PARTIAL)
def test_earlier_capture_is_read_instead_and_that_is_said(
    case: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    part = PARTIAL[case][0].replace(DATE.encode(), LATER["date"].encode())
    assert answer(source(tmp_path, part, warc(http())), URL).body == PAGE
    assert f"{URL} can't be read" in caplog.text
    assert "an earlier capture of it is read" in caplog.text


def test_redirect_is_no_earlier_capture(tmp_path: Path) -> None:
    moved = http("Location: https://x.example/", line="HTTP/1.1 301 Moved")
    path = source(tmp_path, warc(moved), warc(http(), "WARC-Truncated: length", **LATER))
    with pytest.raises(RunProblem, match="only the beginning"):
        answer(path, URL)


def test_page_larger_than_may_be_is_not_read_as_it_was_before(tmp_path: Path) -> None:
    large = http(body=PAGE + bytes(17 << 20))
    with pytest.raises(RunProblem, match="DOWNLOAD_MAXSIZE"):
        answer(source(tmp_path, warc(http()), warc(large, **LATER)), URL)


AS_SENT = {
    "both digests": (OWN, f"WARC-Payload-Digest: {digest(PAGE)}"),
    "a block digest that is right, a payload digest of what was decoded": (
        OWN,
        f"WARC-Payload-Digest: {digest(b'x')}",
    ),
    "digest that is not known": ("WARC-Block-Digest: blake3:xyz",),
    "digest that is none": ("WARC-Payload-Digest: sha1:",),
}


@pytest.mark.parametrize("case", AS_SENT)
def test_digests_do_not_keep_a_page_from_being_read(case: str, tmp_path: Path) -> None:
    assert answer(source(tmp_path, warc(http(), *AS_SENT[case])), URL).body == PAGE


DECODED = {
    "digest of the chunks": (http(CHUNKED, body=WHOLE), WHOLE),
    "digest of what they hold": (http(CHUNKED, body=WHOLE), PAGE),
    "digest of chunks that were taken off": (http(CHUNKED), WHOLE),
    "digest of what was decompressed": (http("Content-Encoding: br"), b"x"),
}


@pytest.mark.parametrize("case", DECODED)
def test_payload_digest_may_be_of_what_was_sent(case: str, tmp_path: Path) -> None:
    block, content = DECODED[case]
    path = source(tmp_path, warc(block, f"WARC-Payload-Digest: {digest(content)}"))
    assert answer(path, URL).body == PAGE


def test_revisit_says_that_it_is_truncated_and_is_none_the_worse(tmp_path: Path) -> None:
    digests = f"WARC-Payload-Digest: {digest(PAGE)}"
    again = warc(http(body=b""), digests, "WARC-Truncated: length", kind="revisit", **LATER)
    path = source(tmp_path, warc(http(), digests), again)
    found = list(captures(path, path.name, print))
    assert [capture.moment for capture in found] == [DATE, LATER["date"]]
    assert answer(path, URL).body == PAGE


CODED = {
    "charset as a coding": ("Content-Encoding: UTF-8", PAGE),
    "coding of what is decoded": ("Content-Encoding: br", PAGE),
    "gzip that is not said": ("X: y", gzip.compress(PAGE)),
    "gzip in two parts": (
        "Content-Encoding: gzip",
        gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]),
    ),
    "gzip in 90 parts": (
        "Content-Encoding: gzip",
        b"".join(gzip.compress(PAGE[n : n + 1]) for n in range(89)) + gzip.compress(PAGE[89:]),
    ),
    "gzip and zeros": ("Content-Encoding: gzip", gzip.compress(PAGE) + bytes(9)),
}


@pytest.mark.parametrize("case", CODED)
def test_content_is_decoded_as_browsers_do(case: str, tmp_path: Path) -> None:
    said, body = CODED[case]
    assert answer(source(tmp_path, warc(http(said, body=body))), URL).body == PAGE


def test_gzip_of_very_many_parts_is_named(tmp_path: Path) -> None:
    path = source(tmp_path, warc(http("Content-Encoding: gzip", body=gzip.compress(b"x") * 999)))
    with pytest.raises(RunProblem, match="too many parts"):
        answer(path, URL)


KINDS = {
    "message/http": warc(http(), media="message/http"),
    "no type": warc(http(), media=""),
    "resource": warc(PAGE, kind="resource", media="text/html; charset=utf-8"),
    "bytes": warc(http().replace(b"text/html; charset=UTF-8", b"application/octet-stream")),
}


@pytest.mark.parametrize("case", KINDS)
def test_page_is_found_in_other_records_too(case: str, tmp_path: Path) -> None:
    assert answer(source(tmp_path, KINDS[case]), URL).body == PAGE


def about(url: str = f"{HOST}/about", off: int = 0) -> bytes:
    return warc(http(body="<p>Ōtani</p>\r\n".encode() * 9), url=url, off=off)


def segments(*headers: str, block: bytes = b"", total: int = 0) -> list[bytes]:
    """A page in three segments, of which the last says how long it is."""
    block = block or http()
    cuts = [block[:300], block[300:700], block[700:]]
    named = "WARC-Segment-Origin-ID: <urn:uuid:1>"
    ends = f"WARC-Segment-Total-Length: {total or len(block)}"
    own = [["WARC-Record-ID: <urn:uuid:1>", *headers], [named], [named, ends]]
    return [
        warc(
            part,
            *said,
            f"WARC-Segment-Number: {number}",
            f"WARC-Block-Digest: {digest(part)}",
            kind="continuation" if number > 1 else "response",
        )
        for number, (part, said) in enumerate(zip(cuts, own, strict=True), 1)
    ]


ONE, TWO, THREE = segments()
OTHERS = about().replace(b"WARC-Type", b"WARC-Record-ID: <urn:uuid:2>\r\nWARC-Type", 1)
ELSEWHERE = [part.replace(b"Origin-ID: <urn:uuid:1>", b"Origin-ID: <x>") for part in segments()]
SEGMENTED: dict[str, list[bytes]] = {
    "one file": [ONE + TWO + THREE],
    "gzip": [gzip.compress(ONE) + gzip.compress(TWO) + gzip.compress(THREE)],
    "others between": [ONE + OTHERS + TWO + OTHERS + THREE],
    "three files": [ONE, TWO, THREE],
    "the first in the last file": [THREE, TWO, ONE],
    "twice": [ONE + TWO + THREE, TWO + THREE],
    "a beginning that none has, named by all": [b"".join(ELSEWHERE)],
    "payload digest of the first": [b"".join(segments(f"WARC-Payload-Digest: {digest(PAGE[:9])}"))],
}


def folder_of(files: list[bytes], folder: Path) -> Path:
    (own := folder / "in").mkdir()
    for number, file in enumerate(files):
        (own / f"{number}.warc").write_bytes(file)
    return own


@pytest.mark.parametrize("case", SEGMENTED)
def test_page_in_segments_is_put_together(case: str, tmp_path: Path) -> None:
    told: list[str] = []
    found = list(archives.captures(folder_of(SEGMENTED[case], tmp_path), told.append, limit=10**6))
    assert {one.url: one.read(10**6).body for one in found}[URL] == PAGE
    assert told == []
    with pytest.raises(TooLarge):
        next(one for one in found if one.url == URL).read(500)


MISSING: dict[str, tuple[list[bytes], str, str]] = {
    "the last": ([ONE + TWO], "of which the last is missing: add its file", ""),
    "all": ([ONE], "of which the last is missing: add its file", ""),
    "the second": ([ONE, THREE], "of which 2 is missing: add its file", ""),
    "a byte of the second": (
        [ONE + TWO[:-5] + b"\0" + TWO[-4:] + THREE],
        "not what its digest says",
        "",
    ),
    "a byte, by the last": (segments(total=99), "not as long together as the last says", ""),
    "the first": ([OTHERS, TWO + THREE], "is not in ", "1.warc holds segments of a record that"),
    "numbers": (
        [ONE + TWO.replace(b"Number: 2", b"Number: x") + THREE],
        "of which 2 is missing",
        "",
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_segment_that_is_missing_is_named(case: str, tmp_path: Path) -> None:
    files, words, named = MISSING[case]
    folder, told = folder_of(files, tmp_path), list[str]()
    with pytest.raises(RunProblem, match=words) as caught:
        answer(folder, URL)
    assert (caught.value.exit_code, URL in str(caught.value)) == (75 if named else 65, True)
    list(archives.captures(folder, told.append, limit=10**6))
    assert named in "".join(told) and bool(named) is bool(told)


def in_parts(record: bytes, size: int) -> bytes:
    """A record's own head as a member of a gzip file, and the rest in members of a size."""
    head, _, rest = record.partition(b"\r\n\r\n")
    parts = (rest[place : place + size] for place in range(0, len(rest), size))
    return b"".join(map(gzip.compress, (head + b"\r\n\r\n", *parts)))


FLIPPED = gzip.compress(about())
FLIPPED = FLIPPED[:100] + bytes([FLIPPED[100] ^ 1]) + FLIPPED[101:]
GOOD = warc(http())
GAP = gzip.compress(b"")
BETWEEN: dict[str, tuple[bytes, str]] = {
    "nothing": (about(), ""),
    "length too small": (about(off=-9), "longer than it says, at byte 0"),
    "length too large": (about(off=40), "shorter than it says, at byte 0"),
    "length of more than the file": (about(off=10**9), "shorter than it says, at byte 0"),
    "no length": (about().replace(b"Content-Length", b"Content-Lenght"), "broken headers"),
    "length below 0": (about(off=-(10**5)), "broken headers"),
    "text": (about() + b"Some text\r\n\r\n", "longer than it says"),
    "no blank lines": (about().removesuffix(b"\r\n\r\n"), ""),
    "gzip": (gzip.compress(about()), ""),
    "gzip, length too small": (gzip.compress(about(off=-9)), "longer than it says, at byte 0"),
    "gzip, length too large": (gzip.compress(about(off=9)), "shorter than it says, at byte 0"),
    "gzip, no record": (gzip.compress(about()) + gzip.compress(b"text"), "no WARC record"),
    "gzip, a byte changed": (FLIPPED, "broken gzip .*, at byte 0: it is left out"),
    "gzip, a member torn": (gzip.compress(about())[:150], "broken gzip .*at byte 0"),
    "gzip, bytes between": (gzip.compress(about()) + b"xyz" * 50_000, "broken gzip .*at byte 2"),
    "gzip, other gzip between": (
        FLIPPED + gzip.compress(b"text") * 99 + bytes(65_530) + b"\x1f\x8b\x08",
        "broken gzip .*at byte 0",
    ),
    "gzip, empty": (GAP + gzip.compress(about()) + GAP + GAP, ""),
    "gzip, in two parts": (in_parts(about(), 10**6), ""),
    "gzip, in many parts": (in_parts(about(), 9), ""),
}


@pytest.mark.parametrize("case", BETWEEN)
def test_records_after_a_bad_one_are_read_and_that_is_named(case: str, tmp_path: Path) -> None:
    first, words = BETWEEN[case]
    good = gzip.compress(GOOD) if first.startswith(b"\x1f") else GOOD
    told: list[str] = []
    path = source(tmp_path, first, good)
    found = {one.url: one.read(10**6).body for one in captures(path, path.name, told.append)}
    assert found.pop(URL) == PAGE
    assert (len(told), bool(re.search(words, "".join(told)))) == (bool(words), True)
    assert found in ({}, {f"{HOST}/about": "<p>Ōtani</p>\r\n".encode() * 9})
    assert bool(found) is (not words or case in ("gzip, no record", "gzip, bytes between"))


def test_record_that_takes_in_the_next_one_costs_only_itself(tmp_path: Path) -> None:
    told: list[str] = []
    path = source(tmp_path, about(off=400), GOOD, about(f"{HOST}/next"))
    found = list(captures(path, path.name, told.append))
    assert [one.url for one in found] == [URL, f"{HOST}/next"]
    assert told == ["x.warc holds a record that is shorter than it says, at byte 0: it is left out"]


def test_very_much_broken_gzip_is_not_searched_for_ever(tmp_path: Path) -> None:
    told: list[str] = []
    path = source(tmp_path, FLIPPED, b"\x1f\x8b\x08" * 100_000, gzip.compress(GOOD))
    assert list(captures(path, path.name, told.append)) == []
    assert told[-1] == "x.warc holds too much broken gzip: what follows in it is left out"


def test_many_bad_records_are_counted(tmp_path: Path) -> None:
    path = source(tmp_path, b"".join(about(off=-9) for _ in range(120)), GOOD)
    told: list[str] = []
    assert [one.url for one in captures(path, path.name, told.append)] == [URL]
    assert len(told) == 21
    assert told[-1] == "x.warc holds 100 more records that can't be read"


BAITS: dict[str, Callable[[int], bytes]] = {
    "digits": lambda size: http(CHUNKED, body=b"1" * size),
    "spaces": lambda size: http(CHUNKED, body=b" " * size),
    "tiny chunks": lambda size: http(CHUNKED, body=b"1\r\nx\r\n" * (size // 6)),
    "trailers": lambda size: http(CHUNKED, body=b"0\r\n" + b"a:\n" * (size // 3) + b"x"),
    "blank trailers": lambda size: http(CHUNKED, body=b"0\r\n" + b"\n" * size + b"x"),
    "extension": lambda size: http(CHUNKED, body=b"1;" + b";" * size),
    "zeros at the end": lambda size: http(CHUNKED, body=b"x\n" + b"0" * size + b"\n\n"),
    "spaces before a page": lambda size: http("Content-Encoding: br", body=b"\n" * size),
    "folded headers": lambda size: http("X: y", *(" x" for _ in range(size // 32))),
    "headers": lambda size: http(*("a:" for _ in range(size // 32))),
    "spaces in a head": lambda size: http(*(" " * 60_000 for _ in range(4))) + b"x" * size,
}


@pytest.mark.parametrize("case", BAITS)
def test_reading_takes_time_and_memory_in_proportion(case: str, tmp_path: Path) -> None:
    size = 50_000
    small, large = (reader_of(BAITS[case](size * times), tmp_path / str(times)) for times in (1, 8))
    assert takes_at_most(30, large, small)
    assert memory(large) < 40 * size * 8


def reader_of(block: bytes, folder: Path) -> Callable[[], None]:
    """What reads a record, with or without success."""
    folder.mkdir()
    path = source(folder, warc(block))

    def read() -> None:
        with suppress(RunProblem):
            answer(path, URL)

    return read


def memory(work: Callable[[], object]) -> int:
    """The bytes that something needs at the same time."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_rows_of_a_site_with_a_malformed_header(crawl: Crawl, tmp_path: Path) -> None:
    """As in the recordings of wget that put chunk sizes into nine of fifteen rows."""
    plain, power = (
        source(folder, warc(http(*headers, body=body)))
        for folder, headers, body in (
            (tmp_path / "plain", (), PAGE),
            (tmp_path / "power", HEADS["space in a name"], chunks(PAGE, 100) + b"0\r\n\r\n"),
        )
        if folder.mkdir() is None
    )
    rows = []
    for path in (plain, power):
        done = crawl("-a", f"url={URL}", "-a", f"source={path}")
        rows.append([(row["title"], row["summary"], row["date_text"]) for row in done.entries()])
        assert (done.code, done.complaints) == (0, [])
    assert rows[0] == rows[1]
    assert len(rows[0]) == 3


def test_truncated_page_gets_a_sentence(crawl: Crawl, tmp_path: Path) -> None:
    path = source(tmp_path, warc(http(), "WARC-Truncated: disconnect"))
    done = crawl("-a", f"url={URL}", "-a", f"source={path}")
    assert (done.code, done.entries(), len(done.complaints)) == (65, [], 1)
    assert (
        "x.warc holds only the beginning of it (WARC-Truncated: disconnect)" in done.complaints[0]
    )


def test_earlier_capture_is_harvested_with_its_own_time(crawl: Crawl, tmp_path: Path) -> None:
    cut = warc(http(), "WARC-Truncated: length", **LATER)
    done = crawl("-a", f"url={URL}", "-a", f"source={source(tmp_path, warc(http()), cut)}")
    assert (done.code, len(done.entries())) == (0, 3)
    assert done.run["captured"] == DATE
    assert "an earlier capture of it is read" in done.err


tokens = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=12)
texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30).filter(
    lambda value: not re.search("chunked|transfer-encoding", value, re.IGNORECASE)
)


@examples(100)
@given(
    body=st.binary(max_size=300) | st.just(WHOLE) | st.just(b"5\r\nabcde\r\n0\r\n\r\n"),
    headers=st.dictionaries(tokens.filter(lambda name: "encoding" not in name), texts),
    status=st.sampled_from([200, 301, 404, 503, 299]),
)
def test_what_is_recorded_is_read_back_equal(
    body: bytes, headers: dict[str, str], status: int
) -> None:
    asked = Request(URL)
    sent = Response(URL, status=status, headers=headers, body=body)
    made = response_record(sent, URL, DATE, "<urn:uuid:1>")
    written = packed(made) + packed(request_record(asked, made))
    file = io.BufferedReader(io.BytesIO(written))
    found, content = read_record(file, 10**5)
    assert (found.status, found.url, content) == (status, URL, body)
    said = Response(URL, headers=found.http.headers).headers if found.http else {}
    assert said == sent.headers
    file.seek(0)
    assert [one.kind for one in records(file)] == ["response", "request"]


@dataclass(frozen=True)
class Recording:
    """A file of whole records, and the pages in it by their addresses."""

    data: bytes
    pages: dict[str, bytes]

    def places(self, *parts: bytes) -> list[int]:
        """Where bytes of some parts of it are."""
        return [
            begin + offset
            for part in parts
            for begin in occurrences(self.data, part)
            for offset in range(len(part))
        ]


def occurrences(data: bytes, part: bytes) -> Iterator[int]:
    place = data.find(part)
    while place >= 0:
        yield place
        place = data.find(part, place + 1)


def pages() -> dict[str, bytes]:
    entries = japan()
    return {f"{URL}&page={number}": listing(*entries[number:][:2]) for number in range(3)}


def own_recording() -> Recording:
    """As the project records a harvest."""
    found = pages()
    data = packed(info_record("x.warc.gz", {"software": "x"}))
    for url, page in found.items():
        asked = Request(url, headers={"User-Agent": "x"})
        headers = {"Content-Type": "text/html", "Content-Encoding": "gzip", "ETag": '"x"'}
        sent = Response(url, headers=headers, body=gzip.compress(page, mtime=0))
        made = response_record(sent, url, DATE, "<urn:uuid:1>")
        data += packed(made) + packed(request_record(asked, made))
    return Recording(data, found)


def other_recording(*digests: str) -> Recording:
    """As wget records one: plain, in chunks, with some digests."""
    found = pages()
    data = b""
    for url, page in found.items():
        body = chunks(page, 500) + b"0\r\n\r\n"
        block = http("Server: x", CHUNKED, body=body)
        of = {"Block": block, "Payload": body}
        data += warc(
            block, *(f"WARC-{name}-Digest: {digest(of[name])}" for name in digests), url=url
        )
    return Recording(data, found)


def checked(recording: Recording, data: bytes, path: Path) -> int:
    """How many pages are exactly read of changed data; asserts that no other one is."""
    path.write_bytes(data)
    told: list[str] = []
    found: list[Capture] = list(captures(path, path.name, told.append))
    exact = 0
    for capture in found:
        try:
            body = capture.read(1 << 20).body
        except (Damaged, TooLarge):
            continue
        assert body in recording.pages.values(), (capture.url, body[:200])
        exact += 1
    assert exact == len(recording.pages) or told or len(found) != exact or not_asked_for(found)
    return exact


def not_asked_for(found: list[Capture]) -> bool:
    """Whether a page is missing, so that a harvest would say so."""
    return {one.url for one in found} != set(pages())


def changed(data: bytes, place: int, chance: random.Random) -> bytes:
    """Data with a byte changed, left out or put in."""
    byte = bytes([chance.randrange(256)])
    return (
        data[:place]
        + chance.choice([byte, b"", byte + data[place : place + 1]])
        + data[place + 1 :]
    )


RECORDINGS: dict[str, Callable[[], Recording]] = {
    "own": own_recording,
    "block digests": lambda: other_recording("Block", "Payload"),
    "payload digests": lambda: other_recording("Payload"),
}


@pytest.mark.parametrize("kind", RECORDINGS)
def test_any_byte_may_change_and_no_other_page_is_read(kind: str, tmp_path: Path) -> None:
    recording, chance = RECORDINGS[kind](), random.Random(17)
    # By its first bytes, a file is known for what it is.
    places = chance.choices(range(3, len(recording.data)), k=700)
    changes = (changed(recording.data, place, chance) for place in places)
    exact = [checked(recording, data, tmp_path / "x.warc") for data in changes]
    assert max(exact) == 3
    assert min(exact) < 3
    assert kind != "own" or min(exact) == 2, "more is lost than the record that was changed"


def test_without_digests_lengths_and_chunks_still_tell(tmp_path: Path) -> None:
    recording, chance = other_recording(), random.Random(17)
    sizes = (b"\r\n1f4\r\n", b"\r\n0\r\n\r\n", b"Content-Length: ", CHUNKED.encode())
    for place in chance.choices(recording.places(*sizes), k=600):
        checked(recording, changed(recording.data, place, chance), tmp_path / "x.warc")


@pytest.mark.parametrize("kind", RECORDINGS)
def test_file_may_end_anywhere_and_its_whole_pages_are_read(kind: str, tmp_path: Path) -> None:
    recording = RECORDINGS[kind]()
    for cut in range(10, len(recording.data), 61):
        checked(recording, recording.data[:cut], tmp_path / "x.warc")
