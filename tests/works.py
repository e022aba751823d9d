"""The commands that write: what each begins with, and how what it leaves is compared.

WORKS is the table; `tests/stopped.py` kills and signals what is in it.
"""

import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from archive import Archive, Entry
from databases import checked, first_schema
from detailed import all_said
from harvests import COPY, FIXTURES, HASTE, PROJECT, rows, scrapy
from lxml import etree
from oai_repository import Repository, items
from pytest_httpserver import HTTPServer
from scans import Scans, kept, pdf
from test_general_reading import CARDS, page
from test_learn import NEXT, Server, other

DOCUMENTS, PER_PAGE = 9, 3
FIELDS_OF = {
    "memberships": "collection, document, position, missed, missing, removed",
    "changes": "document, kind, field, old, new",
    "files": "document, url, path, sha256, size",
    "collections": "name, url, site, stated_total",
    "documents": "id, date_edtf, date_earliest, date_latest, site",
}
"""What is compared of tables beside what documents say: no times, no numbers of rows."""
FOUND = (
    "SELECT named.id FROM documents_fts JOIN main.documents AS named"
    " ON number = documents_fts.rowid WHERE documents_fts MATCH '{}' ORDER BY named.id"
)
SCHEMA = "SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') ORDER BY name"
GARBLE = "UPDATE documents SET title = 'Garbled ' || id"
TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)|\b20\d{12}\b")
WHOLE = {
    ".json",
    ".pdf",
    ".csv",
    ".ead3",
    ".bibtex",
    ".parquet",
    ".wacz",
    ".toml",
    ".atom",
    ".html",
}
"""Files that are never empty; what is exported of no document may be."""
HOOKS = PROJECT / "tests" / "hooks"


def entry(number: int) -> Entry:
    return {
        "href": f"/document/d{number}",
        "title": f"Title {number}",
        "date_text": ("June 10, 1991", "August, 1962", "1955", None)[number % 4],
        "summary": f"Summary {number}" if number % 3 else None,
    }


@dataclass(frozen=True)
class Work:
    """A command, in a folder of its own that is a copy of what it begins with (`BEGINNINGS`).

    `{here}` in an argument is that folder, other names in braces are those of `addresses`. `state`
    is what the command leaves there, but for times and numbers of rows.
    """

    arguments: Sequence[str]
    begins: str
    state: Callable[[Path], object]
    settings: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    tidies: bool = True
    """Whether it removes what it has not finished when a signal ends it, or has the next run do so.
    """

    def command(self, folder: Path, addresses: Mapping[str, str]) -> list[str]:
        """What follows `scrapy`."""
        options = [f"-s{name}={said}" for name, said in {**SETTINGS, **self.settings}.items()]
        words = (*self.arguments, *options)
        return [word.format(here=folder, **addresses) for word in words]


SETTINGS = {
    **HASTE,
    "HARVEST_DB": "{here}/harvest.db",
    "HARVEST_FILES": "{here}/scans",
    "HARVEST_WARC": "{here}/warc",
    "HARVEST_COLLECTIONS": "{here}/collections.toml",
}


def sound(folder: Path) -> None:
    """Asserts that what is there is whole, whatever may be missing."""
    for db in (one for one in folder.rglob("*.db") if ".part" not in str(one)):
        with tempfile.TemporaryDirectory() as place:  # to open one may mean to repair it
            for file in db.parent.glob(f"{db.name}*"):
                shutil.copy(file, place)
            checked(Path(place, db.name))
    for file in folder.rglob("*.*"):
        if file.suffix in WHOLE and file.is_file() and ".part" not in str(file):
            assert file.stat().st_size, f"{file} is empty"


def harvested(folder: Path) -> object:
    """All that is in a database of harvests, and the scans."""
    db = folder / "harvest.db"
    assert rows(db, "SELECT id FROM runs WHERE finished IS NULL") == []
    tables = [
        sorted(map(repr, rows(db, f"SELECT {columns} FROM {table}")))
        for table, columns in FIELDS_OF.items()
    ]
    found = [rows(db, FOUND.format(word)) for word in ("title", "letter", "summary")]
    scans = kept(folder / "scans") if (folder / "scans").is_dir() else {}
    return [*all_said(db), *tables, *found, rows(db, SCHEMA), scans]


def migrated(folder: Path) -> object:
    """The same, what the second step has made, and what is kept of before."""
    (before,) = folder.glob("harvest.db.before-*")
    letters = rows(folder / "harvest.db", "SELECT id, letters FROM documents ORDER BY id")
    count = rows(folder / "harvest.db", "SELECT count(*) FROM filled")
    old = rows(before, "SELECT id, title FROM documents ORDER BY id")
    return [harvested(folder), letters, count, before.name, old]


def written(folder: Path) -> object:
    """The files of an export, a snapshot, a profile or a fixture, but for times in them."""
    found = {}
    for place in ("out", "sites"):
        for path in sorted((folder / place).rglob("*")):
            if path.is_file():
                name = TIME.sub(b"TIME", str(path.relative_to(folder)).encode())
                found[name] = members(path) or TIME.sub(b"TIME", path.read_bytes())
    return found


def merged(folder: Path) -> object:
    """A database into which another one was merged."""
    return (folder / "a.db").read_bytes()


def members(path: Path) -> object:
    """What is in a packed file; of what describes it only that it is there."""
    if path.suffix != ".wacz":
        return None
    with zipfile.ZipFile(path) as packed:
        names = [one for one in packed.namelist() if not one.startswith("datapackage")]
        return [packed.namelist(), {name: packed.read(name) for name in names}]


def fed(folder: Path) -> object:
    """A harvest, and the entries of its feeds."""
    feeds = {}
    for path in sorted((folder / "feeds").iterdir()):
        root = etree.fromstring(TIME.sub(b"TIME", path.read_bytes()))
        feeds[path.name] = sorted(
            etree.tostring(one, with_tail=False) for one in root.iter("{*}entry")
        )
    return [harvested(folder), feeds]


def handed(folder: Path) -> object:
    """A harvest, and the documents that it has handed out."""
    lines = TIME.sub(b"TIME", (folder / "out" / "x.jsonl").read_bytes()).splitlines()
    return [harvested(folder), sorted(lines)]


CRAWL = ("crawl", "collection")
LISTING = (*CRAWL, "-aname=it", *COPY, "-aurl={listing}")
SCANS = (*LISTING, "-afiles=yes")
PAPERS = (*CRAWL, "-aurl={papers}", "-asite=papers")
RECORDED = (*LISTING, "-asource={harvest}/warc", "-adetails=yes")
REPARSE = ("reparse", "--write", "--processes")
BULK = (
    "reparse",
    "--processes=2",
    "--site",
    COPY[1][5:],
    "--parquet={here}/out/facts",
    "{harvest}/warc",
)
FEEDS = {"HARVEST_FEEDS": "{here}/feeds", "HARVEST_FEED_SEARCHES": "title"}
OURS = {"HARVEST_COLLECTIONS": PROJECT / "collections.toml"}
FORMATS = ("csv", "ead3", "bibtex", "parquet", "wacz")
"""One of each family: text, XML, what a library writes, binary, packed by another program."""
WORKS = {
    "listing": Work(LISTING, "empty", harvested),
    "details": Work((*LISTING, "-adetails=yes"), "empty", harvested),
    "scans": Work(SCANS, "empty", harvested, tidies=False),  # a part is gone on with
    "oai-pmh": Work((*CRAWL, "-aname=it", "-aurl={oai}"), "empty", harvested),
    "recording": Work(RECORDED, "empty", harvested),
    "feeds": Work(LISTING, "empty", fed, FEEDS),
    "documents": Work((*LISTING, "-O", "{here}/out/x.jsonl"), "empty", handed),
    "schema": Work((*CRAWL, f"-asource={FIXTURES}"), "old", migrated, OURS, {"SECOND_STEP": "1"}),
    "reparse": Work((*REPARSE, "1"), "garbled", harvested),
    "reparse with processes": Work((*REPARSE, "2"), "garbled", harvested),
    "recordings in bulk": Work(BULK, "empty", written, tidies=False),
    "snapshot": Work(("snapshot", "{here}/out/it"), "harvest", written),
    "merge": Work(("merge", "{here}/out/all.db", "{here}/a.db", "{here}/b.db"), "two", written),
    "merge into one": Work(("merge", "{here}/a.db", "{here}/b.db"), "two", merged),
    "learn": Work(("learn", "{papers}"), "empty", written),
    "repair": Work(("learn", "--repair", "papers", "--write"), "learned", written),
    "fixture": Work(
        ("save-fixture", "{page}", "--site", COPY[1][5:], "--to={here}/out"), "empty", written
    ),
    "init": Work(("init", "{here}/out/new"), "empty", written),
    **{
        form: Work(("export", "--format", form, "-o", f"{{here}}/out/x.{form}"), "harvest", written)
        for form in FORMATS
    },
}
LONG = ("wacz",)
"""What is too slow for each run of the tests: py-wacz needs seconds to begin."""
BEGINNINGS = ("empty", "harvest", "garbled", "old", "learned", "two")


class Begun:
    """What the commands begin with, in folders by their names, and the sites that they ask."""

    def __init__(self, folder: Path, site: HTTPServer, papers: HTTPServer) -> None:
        self._folder = folder
        scans, repository = scanned(Archive(site), site), Repository(items(10), size=3)
        repository.serve(site)
        learned = Server(papers, page(CARDS, NEXT), other(page(CARDS)))
        self.addresses = {
            "listing": scans.archive.url,
            "page": scans.url("/document/d1"),
            "oai": repository.url,
            "papers": learned.url,
            "harvest": str(self.place("harvest")),
        }
        for name in BEGINNINGS:
            self.place(name).mkdir(parents=True)
        self._done("harvest", Work(SCANS, "empty", harvested))
        self._done("learned", Work(("learn", "{papers}", "--name=papers"), "empty", written))
        self._done("learned", Work(PAPERS, "empty", harvested, {"HARVEST_WARC": ""}))
        learned.pages = tuple(one.replace('class="', 'class="x-') for one in learned.pages)
        first_schema(self.place("old") / "harvest.db")
        for name, one in {"a.db": "harvest", "b.db": "learned"}.items():
            shutil.copy(self.place(one) / "harvest.db", self.place("two") / name)
        shutil.copytree(self.place("harvest"), self.place("garbled"), dirs_exist_ok=True)
        with closing(sqlite3.connect(self.place("garbled") / "harvest.db")) as db, db:
            db.execute(GARBLE)

    def place(self, name: str) -> Path:
        """The folder of a beginning."""
        return self._folder / name

    def _done(self, name: str, work: Work) -> None:
        done = scrapy(*work.command(self.place(name), self.addresses))
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done


@contextmanager
def begun(folder: Path) -> Iterator[Begun]:
    """The beginnings, for as long as the servers run."""
    with HTTPServer(port=0) as site, HTTPServer(port=0) as papers:
        for server in (site, papers):
            server.no_handler_status_code = 404
        yield Begun(folder, site, papers)


def scanned(archive: Archive, server: HTTPServer) -> Scans:
    """A site of so many documents, each with a page of its own and a scan."""
    archive.entries = [entry(number) for number in range(DOCUMENTS)]
    archive.per_page = PER_PAGE
    scans = Scans(archive, server, DOCUMENTS)
    scans.contents = {path: pdf(path, 100_000) for path in scans.contents}
    return scans
