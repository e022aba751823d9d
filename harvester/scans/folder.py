"""The folder of scans: each content once, under a name of ours, with a note of its documents."""

import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.disk import ON_NETWORK, is_at, lacks_locks, sync
from harvester.outcomes import BadFiles, Busy
from harvester.scans.part import Note, Part, note_in, put_json
from harvester.scans.scan import PDF, Scan, WantedScan, mark, name_of

PARTS = ".parts"
LOCK = "lock"
SUFFIX = ".pdf"
DAY = 24 * 3600.0


class Folder:
    """The scans in a folder, to which one run at a time may add.

    Parts that an interrupted run has left are kept for `keep_parts` seconds. Raises Busy if another
    run uses the folder. All methods raise OSError if the folder can't be used; a scan that was
    about to be kept is then missing, or there as a part.
    """

    def __init__(self, path: Path, keep_parts: float = DAY) -> None:
        self._path = path
        self._parts = path / PARTS
        self._parts.mkdir(parents=True, exist_ok=True)
        _check_own(self._parts)
        self._lock = _locked(self._parts / LOCK, path)
        _tidy(self._parts, time.time() - keep_parts)

    def close(self) -> None:
        """Releases the folder to other runs."""
        os.close(self._lock)

    def check_place(self) -> None:
        """Raises OSError if somebody has moved, removed or replaced the folder."""
        if not is_at(os.fstat(self._lock), self._parts / LOCK):
            raise OSError(errno.ENOENT, "it was moved, removed or replaced meanwhile")

    def part(self, url: str) -> Part:
        """The part of the scan at an address."""
        return Part(self._parts, url)

    def has(self, scan: Scan) -> bool:
        """Whether a scan's file is there and has the scan's size."""
        return has(self._path, scan)

    def taken_up(self, part: Part, wanted: WantedScan) -> Scan | None:
        """The scan, if an interrupted run had fetched the whole of it."""
        note, known = part.note, wanted.known
        if note is None or not note.whole or (known and known.fetched >= note.fetched):
            return None
        if part.size:
            return self.keep(part, wanted.document)
        kept = self._path / (note.path or "")
        if not _is_file(kept) or kept.resolve().parent.parent != self._path.resolve():
            return None
        sha256 = _sha256(kept)
        return self._scan(note, kept, sha256) if mark(sha256) in kept.name else None

    def keep(self, part: Part, document: str) -> Scan:
        """Moves a whole part to its name; drops it if the folder has the same content already."""
        note, sha256 = part.note, _sha256(part.path)
        assert note is not None, "a part that is whole has been noted"
        same = self._same(sha256)
        kept = same or self._path / (name_of(document, sha256) + SUFFIX)
        kept.parent.mkdir(exist_ok=True)
        _check_own(kept.parent)
        part.moves(str(kept.relative_to(self._path)))
        if same:
            part.path.unlink()
        else:
            part.path.replace(kept)
            sync(kept.parent)
        return self._scan(note, kept, sha256)

    def attach(self, scan: Scan, wanted: WantedScan) -> None:
        """Adds a document to the note of a scan: a file of the same name with .json for .pdf."""
        beside = (self._path / scan.path).with_suffix(".json")
        said: dict[str, object] = {
            "document": wanted.link,
            "title": wanted.title,
            "rights": wanted.rights,
            "scan": wanted.url,
            "fetched": scan.fetched,
        }
        others = [one for one in _documents(beside) if _whose(one) != _whose(said)]
        documents = sorted([*others, said], key=_whose)
        about = {"sha256": scan.sha256, "size": scan.size, "media_type": scan.media_type}
        put_json(beside, {**about, "documents": documents})

    def _same(self, sha256: str) -> Path | None:
        """The file that has the same content, of whichever document."""
        found = sorted((self._path / sha256[:2]).glob(f"*-{mark(sha256)}{SUFFIX}"))
        return next((one for one in found if _is_file(one) and _sha256(one) == sha256), None)

    def _scan(self, note: Note, kept: Path, sha256: str) -> Scan:
        return Scan(
            path=str(kept.relative_to(self._path)),
            sha256=sha256,
            size=kept.stat().st_size,
            media_type=PDF,
            etag=note.etag,
            last_modified=note.last_modified,
            fetched=note.fetched,
        )


def whole_parts(folder: Path) -> list[str]:
    """The addresses of the whole scans that interrupted runs have left as parts."""
    notes = map(note_in, (folder / PARTS).glob("*.json"))
    return [note.url for note in notes if note and note.whole]


def has(folder: Path, scan: Scan) -> bool:
    """Whether a folder has a file of a scan's path and size."""
    path = folder / scan.path
    return _is_file(path) and path.stat().st_size == scan.size


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turns an error of the file system into a BadFiles that names the folder."""
    try:
        yield
    except OSError as error:
        advice = ON_NETWORK if lacks_locks(error) else "see to the folder and the disk"
        raise BadFiles(
            f"Scans can't be kept in {path} ({error.strerror}): {advice}, or name another one as"
            " HARVEST_FILES."
        ) from error


def _locked(path: Path, folder: Path) -> int:
    """Opens and locks a file, until this process ends. Raises Busy if another has locked it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        sentence = f"The folder of scans {folder} is in use by another run: harvest again later."
        raise Busy(sentence) from None
    return file


def _tidy(parts: Path, oldest: float) -> None:
    """Removes what killed runs have left and no run can use."""
    for path in parts.iterdir():
        worthless = path.name.endswith(".new") or path.lstat().st_mtime < oldest
        if worthless and path.name != LOCK and not path.is_dir():
            path.unlink()


def _check_own(folder: Path) -> None:
    """Raises OSError if a folder within ours is a link."""
    if folder.is_symlink():
        raise OSError(errno.ELOOP, f"{folder.name} in it leads elsewhere")


def _documents(beside: Path) -> list[dict[str, object]]:
    """The documents in the note of a scan."""
    if not _is_file(beside):
        return []
    try:
        said = json.loads(beside.read_bytes())["documents"]
        return [one for one in said if isinstance(one, dict)]
    except (ValueError, TypeError, KeyError):
        return []


def _whose(said: dict[str, object]) -> tuple[str, str]:
    return str(said.get("scan")), str(said.get("document"))


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
