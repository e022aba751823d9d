"""A PostgreSQL server of one's own: in a temporary folder, on a free port of loopback."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from fleet import eventually
from harvests import DIES_WITH_US

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
USER = "postgres"
HASTE = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "log_min_messages=panic")
"""What a kill of the server survives, if not a power loss."""


class Postgres:
    """A server. It can't run as root, so that root runs it as the user `postgres`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"postgresql://{USER}@127.0.0.1:{self._port}/postgres"

    def make(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, USER)
        asked = ["-D", self._data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(
            [*self._as_user, str(PROGRAMS / "initdb"), *asked], check=True, capture_output=True
        )

    def start(self) -> None:
        options = [word for one in HASTE for word in ("-c", one)]
        where = ["-D", self._data, "-p", str(self._port), "-h", "127.0.0.1", "-k", ""]
        command = [*DIES_WITH_US, str(PROGRAMS / "postgres"), *where, *options]
        self._server = subprocess.Popen(
            [*self._as_user, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        eventually(self._answers)

    def anew(self) -> str:
        """The address of the database, in which there is nothing again."""
        with psycopg.connect(self.address, autocommit=True) as db:
            db.execute("DROP SCHEMA public CASCADE")
            db.execute("CREATE SCHEMA public")
        return self.address

    def kill(self) -> None:
        """Kills it, as a power loss would; its own processes end when they notice."""
        assert self._server is not None
        self._server.send_signal(signal.SIGKILL)
        self._server.wait()

    def stop(self) -> None:
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait()

    def _answers(self) -> bool:
        assert self._server is not None
        if self._server.poll() is not None:  # what was killed is still in its way
            self.start()
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.address, connect_timeout=2).close()
            return True
        return False

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    @property
    def _as_user(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that runs until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = Postgres(folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
