"""The pages among files: saved one by one, or mirrored by wget."""

from collections.abc import Iterator
from functools import partial

from harvester.scans.pdf import begins_pdf
from harvester.sources.capture import Capture, Payload
from harvester.sources.files import HEAD, File, Files, is_page
from harvester.sources.mirror import Mirror
from harvester.sources.saved import Note, noted
from harvester.warc.codings import TooLarge
from harvester.warc.headers import digest


def captures(files: Files, folder: str) -> Iterator[Capture]:
    """The pages among the files of a folder of this name."""
    mirror = Mirror(folder, files)
    for name, file in files.items():
        head = file.read(HEAD)
        if mirror.is_replaced(name) or not is_page(name, head):
            continue
        if note := noted(files, name, head):
            yield _noted(name, file, note)
        else:
            yield _mirrored(name, file, mirror)


def _noted(name: str, file: File, note: Note) -> Capture:
    return Capture(
        url=note.url,
        moment=file.moment if note.moment is None else note.moment,
        status=note.status,
        file=shown(name),
        read=partial(_saved, file, note),
    )


def _mirrored(name: str, file: File, mirror: Mirror) -> Capture:
    return Capture(
        url=mirror.url(name),
        moment=file.moment,
        status=200,
        file=shown(name),
        read=partial(_restored, name, file, mirror),
        caseless=mirror.caseless,
    )


def shown(name: str) -> str:
    """A file's name as it can be written anywhere, even if the disk's is no Unicode."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _saved(file: File, note: Note, limit: int) -> Payload:
    page = _within(file, limit)
    return Payload(note.headers, page, digest(page))


def _restored(name: str, file: File, mirror: Mirror, limit: int) -> Payload:
    page = _within(file, limit)
    body = page if begins_pdf(page) else mirror.restored(name, page)
    return Payload([], body, digest(page))


def _within(file: File, limit: int) -> bytes:
    body = file.read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return body
