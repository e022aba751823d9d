"""Files by their addresses, and recordings among them: paths on this machine, and `s3://`, which
needs s3fs.

Keys for S3, and the service's address, are in the environment, as Amazon's programs take them:
https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from uuid import uuid4

from harvester.disk import whole_file
from harvester.outcomes import BadOutput, BadUsage, Incomplete, Reason
from harvester.sources.archives import NAMED, is_recording
from harvester.sources.files import files_in, shown

S3 = "s3://"


def is_in_bucket(address: str) -> bool:
    """Whether an address is of S3."""
    return address.startswith(S3)


def files_below(address: str) -> dict[str, int]:
    """The addresses of all files in S3 at or below one, with their sizes. Raises BadUsage if there
    are none."""
    try:
        below = _bucket().find(address, detail=True)
        found = {f"{S3}{name}": int(about["size"] or 0) for name, about in sorted(below.items())}
    except _errors(address) as error:
        raise BadUsage(f"{address} can't be read ({_why(error)}): see that it is there.") from error
    if not found:
        raise BadUsage(f"There is nothing at {address}: name a bucket, and a prefix within it.")
    return found


def beginning(address: str, most: int) -> tuple[bytes, int]:
    """The first bytes of a file, and its size. Raises Incomplete."""
    with _reading(address):
        if is_in_bucket(address):
            size = int(_bucket().info(address)["size"])
            return bytes(_bucket().cat_file(address, start=0, end=min(most, size))), size
        with Path(address).open("rb") as file:
            return file.read(most), Path(address).stat().st_size


def at_hand(address: str) -> AbstractContextManager[Path]:
    """A file on this machine until the end of the block; what is in S3 is copied. Raises
    Incomplete."""
    return _copied(address) if is_in_bucket(address) else nullcontext(Path(address))


@contextmanager
def _copied(address: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="harvester-") as folder:
        path = Path(folder, PurePosixPath(address).name)
        with _reading(address):
            _bucket().get_file(address, str(path))
        yield path


@contextmanager
def opened(address: str) -> Iterator[BinaryIO | None]:
    """A file to be read in parts; None if it is not there. Raises BadOutput."""
    try:
        opens = _bucket().open if is_in_bucket(address) else open
        file = opens(address, "rb")
    except FileNotFoundError:
        yield None
        return
    except _errors(address) as error:
        raise _unwritable(address, error) from error
    with file:
        yield file


@contextmanager
def new(address: str, shared: bool) -> Iterator[BinaryIO]:
    """A file that gets its name when it is whole, and none on an error. If others write into its
    folder, it is `shared`. Raises BadOutput."""
    try:
        if is_in_bucket(address):
            with TemporaryDirectory(prefix="harvester-") as folder:
                with Path(folder, "new").open("wb") as out:
                    yield out
                _bucket().put_file(str(Path(folder, "new")), address)
            return
        path = Path(address)
        # A process of another machine may have our number, which is in the usual name.
        part = path.with_name(f".{path.name}.{uuid4().int}.part") if shared else None
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path, part) as out:
            yield out
    except _errors(address) as error:
        raise _unwritable(address, error) from error


def _bucket() -> Any:
    try:
        system = import_module("s3fs").S3FileSystem
    except ImportError:
        raise BadUsage(
            'S3 needs s3fs, which is not installed: pip install "archive-harvester[s3]".'
        ) from None
    return system(use_listings_cache=False)


def _errors(address: str) -> tuple[type[Exception], ...]:
    """What reading and writing there raise."""
    more: tuple[type[Exception], ...] = ()
    if is_in_bucket(address):
        with suppress(ImportError):
            from aiohttp import ClientError
            from botocore.exceptions import BotoCoreError

            more = (ClientError, BotoCoreError)
    return (OSError, *more)


@contextmanager
def _reading(address: str) -> Iterator[None]:
    try:
        yield
    except _errors(address) as error:
        raise Incomplete(f"{address} can't be read ({_why(error)}).", Reason.NOT_SAVED) from error


def _unwritable(address: str, error: Exception) -> BadOutput:
    sentence = f"{address} can't be written ({_why(error)}): see to its folder, and to the disk."
    return BadOutput(sentence)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording: its path or its address in S3, its name below the source, its size in bytes."""

    address: str
    name: str
    size: int


def recordings(sources: Iterable[str]) -> tuple[list[Recording], int]:
    """The recordings in files, in folders and in S3, the largest first, and how many other files
    are there.

    Raises BadUsage if a source is missing or has none, or if two would get the same name.
    """
    found: dict[str, Recording] = {}
    others = 0
    for source in sources:
        for one in _in_source(source):
            if one is None:
                others += 1
            elif (other := found.setdefault(one.name, one)).address != one.address:
                raise BadUsage(
                    f"{other.address} and {one.address} would both become {one.name}.parquet: read"
                    " them into different folders."
                )
    if not found:
        raise BadUsage(f"There are no recordings in {', '.join(sources)}: name others.")
    return sorted(found.values(), key=lambda one: (-one.size, one.name)), others


def _in_source(source: str) -> Iterator[Recording | None]:
    """The recordings of a source; None for any other file."""
    if is_in_bucket(source):
        root = source.rstrip("/")
        for address, size in files_below(root).items():
            below = address.removeprefix(root).removeprefix("/") or PurePosixPath(root).name
            if ".." in (name := PurePosixPath(below)).parts or name.is_absolute():
                raise BadUsage(f"{address} has a name that leads out of a folder: rename it.")
            yield Recording(address, str(name), size) if NAMED.search(address) else None
        return
    path = Path(source)
    if not path.exists():
        raise BadUsage(f"There is no file or folder {source!r}: name recordings.")
    files = files_in(path, _refuse) if path.is_dir() else iter([(path.name, path)])
    for inner, file in files:
        one = Recording(str(file.absolute()), shown(inner), _size(file))
        yield one if path.is_file() or _is_recording(file) else None


def _is_recording(file: Path) -> bool:
    """Whether a file is a recording, or can't be read, which is told when its turn comes."""
    try:
        return is_recording(file)
    except BadUsage:
        return True


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _refuse(sentence: str) -> None:
    raise BadUsage(f"{sentence.partition(': it is left out')[0]}: see to it.")
