"""Zips: WACZ, several WACZ in one, SingleFile's, and zipped folders of pages.

A WACZ (https://specs.webrecorder.net/wacz/) is a zip of WARCs, which browser extensions save. Its
WARCs are read at their places, and never unpacked.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Container, Iterator
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, cast

from harvester.outcomes import BadUsage
from harvester.sources.captures import Capture, Skip
from harvester.sources.files import PAGE_HEAD, File, captures_among, is_page, moment_of
from harvester.sources.warc import captures_of
from harvester.warc.stream import Damaged, check_expansion

WARC = re.compile(r"\.w?arc(?:\.gz|\.zst)?(?:\.open)?$", re.IGNORECASE)
WACZ = re.compile(r"\.(?:wacz|zip)$", re.IGNORECASE)
FOREIGN = "__MACOSX/"
"""The folder in which macOS packs what it knows of the others' files."""
HEADER, LENGTHS = 30, struct.Struct("<HH")
"""The size of a zip member's header, which ends with the lengths of its name and its extra field
(APPNOTE.TXT, 4.3.7)."""
TIME, EXTRA = 0x5455, struct.Struct("<HH")
"""The extra field with a member's time in UTC, as Info-ZIP writes it, and how each field begins."""
LARGEST = 1 << 62
DEEPEST = 2
"""Zips in one another."""
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(OSError, OverflowError, RuntimeError),
)


def check(path: Path) -> None:
    """Raises BadUsage for a zip that is broken, or holds nothing that can be harvested."""
    told: list[str] = []
    if any(_warcs(path, path.name, told.append)):
        return
    if not any(_holds_page(path, name) for name in _files(path, path.name, told.append)):
        why = f" ({told[0]})" if told else ""
        raise BadUsage(
            f"{path} is a zip without a WARC or a saved page{why}: give a WACZ, or a folder of"
            " pages as the source."
        )


def captures(path: Path, name: str, skip: Skip) -> Iterator[Capture]:
    """The pages in a zip, which the source calls `name`.

    Raises BadUsage if it is broken, or holds neither WARCs nor pages.
    """
    check(path)
    inner = [*_warcs(path, name, skip)]
    for member in inner:
        try:
            yield from captures_of(partial(open_member, path, member), f"{name}/{member}", skip)
        except BROKEN as error:
            skip(f"{name}/{member} is broken ({error}): what follows in it is left out")
    if not inner:
        yield from captures_among(dict(_files(path, name, skip)), "", skip)


def open_member(path: Path, member: str, place: int = 0) -> io.BufferedReader:
    """Opens a member of a zip, or of a zip within it, at one of its bytes.

    It does not read up to there if nothing around the member is compressed.
    """
    around: tuple[str, ...] = ()
    file: IO[bytes] | None = None
    try:
        while True:
            archive = _archive(path, around)
            info = _on_the_way(archive, member)
            if file is None and info.compress_type == zipfile.ZIP_STORED:
                file = path.open("rb")
            file = _part(file, archive, info)
            if info.filename == member:
                file.seek(place)
                return file
            member, around = member.removeprefix(f"{info.filename}/"), (*around, info.filename)
    except BaseException:
        if file is not None:
            file.close()
        raise


def _archive(path: Path, around: tuple[str, ...]) -> zipfile.ZipFile:
    """An open zip, or one within that. Its directory, which may be long, is read but once."""
    stat = path.stat()
    return _opened(path, around, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=8)
def _opened(path: Path, around: tuple[str, ...], *_: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(open_member(path, "/".join(around)) if around else path)


def _on_the_way(archive: zipfile.ZipFile, member: str) -> zipfile.ZipInfo:
    for name in chain((member,), map(str, PurePosixPath(member).parents)):
        if name in archive.NameToInfo:
            return archive.getinfo(name)
    raise zipfile.BadZipFile(f"There is no {member!r}")


def _part(
    file: IO[bytes] | None, archive: zipfile.ZipFile, info: zipfile.ZipInfo
) -> io.BufferedReader:
    """A member as a file of its own; `file` is the zip, which what is compressed does without."""
    if file is None or info.compress_type != zipfile.ZIP_STORED:
        part = _Part(archive.open(info), 0, info.file_size, file)
    else:
        file.seek(info.header_offset)
        name, extra = LENGTHS.unpack(file.read(HEADER)[-LENGTHS.size :])
        begin = info.header_offset + HEADER + name + extra
        part = _Part(file, begin, info.file_size)
    return io.BufferedReader(cast(io.RawIOBase, part))


class _Part(io.RawIOBase):
    """A part of a file as a file of its own, which closes that and another one with it."""

    def __init__(
        self, file: IO[bytes], begin: int, size: int, also: IO[bytes] | None = None
    ) -> None:
        self._file = file
        self._begin = begin
        self._size = size
        self._also = also
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Goes to a place."""
        self._at = place + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Reads up to the end of the part."""
        self._file.seek(self._begin + self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Closes the files."""
        if not self.closed:
            self._file.close()
            if self._also is not None:
                self._also.close()
        super().close()


def _warcs(path: Path, name: str, skip: Skip, zips: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of the sound WARCs in a zip, and in the zips within it."""
    members = _members(path, zips)
    shared = _overlapping(members)
    for info in members:
        inner = "/".join((*zips, info.filename))
        if info.filename.startswith(FOREIGN) or not _is_sound(info, name, inner, skip, shared):
            continue
        if WARC.search(info.filename):
            yield inner
        elif WACZ.search(info.filename) and len(zips) < DEEPEST:
            try:
                yield from _warcs(path, name, skip, (*zips, info.filename))
            except BadUsage as broken:
                skip(f"{broken}".removesuffix("."))


def _members(path: Path, zips: tuple[str, ...] = ()) -> list[zipfile.ZipInfo]:
    try:
        return _archive(path, zips).infolist()
    except (*BROKEN, ValueError) as error:
        raise BadUsage(
            f"{'/'.join((str(path), *zips))} can't be opened as a zip: {error}."
        ) from None


def _overlapping(members: list[zipfile.ZipInfo]) -> set[str]:
    """The names of members that begin inside another one, so that one content would be read many
    times."""
    found, end = set[str](), 0
    for info in sorted(members, key=lambda one: one.header_offset):
        if info.header_offset < end:
            found.add(info.filename)
        end = max(end, info.header_offset + HEADER + info.compress_size)
    return found


def _is_sound(
    info: zipfile.ZipInfo, name: str, inner: str, skip: Skip, shared: Container[str]
) -> bool:
    """Whether a member stays in its zip, has its own place there, and is neither encrypted nor a
    bomb."""
    path = PurePosixPath(info.filename)
    try:
        check_expansion(info.file_size, info.compress_size)
        if path.is_absolute() or ".." in path.parts:
            raise Damaged("leads out of its archive")
        if info.flag_bits & 1:
            raise Damaged("is encrypted")
        if max(info.header_offset, info.file_size) > LARGEST:
            raise Damaged("has a size or a place that no file has")
        if info.filename in shared:
            raise Damaged("overlaps another file of its archive")
    except Damaged as damage:
        skip(f"{name}/{inner} {damage}: it is left out")
        return False
    return not info.is_dir()


def _files(path: Path, name: str, skip: Skip) -> Iterator[tuple[str, File]]:
    """The saved pages in a zip, and the notes beside them."""
    members = _members(path)
    shared = _overlapping(members)
    for info in members:
        inner = info.filename
        if inner.startswith(FOREIGN) or not _is_sound(info, name, inner, skip, shared):
            continue
        yield f"{name}/{info.filename}", File(_moment(info), partial(_read, path, info.filename))


def _holds_page(path: Path, member: tuple[str, File]) -> bool:
    try:
        return is_page(member[0], member[1].read(PAGE_HEAD))
    except BROKEN:
        return False


def _read(path: Path, member: str, most: int) -> bytes:
    with open_member(path, member) as file:
        return file.read(most)


def _moment(info: zipfile.ZipInfo) -> str | None:
    """When a member was last written, if the zip says so in UTC; its other time is of no zone."""
    fields = info.extra
    while len(fields) >= EXTRA.size:
        kind, size = EXTRA.unpack_from(fields)
        if kind == TIME and size >= 5:
            return moment_of(int.from_bytes(fields[5:9], "little"))
        fields = fields[EXTRA.size + size :]
    return None
