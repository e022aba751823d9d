"""Harvests by other readers than before: what is read again, and what the site is asked for."""

import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from archive import Archive, japan
from detailed import counts
from harvests import Harvest, harvest, rows
from rereading import FOLLOW
from shelf import Shelf, real_records
from test_updates import stopped

from harvester.reader_digest import PACKAGE

PROFILE = PACKAGE / "sites" / "wilson-center.toml"
PLACES = '"associated places" = "place"'
TOPICS = '"associated places" = "topic"'
SAYS = "What reads pages has changed: "


@dataclass(frozen=True)
class Reader:
    """Harvests with a profile of the user's own, which can be changed, and with recordings."""

    folder: Path
    archive: Archive

    def change(self, old: str = PLACES, new: str = TOPICS) -> None:
        """Makes the profile say something else, which is about documents' own pages."""
        text = PROFILE.read_text("utf-8")
        assert old in text
        (self.folder / "sites" / PROFILE.name).write_text(text.replace(old, new), "utf-8")

    def crawl(self, *arguments: str, **settings: object) -> Harvest:
        """A harvest, which may have another folder of recordings, or none."""
        named = {"HARVEST_DB": self.db, "HARVEST_WARC": self.folder / "warc"}
        collections = self.folder / "collections.toml"
        wanted = (f"-aurl={self.archive.url}", *arguments)
        return harvest(*wanted, HARVEST_COLLECTIONS=collections, **{**named, **settings})

    def recrawl(self, *arguments: str, **settings: object) -> Harvest:
        """The next one, of which the archive tells what was asked."""
        self.archive.asked.clear()
        self.archive.answered.clear()
        return self.crawl(*arguments, **settings)

    @property
    def db(self) -> Path:
        return self.folder / "harvest.db"

    def misread(self, *statements: str) -> None:
        """Has the database say what an earlier reader made of the pages."""
        with closing(sqlite3.connect(self.db)) as connection, connection:
            for sql in (*statements, FOLLOW):
                connection.execute(sql)


@pytest.fixture
def reader(archive: Archive, tmp_path: Path) -> Reader:
    (tmp_path / "sites").mkdir()
    (tmp_path / "collections.toml").write_text("")
    return Reader(tmp_path, archive)


@pytest.fixture
def shelf(reader: Reader) -> Shelf:
    shelf = Shelf(reader.archive)
    shelf.put(real_records("today"))
    return shelf


def told(done: Harvest) -> str:
    """What a harvest says of readers."""
    return "\n".join(line for line in done.out.splitlines() if line.startswith(SAYS))


def names(db: Path, kind: str) -> int:
    sql = "SELECT count(*) AS n FROM document_terms JOIN terms ON id = term WHERE kind = ?"
    return int(rows(db, sql, kind)[0]["n"])


def test_pages_that_have_not_changed_are_read_again_in_the_recording(reader: Reader) -> None:
    reader.archive.validators = "ETag"
    first = reader.crawl()
    whole = first.entries()
    reader.misread("UPDATE documents SET title = 'Misread' WHERE number = 1")
    reader.change()
    done = reader.recrawl()
    assert (done.code, done.complaints, reader.archive.answered) == (0, [], [304, 304])
    assert told(done) == SAYS + "2 read again from the recording."
    assert (done.run["seen"], done.run["added"], done.run["missing"]) == (15, 0, 0)
    titles = [row["title"] for row in whole]
    assert [row["title"] for row in done.entries()] == titles
    kinds = rows(done.db, "SELECT kind, field, old, new FROM changes WHERE run = 2")
    assert kinds == [{"kind": "reread", "field": "title", "old": "Misread", "new": titles[0]}]
    moments = rows(done.db, "SELECT fetched, sha256, warc, warc_offset FROM pages ORDER BY id")
    assert [one["fetched"] for one in moments] == sorted(one["fetched"] for one in moments)
    assert [list(one.values())[1:] for one in moments[:2]] == [
        list(one.values())[1:] for one in moments[2:]
    ]
    again = reader.recrawl()
    assert (again.code, reader.archive.answered, told(again)) == (0, [304, 304], "")
    assert again.run["unchanged"] == 15


def test_comments_in_a_profile_and_releases_change_nothing(reader: Reader) -> None:
    reader.archive.validators = "ETag"
    reader.crawl()
    reader.change(PLACES, f"# Places, as they are called.\n{PLACES}")
    reader.misread("UPDATE runs SET version = '0.0.1'")
    done = reader.recrawl()
    assert (reader.archive.answered, told(done), done.run["unchanged"]) == ([304, 304], "", 15)
    assert len(rows(done.db, "SELECT id FROM pages WHERE same_as IS NULL")) == 2


@pytest.mark.parametrize("loss", ["none was made", "elsewhere", "damaged"])
def test_pages_whose_recording_is_not_there_are_asked_for_again(loss: str, reader: Reader) -> None:
    reader.archive.validators = "Last-Modified"
    warc = reader.folder / "warc"
    reader.crawl(**({"HARVEST_WARC": ""} if loss == "none was made" else {}))
    reader.change()
    if loss == "elsewhere":
        warc.rename(reader.folder / "moved")
    elif loss == "damaged":
        (file,) = warc.iterdir()
        (place,) = rows(reader.db, "SELECT warc_offset AS at FROM pages WHERE id = 2")
        data = file.read_bytes()
        file.write_bytes(data[: place["at"] + 400] + bytes(40) + data[place["at"] + 440 :])
    done = reader.recrawl()
    answers = [304, 200] if loss == "damaged" else [200, 200]
    assert (done.code, done.complaints, reader.archive.answered) == (0, [], answers)
    one = "1 read again from the recording, 1 asked for again."
    assert told(done) == SAYS + (one if loss == "damaged" else "2 asked for again.")


def test_what_has_changed_is_a_change_of_the_archives(reader: Reader) -> None:
    reader.archive.validators = "ETag"
    reader.crawl()
    reader.change()
    reader.archive.entries = [*japan()[:14], {**japan()[14], "title": "Corrected"}]
    done = reader.recrawl()
    assert (reader.archive.answered, done.run["changed"]) == ([304, 200], 1)
    assert told(done) == SAYS + "1 read again from the recording."
    kinds = "SELECT kind, new FROM changes WHERE run = 2 AND field = 'title'"
    assert rows(done.db, kinds) == [{"kind": "changed", "new": "Corrected"}]


def test_another_reader_begins_an_interrupted_walk_anew(reader: Reader) -> None:
    reader.change(PLACES, PLACES)
    assert stopped(reader.archive, reader.db, signal.SIGKILL) == -9
    done = reader.recrawl(HARVEST_WARC="")
    assert (done.code, reader.archive.asked) == (0, [1])
    (reader.db).unlink()
    stopped(reader.archive, reader.db, signal.SIGKILL)
    reader.change()
    done = reader.recrawl(HARVEST_WARC="")
    assert (done.code, reader.archive.asked, done.run["seen"]) == (0, [0, 1], 15)


@pytest.mark.parametrize("validators", [True, False])
def test_documents_pages_are_read_again_in_the_recording(
    validators: bool, reader: Reader, shelf: Shelf
) -> None:
    shelf.validators = validators
    first = reader.crawl("-adetails=yes")
    places = names(first.db, "place")
    reader.change()
    shelf.forget()
    done = reader.recrawl("-adetails=yes")
    assert (done.code, done.complaints, counts(done.db)) == (0, [], (8, 8, 0))
    assert shelf.answered == ([304] * 8 if validators else [])
    assert told(done) == SAYS + "8 read again from the recording."
    assert (places > 0, names(done.db, "place"), names(done.db, "topic")) == (
        *(True, 0),
        places + sum(len(record.names("topic")) for record in shelf.records.values()),
    )
    kinds = "SELECT DISTINCT kind, at >= started AS now FROM changes JOIN runs ON runs.id = run"
    assert rows(done.db, f"{kinds} WHERE run = 2") == [{"kind": "reread", "now": 1}]
    moments = "SELECT fetched FROM pages WHERE document > '' AND run = ? ORDER BY document"
    was, now = ([row["fetched"] for row in rows(done.db, moments, run)] for run in (1, 2))
    assert min(now) >= done.run["started"] if validators else now == was
    shelf.forget()
    again = reader.recrawl("-adetails=yes")
    assert (told(again), shelf.answered) == ("", [304] * 8 if validators else [])


def test_documents_pages_without_a_recording_are_asked_for_again(
    reader: Reader, shelf: Shelf
) -> None:
    reader.crawl("-adetails=yes", HARVEST_WARC="")
    reader.change()
    shelf.forget()
    done = reader.recrawl("-adetails=yes")
    assert (shelf.answered, told(done)) == ([200] * 8, SAYS + "8 asked for again.")
    assert names(done.db, "place") == 0
    kinds = "SELECT DISTINCT kind FROM changes WHERE run = 2"
    assert rows(done.db, kinds) == [{"kind": "reread"}]


def test_page_whose_listing_says_otherwise_is_asked_for(reader: Reader, shelf: Shelf) -> None:
    """What is recorded may not be what is there by now."""
    reader.crawl("-adetails=yes")
    reader.change()
    entries = list(shelf.archive.entries)
    shelf.archive.entries = [{**entries[0], "title": "Other"}, *entries[1:]]
    shelf.forget()
    done = reader.recrawl("-adetails=yes")
    assert (done.code, shelf.asked) == (0, [next(iter(shelf.records))])
    assert told(done) == SAYS + "7 read again from the recording."


def test_quiet_harvest_tells_only_what_was_read_otherwise(reader: Reader, shelf: Shelf) -> None:
    reader.crawl("-adetails=yes")
    reader.change('"donors" = "donor"', '"donors" = "donor"\n"never seen" = "topic"')
    assert reader.recrawl("-adetails=yes", HARVEST_QUIET=1).out == ""
    reader.change()
    done = reader.recrawl("-adetails=yes", HARVEST_QUIET=1)
    assert done.out.splitlines()[:2] == ["japan", "  Read otherwise (8)"]


def test_recordings_are_whole_after_being_read_again(reader: Reader, shelf: Shelf) -> None:
    shelf.validators = True
    reader.archive.validators = "ETag"
    reader.crawl("-adetails=yes")
    reader.change()
    done = reader.recrawl("-adetails=yes")
    before = rows(done.db, "SELECT * FROM documents")
    anew = reader.folder / "anew.db"
    source = reader.folder / "warc"
    again = reader.crawl("-adetails=yes", f"-asource={source}", HARVEST_DB=anew)
    assert (again.code, again.complaints) == (0, [])
    apart = ("number", "page", "details", "first_seen", "last_changed")
    told = [
        [{name: value for name, value in row.items() if name not in apart} for row in found]
        for found in (before, rows(anew, "SELECT * FROM documents"))
    ]
    assert told[0] == told[1]
