"""Harvests of ten sites unlike each other, of which no profile is written: it is learned from their
pages, or they are read without one."""

from dataclasses import replace
from pathlib import Path

import pytest
from examples import TIMES
from harvests import Harvest, harvest, rows
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
    renamed = rows(done.db, "SELECT field, old, new FROM changes WHERE kind = 'changed'")
    assert [tuple(row.values()) for row in renamed] == [
        ("title", before[2].title, f"{before[2].title} and the mills")
    ]


def stored(done: Harvest) -> list[tuple[str, str, str | None, str | None]]:
    """What the listing has, in its order."""
    sql = (
        "SELECT url, title, date_text, summary FROM memberships JOIN documents ON id = document"
        " WHERE missing IS NULL ORDER BY position"
    )
    return [tuple(row.values()) for row in rows(done.db, sql)]
