"""A catalogue of several archives, harvested by its profile: documents on other hosts, some without
a link yet, dates in headings, entries of two elements, a pager that is a script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from harvests import Harvest, harvest, rows
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PROFILE = """
name = "Union"
home = "https://union.example"
[documents]
address = "{+url}"
[listing]
addresses = [{ path = "/list", parameter = "from", step = 3, states_range = false }]
begins = "h3"
title = "h3"
link = "a"
unlinked = "h3, h3 + p b"
date = "i"
date_above = "h2"
next = "button.next"
named_only = true
"""
SIZE = 3
Shown = tuple[str | None, str, str]
"""The address, the title and the day of an entry; all are of May 1950."""
FIRST: list[Shown] = [
    ("https://north.example/7", "Letter", "1"),
    (None, "Minutes", "2"),
    ("/own/3", "Note", "3"),
    ("//south.example/x?y=2", "Cable", "4"),
    (None, "Agenda", "5"),
]
SECOND: list[Shown] = [
    FIRST[0],
    FIRST[1],
    ("/own/3", "Note, revised", "3"),
    ("https://north.example/8", "Report", "6"),
    *FIRST[3:],
]


@dataclass
class Union:
    """The catalogue; `asked` are the paths that were asked for."""

    shown: list[Shown]
    asked: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.path != "/list":
            return Response(f"<html><title>{request.path}</title><h1>Note</h1></html>")
        start = int(request.args.get("from", 0))
        entries = "".join(map(self.entry, self.shown[start : start + SIZE]))
        more = "" if start + SIZE < len(self.shown) else " disabled"
        pager = f'<button class="next"{more}>Next</button>'
        text = f"<html><body><h2>May 1950</h2><div>{entries}</div>{pager}</body></html>"
        return Response(text, mimetype="text/html")

    @staticmethod
    def entry(one: Shown) -> str:
        href, title, day = one
        link = f'<a href="{href}">View</a>' if href else "not yet online"
        return f"<h3>{title}</h3><p><i>{day}</i> <b>no. {day}</b> {link}</p>"


@pytest.fixture
def union(httpserver: HTTPServer) -> Union:
    it = Union(FIRST)
    httpserver.expect_request("/robots.txt").respond_with_data("")
    httpserver.expect_request("").respond_with_handler(it.answer)
    return it


@pytest.fixture
def run(httpserver: HTTPServer, tmp_path: Path) -> Callable[..., Harvest]:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "union.toml").write_text(PROFILE)
    (tmp_path / "collections.toml").touch()

    def harvested(*more: str) -> Harvest:
        wanted = (f"url={httpserver.url_for('/list')}", "site=union", "name=union", *more)
        return harvest(
            *(part for one in wanted for part in ("-a", one)),
            HARVEST_DB=tmp_path / "harvest.db",
            HARVEST_COLLECTIONS=tmp_path / "collections.toml",
        )

    return harvested


def test_union_is_harvested_and_its_history_kept(
    union: Union, run: Callable[..., Harvest], tmp_path: Path
) -> None:
    done = run()
    assert (done.code, done.run["outcome"], done.run["added"]) == (0, "walked", 5)
    stored = "SELECT id, url, title, date_text, date_edtf FROM documents ORDER BY date_edtf"
    found = rows(tmp_path / "harvest.db", stored)
    ids = [
        "https://north.example/7",
        "https://union.example/list#Minutes%20no.%202",
        "https://union.example/own/3",
        "http://south.example/x?y=2",
        "https://union.example/list#Agenda%20no.%205",
    ]
    assert [row["id"] for row in found] == [row["url"] for row in found] == ids
    assert [row["date_edtf"] for row in found] == [f"1950-05-0{day}" for day in range(1, 6)]
    assert found[0]["date_text"] == "1 May 1950"

    union.shown = SECOND
    done = run()
    assert (done.code, done.run["added"], done.run["changed"], done.run["missing"]) == (0, 1, 1, 0)


def test_no_other_host_is_asked_for_a_document(union: Union, run: Callable[..., Harvest]) -> None:
    done = run("details=yes")
    assert "4 documents have no page on this site" in done.err
    assert [path for path in union.asked if path != "/list"] == ["/own/3"]
