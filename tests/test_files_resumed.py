"""Scans that broke off, and harvests that did: nothing is fetched twice without a reason."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from archive import Archive
from harvests import PATIENCE, Harvest, begun, rows, until
from pytest_httpserver import HTTPServer
from scans import Answer, Scans, breaks_off, counts, failures, getter, kept, left, path, pdf
from werkzeug import Request, Response

from harvester.scans.folder import Folder

CUT = 900
"""Bytes: so many are sent before a scan breaks off."""

Crawl = Callable[..., Harvest]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test's scans go."""
    return tmp_path / "scans"


@pytest.fixture
def scans(archive: Archive, httpserver: HTTPServer) -> Scans:
    """Two documents, with a scan each."""
    return Scans(archive, httpserver, 2)


@pytest.fixture
def get(scans: Scans, crawl: Crawl, folder: Path) -> Crawl:
    """Harvests the archive with its scans, without asking again."""
    return getter(scans, crawl, folder, HARVEST_RETRIES=0)


def breaks_off_once(scans: Scans, number: int = 0) -> None:
    """Makes a scan break off, the first time only."""
    scans.answers[path(number)] = once(scans, number, breaks_off(scans.contents[path(number)], CUT))


def once(scans: Scans, number: int, answer: Answer) -> Answer:
    """An answer that is given the first time only."""

    def first(request: Request) -> Response:
        del scans.answers[path(number)]
        return answer(request)

    return first


def test_scan_that_breaks_off_goes_on_from_there(scans: Scans, get: Crawl, folder: Path) -> None:
    breaks_off_once(scans)
    done = get(HARVEST_RETRIES=1)
    assert (done.code, counts(done)) == (0, (2, 2, 0))
    assert scans.asked == [(path(0), ""), (path(0), f"bytes={CUT}-"), (path(1), "")]
    assert sorted(kept(folder).values()) == sorted(scans.contents.values())


def test_next_harvest_goes_on_from_there(scans: Scans, get: Crawl, folder: Path) -> None:
    breaks_off_once(scans)
    first = get()
    assert (first.code, counts(first)) == (75, (2, 1, 1))
    assert [row["reason"] for row in failures(first)] == ["broken-off"]
    assert len(kept(folder)) == 1
    scans.asked.clear()
    done = get()
    assert (done.code, counts(done), scans.asked) == (0, (1, 1, 0), [(path(0), f"bytes={CUT}-")])
    assert sorted(kept(folder).values()) == sorted(scans.contents.values())
    assert left(folder) == []


def test_scan_that_changed_meanwhile_is_fetched_whole(
    scans: Scans, get: Crawl, folder: Path
) -> None:
    breaks_off_once(scans)
    get()
    scans.contents[path(0)] = pdf("another", 3_000)
    assert get().code == 0
    assert scans.answered[-1] == 200
    assert sorted(kept(folder).values()) == sorted(scans.contents.values())


@pytest.mark.parametrize(
    "settings", [{"HARVEST_RESUME_HOURS": 0}, {"validators": False}], ids=["old", "not provable"]
)
def test_part_that_may_be_of_something_else_is_not_gone_on_with(
    settings: dict[str, object], scans: Scans, get: Crawl, folder: Path
) -> None:
    answer = breaks_off(scans.contents[path(0)], CUT)
    if "validators" in settings:
        answer = weakened(answer)
    scans.answers[path(0)] = once(scans, 0, answer)
    get()
    assert left(folder) != []
    scans.asked.clear()
    done = get(**{name: value for name, value in settings.items() if name.isupper()})
    assert (done.code, scans.asked) == (0, [(path(0), "")])
    assert sorted(kept(folder).values()) == sorted(scans.contents.values())


def weakened(answer: Answer) -> Answer:
    """The answer with an ETag that promises no more than that it looks alike."""

    def weak(request: Request) -> Response:
        reply = answer(request)
        reply.set_etag("as-before", weak=True)
        return reply

    return weak


def wrong_part(request: Request) -> Response:
    reply = Response(b"x" * 100, 206, content_type="application/pdf")
    reply.headers["Content-Range"] = "bytes 0-99/2000"
    return reply


def no_part(request: Request) -> Response:
    return Response(b"", 416, headers={"Content-Range": "bytes */7"})


def unnamed_part(request: Request) -> Response:
    return Response(b"%PDF-1.4 some part", 206, content_type="application/pdf")


@pytest.mark.parametrize("lie", [wrong_part, no_part, unnamed_part])
def test_part_that_does_not_fit_is_not_taken(
    lie: Answer, scans: Scans, get: Crawl, folder: Path
) -> None:
    breaks_off_once(scans)
    get()
    scans.asked.clear()
    scans.answers[path(0)] = once(scans, 0, lie)
    done = get()
    assert (done.code, scans.asked) == (0, [(path(0), f"bytes={CUT}-"), (path(0), "")])
    assert sorted(kept(folder).values()) == sorted(scans.contents.values())


def test_part_that_never_fits_is_refused(scans: Scans, get: Crawl, folder: Path) -> None:
    scans.answers[path(0)] = wrong_part
    done = get()
    assert (done.code, counts(done)) == (75, (2, 1, 1))
    assert [row["reason"] for row in failures(done)] == ["no-scan"]
    assert left(folder) == []


def test_scan_that_stalls_goes_on_from_there(crawl: Crawl, folder: Path) -> None:
    over = Event()

    def begin(content: bytes) -> Iterator[bytes]:
        yield content[:CUT]
        over.wait(PATIENCE)

    def stalls(request: Request) -> Response:
        content = scans.contents[path(0)]
        reply = breaks_off(content, CUT)(request)
        reply.response = begin(content)
        return reply

    with HTTPServer(threaded=True) as server:
        scans = Scans(Archive(server), server, 2)
        scans.answers[path(0)] = once(scans, 0, stalls)
        done = getter(scans, crawl, folder)(HARVEST_RETRIES=1, HARVEST_FILE_TIMEOUT=2)
        over.set()
    assert (done.code, counts(done)) == (0, (2, 2, 0))
    assert scans.asked[:2] == [(path(0), ""), (path(0), f"bytes={CUT}-")]


@pytest.mark.parametrize("moved", [False, True])
def test_scan_that_was_whole_before_a_kill_is_taken_up(
    moved: bool, scans: Scans, get: Crawl, folder: Path
) -> None:
    keeper, content = Folder(folder), scans.contents[path(0)]
    part = keeper.part(scans.url(path(0)))
    part.begin({"etag": '"one"', "content-length": str(len(content))})
    part.add(content[:500])
    part.add(content[500:])
    part.fill(content, {})
    part.complete("2026-11-24T05:06:07Z")
    if moved:
        keeper.keep(part, "some-document")
    keeper.close()
    done = get()
    assert (done.code, counts(done), scans.asked) == (0, (2, 2, 0), [(path(1), "")])
    row = rows(done.db, "SELECT * FROM files WHERE url = ?", scans.url(path(0)))[0]
    assert (row["etag"], row["fetched"]) == ('"one"', "2026-11-24T05:06:07Z")
    assert kept(folder)[row["path"]] == content
    assert left(folder) == []


def test_what_a_kill_has_left_of_a_scan_that_was_stored_goes(
    scans: Scans, get: Crawl, folder: Path
) -> None:
    assert get().code == 0
    keeper, content = Folder(folder), scans.contents[path(0)]
    part = keeper.part(scans.url(path(0)))
    part.fill(content, {})
    part.complete(None)
    keeper.keep(part, "some-document")
    keeper.close()
    assert left(folder) != []
    before, asked = kept(folder), list(scans.asked)
    done = get()
    assert (done.code, counts(done), scans.asked) == (0, (0, 0, 0), asked)
    assert (left(folder), kept(folder)) == ([], before)


@pytest.mark.parametrize(
    ("by", "code"), [(signal.SIGINT, 75), (signal.SIGTERM, 75), (signal.SIGKILL, -9)]
)
def test_stopped_harvest_keeps_the_scan_that_it_is_at(
    by: signal.Signals, code: int, scans: Scans, folder: Path, db: Path, get: Crawl
) -> None:
    ended, half = Event(), len(scans.contents[path(0)]) // 2

    def halves(content: bytes) -> Iterator[bytes]:
        yield content[:half]
        ended.wait(PATIENCE)
        yield content[half:]

    def hold(request: Request) -> Response:
        reply = scans.file(request)
        content = reply.get_data()
        reply.response = halves(content)
        reply.headers["Content-Length"] = str(len(content))
        return reply

    def is_half_there() -> bool:
        parts = (folder / ".parts").glob("*")
        return half in (part.stat().st_size for part in parts)

    scans.answers[path(0)] = once(scans, 0, hold)
    said = ("-a", f"url={scans.archive.url}", "-a", "files=yes")
    with begun(*said, HARVEST_DB=db, HARVEST_FILES=folder) as process:
        until(is_half_there)
        process.signal(by)
        stopped = process()
    ended.set()
    assert (stopped.returncode, "Traceback" in stopped.stderr) == (code, False)
    scans.asked.clear()
    scans.answered.clear()
    done = get()
    assert (done.code, scans.asked) == (0, [(path(0), f"bytes={half}-"), (path(1), "")])
    assert scans.answered == [206, 200]
    assert sorted(kept(folder).values()) == sorted(scans.contents.values())
