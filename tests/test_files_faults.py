"""Scans that can't be had or kept: each is refused in one sentence, the rest is unharmed."""

import fcntl
import gzip
import hashlib
import itertools
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import Archive, html
from harvests import Harvest, begun, rows
from pytest_httpserver import HTTPServer
from scans import Answer, Scans, breaks_off, counts, failures, files, getter, kept, left, path, pdf
from werkzeug import Request, Response

from harvester.scans.scan import name_of, part_name

Crawl = Callable[..., Harvest]

LIMIT = 20_000
LOGIN = "<!DOCTYPE html><html><title>Log in</title><form><input name='user'></form></html>"
CHALLENGE = "<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'>"


def sends(content: bytes, kind: str = "application/pdf", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(content, content_type=kind, headers=named)


def endless(_: Request) -> Response:
    begin: Iterator[bytes] = iter([b"%PDF-1.4\n"])
    more = itertools.chain(begin, itertools.repeat(b"0" * 1000))
    return Response(more, content_type="application/pdf")


def leads(place: str) -> Answer:
    return lambda _: Response(status=302, headers={"Location": place})


FAULTS: dict[str, tuple[Answer, str, str]] = {
    "html": (sends(LOGIN.encode(), "text/html"), "no-scan", "sends is HTML, not a PDF."),
    "html as pdf": (sends(LOGIN.encode()), "no-scan", "sends is HTML, not a PDF."),
    "jpeg": (sends(b"\xff\xd8\xff\xe0" * 500), "no-scan", "something else, not a PDF."),
    "empty": (sends(b""), "no-scan", "what the site sends is empty."),
    "truncated": (sends(pdf("cut")[:-100]), "broken-off", "the PDF that the site sends lacks"),
    "too large": (sends(pdf("large", 2 * LIMIT)), "too-large", "larger than 20,000 bytes, which"),
    "endless": (endless, "too-large", "larger than 20,000 bytes, which HARVEST_FILE_MAXSIZE"),
    "bomb": (
        sends(gzip.compress(b"%PDF-1.4\n" + b"0" * 100 * LIMIT), Content_Encoding="gzip"),
        "too-large",
        "larger than 20,000 bytes",
    ),
    "not found": (lambda _: html("<h1>No</h1>", 404), "not-found", "the site answers 404."),
    "forbidden": (lambda _: html("<h1>No</h1>", 403), "forbidden", "the site answers 403."),
    "elsewhere": (leads("http://example.invalid/a.pdf"), "redirect", "to another site, http://exa"),
    "breaks off": (breaks_off(pdf("off"), 700), "broken-off", "the answer is damaged or broke off"),
}
HARMLESS: dict[str, Answer] = {
    "packed": sends(gzip.compress(pdf("packed")), Content_Encoding="gzip"),
    "begins late": sends(b"\0" * 500 + pdf("late")),
    "said to be html": sends(pdf("html"), "text/html"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test's scans go."""
    return tmp_path / "scans"


@pytest.fixture
def scans(archive: Archive, httpserver: HTTPServer) -> Scans:
    """Fifteen documents, with a scan each."""
    return Scans(archive, httpserver, 15)


@pytest.fixture
def get(scans: Scans, crawl: Crawl, folder: Path) -> Crawl:
    """Harvests the archive with its scans."""
    return getter(scans, crawl, folder, HARVEST_RETRIES=1, HARVEST_FILE_MAXSIZE=LIMIT)


def test_fault_is_refused_in_one_sentence(scans: Scans, get: Crawl, folder: Path) -> None:
    answers = [*(fault for fault, _, _ in FAULTS.values()), *HARMLESS.values()]
    scans.answers = {path(number): answer for number, answer in enumerate(answers)}
    done = get()
    assert (done.code, done.run["outcome"], counts(done)) == (75, "complete", (15, 3, 12))
    assert "Traceback" not in done.err
    found = failures(done)
    for number, (name, (_, reason, sentence)) in enumerate(FAULTS.items()):
        url = scans.url(path(number))
        said = next(row for row in found if row["url"] == url)
        assert (name, said["reason"]) == (name, reason)
        assert said["detail"].startswith(url) and sentence in said["detail"]
        assert said["detail"].endswith(".")
    assert len(found) == len(FAULTS)
    assert len(done.complaints) == 1
    assert done.complaints[0].endswith(found[0]["detail"])
    assert "12 scans are missing (see the table failures)" in done.complaints[0]
    assert set(kept(folder).values()) == {b"\0" * 500 + pdf("late"), pdf("packed"), pdf("html")}
    name = part_name(scans.url(path(list(FAULTS).index("breaks off"))))
    assert left(folder) == [f"{name}.json", f"{name}.part"]


def test_what_failed_is_asked_for_again(scans: Scans, get: Crawl) -> None:
    scans.answers = {path(3): FAULTS["html"][0], path(9): FAULTS["truncated"][0]}
    assert get().code == 75
    scans.answers.clear()
    scans.asked.clear()
    done = get()
    assert (done.code, counts(done)) == (0, (2, 2, 0))
    assert scans.asked == [(path(3), ""), (path(9), "")]


def test_challenge_ends_the_phase(scans: Scans, get: Crawl, folder: Path) -> None:
    scans.answers[path(2)] = lambda _: html(CHALLENGE, 403, cf_mitigated="challenge")
    done = get()
    assert (done.code, counts(done), len(scans.asked)) == (75, (15, 2, 13), 3)
    first, rest = failures(done)
    assert (first["reason"], rest["reason"]) == ("challenge", "challenge")
    assert "12 more scans were not asked for, after this" in rest["detail"]
    assert (first["attempts"], rest["attempts"]) == (1, 0)
    assert len(done.complaints) == 1 and "a check of Cloudflare's" in done.complaints[0]
    assert len(kept(folder)) == 2


def test_site_that_is_down_is_not_asked_for_ever(scans: Scans, get: Crawl) -> None:
    scans.answers = {path(n): lambda _: html("<h1>Down</h1>", 500) for n in range(15)}
    done = get()
    assert (done.code, counts(done), len(scans.asked)) == (75, (15, 0, 15), 6)


def test_robots_txt_is_obeyed(scans: Scans, get: Crawl) -> None:
    scans.archive.robots = "User-agent: *\nDisallow: /document/*/scan.pdf"
    done = get()
    assert (done.code, counts(done), scans.asked) == (75, (15, 0, 15), [])
    assert {row["reason"] for row in failures(done)} == {"robots"}


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (
            ("-asource=wayback",),
            {},
            "Scans are not taken from the Wayback Machine or Common Crawl: say files=no.",
        ),
        ((), {"HARVEST_FILES": ""}, "There is no folder for scans: name one with HARVEST_FILES"),
        ((), {"HARVEST_FILE_MAXSIZE": 0}, "The setting HARVEST_FILE_MAXSIZE can't be '0'"),
    ],
)
def test_wrong_usage_gets_a_sentence(
    arguments: tuple[str, ...], settings: dict[str, object], sentence: str, get: Crawl
) -> None:
    done = get(*arguments, **settings)
    assert (done.code, len(done.complaints)) == (64, 1)
    assert done.complaints[0].startswith(sentence)


@pytest.mark.parametrize("place", ["file", "folder", "two characters"])
def test_folder_that_can_not_be_used(
    place: str, scans: Scans, get: Crawl, folder: Path, tmp_path: Path
) -> None:
    sha256 = hashlib.sha256(scans.contents[path(0)]).hexdigest()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if place == "file":
        folder.write_text("mine")
    else:
        folder.mkdir()
        (folder / {"folder": ".parts"}.get(place, sha256[:2])).symlink_to(elsewhere)
    done = get()
    assert (done.code, len(done.complaints)) == (73, 1)
    assert done.complaints[0].startswith(f"Scans can't be kept in {folder} (")
    assert done.complaints[0].endswith("or name another one as HARVEST_FILES.")
    assert "Traceback" not in done.err
    assert list(elsewhere.iterdir()) == []
    assert files(done.db) == []
    assert len(rows(done.db, "SELECT * FROM documents WHERE details IS NOT NULL")) == 15


def test_full_disk_gets_a_sentence(scans: Scans, folder: Path, db: Path) -> None:
    """A limit to the size of files stands for the disk's: writing fails in the midst of a scan."""
    scans.contents[path(1)] = pdf("large", 3_000_000)
    said = ("-a", f"url={scans.archive.url}", "-a", "files=yes")
    with begun(*said, HARVEST_DB=db, HARVEST_FILES=folder) as process:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
        done = process()
    complaints = [line for line in done.stderr.splitlines() if line.startswith("harvester: ")]
    assert (done.returncode, len(complaints)) == (73, 1)
    assert f"Scans can't be kept in {folder} (File too large)" in complaints[0]
    assert "Traceback" not in done.stderr
    assert list(kept(folder).values()) == [scans.contents[path(0)]]
    assert [row["url"] for row in files(db)] == [scans.url(path(0))]


def test_planted_link_is_not_written_through(
    scans: Scans, get: Crawl, folder: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    parts = folder / ".parts"
    parts.mkdir(parents=True)
    name = part_name(scans.url(path(0)))
    for end in ("part", "json", "json.new"):
        (parts / f"{name}.{end}").symlink_to(victim)
    done = get()
    assert (done.code, counts(done)) == (0, (15, 15, 0))
    assert victim.read_text() == "mine"
    assert scans.contents[path(0)] in kept(folder).values()


def test_folder_in_use_is_left_alone(scans: Scans, get: Crawl, folder: Path) -> None:
    (folder / ".parts").mkdir(parents=True)
    with (folder / ".parts" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = get()
    assert (done.code, kept(folder), scans.asked) == (75, {}, [])
    assert done.complaints == [
        f"The folder of scans {folder} is in use by another run: harvest again later."
    ]


@pytest.mark.parametrize(
    "document", ["../../etc/passwd", "a" * 500, "..", "~", "%2e%2e%2f", "CON", "Ж", "a\0b", ""]
)
def test_name_stays_within_the_folder(document: str) -> None:
    name = name_of(document, "3fa9" * 16)
    folder, _, file = name.partition("/")
    assert folder == "3f"
    assert set(file) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 16 < len(file) <= 80
