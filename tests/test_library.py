"""The public face for programs in Python: its examples hold, and it is all that is promised."""

import doctest
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from harvests import FIXTURES, PROJECT, harvest

import harvester
from harvester import dates, library

PAGE = PROJECT / "docs" / "library.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the examples have it: with the fixtures and a harvest of them."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "data").mkdir()
    (folder / "fixtures").symlink_to(PROJECT / "fixtures")
    db = folder / "data" / "harvest.db"
    assert harvest("-a", f"source={FIXTURES}", HARVEST_DB=db).code == 0
    return folder


def examples() -> dict[str, str]:
    """The examples of docstrings and of the page, by where they stand."""
    found = {
        one.name: one.docstring or ""
        for module in (library, dates)
        for one in doctest.DocTestFinder(exclude_empty=True).find(module)
        if one.examples
    }
    blocks = re.findall(r"^```pycon\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    return {**found, PAGE.name: "\n".join(blocks)}


@pytest.mark.parametrize("where", examples())
def test_examples_are_true(where: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names = {
        "Path": Path,
        "json": json,
        **{name: getattr(harvester, name) for name in harvester.__all__},
    }
    test = doctest.DocTestParser().get_doctest(examples()[where], names, where, None, 0)
    told: list[str] = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert told == []


def test_every_public_function_has_an_example() -> None:
    functions = {
        name
        for name in harvester.__all__
        if callable(getattr(harvester, name)) and not isinstance(getattr(harvester, name), type)
    }
    found = {where.rpartition(".")[2] for where in examples()}
    assert functions <= found
    assert functions == {*re.findall(r"^\| `(\w+)\(", PAGE.read_text("utf-8"), re.M)}


def test_what_is_not_public_is_not_there() -> None:
    assert {*harvester.__all__} <= {*library.__all__, "__version__"}
    with pytest.raises(AttributeError, match="nothing"):
        _ = harvester.nothing
    assert (PROJECT / "harvester" / "py.typed").exists()


def test_commands_do_not_load_it() -> None:
    """It would make the start of each one slower."""
    code = "import sys, harvester; sys.exit('harvester.library' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT).returncode == 0


LIST = "".join(
    f'<li><a href="/minutes/{day}">Minutes of the session about fish no. {word}</a>'
    f" <span>{day} May 1962</span></li>"
    for day, word in enumerate(("one", "two", "three", "four", "five", "six"), 1)
)


def test_listing_of_a_site_without_a_profile() -> None:
    page = f"<html><body><h1>Minutes</h1><ul>{LIST}</ul></body></html>"
    listing = harvester.read_listing(page, "https://archive.example/minutes")
    assert [one.date_edtf for one in listing.entries] == [f"1962-05-0{day}" for day in range(1, 7)]
    assert listing.entries[0].link == "https://archive.example/minutes/1"


@pytest.mark.parametrize("host", ["archive.example", "digitalarchive.wilsoncenter.org"])
def test_page_that_is_no_listing_is_refused(host: str) -> None:
    with pytest.raises(harvester.HarvestProblem, match=host):
        harvester.read_listing("<p>Nothing here.</p>", f"https://{host}/search?q=fish")


def test_document_of_another_site_is_refused() -> None:
    with pytest.raises(harvester.HarvestProblem, match="no site 'nobody'"):
        harvester.read_document("<h1>Letter</h1>", "https://archive.example/1", "nobody")


def test_harvest_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(harvester.HarvestProblem, match="no database"),
        harvester.open_harvest(tmp_path / "harvest.db"),
    ):
        pass


def test_harvest_is_read_by_collection_and_time(folder: Path) -> None:
    with harvester.open_harvest(folder / "data" / "harvest.db") as past:
        (run,) = past.runs()
        assert len(past.changes()) == run["added"] == 15
        assert len([*past.documents(run["name"])]) == 15
        assert [*past.documents(since="2099-01-01")] == []
        with pytest.raises(harvester.HarvestProblem, match="'nothing'"):
            next(past.documents("nothing"))
