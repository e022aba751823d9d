"""The stored scans of documents, and their IIIF manifests.

The address of a scan is the SHA-256 of its content, and the database says where its file is. So no
file name comes from an address, and no file outside the folder of scans is opened, whatever the
database says. Viewers of PDFs may ask for a part of a scan (RFC 9110, 14).
"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from stat import S_ISREG
from typing import Any, BinaryIO

from datasette import Response

from harvester.datasette.downloads import named, started
from harvester.datasette.room import Room, view
from harvester.exports.manifest import MEDIA_TYPE, manifest
from harvester.exports.records import records_of
from harvester.scans.scan import PDF, slug
from harvester.store.read.document import NotThere
from harvester.store.read.files import StoredScan, number_of, scan, scans_of

PIECE = 256 * 1024
SHOWN = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png"}
"""The media types that a browser may show, with the ending of a file."""
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""What a scan may do and load, which is nothing, and who may show it. Chromium 156 and Firefox 153
show a PDF all the same, with styles of their own."""
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
Send = Callable[[dict[str, Any]], Awaitable[None]]


def scan_address(room: Room, sha256: str) -> str:
    """The address of a stored scan."""
    return room.path(f"/scans/{sha256}")


async def stored(room: Room) -> "ScanAnswer":
    """A stored scan: /scans/SHA256. Raises NotThere."""
    sha256 = room.request.url_vars["sha256"]
    folder = room.folder("files")
    if folder is None:
        raise NotThere("No scans are shown here.")
    found = await room.read(lambda db: scan(db, sha256))
    file = await asyncio.to_thread(opened, folder, found)
    return ScanAnswer(room.request, found, file, room.is_public)


async def iiif(room: Room) -> Response:
    """The manifest of a document's scans: /documents/SITE/ID/manifest.json. Raises NotThere."""
    site, document = named(room)

    def read(db: Any) -> Any:
        number = number_of(db, site, document)
        (record,) = records_of(db, [number])
        return record, scans_of(db, number)

    record, scans = await room.read(read)
    if not scans or room.folder("files") is None:
        raise NotThere("No scan of this document is kept here.")
    shown = [(room.absolute(scan_address(room, one.sha256)), one) for one in scans]
    address = room.absolute(
        f"{room.document(record.address.site, record.address.id)}/manifest.json"
    )
    answer = Response.json(
        manifest(record, shown, address), headers=_open_to_viewers(room.is_public)
    )
    answer.content_type = MEDIA_TYPE
    return answer


def _open_to_viewers(is_public: bool) -> dict[str, str]:
    """Viewers elsewhere may read what is public; nobody's page may read what is not."""
    return {"access-control-allow-origin": "*"} if is_public else {}


def opened(folder: Path, scan: StoredScan) -> BinaryIO:
    """Opens the file of a scan. Raises NotThere unless the folder has it as it was stored."""
    try:
        path = (folder / scan.path).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise NotThere("The file of this scan is not in the folder of scans.")
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except (OSError, ValueError):
        raise NotThere("The file of this scan is no longer there.") from None
    status = os.fstat(file.fileno())
    if (
        not S_ISREG(status.st_mode)
        or _digest(path, status.st_mtime_ns, status.st_size) != scan.sha256
    ):
        file.close()
        raise NotThere("The file of this scan is not what was harvested: it is not shown.")
    return file


@lru_cache(1024)
def _digest(path: Path, changed: int, size: int) -> str:
    """The digest of a file's content, read once as long as the file does not change."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """A file that is read while it is sent, as a whole or in part."""

    request: Any
    scan: StoredScan
    file: BinaryIO
    is_public: bool

    async def asgi_send(self, send: Send) -> None:
        """Sends it."""
        with self.file:
            size = os.fstat(self.file.fileno()).st_size
            status, first, end = self._part(size)
            await send(started(status, self._headers(status, first, end, size)))
            await self._send(send, first, end if self.request.method != "HEAD" else first)

    async def _send(self, send: Send, first: int, end: int) -> None:
        self.file.seek(first)
        while first < end:
            data = await asyncio.to_thread(self.file.read, min(PIECE, end - first))
            if not data:
                raise OSError("The file was cut while it was sent.")
            first += len(data)
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _part(self, size: int) -> tuple[int, int, int]:
        """The status, and from which byte to which: the whole unless one part is asked for."""
        headers = self.request.headers
        if headers.get("if-none-match") == self._etag:
            return 304, 0, 0
        asked = _RANGE.fullmatch(headers.get("range", ""))
        if (
            not asked
            or headers.get("if-range", self._etag) != self._etag
            or not any(asked.groups())
        ):
            return 200, 0, size
        first, last = asked.groups()
        if not first:
            first, last = max(0, size - int(last)), size - 1
        end = min(size, int(last) + 1) if last else size
        return (206, int(first), end) if int(first) < end else (416, 0, 0)

    @property
    def _etag(self) -> str:
        return f'"{self.scan.sha256}"'

    def _headers(self, status: int, first: int, end: int, size: int) -> dict[str, str]:
        ending = SHOWN.get(self.scan.media_type)
        name = f"{slug(self.scan.document)}.{ending or 'bin'}"
        part = f"{first}-{end - 1}" if status == 206 else "*"
        return {
            "content-type": self.scan.media_type if ending else "application/octet-stream",
            "content-disposition": f'{"inline" if ending else "attachment"}; filename="{name}"',
            "x-content-type-options": "nosniff",
            "content-security-policy": POLICY,
            "referrer-policy": "no-referrer",
            "accept-ranges": "bytes",
            "etag": self._etag,
            "cache-control": "max-age=3600",
            **({} if status == 304 else {"content-length": str(end - first)}),
            **({"content-range": f"bytes {part}/{size}"} if status in (206, 416) else {}),
            **_open_to_viewers(self.is_public),
        }


ROUTES = [
    (r"/scans/(?P<sha256>[0-9a-f]{64})$", view(stored)),
    (r"/documents/(?P<site>[^/.]+)/(?P<document>[^/.]+)/manifest\.json$", view(iiif)),
]
