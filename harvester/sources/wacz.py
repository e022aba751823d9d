"""A WACZ (https://specs.webrecorder.net/wacz/): WARCs in a zip, as browser extensions save them."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import cast

from harvester.outcomes import BadUsage
from harvester.sources import warc
from harvester.sources.captures import Capture, Skip
from harvester.warc.stream import Damaged, check_expansion

WARC = re.compile(r"\.warc(?:\.gz)?$", re.IGNORECASE)
HEADER, LENGTHS = 30, struct.Struct("<HH")
"""The header of a member in a zip, which ends with the lengths of its name and of further fields
(section 4.3.7 of the format's description, APPNOTE.TXT)."""
MEMBER = re.compile(r"archive/[^/\\]+", re.IGNORECASE)


def captures(path: Path, name: str, skip: Skip) -> Iterator[Capture]:
    """The pages in a WACZ. Raises BadUsage if it is broken or holds no WARC."""
    members = _members(path, skip)
    if not members:
        raise BadUsage(f"{path} is a zip without a WARC in its folder archive/: it is no WACZ.")
    for member in members:
        inner = f"{name}/{member}"
        try:
            yield from warc.captures_of(partial(opened, path, member), inner, skip)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            skip(f"{inner} is broken ({error}): what follows in it is left out")


def _members(path: Path, skip: Skip) -> list[str]:
    """The names of the WARCs in a zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if WARC.search(info.filename)]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadUsage(f"{path} can't be opened as a WACZ: {error}.") from None
    return [info.filename for info in found if _is_sound(info, path, skip)]


def _is_sound(info: zipfile.ZipInfo, path: Path, skip: Skip) -> bool:
    """Whether a member is where it should be, and neither encrypted nor a bomb."""
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


def opened(path: Path, member: str, place: int = 0) -> io.BufferedReader:
    """A member from one of its bytes on; up to there a stored one need not be read."""
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
