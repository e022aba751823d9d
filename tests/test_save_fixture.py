"""`scrapy save-fixture`: a page saved from a site is a fixture that the tests can use."""

import json
from pathlib import Path

import pytest
from archive import Archive, html, japan
from harvests import COPY, HASTE, scrapy
from markup_documents import Document, render
from pytest_httpserver import HTTPServer
from records import DOCUMENTS, NODE, real_record

OPTIONS = ["--site=wilson-center", *(f"-s{name}={value}" for name, value in HASTE.items())]


def test_saved_page_holds_what_was_read(archive: Archive, tmp_path: Path) -> None:
    done = scrapy("save-fixture", archive.url, "--to", str(tmp_path), *OPTIONS)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    (folder,) = (tmp_path / "listing").iterdir()
    said = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    assert (said["first"], said["last"], said["total"]) == (1, 10, 15)
    assert [entry["title"] for entry in said["entries"]] == [e["title"] for e in japan()[:10]]
    assert b"<script" not in (folder / "page.html").read_bytes()
    assert str(folder) in done.stdout


def test_saved_page_can_be_harvested(archive: Archive, tmp_path: Path) -> None:
    for page in ("", "&page=1"):
        scrapy("save-fixture", archive.url + page, "--to", str(tmp_path), *OPTIONS)
    source = ["-a", f"url={archive.url}", *COPY, "-a", f"source={tmp_path}"]
    done = scrapy("crawl", "collection", *source, f"-sHARVEST_DB={tmp_path / 'x.db'}")
    assert (done.returncode, "15 of 15" in done.stdout) == (0, True)


def test_page_that_can_not_be_read_is_saved_all_the_same(archive: Archive, tmp_path: Path) -> None:
    archive.answers[0] = lambda _: html("<h1>All is new here</h1>")
    done = scrapy("save-fixture", archive.url, "--to", str(tmp_path), *OPTIONS)
    assert done.returncode == 65
    (folder,) = (tmp_path / "other").iterdir()
    assert "All is new here" in (folder / "page.html").read_text()


def test_saved_document_holds_what_was_read(httpserver: HTTPServer, tmp_path: Path) -> None:
    record = real_record(DOCUMENTS[0], "today")
    page = render("today", Document(record.link, record))
    httpserver.expect_request("/robots.txt").respond_with_data("")
    httpserver.expect_request(f"/document/{record.document}").respond_with_response(html(page))
    url = httpserver.url_for(f"/document/{record.document}")
    done = scrapy("save-fixture", url, "--to", str(tmp_path), *OPTIONS)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    (folder,) = (tmp_path / "document").iterdir()
    said = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    assert (said["url"], said["record"]["title"]) == (url, record.title)
    assert said["record"]["node"] == NODE
    assert said["record"]["terms"] == [list(term) for term in record.terms]
    assert (folder / "page.html").read_bytes().count(b"<script") == 1


def test_page_that_is_no_documents_is_saved_all_the_same(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("")
    httpserver.expect_request("/document/--").respond_with_response(html("<h1>Log in</h1>"))
    url = httpserver.url_for("/document/--")
    done = scrapy("save-fixture", url, "--to", str(tmp_path), *OPTIONS)
    assert (done.returncode, "can't be read as a document" in done.stderr) == (65, True)
    (folder,) = (tmp_path / "other").iterdir()
    said = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    assert (folder.name, said["problem"]) == ("document", "not-a-document")


@pytest.mark.parametrize(
    "arguments",
    [
        *(
            ["https://x.org/document/a", "-s", "FOO"],
            [],
            ["nonsense"],
            ["/document/a"],
            ["file:///document/a"],
        ),
        *(
            ["https://x.org/search", "two"],
            ["https://x.org/document/%2E%2E", "--site=wilson-center"],
        ),
    ],
)
def test_bad_arguments_get_a_sentence(arguments: list[str], tmp_path: Path) -> None:
    done = scrapy("save-fixture", *arguments, "--to", str(tmp_path))
    assert (done.returncode, list(tmp_path.iterdir())) == (64, [])
    assert done.stderr.splitlines()[-1].startswith("harvester: ")
