"""Where machines share collections: a folder that all of them see, or an S3 bucket.

Both can do what versions need: a file is there whole or not at all, and creating one fails if it
exists, so that one of several machines wins.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from harvester.disk import sync, whole_file
from harvester.outcomes import BadOutput, BadUsage

S3 = "s3://"
MISSING = (
    'Collections in S3 need s3fs, and it is not installed: pip install "archive-harvester[jobs]".'
)


class Place(Protocol):
    """Files by their names, which have slashes. Every method raises BadOutput if it fails."""

    def folders(self) -> list[str]:
        """The names of all folders at the top."""

    def names(self, folder: str) -> list[str]:
        """The names of all files in a folder, without the folder's; none if it is not there."""

    def read(self, name: str) -> bytes:
        """A small file. Raises FileNotFoundError."""

    def get(self, name: str, path: Path) -> None:
        """Copies a file to this machine. Raises FileNotFoundError."""

    def put(self, path: Path, name: str) -> None:
        """Copies a file of this machine. It is there whole or not at all."""

    def create(self, name: str, data: bytes) -> bool:
        """Makes a small file; False if there is one of that name. Of several who try, one wins."""

    def remove(self, name: str) -> None:
        """Removes a file that is there."""


def place(address: str) -> Place:
    """The place that HARVEST_STORE names. Raises BadUsage if it names none."""
    if address.startswith(S3):
        return Bucket(address)
    if not address or not Path(address).is_dir():
        raise BadUsage(
            f"HARVEST_STORE {address!r} is no folder that is there, and no s3://bucket/prefix: name"
            " where all workers find the collections."
        )
    return Folder(Path(address))


class Folder:
    """A folder that all machines see, such as one on NFS; it needs hard links."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def folders(self) -> list[str]:
        """See Place."""
        with self._named_errors():
            return sorted(one.name for one in os.scandir(self._path) if one.is_dir())

    def names(self, folder: str) -> list[str]:
        """See Place."""
        with self._named_errors():
            try:
                return [one.name for one in os.scandir(self._path / folder) if one.is_file()]
            except FileNotFoundError:
                return []

    def read(self, name: str) -> bytes:
        """See Place."""
        with self._named_errors():
            return (self._path / name).read_bytes()

    def get(self, name: str, path: Path) -> None:
        """See Place."""
        with self._named_errors():
            shutil.copyfile(self._path / name, path)

    def put(self, path: Path, name: str) -> None:
        """See Place."""
        with self._named_errors(writing=True), path.open("rb") as source:
            target = self._made(name)
            with whole_file(target, self._part(target)) as out:
                shutil.copyfileobj(source, out, 1 << 20)
            sync(target.parent)

    def create(self, name: str, data: bytes) -> bool:
        """See Place. A link to what is written can be made only once."""
        with self._named_errors(writing=True):
            target = self._made(name)
            whole = self._part(target)
            try:
                with whole_file(whole) as out:
                    out.write(data)
                os.link(whole, target)
            except FileExistsError:
                return False
            finally:
                whole.unlink(missing_ok=True)
            sync(target.parent)
            return True

    def remove(self, name: str) -> None:
        """See Place."""
        with self._named_errors():
            (self._path / name).unlink(missing_ok=True)

    def _made(self, name: str) -> Path:
        """The path of a new file. The store itself is not made: it may be a disk that is not
        mounted."""
        target = self._path / name
        os.stat(self._path)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _part(self, target: Path) -> Path:
        """A name that no other machine has, for a file until it is whole."""
        return target.with_name(f".{uuid4().hex}.part")

    @contextmanager
    def _named_errors(self, *, writing: bool = False) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not writing:
                raise
            raise _unusable(str(self._path), error) from error


class Bucket:
    """A bucket of S3, or of a service that speaks its protocol, with a prefix for all names.

    The keys, and the address of the service, are in the environment, as Amazon's programs take
    them: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html.
    """

    def __init__(self, address: str) -> None:
        try:
            from s3fs import S3FileSystem
        except ImportError as error:
            raise BadUsage(MISSING) from error
        self._address = address.rstrip("/")
        self._prefix = self._address.removeprefix(S3)
        self._files: Any = S3FileSystem(use_listings_cache=False, skip_instance_cache=True)

    def folders(self) -> list[str]:
        """See Place."""
        with self._named_errors(writing=True):
            found = self._files.ls(self._prefix, detail=True)
            return sorted(
                one["name"].rpartition("/")[2] for one in found if one["type"] == "directory"
            )

    def names(self, folder: str) -> list[str]:
        """See Place."""
        with self._named_errors():
            try:
                found = self._files.ls(self._at(folder), detail=True)
            except FileNotFoundError:
                return []
            return [one["name"].rpartition("/")[2] for one in found if one["type"] == "file"]

    def read(self, name: str) -> bytes:
        """See Place."""
        with self._named_errors():
            return bytes(self._files.cat_file(self._at(name)))

    def get(self, name: str, path: Path) -> None:
        """See Place."""
        with self._named_errors():
            self._files.get_file(self._at(name), str(path))

    def put(self, path: Path, name: str) -> None:
        """See Place."""
        with self._named_errors(writing=True):
            self._files.put_file(str(path), self._at(name))

    def create(self, name: str, data: bytes) -> bool:
        """See Place. S3 does so on the condition `If-None-Match: *`."""
        with self._named_errors(writing=True):
            try:
                self._files.pipe_file(self._at(name), data, mode="create")
            except FileExistsError:
                return self.read(name) == data  # an answer may get lost, and s3fs asks again
            return True

    def remove(self, name: str) -> None:
        """See Place."""
        with self._named_errors():
            self._files.rm_file(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._prefix}/{name}"

    @contextmanager
    def _named_errors(self, *, writing: bool = False) -> Iterator[None]:
        from aiohttp import ClientError
        from botocore.exceptions import BotoCoreError

        try:
            yield
        except (OSError, BotoCoreError, ClientError) as error:
            if isinstance(error, FileNotFoundError) and not writing:
                raise
            raise _unusable(self._address, error) from error


def _unusable(address: str, error: Exception) -> BadOutput:
    return BadOutput(
        f"Collections can't be kept in {address} ({error}): see that it is there and may be"
        " written, or correct HARVEST_STORE."
    )
