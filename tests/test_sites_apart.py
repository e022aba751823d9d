"""Two sites whose documents have the same ids: each keeps its own, with all that follows of it."""

import asyncio
import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from archive import Archive
from datasette.utils import tilde_encode
from harvests import HASTE, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from test_totals import PROFILE, stating

from harvester.datasette.server import served
from harvester.snapshot.verify import differences

ROUNDS = 6
CHANGED, LOST = 2, 4
"""In this round the first site says something else; since this one the second lacks a document."""
IDS = ["document/one", "document/three", "document/two"]


@dataclass
class Site:
    """A site on loopback, and what is known of it by now."""

    whose: str
    archive: Archive
    counted: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Its host."""
        return urlsplit(self.archive.url).netloc

    def show(self, number: int) -> None:
        """Shows what it has in a round."""
        self.archive.entries = [
            {
                "href": f"/{name}",
                "title": self.title(name, number),
                "date_text": "August 1962" if self.whose == "First" else "1950",
                "summary": f"What the {self.whose.lower()} site says of it.",
            }
            for name in IDS
            if not (self.whose == "Second" and number >= LOST and name == IDS[-1])
        ]

    def title(self, name: str, number: int = ROUNDS) -> str:
        """The title of a document, which is the other site's but for a word."""
        new = " anew" if (self.whose, name) == ("First", IDS[0]) and number >= CHANGED else ""
        return f"{self.whose} {name.rpartition('/')[2]}{new}"


@dataclass
class Harvested:
    """A database of both sites, and what else a harvest leaves."""

    db: Path
    feeds: Path
    sites: list[Site]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """Both sites, harvested in turn."""
    folder = tmp_path_factory.mktemp("apart")
    it = Harvested(folder / "harvest.db", folder / "feeds", [])
    with HTTPServer(port=0) as one, HTTPServer(port=0) as other:
        it.sites = [Site("First", Archive(one)), Site("Second", Archive(other))]
        for number in range(ROUNDS):
            for site in it.sites:
                site.show(number)
                wanted = (f"url={site.archive.url}", f"name={site.whose}", f"site={site.key}")
                arguments = [part for one in wanted for part in ("-a", one)]
                done = harvest(*arguments, HARVEST_DB=it.db, HARVEST_FEEDS=it.feeds)
                assert (done.code, done.complaints) == (0, [])
                site.counted.append(
                    tuple(done.run[name] for name in ("added", "changed", "missing", "removed"))
                )
    return it


def test_each_keeps_its_own_documents(both: Harvested) -> None:
    found = rows(both.db, "SELECT site, id, title, url FROM documents ORDER BY id, site")
    assert found == sorted(
        (
            {
                "site": site.key,
                "id": name,
                "title": site.title(name),
                "url": f"http://{site.key}/{name}",
            }
            for site in both.sites
            for name in IDS
        ),
        key=lambda row: (row["id"], row["site"]),
    )
    keys = [row["key"] for row in rows(both.db, "SELECT key FROM sites ORDER BY key")]
    assert keys == sorted(site.key for site in both.sites)


def test_no_change_is_told_that_there_was_not(both: Harvested) -> None:
    first, second = both.sites
    nothing = (0, 0, 0, 0)
    wanted = [nothing] * ROUNDS
    assert first.counted == [(3, 0, 0, 0), *wanted[1:CHANGED], (0, 1, 0, 0), *wanted[CHANGED + 1 :]]
    lost = [(0, 0, 1, 0), (0, 0, 0, 1)]
    assert second.counted == [(3, 0, 0, 0), *wanted[1:LOST], *lost, *wanted[LOST + 2 :]]
    told = json.loads(
        scrapy("changes", "--since=1", "--format=json", f"-sHARVEST_DB={both.db}").stdout
    )
    said = [(row["site"], row["document"], row["kind"], row["field"]) for row in told]
    assert sorted(said, key=repr) == sorted(
        [
            *((site.key, name, "added", None) for site in both.sites for name in IDS),
            (first.key, IDS[0], "changed", "title"),
            (second.key, IDS[-1], "missing", "missing"),
            *[(second.key, IDS[-1], "removed", "removed")] * 2,  # from the collection, and at all
        ],
        key=repr,
    )


def test_both_are_told_of_one_below_the_other(both: Harvested) -> None:
    said = scrapy("changes", "--since=1", "--all", f"-sHARVEST_DB={both.db}").stdout
    assert [line.strip() for line in said.splitlines() if "New" in line] == ["New (3)", "New (3)"]


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet", "ris", "bibtex", "csl-json"])
def test_exports_tell_them_apart(name: str, both: Harvested, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        scrapy("export", f"--format={name}", "-o", str(out), f"-sHARVEST_DB={both.db}").returncode
        == 0
    )
    keys = KEYS[name](out)
    assert len(set(keys)) == len(keys) == len(both.sites) * len(IDS)


def of_csv(path: Path) -> list[object]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["site"], row["id"]) for row in csv.DictReader(file)]


def of_parquet(path: Path) -> list[object]:
    table = pytest.importorskip("pyarrow.parquet").read_table(path)
    return [(row["site"], row["id"]) for row in table.to_pylist()]


def lines(path: Path, start: str) -> list[object]:
    return [line for line in path.read_text("utf-8").splitlines() if line.startswith(start)]


KEYS = {
    "csv": of_csv,
    "jsonl": lambda path: [
        (row["site"], row["id"]) for row in map(json.loads, path.read_text("utf-8").splitlines())
    ],
    "parquet": of_parquet,
    "ris": lambda path: lines(path, "ID  - "),
    "bibtex": lambda path: lines(path, "@"),
    "csl-json": lambda path: [one["id"] for one in json.loads(path.read_text("utf-8"))],
}


def test_feeds_tell_them_apart(both: Harvested) -> None:
    ids: dict[str, set[str]] = {}
    for feed in ("all", "collection-first", "collection-second"):
        (file,) = both.feeds.glob(f"{feed}*.atom")
        parsed = feedparser.parse(file.read_bytes())
        ids[feed] = {one.id for one in parsed.entries}
        assert len(ids[feed]) == len(parsed.entries)
    first, second = ids["collection-first"], ids["collection-second"]
    assert (len(first), len(second)) == (3, 2)
    assert not first & second
    assert ids["all"] == first | second


def test_snapshot_tells_them_apart(both: Harvested, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen"
    assert scrapy("snapshot", str(frozen), f"-sHARVEST_DB={both.db}").returncode == 0
    assert list(differences(frozen)) == []
    package = json.loads((frozen / "datapackage.json").read_text("utf-8"))
    schemas = {one["name"]: one["schema"] for one in package["resources"] if "schema" in one}
    assert schemas["documents"]["primaryKey"] == ["site", "id"]
    assert schemas["memberships"]["primaryKey"] == ["collection", "site", "document"]
    for name, schema in schemas.items():
        with (frozen / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            keys = [
                tuple(row[part] for part in schema["primaryKey"]) for row in csv.DictReader(file)
            ]
        assert len(set(keys)) == len(keys)
        assert "number" not in {field["name"] for field in schema["fields"]}


def test_datasette_tells_them_apart(both: Harvested) -> None:
    datasette = served(both.db)

    async def shown(path: str) -> str:
        answer = await datasette.client.get(path)
        assert answer.status_code == 200, path
        return str(answer.text)

    async def look() -> None:
        listed = await shown("/harvest/records?_size=max")
        tables = [
            await shown(f"/harvest/{table}?_size=max") for table in ("memberships", "changes")
        ]
        for site in both.sites:
            for name in IDS:
                address = f"/documents/{tilde_encode(site.key)}/{tilde_encode(name)}"
                assert all(f'href="{address}"' in page for page in (listed, *tables))
                page = await shown(address)
                assert site.title(name) in page
                assert not [one for one in both.sites if one != site and one.title(name) in page]

    asyncio.run(look())


def test_document_that_no_site_has_is_not_there(both: Harvested) -> None:
    datasette = served(both.db)
    for site, name in (("nobody", IDS[0]), (both.sites[0].key, "document/four")):
        path = f"/documents/{tilde_encode(site)}/{tilde_encode(name)}"
        assert asyncio.run(datasette.client.get(path)).status_code == 404


def test_two_archives_on_two_ports_of_a_host_are_two_sites(tmp_path: Path) -> None:
    """Each has a profile, in which the port is a part of where it is."""
    folder, counted = tmp_path / "sites", {}
    folder.mkdir()
    with HTTPServer() as one, HTTPServer() as two:
        sites = {"north": (one, stating(in_words)), "south": (two, stating(in_words))}
        for key, (server, site) in sites.items():
            site.serve(server)
            profile = PROFILE.format("").replace("https://papers.example", server.url_for(""))
            (folder / f"{key}.toml").write_text(profile)
        sites["south"][1].shown = sites["south"][1].shown[:-1]
        for key, (_, site) in sites.items():
            files = {"HARVEST_DB": tmp_path / "h.db", "HARVEST_COLLECTIONS": tmp_path / "c.toml"}
            said = [f"-s{name}={value}" for name, value in {**HASTE, **files}.items()]
            done = scrapy("crawl", "collection", f"-aurl={site.url}", f"-aname={key}", *said)
            assert (done.returncode, done.stderr.count("harvester:")) == (0, 0)
            counted[key] = len(site.shown)
    found = rows(tmp_path / "h.db", "SELECT site, count(*) AS n FROM documents GROUP BY site")
    assert {row["site"]: row["n"] for row in found} == counted


def in_words(page: int, total: int) -> str:
    return f"{total} results"
