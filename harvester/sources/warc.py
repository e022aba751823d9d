"""The pages in WARCs (.warc, .warc.gz), which crawlers record, as this program does.

A WACZ (https://specs.webrecorder.net/wacz/) is a zip of WARCs, which browser extensions save.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import cast

from harvester.outcomes import BadUsage
from harvester.sources.captures import Capture, Payload, Skip
from harvester.sources.wayback_captures import read_memento
from harvester.timestamps import first_second
from harvester.warc.codings import decoded
from harvester.warc.headers import digest, value, values
from harvester.warc.record import Record, read_record, records
from harvester.warc.stream import BadRecord, Damaged, Torn, check_expansion

KINDS = (
    *("text/html", "application/xhtml+xml", "text/plain", "application/pdf"),
    *("application/octet-stream", "application/json", "application/ld+json"),
    *("application/vnd.api+json", "application/hal+json"),
)
RECORDS = ("response", "resource", "revisit")
MOST_TOLD = 20
"""Bad records of a file that are reported one by one; of more, only the number is."""
NOT_KEPT = frozenset(("content-encoding", "transfer-encoding", "content-length"))
BROKEN = (Damaged, OSError, EOFError, RuntimeError, struct.error, zipfile.BadZipFile, zlib.error)
"""What reading a page in a WARC or a WACZ can raise if the file is damaged."""
Open = Callable[[int], io.BufferedReader]
"""Opens a WARC at one of its bytes."""
WARC = re.compile(r"\.warc(?:\.gz)?$", re.IGNORECASE)
HEADER, LENGTHS = 30, struct.Struct("<HH")
"""The size of a zip member's header, which ends with the lengths of its name and its extra field
(APPNOTE.TXT, 4.3.7)."""
MEMBER = re.compile(r"archive/[^/\\]+", re.IGNORECASE)


def captures(path: Path, name: str, skip: Skip) -> Iterator[Capture]:
    """The pages in a WARC file, which the source calls `name`."""
    yield from captures_of(partial(_open, path), name, skip)


def captures_of(opened: Open, name: str, skip: Skip) -> Iterator[Capture]:
    """The pages in a WARC, up to the first damage that can't be skipped."""
    bad = _Bad(name, skip)
    with opened(0) as file:
        try:
            for record in records(file, bad.add):
                if capture := _capture(record, opened, name):
                    yield capture
        except Torn as tear:
            skip(f"{name} {tear}, which is left out")
        except Damaged as damage:
            skip(f"{name} {damage}: what follows in it is left out")
    bad.end()


class _Bad:
    """Reports the bad records of a file."""

    def __init__(self, name: str, skip: Skip) -> None:
        self._name = name
        self._skip = skip
        self._count = 0

    def add(self, place: int, record: BadRecord) -> None:
        self._count += 1
        if self._count <= MOST_TOLD:
            self._skip(f"{self._name} {record}, at byte {place}: it is left out")

    def end(self) -> None:
        """Reports how many more there were."""
        if self._count > MOST_TOLD:
            more = self._count - MOST_TOLD
            self._skip(f"{self._name} holds {more:,} more records that can't be read")


def _capture(record: Record, opened: Open, name: str) -> Capture | None:
    """The page that a record holds or revisits; None for any other record.

    A broken answer counts as a page, so that a request for it reports the damage.
    """
    if record.kind not in RECORDS or not record.url.startswith("http"):
        return None
    if not _may_be_page(record):
        return None
    memento = read_memento(record.url)
    url, moment = memento or (record.url, first_second(record.header("WARC-Date")))
    return Capture(
        url=url,
        moment=moment,
        status=200 if record.status is None else record.status,
        file=name,
        read=partial(_payload, opened, record.place),
        offset=record.place,
        digest=record.header("WARC-Payload-Digest"),
        revisits=_revisited(record) if record.kind == "revisit" else None,
        memento=record.url if memento else None,
    )


def _revisited(record: Record) -> str:
    """The moment of the page that a revisit record refers to; empty if it gives none."""
    return first_second(record.header("WARC-Refers-To-Date")) or ""


def _may_be_page(record: Record) -> bool:
    """Whether a record's type, if any, may be a page's or a scan's, and no image's or script's."""
    return not (said := value(record.http, "Content-Type").lower()) or said.startswith(KINDS)


def _payload(opened: Open, place: int, limit: int) -> Payload:
    with opened(place) as file:
        return read_payload(file, limit)


def read_payload(file: io.BufferedReader, limit: int, *, check: bool = True) -> Payload:
    """Reads the page in the record at a file's position. Raises as `read_record` does."""
    record, content = read_record(file, limit, check=check)
    said = record.http.headers if record.http else []
    headers = [_header(*header) for header in said if header[0].lower() not in NOT_KEPT]
    codings = values(record.http, "Content-Encoding")
    return Payload(headers, decoded(codings, content, limit), digest(content))


def _header(name: str, value: str) -> tuple[str, str]:
    """A header; a redirect to a memento becomes one to the captured address."""
    leads = read_memento(value) if name.lower() == "location" else None
    return name, leads[0] if leads else value


def _open(path: Path, place: int) -> io.BufferedReader:
    file = path.open("rb")
    file.seek(place)
    return file


def captures_in_wacz(path: Path, name: str, skip: Skip) -> Iterator[Capture]:
    """The pages in a WACZ. Raises BadUsage if it is broken or holds no WARC."""
    members = _members(path, skip)
    if not members:
        raise BadUsage(f"{path} is a zip without a WARC in its folder archive/: it is no WACZ.")
    for member in members:
        inner = f"{name}/{member}"
        try:
            yield from captures_of(partial(open_member, path, member), inner, skip)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            skip(f"{inner} is broken ({error}): what follows in it is left out")


def _members(path: Path, skip: Skip) -> list[str]:
    """The names of the sound WARCs in a zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if WARC.search(info.filename)]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadUsage(f"{path} can't be opened as a WACZ: {error}.") from None
    return [info.filename for info in found if _is_sound(info, path, skip)]


def _is_sound(info: zipfile.ZipInfo, path: Path, skip: Skip) -> bool:
    """Whether a member is in its folder, and neither encrypted nor a bomb."""
    try:
        check_expansion(info.file_size, info.compress_size)
        if not MEMBER.fullmatch(info.filename):
            raise Damaged("is not in the folder archive/")
        if info.flag_bits & 1:
            raise Damaged("is encrypted")
    except Damaged as damage:
        skip(f"{path.name}/{info.filename} {damage}: it is left out")
        return False
    return True


def open_member(path: Path, member: str, place: int = 0) -> io.BufferedReader:
    """Opens a member at one of its bytes, without reading up to there if it is not compressed."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(member)
        if place and info.compress_type == zipfile.ZIP_STORED:
            return _open_stored(path, info, place)
        file = archive.open(info)
    file.seek(place)
    return cast(io.BufferedReader, file)


def _open_stored(path: Path, info: zipfile.ZipInfo, place: int) -> io.BufferedReader:
    file = path.open("rb")
    file.seek(info.header_offset)
    name, extra = LENGTHS.unpack(file.read(HEADER)[-LENGTHS.size :])
    file.seek(info.header_offset + HEADER + name + extra + place)
    return file
