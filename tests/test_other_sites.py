"""Sites unlike the first, each with a short profile, harvested into one database."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from urllib.parse import quote

import pytest
from harvests import PROJECT, Harvest, Row, harvest, rows, scrapy
from other_sites import PROFILES, SIZE, OtherSite, Shown, changed, other_sites
from pytest_httpserver import HTTPServer

from harvester.sites.profile import read_profile

PAGE = PROJECT / "docs" / "own-archive.md"
LONGEST = 25
"""Lines of a profile."""
ROUNDS = 4
NOTHING = (0, 0, 0, 0)


@dataclass
class Harvested:
    """A database of all three, and how each harvest ended."""

    db: Path
    sites: list[OtherSite]
    before: dict[str, list[Shown]]
    ended: dict[str, list[Harvest]] = field(default_factory=dict)
    runs: dict[str, list[Row]] = field(default_factory=dict)


def settings(folder: Path) -> dict[str, object]:
    """Those of somebody who has the profiles beside their collections."""
    if not (folder / "sites").exists():
        copytree(PROFILES, folder / "sites")
        (folder / "collections.toml").touch()
    return {
        "HARVEST_DB": folder / "harvest.db",
        "HARVEST_COLLECTIONS": folder / "collections.toml",
        "HARVEST_FILES": folder / "files",
    }


def harvest_of(site: OtherSite, folder: Path, *arguments: str, **more: object) -> Harvest:
    wanted = (f"url={site.url}", f"site={site.key}", f"name={site.key}", *arguments)
    options = {**settings(folder), **more}
    return harvest(*(part for one in wanted for part in ("-a", one)), **options)


@pytest.fixture(scope="module")
def all_three(tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """The sites, harvested in turn, four times; before the second time each has changed."""
    folder = tmp_path_factory.mktemp("others")
    it = Harvested(folder / "harvest.db", other_sites(), {})
    with ExitStack() as stack:
        for site in it.sites:
            site.serve(stack.enter_context(HTTPServer(port=0)))
            it.before[site.key] = site.shown
        for number in range(ROUNDS):
            for site in it.sites:
                site.shown = changed(it.before[site.key]) if number else it.before[site.key]
                done = harvest_of(site, folder)
                it.ended.setdefault(site.key, []).append(done)
                it.runs.setdefault(site.key, []).append(done.run)
    return it


KEYS = [site.key for site in other_sites()]


@pytest.mark.parametrize("key", KEYS)
def test_profiles_are_short(key: str) -> None:
    text = (PROFILES / f"{key}.toml").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert read_profile(PROFILES / f"{key}.toml").key == key


@pytest.mark.parametrize("key", KEYS)
def test_every_harvest_is_whole(key: str, all_three: Harvested) -> None:
    outcome, total = ("walked", None) if key == "nyheter" else ("complete", 6)
    for done, run in zip(all_three.ended[key], all_three.runs[key], strict=True):
        assert (done.code, done.complaints) == (0, [])
        assert (run["outcome"], run["stated_total"], run["seen"]) == (outcome, total, 6)
        assert f"{key}: {outcome}, 6 of {total or 'an unstated number'} (" in done.out


@pytest.mark.parametrize("key", KEYS)
def test_what_is_stored_is_what_the_site_shows(key: str, all_three: Harvested) -> None:
    site = next(one for one in all_three.sites if one.key == key)
    found = rows(
        all_three.db,
        "SELECT id, url, title, date_text, summary FROM documents"
        " JOIN memberships ON document = id WHERE site = ? AND missing IS NULL ORDER BY position",
        key,
    )
    assert found == [
        {
            "id": spelled(key, one.id),
            "url": site.address(spelled(key, one.id)),
            "title": one.title,
            "date_text": one.date,
            "summary": one.summary,
        }
        for one in site.shown
    ]


def spelled(key: str, document: str) -> str:
    """An id as it stands in an address: of the whole rest of a path, slashes stay."""
    return quote(document, safe="/()" if key == "lexicon" else "")


@pytest.mark.parametrize("key", KEYS)
def test_history_is_as_of_the_first_site(key: str, all_three: Harvested) -> None:
    """What is gone is removed after two complete runs without it, or three where nothing but
    agreeing walks proves that it is gone."""
    gone = [(0, 0, 0, 1), NOTHING] if key != "nyheter" else [NOTHING, (0, 0, 0, 1)]
    names = ("added", "changed", "missing", "removed")
    counted = [tuple(run[name] for name in names) for run in all_three.runs[key]]
    assert counted == [(6, 0, 0, 0), (1, 1, 1, 0), *gone]
    told = scrapy("changes", "--since=1", "--format=json", f"-sHARVEST_DB={all_three.db}").stdout
    said = [
        (row["kind"], row["field"], row["old"], row["new"])
        for row in json.loads(told)
        if row["site"] == key and row["kind"] != "added" and row["field"] not in NO_VALUES
    ]
    title = all_three.before[key][2].title
    assert said == [("changed", "title", title, f"{title} anew")]


NO_VALUES = ("missing", "removed")


def test_each_keeps_to_its_own(all_three: Harvested) -> None:
    found = rows(all_three.db, "SELECT site, count(*) AS n FROM documents GROUP BY site")
    assert {row["site"]: row["n"] for row in found} == dict.fromkeys(KEYS, 7)


def test_listing_without_a_total_is_walked_twice(all_three: Harvested) -> None:
    town = next(site for site in all_three.sites if site.key == "nyheter")
    pages = ["/nyheter/", "/nyheter/page/2/"]
    assert [path for path in town.asked if path != "/robots.txt"] == pages * 2 * ROUNDS


@pytest.fixture
def town(httpserver: HTTPServer) -> Iterator[OtherSite]:
    site = next(site for site in other_sites() if site.key == "nyheter")
    site.serve(httpserver)
    yield site


def test_walks_that_differ_prove_nothing(town: OtherSite, tmp_path: Path) -> None:
    """Each walk finds other entries, so that no two agree."""
    shown, render = town.shown, town.render

    def moving(site: OtherSite, some: list[Shown], start: int, total: int) -> str:
        if not start:
            site.shown = [*shown[len(site.asked) % 5 :], *shown[: len(site.asked) % 5]]
        return render(site, site.shown[start : start + SIZE], start, total)

    town.render = moving
    done = harvest_of(town, tmp_path)
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "a walk before found others" in done.complaints[0]
    assert [row["reason"] for row in rows(done.db, "SELECT reason FROM failures")] == ["moved"]


def test_pages_of_unlike_sizes_prove_nothing(town: OtherSite, tmp_path: Path) -> None:
    render = town.render
    town.render = lambda site, some, start, total: render(
        site, some if start else some[:-1], start, total
    )
    town.shown = [*town.shown, *(Shown(f"x{n}", f"X {n}", "1 maj 2025") for n in range(4))]
    done = harvest_of(town, tmp_path)
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "its pages have between 2 and 4" in done.complaints[0]
    assert [row["reason"] for row in rows(done.db, "SELECT reason FROM failures")] == ["no-total"]


def test_single_walk_proves_nothing(town: OtherSite, tmp_path: Path) -> None:
    done = harvest_of(town, tmp_path, HARVEST_WALKS=1)
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "unless a second walk finds the same" in done.complaints[0]


def test_captured_pages_without_a_total_prove_nothing(town: OtherSite, tmp_path: Path) -> None:
    """They would be the same however often they are walked."""
    harvest_of(town, tmp_path, HARVEST_WARC=tmp_path / "warc")
    (tmp_path / "harvest.db").unlink()
    done = harvest_of(town, tmp_path, f"source={tmp_path / 'warc'}")
    assert (done.code, done.run["outcome"], done.run["seen"]) == (75, "incomplete", 6)
    assert "The site states no total here" in done.complaints[0]


EXAMPLE = re.search(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
HITS = """<!DOCTYPE html><html><p>Treffer 1 bis 2 von 2</p><table class="hits">
<tr><th>Nr.</th><th>Titel</th><th>Datum</th></tr>
<tr><td class="number">1</td><td class="title"><a href="/record.php?id=7">Brief</a></td>
<td class="date">12.5.1950</td></tr>
<tr><td class="number">2</td><td class="title"><a href="record.php?q=x&amp;id=8">Akte</a></td>
<td class="date"></td></tr></table></html>"""


def test_profile_that_the_readme_shows(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("")
    httpserver.expect_request("/search").respond_with_data(HITS, content_type="text/html")
    assert EXAMPLE is not None
    options = settings(tmp_path)
    (tmp_path / "sites" / "example.toml").write_text(EXAMPLE[1], encoding="utf-8")
    url = httpserver.url_for("/search?q=x")
    done = harvest("-a", f"url={url}", "-a", "site=example", **options)
    assert (done.code, done.run["outcome"], done.complaints) == (0, "complete", [])
    found = rows(done.db, "SELECT id, site, url, title, date_text FROM documents ORDER BY id")
    home = "https://archive.example/record.php?id="
    assert found == [
        {
            "id": "7",
            "site": "example",
            "url": f"{home}7",
            "title": "Brief",
            "date_text": "12.5.1950",
        },
        {"id": "8", "site": "example", "url": f"{home}8", "title": "Akte", "date_text": None},
    ]


RECORD = (
    '<!DOCTYPE html><html lang="de"><body><h1>{0}</h1><dl><dt>Fundstelle</dt><dd>Drs {0}</dd>'
    "<dt>Urheber</dt><dd>Ministerium</dd></dl><p>Ende.</p></body></html>"
)


def test_documents_with_ids_in_a_parameter_are_asked_for(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    """Their addresses differ by nothing else."""
    site = next(one for one in other_sites() if one.key == "landtag")
    site.serve(httpserver)
    for one in site.shown:
        path = f"/portal/Dokument?Id={spelled(site.key, one.id)}"
        site.documents[path] = RECORD.format(one.title)
    done = harvest_of(site, tmp_path, "details=yes")
    assert (done.code, done.complaints) == (0, [])
    assert done.run["details_fetched"] == len(site.shown)
    found = rows(done.db, "SELECT title, source FROM documents ORDER BY title")
    assert found == [{"title": one.title, "source": f"Drs {one.title}"} for one in site.shown]
