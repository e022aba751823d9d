"""OAI-PMH servers that others wrote: whole lists, sets, deletions, updates, and a kill in mid-walk.

`make interfaces` has 2,500 records in 25 pages, and pyoai itself as well.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from harvests import DIES_WITH_US, PROJECT, Harvest, begun, harvest, rows, until
from oai_servers import records, today

NUMBER = int(os.environ.get("HARVEST_RECORDS", "60"))
SIZE = NUMBER // 25 if NUMBER > 1000 else 15
SERVERS = os.environ.get("HARVEST_OAI_SERVERS", "")
KINDS = ["oaipmh", "oai_repo", *(["pyoai"] if SERVERS else [])]
MODULES = {"pyoai": "oaipmh"}
STORED = (
    "SELECT id, url, title, summary, date_text, date_edtf, removed IS NULL, listed_other"
    " FROM documents ORDER BY id",
    "SELECT document, position, missing IS NULL, removed IS NULL FROM memberships"
    " ORDER BY document",
    "SELECT document, kind, field FROM changes ORDER BY document, kind, field",
    "SELECT slug, document FROM addresses ORDER BY slug",
    "SELECT document, authors FROM records ORDER BY document",
)


@dataclass
class Server:
    """A server of one kind, and the file with its records."""

    kind: str
    file: Path
    process: "subprocess.Popen[str]"
    asked: Path
    port: int
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}/oai"

    @property
    def there(self) -> list[str]:
        """The ids of the documents that are not deleted."""
        named = (
            f"letters/{one['id'].rpartition(':')[2]}"
            if one["dc"]["identifier"][0].startswith("http")
            else one["id"]
            for one in self.records
            if not one["deleted"]
        )
        return sorted(named)

    def says(self, some: list[dict[str, Any]]) -> None:
        """Has other records from now on."""
        self.records = some
        self.file.write_text(json.dumps(some))

    def pages(self) -> int:
        """How many pages of records were asked for."""
        return self.asked.read_text().count("verb=ListRecords")

    def harvested(self, db: Path, *arguments: str, name: str = "") -> Harvest:
        url = f"{self.base}?verb=ListRecords&metadataPrefix=oai_dc{name and f'&set={name}'}"
        asked = (f"url={url}", f"site=localhost:{self.port}", *arguments)
        return harvest(*(part for one in asked for part in ("-a", one)), HARVEST_DB=db)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    kind, file, asked = request.param, tmp_path / "records.json", tmp_path / "asked"
    if kind != "pyoai":
        pytest.importorskip(MODULES.get(kind, kind))
    path = os.pathsep.join(filter(None, [SERVERS and f"{SERVERS}/{kind}", str(PROJECT / "tests")]))
    command = [
        sys.executable,
        str(PROJECT / "tests" / "oai_servers.py"),
        kind,
        str(file),
        str(SIZE),
    ]
    with asked.open("w") as out:
        process = subprocess.Popen(
            [*DIES_WITH_US, *command], stdout=out, text=True, env={**os.environ, "PYTHONPATH": path}
        )
    try:
        until(lambda: asked.read_text().endswith("\n"), process)
        port = int(asked.read_text().split()[0])
        it = Server(kind, file, process, asked, port)
        it.says(records(NUMBER, f"localhost:{port}"))
        yield it
    finally:
        process.kill()
        process.wait()


def stored(db: Path) -> list[Any]:
    return [rows(db, sql) for sql in STORED]


def test_harvest_of_a_server(server: Server, db: Path) -> None:
    keeps = server.kind != "oai_repo"
    listed = [one for one in server.records if keeps or not one["deleted"]]
    killed(server, db)
    pages = -(-len(listed) // SIZE)
    before = server.pages()
    done = server.harvested(db)
    assert (done.code, done.complaints) == (0, [])
    assert done.run["outcome"] == ("walked" if keeps else "complete")
    assert (done.run["seen"], done.run["pages"]) == (len(listed), pages)
    assert server.pages() - before < pages, "it goes on where it was killed"
    assert there(db) == server.there

    whole = db.with_name("whole.db")
    server.harvested(whole)
    assert stored(db) == stored(whole)

    even = [one for one in listed if "even" in one["sets"]]
    assert server.harvested(whole, name="even").run["seen"] == len(even)

    changed(server)
    before = server.pages()
    done = server.harvested(db)
    assert (done.code, server.pages() - before) == (0, 1)
    assert done.run["since"] is not None and done.run["seen"] == (6 if keeps else 4)
    assert (done.run["added"], done.run["changed"]) == (1, 3)
    assert (done.run["missing"], done.run["removed"]) == ((2, 2) if keeps else (0, 0))
    for _ in range(0 if keeps else 2):
        done = server.harvested(db, "full=yes")
    assert done.code == 0 and there(db) == server.there


def there(db: Path) -> list[str]:
    return sorted(row["id"] for row in rows(db, "SELECT id FROM documents WHERE removed IS NULL"))


def killed(server: Server, db: Path) -> None:
    """A harvest that is killed once half of the list is stored."""
    url = f"{server.base}?verb=ListRecords&metadataPrefix=oai_dc"
    arguments = ("-a", f"url={url}", "-a", f"site=localhost:{server.port}")
    with begun(*arguments, HARVEST_DB=db, DOWNLOAD_DELAY=0.05) as process:

        def half() -> bool:
            with suppress(Exception):  # the database is not there yet
                return len(rows(db, "SELECT id FROM pages")) >= NUMBER // SIZE // 2
            return False

        until(half, process)
        process.signal(SIGKILL)


def changed(server: Server) -> None:
    """Three have other titles, two are deleted, and one is new, today."""
    some = json.loads(json.dumps(server.records))
    live = [one for one in some if not one["deleted"]]
    for one in live[:3]:
        one["dc"]["title"] = [f"{one['dc']['title'][0]} anew"]
    for one in live[3:5]:
        one["deleted"] = True
    for one in live[:5]:
        one["stamp"] = today()
    new = json.loads(json.dumps(live[0]))
    new["id"], new["dc"]["identifier"] = "oai:letters.example:0", ["Ms. 0"]
    server.says([*some, new])
