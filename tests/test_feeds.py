"""Feeds as their readers get them: valid, the same while nothing happens, told of what is new."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unicodedata import normalize

import feedparser
import pytest
from archive import Archive, japan
from harvests import FIXTURES, Harvest, rows
from lxml import etree
from stored import entry, number, store

from harvester.extensions import feeds
from harvester.extensions.feeds import write_feeds

LATEST = 100
"""So many documents are in a feed at the most, as docs/publishing.md says."""
ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG.from_rnc_string((Path(__file__).parent / "atom.rnc").read_text())

Crawl = Callable[..., Harvest]


def check_valid(feed: Path) -> None:
    """Raises AssertionError unless the feed is one by RFC 4287, its absolute links included."""
    root = etree.fromstring(feed.read_bytes())
    assert SCHEMA.validate(root), SCHEMA.error_log
    ids = [one.findtext(f"{ATOM}id") for one in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert element.find(f"{ATOM}author") is not None
        links = [link for link in element.findall(f"{ATOM}link") if link.get("rel") != "self"]
        assert len(links) == 1


def read(feed: Path) -> Any:
    """What a feed reader makes of it."""
    check_valid(feed)
    parsed = feedparser.parse(feed.read_bytes())
    assert not parsed.bozo
    return parsed


def entries(feed: Path) -> dict[str, str]:
    """The title of each entry, by its id."""
    return {one.id: one.title for one in read(feed).entries}


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Each file's bytes, and when it was written."""
    return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in folder.iterdir()}


def test_harvest_writes_feeds_and_leaves_them_alone(crawl: Crawl, tmp_path: Path) -> None:
    feeds = tmp_path / "to" / "feeds"
    options: dict[str, object] = {"HARVEST_FEEDS": feeds, "HARVEST_FEED_SEARCHES": "Kono, fish*"}
    done = crawl("-a", f"source={FIXTURES}", **options)
    assert (done.code, done.complaints) == (0, [])
    assert [one.name for one in done.db.parent.iterdir() if one.is_file()] == [done.db.name]
    before = files(feeds)
    assert sorted(name.split("-")[0] for name in before) == [
        "all.atom", "collection", "search", "search",
    ]  # fmt: skip
    crawl("-a", f"source={FIXTURES}", **options)
    assert files(feeds) == before
    feed = read(feeds / "collection-japan-boundaries-soviet-union.atom")
    titles = {one["title"] for one in japan()}
    assert {one.title for one in feed.entries} == titles
    assert set(entries(feeds / "all.atom").values()) == titles
    for search in feeds.glob("search-*.atom"):
        assert 0 < len(entries(search)) < 15


def test_each_search_has_a_feed_and_nothing_has_none(crawl: Crawl, tmp_path: Path) -> None:
    searches = ", Kono,, kono, " + 300 * "a"
    done = crawl(
        *("-a", f"source={FIXTURES}"), HARVEST_FEEDS=tmp_path, HARVEST_FEED_SEARCHES=searches
    )
    assert (done.code, done.complaints) == (0, [])
    found = [len(entries(search)) for search in sorted(tmp_path.glob("search-*.atom"))]
    assert sorted(found) == [0, 3, 3]


def test_news_of_a_change_keep_their_ids(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    feeds, url = tmp_path / "feeds", f"url={archive.url}"
    crawl("-a", url, HARVEST_FEEDS=feeds)
    before = entries(feeds / "all.atom")
    archive.entries = [{**japan()[0], "title": "Corrected"}, *japan()[1:]]
    crawl("-a", url, HARVEST_FEEDS=feeds)
    after = entries(feeds / "all.atom")
    assert set(after) == set(before)
    assert set(after.values()) - set(before.values()) == {"Corrected"}


def test_no_feeds_unless_they_are_wanted(crawl: Crawl, tmp_path: Path) -> None:
    crawl("-a", f"source={FIXTURES}")
    assert not list(tmp_path.rglob("*.atom"))


def test_folder_that_can_not_be_written_is_said(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = crawl("-a", f"source={FIXTURES}", HARVEST_FEEDS=tmp_path / "file" / "feeds")
    assert (done.code, len(done.complaints)) == (73, 1)
    assert "HARVEST_FEEDS" in done.complaints[0]
    assert done.run["outcome"] == "complete"


def test_what_was_before_is_told(db: Path, tmp_path: Path) -> None:
    store(db, [entry("a", "Now", "1950", "Summary")])
    with closing(sqlite3.connect(db)) as connection:
        a = number("a")
        connection.executescript(f"""
            UPDATE documents SET last_changed = '2026-12-01T00:00:00Z';
            INSERT INTO changes (run, collection, document, kind, field, old, new, at) VALUES
                (1, 1, {a}, 'changed', 'title', 'Then', 'Now', '2026-12-01T00:00:00Z'),
                (1, 1, {a}, 'changed', 'summary', NULL, 'Summary', '2026-12-01T00:00:00Z');
        """)
    write_feeds(db, tmp_path)
    (one,) = read(tmp_path / "all.atom").entries
    text = one.content[0]
    assert (text.type, text.value.split("\n\n")) == (
        "text/plain",
        ["1950", "Summary", "Title before: Then", "Summary before: none"],
    )
    assert (one.published, one.updated) == (
        "2026-11-24T05:06:08Z",
        "2026-12-01T00:00:00Z",
    )
    assert [tag.term for tag in one.tags] == ["changed"]


def test_document_is_news_to_each_collection_that_gets_it(db: Path, tmp_path: Path) -> None:
    store(db, [entry("a", "A")], "one")
    store(db, [entry("a", "A")], "two", "2026-12-01T00:00:00Z")
    write_feeds(db, tmp_path)
    updated = {
        name: read(tmp_path / f"{name}.atom").entries[0].updated[:10]
        for name in ("all", "collection-one", "collection-two")
    }
    assert updated == {
        "all": "2026-11-24", "collection-one": "2026-11-24", "collection-two": "2026-12-01",
    }  # fmt: skip
    ids = {tuple(entries(tmp_path / f"{name}.atom")) for name in updated}
    assert len(ids) == 1


def test_removed_documents_are_no_news(db: Path, tmp_path: Path) -> None:
    store(db, [entry("a", "A"), entry("b", "B")])
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("UPDATE documents SET removed = 'x' WHERE id = 'a'")
        connection.execute(f"UPDATE memberships SET removed = 'x' WHERE document = {number('a')}")
        connection.commit()
    write_feeds(db, tmp_path)
    for feed in tmp_path.glob("*.atom"):
        assert list(entries(feed).values()) == ["B"]


def test_newest_come_first_and_no_more_than_are_news(db: Path, tmp_path: Path) -> None:
    store(db, [entry(f"a{number}", f"A{number}") for number in range(LATEST)])
    store(db, [entry("b", "B")], fetched="2026-12-01T00:00:00Z")
    write_feeds(db, tmp_path)
    titles = list(entries(tmp_path / "all.atom").values())
    assert (titles[0], len(titles)) == ("B", LATEST)
    assert read(tmp_path / "all.atom").feed.updated == "2026-12-01T00:00:00Z"


def test_feed_without_news_is_valid(db: Path, tmp_path: Path) -> None:
    store(db, [])
    write_feeds(db, tmp_path, searches=["nothing"])
    assert [entries(feed) for feed in tmp_path.glob("*.atom")] == [{}, {}, {}]


def test_feeds_know_their_addresses(db: Path, tmp_path: Path) -> None:
    store(db, [entry("a", "A")], "naïve.name")
    write_feeds(db, tmp_path, searches=["Kōno?/../x"], address="https://example.org/feeds")
    found = {
        link.href
        for feed in tmp_path.glob("*.atom")
        for link in read(feed).feed.links
        if link.rel == "self"
    }
    assert len(found) == 3
    assert all(address.startswith("https://example.org/feeds/") for address in found)
    assert "https://example.org/feeds/all.atom" in found


HOSTILE = ("<script>alert(1)</script>", "&lt;b&gt; ]]> <![CDATA[", "nul \0 \x1b \ufffe", "a\n\nb")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, db: Path, tmp_path: Path) -> None:
    store(db, [entry("a", text, None, text)])
    write_feeds(db, tmp_path, searches=[text])
    check_valid(tmp_path / "all.atom")
    root = etree.fromstring((tmp_path / "all.atom").read_bytes())
    (title,) = root.findall(f"{ATOM}entry/{ATOM}title")
    shown = text.translate(dict.fromkeys([0, 0x1B, 0xFFFE], "\ufffd"))
    assert (title.text, title.get("type"), len(title)) == (" ".join(shown.split()), None, 0)


NAMES = (
    "A",
    "a",
    "ß",
    "ss",
    "Über",
    "über",
    "ハーベスト",
    "हिन्दी",
    "日" * 100,
    "a-12345678",
    "naïve.name",
)


def test_feeds_of_names_alike_stay_apart_on_any_disk(db: Path, tmp_path: Path) -> None:
    """A disk may not tell capitals apart, nor how letters are composed, and has short names."""
    for name in NAMES:
        store(db, [entry(name, name)], name)
    write_feeds(db, tmp_path, searches=["A", "a", "ß", "ss", "日" * 300])
    names = [one.name for one in tmp_path.glob("*.atom")]
    assert len({normalize("NFKC", name).casefold() for name in names}) == len(NAMES) + 6
    assert all(name.isascii() and len(name) < LATEST for name in names)
    found = [[*entries(feed).values()] for feed in tmp_path.glob("collection-*.atom")]
    assert sorted(found) == sorted([name] for name in NAMES), "each has its own documents"


def test_only_feeds_with_news_are_made(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    atom = feeds.atom
    monkeypatch.setattr(feeds, "atom", lambda *of: (made.append(of[0].title), atom(*of))[1])

    def written() -> list[str]:
        made.clear()
        write_feeds(db, tmp_path, searches=["Kono"])
        return [title.partition(",")[0] for title in made]

    for name in ("one", "two", "three"):
        store(db, [entry(name, "Kono")], name)
    assert written() == ["Documents", "one", "three", "two", "Found by Kono"]
    assert written() == []
    store(db, [entry("four", "Kuno")], "two", "2026-11-25T05:06:08Z")
    assert written() == ["Documents", "two"]
    feed = next(tmp_path.glob("collection-one-*.atom"), tmp_path / "collection-one.atom")
    whole = feed.read_bytes()
    for spoilt in (whole[:-100], whole.replace(b"Kono", b"Kino"), b"", whole + b"x"):
        feed.write_bytes(spoilt)
        assert (written(), feed.read_bytes()) == (["one"], whole)
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE sites SET name = 'Another'")
    assert len(written()) == 5


def test_feed_that_is_empty_has_a_true_date(db: Path, tmp_path: Path) -> None:
    """That of the first run; then of when its last document went."""
    store(db, [], "it")
    (began,) = (row["started"] for row in rows(db, "SELECT started FROM runs"))

    def dates() -> set[str]:
        write_feeds(db, tmp_path, searches=["Kono"])
        return {read(feed).feed.updated for feed in tmp_path.glob("*.atom")}

    assert dates() == {began}
    store(db, [entry("a", "Kono")], "it")
    went = "2027-01-02T03:04:05Z"
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE documents SET removed = ?", [went])
        connection.execute("UPDATE memberships SET removed = ?", [went])
    assert dates() == {went}
