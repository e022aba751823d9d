"""A part of a scan, before it is whole: in a file that outlives a kill."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path

from harvester.disk import create, whole_file
from harvester.scans.scan import AROUND, begins_pdf, part_name
from harvester.timestamps import utc_now

CONTENT_RANGE = re.compile(r"bytes (?:(?P<first>\d+)-\d+|\*)/(?P<total>\d+)")
"""RFC 9110, 14.4."""
SHARED = 0o644
"""The mode of a file that others may read."""


@dataclass(frozen=True, slots=True)
class Note:
    """The note beside a part: where it comes from, and what the site said of it.

    `validator` proves that what is missing belongs to it. It is `whole` once all has come and the
    answer was found to be good; `path` is where it is moved then.
    """

    url: str
    fetched: str
    etag: str | None = None
    last_modified: str | None = None
    validator: str | None = None
    whole: bool = False
    path: str | None = None


class Part:
    """The part of the scan at an address, in the files PART.part and PART.json of a folder.

    While an answer comes in, `begin` and `add` are told of it; only the bytes of a PDF are kept.
    The methods raise OSError.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.path = folder / f"{part_name(url)}.part"
        self._note = folder / f"{part_name(url)}.json"
        self._url = url
        self._new: Note | None = None
        self._head = b""
        self._written = 0
        self._file: int | None = None
        self.error: OSError | None = None

    @property
    def size(self) -> int:
        """The bytes that are there."""
        known = self.path.is_file() and not self.path.is_symlink()
        return self.path.stat().st_size if known else 0

    @property
    def note(self) -> Note | None:
        """The note of the part; None if there is none that can be made use of."""
        note = note_in(self._note)
        return note if note and note.url == self._url else None

    def headers(self) -> dict[str, str]:
        """The headers that ask for what is missing (RFC 9110, 13.1.5 and 14.2), if that is safe."""
        note, size = self.note, self.size
        if note is None or note.validator is None or not size:
            return {}
        return {"Range": f"bytes={size}-", "If-Range": note.validator}

    def begin(self, headers: Mapping[str, str]) -> None:
        """An answer begins: it may be a whole scan, what is missing of one, or something else.

        What goes wrong here and in `add` is put into `error`: nobody would hear of it.
        """
        with self._noted_error():
            self._begin(headers)

    def add(self, data: bytes) -> None:
        """More bytes of the answer have come."""
        with self._noted_error():
            self._add(data)

    def _begin(self, headers: Mapping[str, str]) -> None:
        self.close()
        self._head, self._new, self._written = b"", None, 0
        if headers.get("content-encoding", "identity") != "identity":
            return
        if "content-range" not in headers:
            self._new = _noted(self._url, headers)
            return
        found = CONTENT_RANGE.fullmatch(headers["content-range"].strip())
        if found and found["first"] and int(found["first"]) == self.size > 0:
            self._open(os.O_APPEND)

    def _add(self, data: bytes) -> None:
        if self._new is not None:
            self._head += data
            if begins_pdf(self._head):
                self._start(self._new)
                data, self._head, self._new = self._head, b"", None
            elif len(self._head) >= AROUND:
                self._head, self._new = b"", None
        if self._file is not None:
            self._write(data)

    def fill(self, body: bytes, headers: Mapping[str, str]) -> None:
        """The answer was a whole one with this content: sees to it that the part is just that."""
        if self._written != len(body):
            self._start(_noted(self._url, headers))
            self._write(body)
        self.close()

    def fits(self, headers: Mapping[str, str]) -> bool:
        """Whether the part is whole by an answer with what was missing, or that nothing is."""
        self.close()
        found = CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        return found is not None and int(found["total"]) == self.size > 0

    def complete(self, moment: str | None) -> None:
        """Notes that nothing is missing any more, once all is on the disk; the last of it came at
        this moment, if that is known."""
        note = self.note
        assert note is not None, "what is there has been noted"
        self._open(0)
        assert self._file is not None
        os.fsync(self._file)
        self.close()
        self._put(replace(note, whole=True, fetched=moment or note.fetched))

    def moves(self, path: str) -> None:
        """Notes where the whole is about to be moved."""
        note = self.note
        assert note is not None, "what is whole has been noted"
        self._put(replace(note, path=path))

    def close(self) -> None:
        """Nothing more comes."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def discard(self) -> None:
        """Takes away the part, and what is noted of it."""
        self.close()
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    @contextmanager
    def _noted_error(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.error, self._new = error, None
            self.close()

    def _start(self, note: Note) -> None:
        """A new file, never one that somebody has put there."""
        self.discard()
        self._put(note)
        self._file = create(self.path, SHARED)

    def _open(self, flags: int) -> None:
        self._file = os.open(self.path, os.O_WRONLY | os.O_NOFOLLOW | flags)

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        _write(self._file, data)
        self._written += len(data)

    def _put(self, note: Note) -> None:
        put_json(self._note, asdict(note))


def note_in(path: Path) -> Note | None:
    """The note in a file; None if it is none that can be made use of."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return Note(**json.loads(file.read()))
    except (OSError, ValueError, TypeError):
        return None


def put_json(path: Path, said: object) -> None:
    """Writes a file of JSON, wholly or not at all. Raises OSError."""
    with whole_file(path, path.with_name(f"{path.name}.new"), SHARED) as out:
        out.write((json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode())


def _noted(url: str, headers: Mapping[str, str]) -> Note:
    return Note(
        url=url,
        fetched=utc_now(),
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        validator=_validator(headers),
    )


def _validator(headers: Mapping[str, str]) -> str | None:
    """The header that proves that two parts are of the same bytes (RFC 9110, 8.8): a strong ETag,
    or the time of a change that was over when the answer was made."""
    etag = headers.get("etag", "")
    if etag.startswith('"'):
        return etag
    try:
        changed = parsedate_to_datetime(headers["last-modified"])
        made = parsedate_to_datetime(headers["date"])
        return headers["last-modified"] if (made - changed).total_seconds() >= 1 else None
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]
