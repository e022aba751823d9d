"""The part of a scan that has come so far, in a file that survives a kill."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from harvester.disk import create, whole_file, write_all
from harvester.scans.scan import AROUND, begins_pdf, part_name
from harvester.timestamps import lasting, utc_now

CONTENT_RANGE = re.compile(
    r"bytes (?:(?P<first>[0-9]{1,18})-[0-9]{1,18}|\*)/(?P<total>[0-9]{1,18})"
)
"""RFC 9110, 14.4."""
SHARED = 0o644
"""The mode of a file that others may read."""


@dataclass(frozen=True, slots=True)
class Note:
    """The note beside a part: its address, and the headers that the site sent with it.

    `validator` proves that the rest belongs to the same bytes. `whole` means that all has come and
    the answer was good; `path` is where the part then moves.
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

    `begin` and `add` hear of an answer as it comes in; only the bytes of a PDF are kept. The
    methods raise OSError.
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
        """The number of bytes that have come."""
        known = self.path.is_file() and not self.path.is_symlink()
        return self.path.stat().st_size if known else 0

    @property
    def note(self) -> Note | None:
        """The note of the part; None if none is usable."""
        note = note_in(self._note)
        return note if note and note.url == self._url else None

    def headers(self) -> dict[str, str]:
        """The headers that ask for the rest (RFC 9110, 13.1.5 and 14.2); none if that is unsafe."""
        note, size = self.note, self.size
        if note is None or note.validator is None or not size:
            return {}
        return {"Range": f"bytes={size}-", "If-Range": note.validator}

    def begin(self, headers: Mapping[str, str]) -> None:
        """Hears the headers of an answer: of a whole scan, the rest of one, or something else.

        An OSError here or in `add` goes into `error`, as Scrapy would swallow it.
        """
        with self._noted_error():
            self._begin(headers)

    def add(self, data: bytes) -> None:
        """Hears more bytes of the answer."""
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
        """Makes the part exactly this content of a whole answer."""
        if self._written != len(body):
            self._start(_noted(self._url, headers))
            self._write(body)
        self.close()

    def fits(self, headers: Mapping[str, str]) -> bool:
        """Whether an answer proves the part whole: it had the rest, or says that none is left."""
        self.close()
        found = CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        return found is not None and int(found["total"]) == self.size > 0

    def complete(self, moment: str | None) -> None:
        """Syncs the part to the disk and notes that it is whole. `moment` is when the last bytes
        came, if that is known."""
        note = self.note
        assert note is not None, "what is there has been noted"
        self._open(0)
        assert self._file is not None
        os.fsync(self._file)
        self.close()
        self._put(replace(note, whole=True, fetched=moment or note.fetched))

    def moves(self, path: str) -> None:
        """Notes the path to which the whole part is about to move."""
        note = self.note
        assert note is not None, "what is whole has been noted"
        self._put(replace(note, path=path))

    def close(self) -> None:
        """Closes the file: no more bytes come."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def discard(self) -> None:
        """Removes the part and its note."""
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
        """Begins a new file, never one that somebody has planted."""
        self.discard()
        self._put(note)
        self._file = create(self.path, SHARED)

    def _open(self, flags: int) -> None:
        self._file = os.open(self.path, os.O_WRONLY | os.O_NOFOLLOW | flags)

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        write_all(self._file, data)
        self._written += len(data)

    def _put(self, note: Note) -> None:
        put_json(self._note, asdict(note))


def note_in(path: Path) -> Note | None:
    """The note in a file; None if it is unusable."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return Note(**json.loads(file.read()))
    except (OSError, ValueError, TypeError):
        return None


def put_json(path: Path, said: object) -> None:
    """Writes a JSON file as a whole or not at all. Raises OSError."""
    with whole_file(path, path.with_name(f"{path.name}.new"), SHARED) as out:
        out.write((json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode())


def _noted(url: str, headers: Mapping[str, str]) -> Note:
    return Note(
        url=url,
        fetched=utc_now(),
        etag=headers.get("etag"),
        last_modified=_lasting(headers),
        validator=_validator(headers),
    )


def _validator(headers: Mapping[str, str]) -> str | None:
    """The header that proves two parts to be of the same bytes (RFC 9110, 8.8): a strong ETag, or
    a Last-Modified at least a second before the answer's Date."""
    etag = headers.get("etag", "")
    return etag if etag.startswith('"') else _lasting(headers)


def _lasting(headers: Mapping[str, str]) -> str | None:
    return lasting(headers.get("last-modified"), headers.get("date"))
