"""Times as tools write them, and captures whose time is not known or not understood."""

import io
import itertools
import json
import math
import os
import re
import shutil
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive import Archive, Entry, japan
from captured import write_warc
from harvests import Harvest, harvest, rows, scrapy

from harvester.timestamps import first_second, in_utc, last_second

TEXTS = {
    # WARC-Date, as WARC 1.0 and 1.1 have it, and as tools write it that do not know UTC.
    "2020-01-02T03:04:05Z": "2020-01-02T03:04:05Z",
    "2020-01-02T03:04:05.678901Z": "2020-01-02T03:04:05Z",
    "2020-01-02T03:04:05,5Z": "2020-01-02T03:04:05Z",
    "2020-01-02t03:04:05z": "2020-01-02T03:04:05Z",
    "2020-01-02T03:04:05+02:00": "2020-01-02T01:04:05Z",
    "2020-01-02T03:04:05-0530": "2020-01-02T08:34:05Z",
    "2020-01-02T03:04:05+14": "2020-01-01T13:04:05Z",
    "2020-01-02T03:04:05-00:00": "2020-01-02T03:04:05Z",
    "2016-12-31T23:59:60Z": "2016-12-31T23:59:59Z",
    "2020-01-02T03:04Z": "2020-01-02T03:04:00Z",
    "2020-01-02": "2020-01-02T00:00:00Z",
    "2020-01": "2020-01-01T00:00:00Z",
    "2020": "2020-01-01T00:00:00Z",
    # CDX, and ISO 8601's basic form.
    "20200102030405": "2020-01-02T03:04:05Z",
    "20200102T030405Z": "2020-01-02T03:04:05Z",
    "20200102": "2020-01-02T00:00:00Z",
    # Python's isoformat and str, git, and date --rfc-3339.
    "2020-01-02T03:04:05.678901": "2020-01-02T03:04:05Z",
    "2020-01-02 03:04:05.678901+00:00": "2020-01-02T03:04:05Z",
    "2020-01-02 03:04:05 +0100": "2020-01-02T02:04:05Z",
    "2020-01-02 03:04:05 UTC": "2020-01-02T03:04:05Z",
    # HTTP, in its three forms, and mail.
    "Thu, 02 Jan 2020 03:04:05 GMT": "2020-01-02T03:04:05Z",
    "Thursday, 02-Jan-20 03:04:05 GMT": "2020-01-02T03:04:05Z",
    "Thu Jan  2 03:04:05 2020": "2020-01-02T03:04:05Z",
    "Thu, 02 Jan 2020 03:04:05 +0100": "2020-01-02T02:04:05Z",
    # JavaScript.
    "Thu Jan 02 2020 03:04:05 GMT+0200": "2020-01-02T01:04:05Z",
    "Thu Jan 02 2020 03:04:05 GMT-0500 (Eastern Standard Time)": "2020-01-02T08:04:05Z",
    "Thu Jan 02 2020 03:04:05 GMT+0100 (Mitteleuropäische Zeit)": "2020-01-02T02:04:05Z",
    # No time.
    "": None,
    "now": None,
    "yesterday": None,
    "unknown": None,
    "2020-13-01T00:00:00Z": None,
    "2020-02-30T00:00:00Z": None,
    "2020-01-02T25:00:00Z": None,
    "2020-01-02T03:04:05+25:00": None,
    "2020-01-02T": None,
    "2020-1-2": None,
    "0000-01-01T00:00:00Z": None,
    "0001-01-01T00:00:00+02:00": None,
    "9999-12-31T23:59:59-02:00": None,
    "1577934245": None,
    "²⁰²⁰": None,
    "page 3 of 10": None,
    "x" * 1_000_000: None,
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40])
def test_time_is_read(text: str) -> None:
    assert first_second(text) == TEXTS[text]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2020", "2020-12-31T23:59:59Z"),
        ("2020-02", "2020-02-29T23:59:59Z"),
        ("2020-02-03", "2020-02-03T23:59:59Z"),
        ("2020-02-03T04:05+01:00", "2020-02-03T03:05:59Z"),
        ("Thu, 02 Jan 2020 03:04:05 GMT", "2020-01-02T03:04:05Z"),
        ("2020-13", None),
        ("soon", None),
    ],
)
def test_end_of_a_time_is_read(text: str, end: str | None) -> None:
    assert last_second(text) == end


UNKNOWN = "0001-01-01"
Crawl = Callable[..., Harvest]
FIRST, SECOND, THIRD = japan()[:3]
ONLY_THEN: Entry = {"href": "/document/then", "title": "T", "date_text": "1955", "summary": "S"}
NOTED = "<!-- saved from url=({:04}){} -->\n"
SINGLEFILE = "<!--\n Page saved with SingleFile \n url: {} \n saved date: {}\n-->"


def titled(title: str) -> list[Entry]:
    return [{**FIRST, "title": title}, SECOND, THIRD]


def read(archive: Archive, source: Path, db: Path, *more: str) -> Harvest:
    url = ["-a", f"url={archive.url}", "-a", "name=it", "-a", f"source={source}"]
    return harvest(*url, *more, HARVEST_DB=db)


def fetched(done: Harvest) -> list[str]:
    return [row["fetched"] for row in rows(done.db, "SELECT DISTINCT fetched FROM pages")]


def saved(folder: Path, name: str, page: str, **note: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.html").write_text(page)
    if note:
        (folder / f"{name}.json").write_text(json.dumps(note))
    return folder


def singlefile(date: str) -> Callable[[Archive, Path], Path]:
    return lambda archive, path: saved(
        path, "x", SINGLEFILE.format(archive.url, date) + archive.page(0)
    )


def noted(moment: object) -> Callable[[Archive, Path], Path]:
    return lambda archive, path: saved(path, "x", archive.page(0), url=archive.url, fetched=moment)


def in_warc(date: str) -> Callable[[Archive, Path], Path]:
    return lambda archive, path: write_warc(
        path.with_suffix(".warc"), [(archive.url, archive.page(0))], date
    )


def in_tar(mtime: float) -> Callable[[Archive, Path], Path]:
    def make(archive: Archive, path: Path) -> Path:
        page = (NOTED.format(len(archive.url), archive.url) + archive.page(0)).encode()
        member = tarfile.TarInfo("page.html")
        member.size, member.mtime = len(page), mtime
        with tarfile.open(path.with_suffix(".tar"), "w") as tar:
            tar.addfile(member, io.BytesIO(page))
        return path.with_suffix(".tar")

    return make


def on_disk(mtime: float) -> Callable[[Archive, Path], Path]:
    def make(archive: Archive, path: Path) -> Path:
        page = NOTED.format(len(archive.url), archive.url) + archive.page(0)
        os.utime(saved(path, "x", page) / "x.html", (mtime, mtime))
        return path

    return make


def ahead(**span: float) -> str:
    """A moment that is yet to come."""
    return in_utc(datetime.now(UTC) + timedelta(**span))


Make = Callable[[Archive, Path], Path]
DATED: dict[str, tuple[Make, str]] = {
    "WARC, offset": (in_warc("2016-01-02T03:04:05+01:00"), "2016-01-02T02:04:05Z"),
    "WARC, small letters": (in_warc("2016-01-02t03:04:05z"), "2016-01-02T03:04:05Z"),
    "WARC, isoformat": (in_warc("2016-01-02 03:04:05.123456"), "2016-01-02T03:04:05Z"),
    "WARC, the first day of 1990": (in_warc("1990-01-01T00:00:00Z"), "1990-01-01T00:00:00Z"),
    "WARC, hours ahead of us": (in_warc(ahead(hours=13)), ahead(hours=13)),
    "tar": (in_tar(1_451_703_845), "2016-01-02T03:04:05Z"),
    "file": (on_disk(1_451_703_845), "2016-01-02T03:04:05Z"),
    "note": (noted("2016-01-02T03:04:05+01:00"), "2016-01-02T02:04:05Z"),
    "note in seconds": (noted(1_451_703_845.5), "2016-01-02T03:04:05Z"),
    "SingleFile": (
        singlefile("Sat Jan 02 2016 03:04:05 GMT+0100 (CET)"),
        "2016-01-02T02:04:05Z",
    ),
}
UNDATED: dict[str, Make] = {
    "WARC, nothing": in_warc(""),
    "WARC, words": in_warc("some time in 2016"),
    "WARC, year 1": in_warc("0001-01-01T00:00:00Z"),
    "WARC, 1989": in_warc("1989-12-31T23:59:59Z"),
    "WARC, more hours ahead of us": in_warc(ahead(hours=15)),
    "WARC, 1970": in_warc("1970-01-01T00:00:00Z"),
    "WARC, yet to come": in_warc("2999-01-02T03:04:05Z"),
    "tar, 1970": in_tar(0),
    "tar, yet to come": in_tar(4e9),
    "file, 1970": on_disk(0),
    "file, yet to come": on_disk(4e9),
    "note that is not understood": noted("last Monday"),
    "note that is no time": noted([]),
    "note in too many seconds": noted(1e300),
    "SingleFile, another language": singlefile("samedi 2 janvier 2016"),
}


@pytest.mark.parametrize("kind", DATED)
def test_time_of_a_capture_is_read(kind: str, archive: Archive, tmp_path: Path) -> None:
    make, moment = DATED[kind]
    archive.entries = titled("Old")
    done = read(archive, make(archive, tmp_path / "source"), tmp_path / "x.db")
    assert (done.code, fetched(done)) == (0, [moment])
    assert "is not known" not in done.err


def test_every_capture_of_unknown_time_fills_gaps_and_overwrites_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    archive.entries = titled("New")
    dated = in_warc("2024-05-01T00:00:00Z")(archive, tmp_path / "2024")
    first = read(archive, dated, tmp_path / "x.db").db
    before = content(first)
    archive.entries = [*titled("Undated")[:2], ONLY_THEN]
    for number, (kind, make) in enumerate(UNDATED.items()):
        db = shutil.copy(first, tmp_path / f"{number}.db")
        done = read(archive, make(archive, tmp_path / str(number)), db)
        assert (done.code, done.err.count("is not known")) == (0, 1), kind
        after = content(db)
        assert [row for row in after if row not in before] == [
            ["then", "T", UNKNOWN, None, "2024-05-01T00:00:00Z"],
            ["then", "added", UNKNOWN],
            ["then", "missing", "2024-05-01T00:00:00Z"],
        ], kind
        assert [row for row in before if row not in after] == [], kind


def content(db: Path) -> list[list[object]]:
    """What is said of documents, and how that changed; times that stand in for one as a day."""
    said = rows(
        db,
        "SELECT id, title, memberships.first_seen, documents.removed, missing FROM documents"
        " JOIN memberships ON document = id ORDER BY id",
    )
    changes = rows(db, "SELECT document, kind, at FROM changes ORDER BY document, at, kind")
    return [
        [UNKNOWN if str(value).startswith(UNKNOWN) else value for value in row.values()]
        for row in (*said, *changes)
    ]


def test_order_of_reading_makes_no_difference(archive: Archive, tmp_path: Path) -> None:
    made = {
        "2024.warc": ("New", in_warc("2024-05-01T00:00:00Z"), []),
        "2016.warc": ("Old", in_warc("2016-01-02T03:04:05+01:00"), [ONLY_THEN]),
        "undated.tar": ("Undated", in_tar(0), []),
        "another.tar": ("Unknown", in_tar(4e9), [ONLY_THEN]),
    }
    sources = []
    for name, (title, make, more) in made.items():
        archive.entries = [*titled(title), *more]
        sources.append(make(archive, tmp_path / name.partition(".")[0]))
    *three, last = range(len(sources))
    orders = {(*order, last) for order in itertools.permutations(three)}
    orders |= {(*three[:place], last, *three[place:]) for place in range(len(sources))}
    found = {repr(content(read_in(archive, sources, order, tmp_path))) for order in orders}
    assert (len(orders), len(found)) == (math.factorial(3) + 3, 1)
    assert "'New', '2016-01-02T02:04:05Z'" in found.pop()


def read_in(archive: Archive, sources: list[Path], order: tuple[int, ...], folder: Path) -> Path:
    """A database for an order; those that begin alike are copied from there on."""
    db = folder / f"{'-'.join(map(str, order))}.db"
    if order and not db.exists():
        *before, number = order
        if before:
            shutil.copy(read_in(archive, sources, tuple(before), folder), db)
        assert read(archive, sources[number], db).code == 0
    return db


def test_live_harvest_takes_over_from_a_capture_of_unknown_time(
    archive: Archive, crawl: Crawl, tmp_path: Path, db: Path
) -> None:
    archive.entries = [*titled("Undated"), ONLY_THEN]
    read(archive, in_tar(0)(archive, tmp_path / "x"), db)
    archive.entries = titled("New")
    done = crawl("-a", f"url={archive.url}", "-a", "name=it")
    said = {row["id"]: row for row in done.entries()}
    first = said[str(FIRST["href"]).removeprefix("/document/")]
    assert (first["title"], first["first_seen"]) == ("New", fetched(done)[-1])
    assert rows(db, "SELECT document FROM memberships WHERE missing IS NOT NULL") == [
        {"document": "then"}
    ]
    assert rows(db, "SELECT 1 FROM changes WHERE kind = 'changed'") == []


def test_export_says_nothing_of_a_time_that_is_not_known(
    archive: Archive, tmp_path: Path, db: Path
) -> None:
    archive.entries = titled("Undated")
    read(archive, in_tar(0)(archive, tmp_path / "x"), db)
    for kind in ("csl-json", "ris", "bibtex", "dublin-core"):
        out = tmp_path / "out"
        done = scrapy("export", "--format", kind, "-o", str(out), f"-sHARVEST_DB={db}")
        # OAI-PMH requires a datestamp, which says nothing of the document.
        said = re.sub("<datestamp>.*?</datestamp>", "", out.read_text())
        assert (done.returncode, "0001" in said) == (0, False), kind
