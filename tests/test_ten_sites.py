"""Harvests of ten sites unlike each other, of which no profile is written: it is learned from their
pages, or they are read without one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from examples import TIMES
from harvests import HASTE, Harvest, harvest, rows, scrapy
from other_sites import OtherSite, Shown
from pytest_httpserver import HTTPServer
from ten_sites import SHAPES, TOTAL, ten_sites

SITES = ten_sites()
OFTEN = (
    "articles, each with its file",
    "a table by date, its pager without words",
    "cards, each in a link",
    "list items by an offset",
)
"""What is tried each time; `make properties` tries all ten."""
TRIED = SITES if TIMES > 1 else OFTEN


def crawled(site: OtherSite, folder: Path, key: str | None = None, *said: str) -> Harvest:
    """Harvests a site, as somebody who has no collections, nor profiles unless this `key` is of
    one."""
    files = {"HARVEST_DB": folder / "h.db", "HARVEST_COLLECTIONS": folder / "collections.toml"}
    key = key or site.url.partition("//")[2].partition("/")[0]
    return harvest("-a", f"url={site.url}", "-a", "name=papers", f"-asite={key}", *said, **files)


def later(shown: list[Shown]) -> list[Shown]:
    """The same with one that is new, one that has another title, and without one."""
    new = replace(shown[0], id=shown[0].id.replace("100", "99"), title="Letter to all")
    renamed = replace(shown[2], title=f"{shown[2].title} and the mills")
    return [new, *shown[:2], renamed, *shown[4:]]


def test_there_are_ten_of_three_pages_each() -> None:
    assert len(SITES) == 10
    assert {-(-TOTAL // site.size) for site in SITES.values()} == {3}


@pytest.mark.hypothesis  # so that `make properties` has it, too
@pytest.mark.parametrize("name", TRIED)
def test_site_is_harvested_and_its_history_kept(
    name: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    site = SITES[name]
    site.serve(httpserver)
    before = site.shown
    for shown, expected in ((before, (TOTAL, 0, 0, 0)), (later(before), (1, 1, 1, 0))):
        site.shown = shown
        done = crawled(site, tmp_path)
        assert (done.code, done.complaints) == (0, [])
        outcome = "complete" if SHAPES[name].states_total else "walked"
        assert (done.run["outcome"], done.run["seen"]) == (outcome, TOTAL)
        counted = [done.run[one] for one in ("added", "changed", "missing", "removed")]
        assert tuple(counted) == expected
        assert stored(done) == [
            (httpserver.url_for(one.id), one.title, one.date, one.summary) for one in shown
        ]
        assert beside(done) == [SHAPES[name].other(one) for one in shown]
    renamed = rows(done.db, "SELECT field, old, new FROM changes WHERE kind = 'changed'")
    assert [tuple(row.values()) for row in renamed] == [
        ("title", before[2].title, f"{before[2].title} and the mills")
    ]


def test_what_else_a_listing_says_has_its_history(httpserver: HTTPServer, tmp_path: Path) -> None:
    """Also where the layout changes meanwhile, and the profile is repaired."""
    site = SITES["cards with labels"]
    site.serve(httpserver)
    render = site.render
    before = [{"Cote": [f"{one.id[-3:]} J"]} for one in site.shown]
    assert beside(crawled(site, tmp_path)) == before
    site.render = lambda *said: render(*said).replace("Cote : 102 J", "Cote : 102 J bis")
    done = crawled(site, tmp_path)
    now = [*before[:2], {"Cote": ["102 J bis"]}, *before[3:]]
    assert (beside(done), done.run["changed"]) == (now, 1)
    (change,) = rows(done.db, "SELECT kind, field, old, new FROM changes WHERE kind <> 'added'")
    said = [json.loads(change[name]) for name in ("old", "new")]
    assert (change["kind"], change["field"], said) == (
        *("changed", "listed_other"),
        [before[2], now[2]],
    )
    lines = scrapy("export", "--format", "jsonl", f"-sHARVEST_DB={done.db}").stdout.splitlines()
    assert sorted((json.loads(line)["listed_other"] for line in lines), key=str) == sorted(
        now, key=str
    )
    site.render = lambda *said: (
        render(*said)
        .replace("<ul><li>", "<ol><li>")
        .replace("</li></ul></div>", "</li></ol></div>")
        .replace("Cote : 102 J", "Cote : 102 J bis")
        .replace("fr-card", "card")
        .replace('<p class="date">', '<p class="jour">')
    )
    assert crawled(site, tmp_path).run["outcome"] == "unreadable"
    db = [f"-s{name}={value}" for name, value in {**HASTE, "HARVEST_DB": done.db}.items()]
    repaired = scrapy("learn", "--repair", "papers", "--write", *db)
    assert (repaired.returncode, repaired.stderr) == (0, "")
    again = crawled(site, tmp_path)
    assert (beside(again), again.run["changed"]) == (now, 0)


def beside(done: Harvest) -> list[dict[str, list[str]] | None]:
    """What else the listing says of its documents, in its order."""
    sql = (
        "SELECT listed_other FROM memberships JOIN documents ON id = document"
        " WHERE missing IS NULL ORDER BY position"
    )
    return [
        json.loads(value) if value else None for (value,) in map(dict.values, rows(done.db, sql))
    ]


def stored(done: Harvest) -> list[tuple[str, str, str | None, str | None]]:
    """What the listing has, in its order."""
    sql = (
        "SELECT url, title, date_text, summary FROM memberships JOIN documents ON id = document"
        " WHERE missing IS NULL ORDER BY position"
    )
    return [tuple(row.values()) for row in rows(done.db, sql)]
