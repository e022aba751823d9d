"""Scans: fetched once, checked against their bytes, kept whole, with their document and rights."""

import hashlib
import json
import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archive import Archive
from harvests import PATIENCE, Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from scans import RIGHTS, Scans, counts, failures, files, getter, kept, left, path, pdf
from werkzeug import Response

Crawl = Callable[..., Harvest]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test's scans go."""
    return tmp_path / "scans"


@pytest.fixture
def scans(archive: Archive, httpserver: HTTPServer) -> Scans:
    """The first five documents, with a scan each."""
    return Scans(archive, httpserver, 5)


@pytest.fixture
def get(scans: Scans, crawl: Crawl, folder: Path) -> Crawl:
    """Harvests the archive with its scans."""
    return getter(scans, crawl, folder)


def test_scans_are_kept_and_described(scans: Scans, get: Crawl, folder: Path) -> None:
    done = get()
    assert (done.code, counts(done), done.complaints) == (0, (5, 5, 0), [])
    assert sorted(kept(folder).values()) == sorted(scans.contents.values())
    for row in files(done.db):
        content = scans.contents["/document/" + row["url"].partition("/document/")[2]]
        assert kept(folder)[row["path"]] == content
        assert (row["sha256"], row["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
        assert (row["media_type"], row["run"]) == ("application/pdf", 1)
    assert left(folder) == []


def test_names_are_ours_alone(scans: Scans, get: Crawl, folder: Path, tmp_path: Path) -> None:
    done = get()
    for row in files(done.db):
        stem = row["document"][:60].strip("-")
        assert row["path"] == f"{row['sha256'][:2]}/{stem}-{row['sha256'][:16]}.pdf"
    assert not list(tmp_path.rglob("*evil*"))
    assert {one.name.partition("-")[0] for one in tmp_path.iterdir()} == {"scans", "harvest.db"}


def test_rights_stay_attached(scans: Scans, get: Crawl, folder: Path) -> None:
    done = get()
    row = files(done.db)[0]
    beside = json.loads((folder / row["path"]).with_suffix(".json").read_text())
    document = rows(done.db, "SELECT * FROM documents WHERE id = ?", row["document"])[0]
    assert beside == {
        "sha256": row["sha256"],
        "size": row["size"],
        "media_type": "application/pdf",
        "documents": [
            {
                "document": document["url"],
                "title": document["title"],
                "rights": RIGHTS,
                "scan": row["url"],
                "fetched": row["fetched"],
            }
        ],
    }


def test_second_harvest_asks_for_nothing(scans: Scans, get: Crawl) -> None:
    first = files(get().db)
    scans.asked.clear()
    done = get()
    assert (done.code, counts(done), scans.asked) == (0, (0, 0, 0), [])
    assert files(done.db) == first


def test_scan_is_asked_about_if_its_page_says_something_else(
    scans: Scans, get: Crawl, folder: Path
) -> None:
    get()
    scans.asked.clear()
    scans.answered.clear()
    scans.edition = " As of now."
    done = get()
    assert (done.code, counts(done)) == (0, (5, 5, 0))
    assert scans.answered == [304] * 5
    said = [json.loads(one.read_text()) for one in folder.glob("*/*.json")]
    assert {one["documents"][0]["rights"] for one in said} == {RIGHTS + " As of now."}
    assert get().code == 0
    assert scans.answered == [304] * 5


def test_scan_that_is_only_called_otherwise_is_not_sent_again(
    scans: Scans, get: Crawl, folder: Path
) -> None:
    said = "SELECT label, path, url FROM scans ORDER BY url"
    first = get()
    assert {row["label"] for row in rows(first.db, said)} == {"Original Scan"}
    before, scans_before = rows(first.db, said), kept(folder)
    scans.answered.clear()
    scans.label = "Facsimile"
    done = get()
    assert (done.code, scans.answered) == (0, [304] * 5)
    assert rows(done.db, said) == [{**row, "label": "Facsimile"} for row in before]
    assert (kept(folder), counts(get())) == (scans_before, (0, 0, 0))
    told = rows(done.db, "SELECT field, old, new FROM changes WHERE kind = 'changed'")
    assert told == [{"field": "scan label", "old": "Original Scan", "new": "Facsimile"}] * 5


def test_full_asks_whether_scans_have_changed(scans: Scans, get: Crawl, folder: Path) -> None:
    get()
    old, scans.contents[path(2)] = scans.contents[path(2)], pdf("another")
    scans.answered.clear()
    done = get("-a", "full=yes")
    assert (done.code, sorted(scans.answered)) == (0, [200, 304, 304, 304, 304])
    assert {old, scans.contents[path(2)]} < set(kept(folder).values())
    (change,) = rows(done.db, "SELECT * FROM changes WHERE field = 'scan'")
    assert kept(folder)[change["old"]] == old
    assert kept(folder)[change["new"]] == scans.contents[path(2)]


def test_same_bytes_are_kept_once(scans: Scans, get: Crawl, folder: Path) -> None:
    scans.contents[path(3)] = scans.contents[path(1)]
    done = get()
    assert (done.code, counts(done), len(kept(folder))) == (0, (5, 5, 0), 4)
    paths = [row["path"] for row in files(done.db)]
    assert paths[1] == paths[3]
    beside = json.loads((folder / paths[1]).with_suffix(".json").read_text())
    assert [one["scan"] for one in beside["documents"]] == [scans.url(path(1)), scans.url(path(3))]


def test_scan_of_two_documents_is_asked_for_once(scans: Scans, get: Crawl, folder: Path) -> None:
    one, other = list(scans.links)[1], list(scans.links)[3]
    scans.links[other] = scans.links[one]
    done = get()
    assert (done.code, len(scans.asked), len(files(done.db))) == (0, 4, 5)
    shared = [row["path"] for row in files(done.db) if row["document"] in (one, other)]
    assert len(shared) == 2 and len(set(shared)) == 1
    beside = json.loads((folder / shared[0]).with_suffix(".json").read_text())
    links = {said["document"].rpartition("/")[2] for said in beside["documents"]}
    assert links == {one, other}


def test_scan_that_was_deleted_is_fetched_again(scans: Scans, get: Crawl, folder: Path) -> None:
    row = files(get().db)[2]
    (folder / row["path"]).unlink()
    scans.asked.clear()
    done = get()
    assert (done.code, counts(done), scans.asked) == (0, (1, 1, 0), [(path(2), "")])
    assert (folder / row["path"]).is_file()


def test_scans_are_not_fetched_unless_wanted(scans: Scans, crawl: Crawl, folder: Path) -> None:
    done = crawl("-a", f"url={scans.archive.url}", "-a", "details=yes", HARVEST_FILES=folder)
    assert (done.code, scans.asked, folder.exists()) == (0, [], False)
    assert len(rows(done.db, "SELECT * FROM scan_links")) == 5
    again = crawl("-a", f"url={scans.archive.url}", "-a", "files=yes", HARVEST_FILES=folder)
    assert (again.code, counts(again)) == (0, (5, 5, 0))


def test_scan_is_followed_within_the_site(scans: Scans, get: Crawl, folder: Path) -> None:
    scans.contents["/document/moved/scan.pdf"] = scans.contents.pop(path(0))
    place = scans.url("/document/moved/scan.pdf")
    scans.answers[path(0)] = lambda _: Response("Found", 302, headers={"Location": place})
    done = get()
    assert (done.code, counts(done)) == (0, (5, 5, 0))
    assert scans.contents["/document/moved/scan.pdf"] in kept(folder).values()
    assert files(done.db)[0]["url"] == scans.url(path(0))


ROWS = "SELECT document, url, path, sha256, size, media_type, fetched FROM files ORDER BY url"


def test_recording_gives_the_same_scans(
    scans: Scans, get: Crawl, folder: Path, tmp_path: Path
) -> None:
    live = get(HARVEST_WARC=tmp_path / "warc")
    scans.asked.clear()
    again = tmp_path / "again"
    url = f"url={scans.archive.url}"
    settings = {"HARVEST_DB": tmp_path / "again.db", "HARVEST_FILES": again}
    done = harvest("-a", url, "-a", "files=yes", "-a", f"source={tmp_path / 'warc'}", **settings)
    assert (done.code, counts(done), scans.asked) == (0, (5, 5, 0), [])
    assert kept(again) == kept(folder)
    assert rows(done.db, ROWS) == rows(live.db, ROWS)


def test_recording_without_a_scan_lacks_it(scans: Scans, get: Crawl, tmp_path: Path) -> None:
    get(HARVEST_WARC=tmp_path / "warc", HARVEST_FILE_MAXSIZE=1000)
    said = ("-a", f"url={scans.archive.url}", "-a", "files=yes", "-a", f"source={tmp_path}/warc")
    done = harvest(*said, HARVEST_DB=tmp_path / "again.db", HARVEST_FILES=tmp_path / "again")
    assert (done.code, counts(done)) == (75, (5, 0, 5))
    assert {row["reason"] for row in failures(done)} == {"not-saved"}


def test_mirror_gives_the_same_scans(
    scans: Scans, get: Crawl, folder: Path, tmp_path: Path
) -> None:
    get()
    subprocess.run(
        ["wget", "--quiet", "--recursive", "--level=3", "--execute=robots=off", scans.archive.url],
        cwd=tmp_path,
        check=False,
        timeout=PATIENCE,
    )
    (mirror,) = tmp_path.glob("localhost*")
    said = ("-a", f"url={scans.archive.url}", "-a", "files=yes", "-a", f"source={mirror}")
    settings = {"HARVEST_DB": tmp_path / "again.db", "HARVEST_FILES": tmp_path / "again"}
    done = harvest(*said, **settings)
    assert (done.code, counts(done)) == (0, (5, 5, 0))
    assert kept(tmp_path / "again") == kept(folder)


def test_older_capture_is_no_news(scans: Scans, get: Crawl, tmp_path: Path) -> None:
    get(HARVEST_WARC=tmp_path / "warc")
    scans.contents[path(0)] = pdf("another")
    newest = get("-a", "full=yes").db
    with closing(sqlite3.connect(newest)) as later, later:
        later.execute("UPDATE files SET fetched = '2100-01-01T00:00:00Z'")
    newer = files(newest)
    done = get("-a", f"source={tmp_path / 'warc'}", "-a", "full=yes")
    assert [row["sha256"] for row in files(done.db)] == [row["sha256"] for row in newer]
    assert len(rows(done.db, "SELECT * FROM changes WHERE field = 'scan'")) == 1


def test_runs_and_changes_tell_of_scans(scans: Scans, get: Crawl, db: Path) -> None:
    scans.contents[path(4)] = b"no PDF"
    get()
    scans.contents[path(0)] = pdf("another")
    get("-a", "full=yes")
    told = scrapy("runs", f"-sHARVEST_DB={db}").stdout.splitlines()
    shown = [re.split(" {2,}", line.strip())[-2:] for line in told]
    assert shown == [["scans", "exit"], ["4 of 5", "75"], ["4 of 5", "75"]]
    changed = scrapy("changes", f"-sHARVEST_DB={db}").stdout
    (change,) = rows(db, "SELECT * FROM changes WHERE field = 'scan'")
    assert change["old"][:40] in changed and change["new"][:40] in changed
