"""`scrapy reparse`: what recorded pages say today, beside what was read in them before."""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from archive import Archive, archive_on, html, japan
from captured import content, record, wacz, write_warc
from databases import checked, holder
from harvests import Forked, begun, dump, forked, harvest, rows, scrapy, until
from pytest_httpserver import HTTPServer
from rereading import Harvested, damage
from stored import number
from wayback import Wayback
from werkzeug import Request, Response

FIRST, SECOND = (str(entry["href"]).rpartition("/")[2] for entry in japan()[:2])
TITLE = str(japan()[0]["title"])


@pytest.fixture(scope="module")
def once(make_httpserver: HTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """The fifteen documents, harvested and recorded."""
    harvested = Harvested.within(tmp_path_factory.mktemp("once"))
    with archive_on(make_httpserver) as archive:
        assert harvested.crawl(archive).code == 0
    return harvested


@pytest.fixture
def it(once: Harvested, archive: Archive, tmp_path: Path) -> Harvested:
    """The same, for a test of its own; the site is as it was then."""
    return once.copied(tmp_path)


GARBLED = (
    f"UPDATE documents SET title = 'Garbled' WHERE id = '{FIRST}'",
    "UPDATE documents SET date_edtf = NULL, date_earliest = NULL, date_latest = NULL"
    f" WHERE id = '{SECOND}'",
)
SAID = f"(SELECT id FROM addresses WHERE slug = '{FIRST}')"
LACKING = (
    *(
        f"DELETE FROM {table} WHERE document = {number(FIRST)}"
        for table in ("changes", "memberships")
    ),
    "DELETE FROM observations WHERE statement IN"
    f" (SELECT id FROM statements WHERE address = {SAID})",
    f"DELETE FROM documents WHERE id = '{FIRST}'",
    f"DELETE FROM statements WHERE address = {SAID}",
    f"DELETE FROM addresses WHERE slug = '{FIRST}'",
)
NOTHING = "it: 2 of 2 recorded pages read again (0 read otherwise, 0 new)\n"


def test_nothing_differs_after_a_harvest(it: Harvested) -> None:
    before, files = dump(it.db), sorted(it.db.parent.iterdir())
    done = it.reparse()
    assert (done.code, done.out, done.err) == (0, NOTHING, "")
    assert it.reparse("--write").out == NOTHING
    assert (dump(it.db), sorted(it.db.parent.iterdir())) == (before, files)


def test_what_was_read_otherwise_is_shown_and_not_written(archive: Archive, it: Harvested) -> None:
    it.as_read_before(*GARBLED)
    before = dump(it.db)
    (fetched,) = {row["fetched"] for row in rows(it.db, "SELECT fetched FROM pages LIMIT 1")}
    done = it.reparse()
    assert (done.code, dump(it.db)) == (0, before)
    address = "      https://digitalarchive.wilsoncenter.org/document/"
    assert done.out == (
        f"{archive.url}, as it was at {fetched}\n"
        "  Read otherwise (2)\n"
        f"    {TITLE} (June 10, 1991)\n"
        f"{address}{FIRST}\n"
        f'      title: "Garbled" -> "{TITLE[:70]}..."\n'
        f"    {japan()[1]['title']} (September 14, 1961)\n"
        f"{address}{SECOND}\n"
        '      date read as: (none) -> "1961-09-14"\n'
        "it: 2 of 2 recorded pages read again (2 read otherwise, 0 new)\n"
        "Nothing of this is written: add --write.\n"
    )


def test_what_was_read_otherwise_is_written_with_its_history(it: Harvested) -> None:
    live = content(it.db)
    it.as_read_before(*GARBLED)
    shown = it.reparse().out
    done = it.reparse("--write")
    assert (done.code, done.out) == (0, shown.replace(shown.splitlines()[-1], "It is written."))
    assert content(it.db) == live
    changes = rows(it.db, "SELECT * FROM changes WHERE run = 2")
    assert [(row["document"], row["field"], row["old"], row["new"]) for row in changes] == [
        (FIRST, "title", "Garbled", TITLE),
        (SECOND, "date_edtf", None, "1961-09-14"),
        (SECOND, "date_earliest", None, "1961-09-14"),
        (SECOND, "date_latest", None, "1961-09-14"),
    ]
    assert {(row["kind"], row["collection"]) for row in changes} == {("reread", 1)}
    run = done.run
    assert (run["source"], run["outcome"], run["changed"]) == ("reparse", "complete", 2)
    assert (run["pages"], run["seen"], run["stated_total"], run["undated"]) == (2, 15, 15, 1)
    before = dump(it.db)
    assert (it.reparse("--write").out, dump(it.db)) == (NOTHING, before)
    checked(it.db)


def test_corrections_are_told_apart_from_changes_of_the_source(it: Harvested) -> None:
    it.as_read_before(*GARBLED)
    it.reparse("--write")
    told = scrapy("changes", f"-sHARVEST_DB={it.db}").stdout
    assert told.startswith(f"it\n  Read otherwise (2)\n    {TITLE}")
    assert '      title: "Garbled" -> ' in told


def test_document_that_was_not_found_before_is_added(it: Harvested) -> None:
    live = content(it.db)
    it.as_read_before(*LACKING)
    assert f"  New (1)\n    {TITLE} (June 10, 1991)\n" in it.reparse().out
    done = it.reparse("--write")
    assert (done.code, content(it.db), done.run["added"]) == (0, live, 1)
    (added,) = rows(
        it.db,
        "SELECT * FROM documents JOIN pages ON pages.id = page WHERE run = 1"
        f" AND documents.id = '{FIRST}'",
    )
    assert added["first_seen"] == added["fetched"]
    (change,) = rows(it.db, "SELECT * FROM changes WHERE run = 2")
    assert (change["kind"], change["document"]) == ("added", FIRST)
    before = dump(it.db)
    assert (it.reparse("--write").out, dump(it.db)) == (NOTHING, before)


def test_document_that_was_not_found_is_added_as_of_the_page_that_shows_it(
    archive: Archive, it: Harvested
) -> None:
    """No complete run has missed since what only an older one shows."""
    known = japan()
    archive.entries = [{**known[0], "title": "New"}, *known[10:], *known[1:10]]
    archive.answers[1] = lambda _: html("<h1>Down</h1>", 500)
    assert it.crawl(archive, "-sHARVEST_RETRIES=0").run["outcome"] == "unreachable"
    lost = [str(entry["href"]).rpartition("/")[2] for entry in (known[0], known[9])]
    for name in lost:
        it.as_read_before(*(sql.replace(FIRST, name) for sql in LACKING))
    assert it.reparse("--write").code == 0
    found = rows(it.db, "SELECT title, first_seen FROM documents WHERE id IN (?, ?)", *lost)
    (first,) = rows(it.db, "SELECT fetched FROM pages WHERE id = 1")
    assert {row["title"]: row["first_seen"] for row in found} == dict.fromkeys(
        ("New", known[9]["title"]), first["fetched"]
    )


def test_only_what_a_document_says_otherwise_is_news_of_it(it: Harvested) -> None:
    """Another reading of the same date is none."""
    it.as_read_before(*GARBLED)
    assert it.reparse("--write").code == 0
    news = rows(it.db, "SELECT id FROM documents WHERE last_changed <> first_seen")
    assert news == [{"id": FIRST}]


def test_document_that_is_not_found_any_more_is_named_and_left(it: Harvested) -> None:
    it.as_read_before(
        "INSERT INTO addresses SELECT 16, key, 'ghost', 0, 16 FROM sites",
        "INSERT INTO statements (id, address, url, title)"
        " VALUES (16, 16, 'https://x.example/document/ghost', 'A ghost')",
        "INSERT INTO observations VALUES (1, 16, 16)",
        "INSERT INTO documents"
        " (number, site, id, url, title, first_seen, last_changed, page, statement)"
        " SELECT 16, key, 'ghost', 'https://x.example/document/ghost', 'A ghost', '', '', 1, 16"
        " FROM sites",
        "INSERT INTO memberships (collection, document, position, first_seen, page)"
        " VALUES (1, 16, 16, '', 1)",
    )
    before = dump(it.db)
    done = it.reparse("--write")
    assert "  Not found any more, and left as it is (1)\n    A ghost\n" in done.out
    assert (done.code, dump(it.db)) == (0, before)
    assert "(0 read otherwise, 0 new, 1 not found any more)" in done.out


def test_removed_and_renamed_documents_stay_what_they_are(archive: Archive, it: Harvested) -> None:
    archive.entries = [{**japan()[1], "href": "/document/moved"}, *japan()[2:]]
    for _ in range(2):
        it.crawl(archive)
    before = content(it.db)
    assert rows(it.db, "SELECT count(*) AS n FROM documents WHERE removed IS NOT NULL")[0]["n"] == 1
    it.as_read_before(f"UPDATE documents SET title = 'Garbled' WHERE id IN ('{FIRST}', '{SECOND}')")
    done = it.reparse("--write")
    assert (done.code, content(it.db), done.run["changed"]) == (0, before, 2)
    assert rows(it.db, f"SELECT removed FROM documents WHERE id = '{FIRST}'")[0]["removed"]


def test_older_pages_are_read_and_give_no_values(archive: Archive, it: Harvested) -> None:
    archive.entries = [{**entry, "title": f"New {entry['title']}"} for entry in japan()[:14]]
    it.crawl(archive)
    it.as_read_before("UPDATE pages SET entries = 9 WHERE id = 1")
    before = dump(it.db)
    done = it.reparse("--write")
    assert (done.code, dump(it.db)) == (0, before)
    assert done.out.splitlines()[-2:] == [
        "  It has 10 entries, where 9 were read before",
        "it: 4 of 4 recorded pages read again (0 read otherwise, 0 new)",
    ]


def test_page_that_has_not_changed_is_read_where_it_was_recorded(
    archive: Archive, it: Harvested
) -> None:
    archive.validators = "ETag"
    for _ in range(2):
        it.crawl(archive)
    assert 304 in archive.answered
    it.as_read_before(*GARBLED)
    live = japan()[0]["title"]
    assert it.reparse("--write").code == 0
    assert rows(it.db, f"SELECT title FROM documents WHERE id = '{FIRST}'") == [{"title": live}]


def test_harvest_after_it_finds_nothing_changed(archive: Archive, it: Harvested) -> None:
    it.as_read_before(*GARBLED)
    it.reparse("--write")
    done = it.crawl(archive)
    assert (done.code, done.run["changed"], done.run["added"], done.run["missing"]) == (0, 0, 0, 0)


@pytest.mark.parametrize("changes", [(), GARBLED], ids=["nothing differs", "something differs"])
@pytest.mark.parametrize("arguments", [["--write"], []])
def test_harvest_after_it_has_no_need_of_the_recordings(
    arguments: list[str], changes: tuple[str, ...], archive: Archive, it: Harvested
) -> None:
    """What another reader has read is read again once: by this command, or else by the harvest."""
    archive.validators = "ETag"
    it.crawl(archive)
    it.as_read_before(*changes, "UPDATE runs SET reader = 'another'")
    it.reparse(*arguments)
    shutil.rmtree(it.warc)
    archive.answered.clear()
    assert it.crawl(archive).code == 0
    assert (archive.answered == [304, 304]) is bool(arguments)


def test_missing_recording_is_named_and_the_rest_is_read(archive: Archive, it: Harvested) -> None:
    old = it.file
    archive.entries = [{**japan()[0], "title": "Another"}, *japan()[1:]]
    it.crawl(archive)
    old.unlink()
    it.as_read_before("UPDATE documents SET title = 'Garbled' WHERE title = 'Another'")
    done = it.reparse("--write")
    assert (done.code, len(done.complaints)) == (75, 1)
    assert f"{old.name} is not in {it.warc}" in done.complaints[0]
    assert done.complaints[0].endswith("Pages that it holds: 2.")
    assert done.entries()[0]["title"] == "Another"
    (failure,) = rows(it.db, "SELECT * FROM failures")
    assert (done.run["outcome"], failure["reason"]) == ("incomplete", "not-saved")


def replace_recordings(it: Harvested, archive: Archive) -> None:
    """Puts other pages where those stand that are known."""
    places = rows(it.db, "SELECT url, warc_offset FROM pages ORDER BY warc_offset")
    whole = it.file.read_bytes()
    other = record(archive.url, b"<html>Another page</html>")
    with it.file.open("r+b") as file:
        for row in places:
            file.seek(row["warc_offset"])
            file.write(other)
    assert len(it.file.read_bytes()) == len(whole)


@pytest.mark.parametrize("case", ["damaged", "another"])
def test_what_was_not_recorded_so_is_not_used(case: str, archive: Archive, it: Harvested) -> None:
    if case == "damaged":
        damage(it, rows(it.db, "SELECT warc_offset FROM pages WHERE id = 1")[0]["warc_offset"])
    else:
        replace_recordings(it, archive)
    it.as_read_before(*GARBLED)
    before = dump(it.db)
    done = it.reparse("--write")
    assert (done.code, dump(it.db)) == (75, before)
    assert len(done.complaints) == (1 if case == "damaged" else 2)
    for sentence in done.complaints:
        assert f"What was recorded of {archive.url}" in sentence and it.file.name in sentence


def test_page_that_is_no_listing_any_more_is_named(archive: Archive, it: Harvested) -> None:
    """As if yesterday's parser had taken a page for a listing that is none."""
    it.as_recorded(1, b"<html>No listing</html>")
    it.as_read_before("UPDATE documents SET title = 'Garbled' WHERE page = 2")
    kept = rows(it.db, "SELECT * FROM documents WHERE page = 1")
    done = it.reparse("--write")
    assert (done.code, len(done.complaints), done.run["changed"]) == (65, 1, 5)
    assert f"{archive.url} can't be read as a listing" in done.complaints[0]
    assert done.run["outcome"] == "unreadable"
    assert rows(it.db, "SELECT * FROM documents WHERE page = 1") == kept


def test_each_collection_has_a_run_of_its_own(archive: Archive, it: Harvested) -> None:
    archive.entries = japan()[:12]
    other = ("-a", f"url={archive.url}2", "-a", "name=other")
    harvest(*other, HARVEST_DB=it.db, HARVEST_WARC=it.warc)
    it.as_read_before("UPDATE documents SET title = 'Garbled'")
    one = it.reparse("--collection", "other")
    assert "it:" not in one.out and "other: 2 of 2 recorded pages" in one.out
    done = it.reparse("--write")
    runs = rows(it.db, "SELECT collection, changed, source FROM runs WHERE id > 2 ORDER BY id")
    told = done.out.splitlines()
    assert [line for line in told if line.startswith(("it:", "other:"))] == [
        f"{name}: 2 of 2 recorded pages read again ({changed} read otherwise, 0 new)"
        for name, changed in (("it", 3), ("other", 12))
    ]
    assert runs == [
        {"collection": number, "changed": changed, "source": "reparse"}
        for number, changed in ((1, 3), (2, 12))
    ]


def test_runs_of_several_collections_end_each_for_itself(archive: Archive, it: Harvested) -> None:
    archive.entries = [{**entry, "href": f"{entry['href']}-2"} for entry in japan()[:12]]
    other = ("-a", f"url={archive.url}2", "-a", "name=other")
    harvest(*other, HARVEST_DB=it.db, HARVEST_WARC=it.warc)
    it.as_read_before("UPDATE documents SET title = 'Garbled'")
    assert it.reparse("--write").code == 0
    runs = rows(it.db, "SELECT * FROM runs WHERE source = 'reparse' ORDER BY id")
    told = [(run["outcome"], run["reason"], run["changed"], run["stated_total"]) for run in runs]
    assert told == [("complete", None, 15, 15), ("complete", None, 12, 12)]


def test_pages_that_were_never_recorded_are_counted(archive: Archive, db: Path) -> None:
    harvested = Harvested(db, Path("/nowhere"))
    harvest("-a", f"url={archive.url}", "-a", "name=it", HARVEST_DB=db, HARVEST_WARC="")
    done = harvested.reparse()
    assert (done.code, done.out) == (
        0,
        "it: 0 of 0 recorded pages read again, 2 were never recorded (0 read otherwise, 0 new)\n",
    )


@pytest.mark.parametrize("kind", ["warc", "folder", "wacz"])
def test_captures_are_found_where_they_are_said_to_be(
    kind: str, archive: Archive, db: Path, tmp_path: Path
) -> None:
    if kind == "wacz":
        source = wacz(archive, tmp_path)
    else:
        (tmp_path / "crawls" / "new").mkdir(parents=True)
        pages = [(archive.url, archive.page(0)), (f"{archive.url}&page=1", archive.page(1))]
        source = write_warc(tmp_path / "crawls" / "new" / "x.warc.gz", pages)
        source = source.parents[1] if kind == "folder" else source
    harvest("-a", f"url={archive.url}", "-a", f"source={source}", "-a", "name=it", HARVEST_DB=db)
    it = Harvested(db, tmp_path / "none")
    assert it.reparse().code == 75
    assert (it.reparse("--source", str(source)).out, it.reparse().code) == (NOTHING, 75)


def test_what_came_from_the_wayback_machine_is_read_again(
    archive: Archive, httpserver: HTTPServer, db: Path, tmp_path: Path
) -> None:
    wayback, site = Wayback(httpserver), "https://archive.example/search?search_api_fulltext=Japan"
    for place, url in enumerate((site, f"{site}&page=1")):
        wayback.add(f"2020010{place + 1}000000", url, archive.page(place))
    it = Harvested(db, tmp_path / "warc")
    wanted = ("-a", f"url={site}", "-a", "name=it", "-a", "source=wayback")
    harvest(*wanted, HARVEST_DB=db, HARVEST_WARC=it.warc, HARVEST_WAYBACK=wayback.url)
    live = content(db)
    assert it.reparse().out == NOTHING
    it.as_read_before(*GARBLED)
    assert (it.reparse("--write").code, content(db)) == (0, live)


@pytest.fixture(scope="module")
def long_once(make_httpserver: HTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """Four hundred documents, all of them read otherwise before."""
    with archive_on(make_httpserver) as archive:
        return of_pages(40, archive, tmp_path_factory.mktemp("long"))


def of_pages(count: int, archive: Archive, folder: Path) -> Harvested:
    """A harvest of so many pages of ten documents, which were read otherwise before."""
    harvested = Harvested.within(folder)
    archive.entries = [
        {"href": f"/document/d{n}", "title": f"Title {n}", "date_text": "1955", "summary": None}
        for n in range(10 * count)
    ]
    pages = [archive.page(number) for number in range(count)]
    archive.answers = {n: (lambda _, page=page: html(page)) for n, page in enumerate(pages)}
    assert harvested.crawl(archive).code == 0
    harvested.as_read_before("UPDATE documents SET title = 'Not ' || title, date_edtf = NULL")
    return harvested


@pytest.fixture
def long(long_once: Harvested, tmp_path: Path) -> Harvested:
    """The same, for a test of its own."""
    return long_once.copied(tmp_path)


def test_more_processes_tell_and_write_the_same(long: Harvested, tmp_path: Path) -> None:
    copy = Harvested(tmp_path / "copy.db", long.warc)
    copy.db.write_bytes(long.db.read_bytes())
    shown = [long.reparse("--processes", number).out for number in ("1", "2", "5")]
    assert shown[0] == shown[1] == shown[2] and "(400 read otherwise, 0 new)" in shown[0]
    one = long.reparse("--processes", "1", "--write")
    two = copy.reparse("--processes", "2", "--write")
    assert (one.code, one.out) == (two.code, two.out) and one.out.endswith("It is written.\n")
    assert content(long.db) == content(copy.db)
    said = "SELECT document, kind, field, old, new FROM changes ORDER BY id"
    assert rows(long.db, said) == rows(copy.db, said)


def test_killed_in_the_middle_it_leaves_all_as_it_was(long: Harvested) -> None:
    before = dump(long.db)
    with writing(long) as (process, said):
        for _ in range(100):
            assert said.readline().strip()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 2
        process.signal(signal.SIGKILL)
        process.wait()
    assert dump(long.db) == before
    until(lambda: not any(Path("/proc", child).exists() for child in children))
    done = long.reparse("--write")
    assert (done.code, done.run["changed"]) == (0, 400)
    assert done.run["id"] == 2
    checked(long.db)


@contextmanager
def writing(harvested: Harvested) -> Iterator[tuple[Forked, TextIO]]:
    """A process that writes what differs, and waits in the middle for someone to read of it."""
    os.mkfifo(pipe := harvested.db.with_name("pipe"))
    command = ["reparse", "--write", "--processes", "2"]
    settings = [f"-sHARVEST_DB={harvested.db}", f"-sHARVEST_WARC={harvested.warc}"]
    with os.fdopen(os.open(pipe, os.O_RDWR)) as said:  # which does not wait for a writer
        fcntl.fcntl(said, fcntl.F_SETPIPE_SZ, 4096)
        with forked([*command, *settings], out=str(pipe)) as process:
            yield process, said


def test_what_a_killed_harvest_left_is_found_by_searches_after_it(
    archive: Archive, db: Path, tmp_path: Path
) -> None:
    def killing(_: Request) -> Response:
        process.signal(signal.SIGKILL)
        return Response()

    killed = Harvested(db, tmp_path / "warc")
    archive.answers[1] = killing
    given = ("-a", f"url={archive.url}", "-a", "name=it")
    with begun(*given, HARVEST_DB=killed.db, HARVEST_WARC=killed.warc) as process:
        process()
    documents = rows(db, "SELECT id FROM documents ORDER BY id")
    assert documents and found(db) == []
    killed.as_read_before(GARBLED[1])
    assert killed.reparse("--write").code == 0
    assert found(db) == documents


def found(db: Path) -> list[dict[str, object]]:
    """The documents that searches know of."""
    return rows(
        db,
        "SELECT named.id FROM words_fts_rows AS known"
        " JOIN main.documents AS named ON number = known.document"
        " WHERE known.id IN (SELECT id FROM words_fts_docsize) AND folded ORDER BY named.id",
    )


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_in_the_middle_it_leaves_all_as_it_was(by: signal.Signals, long: Harvested) -> None:
    """As terminals and systemd do it, who signal its processes as well."""
    before = dump(long.db)
    with writing(long) as (process, said):
        said.readline()
        os.killpg(process.pid, by)
        ended = process.wait(), process.err.read_text()
    assert ended == (75, "harvester: It was stopped: nothing is written.\n")
    assert (dump(long.db), long.reparse().code) == (before, 0)


def test_killed_worker_gets_a_sentence(archive: Archive, tmp_path: Path) -> None:
    """Two processes get three tasks of 16 pages each ahead: here there are more than these."""
    long = of_pages(8 * 16, archive, tmp_path)
    before = dump(long.db)
    with writing(long) as (process, said):
        said.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), 9)
        fcntl.fcntl(said, fcntl.F_SETPIPE_SZ, 1 << 20)  # all that it has to say has room
        ended = process.wait(), process.err.read_text()
    assert ended == (70, "harvester: One of its processes was killed: nothing is written.\n")
    assert dump(long.db) == before


def test_only_one_writes_at_a_time(it: Harvested) -> None:
    it.as_read_before(*GARBLED)
    with holder(it.db):
        assert it.reparse().code == 0
        done = it.reparse("--write")
    assert (done.code, len(done.complaints)) == (75, 1)


BAD = {
    ("--collection", "nobody"): "There is no collection 'nobody'",
    ("--processes", "0"): "--processes '0' is not",
    ("--processes", "two"): "--processes 'two' is not",
    ("--source", "/nowhere"): "There is no file or folder '/nowhere'",
    ("-sDOWNLOAD_MAXSIZE=1", "-sHARVEST_LOCK_WAIT=soon"): "HARVEST_LOCK_WAIT",
    ("surplus",): "'surplus'",
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_arguments_get_a_sentence(arguments: tuple[str, ...], it: Harvested) -> None:
    done = it.reparse(*arguments)
    assert (done.code, done.out, len(done.complaints)) == (64, "", 1)
    assert BAD[arguments] in done.complaints[0]


@pytest.mark.parametrize("write", [[], ["--write"]])
def test_other_files_are_named_and_left_alone(write: list[str], tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    assert Harvested(path, tmp_path).reparse(*write).code == 73
    assert not path.exists()
    path.write_text("No database, but long enough to be one. " * 99)
    assert Harvested(path, tmp_path).reparse(*write).code == 73
