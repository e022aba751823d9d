"""Harvests of feeds: what they prove, what falls off their end, and what is read in an entry."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harvests import Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from test_sitemaps import Files

from harvester.interfaces import read_listing
from harvester.items import Entry, Listing
from harvester.outcomes import Unreadable
from harvester.sites import site_of

URL = "https://archive.example/feed.xml"
ATOM = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"'
    ' xmlns:os="http://a9.com/-/spec/opensearch/1.1/"'
)

Crawl = Callable[..., Harvest]


def atom(*numbers: int, head: str = "") -> str:
    entries = "".join(
        f'<entry><title>Paper {n}</title><link href="/doc/{n}"/><id>urn:{n}</id>'
        f"<published>19{n:02}-01-01T00:00:00Z</published><summary>On {n}</summary></entry>"
        for n in numbers
    )
    return f"<feed {ATOM}><title>Papers</title>{head}{entries}</feed>"


def link(relation: str, path: str) -> str:
    return f'<link rel="{relation}" href="{path}"/>'


@pytest.fixture
def site(httpserver: HTTPServer) -> Files:
    return Files(httpserver)


@pytest.fixture
def crawl(site: Files, db: Path) -> Crawl:
    def run(**settings: object) -> Harvest:
        host = site.home.removeprefix("http://")
        settings = {"HARVEST_DB": db, "HARVEST_MOST_MISSING": 1, **settings}
        return harvest(f"-aurl={site.home}/feed", "-aname=it", f"-asite={host}", **settings)

    return run


def missing(done: Harvest) -> list[str]:
    told = rows(done.db, "SELECT kind FROM changes WHERE kind IN ('missing', 'removed')")
    return [str(row["kind"]) for row in told]


def test_what_falls_off_the_end_of_a_feed_is_never_missing(site: Files, crawl: Crawl) -> None:
    for newest in (3, 4, 5, 9):
        site.files["/feed"] = atom(*range(newest, newest - 3, -1))
        done = crawl()
        assert (done.code, done.run["outcome"]) == (75, "incomplete")
        assert "shows its newest 3 entries" in done.complaints[0]
        assert done.run["stated_total"] is None
    assert len(done.entries()) == 8
    assert missing(done) == []
    assert len([path for path in site.asked if path == "/feed"]) == 4


def test_archives_are_walked_to_the_oldest(site: Files, crawl: Crawl) -> None:
    site.files = {
        "/feed": atom(5, 4, head=link("prev-archive", "/2002")),
        "/2002": atom(4, 3, 2, head="<fh:archive/>" + link("prev-archive", "/2001")),
        "/2001": atom(1, head="<fh:archive/>" + link("next-archive", "/2002")),
    }
    done = crawl()
    assert (done.code, done.run["outcome"], len(done.entries())) == (0, "walked", 5)
    assert done.entries()[0]["title"] == "Paper 5"
    assert done.entries()[0]["date_edtf"] == "1905-01-01"
    again = crawl()
    assert (again.code, again.run["outcome"], missing(again)) == (0, "walked", [])


WHOLE = {
    "of a complete feed": {"/feed": atom(2, 1, head="<fh:complete/>")},
    "of OpenSearch": {
        "/feed": atom(2, head="<os:totalResults>2</os:totalResults>" + link("next", "/2")),
        "/2": atom(1, head="<os:totalResults>2</os:totalResults>"),
    },
}


@pytest.mark.parametrize("case", WHOLE)
def test_stated_total_proves_a_feed_complete(case: str, site: Files, crawl: Crawl) -> None:
    site.files = {**WHOLE[case]}
    done = crawl()
    assert (done.code, done.run["outcome"], done.run["stated_total"]) == (0, "complete", 2)
    site.files["/feed"] = atom(2, head="<fh:complete/>")
    assert missing(crawl()) == ["missing"]


def test_page_that_is_not_there_is_named(site: Files, crawl: Crawl) -> None:
    site.files = {"/feed": atom(2, 1, head=link("next", "/2"))}
    done = crawl(HARVEST_WALKS=1)
    assert (done.code, "/2 is not there" in done.complaints[0]) == (75, True)


def read(text: str) -> Listing:
    return read_listing(text, URL, site_of(URL), {})


def rss(*items: str, version: str = "2.0") -> str:
    return f'<rss version="{version}"><channel><title>x</title>{"".join(items)}</channel></rss>'


def as_json(*items: dict[str, Any], **said: Any) -> str:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items, **said}
    )


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/'
    '1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>x</title>'
    '</channel><item rdf:about="/a"><title>A</title><link>/a</link><dc:date>1950-03-02</dc:date>'
    "<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator></item></rdf:RDF>"
)
ENTRIES: dict[str, tuple[str, dict[str, object]]] = {
    "RSS": (
        rss(
            "<item><title>A &amp;amp; B</title><link>/a</link><description>&lt;p>One&lt;/p>"
            "&lt;p>Two &amp;lt; 3&lt;/p></description><category>x</category>"
            "<pubDate>Mon, 02 Jan 2006 15:04:05 +0100</pubDate></item>"
        ),
        {
            "document": "a",
            "title": "A & B",
            "summary": "One\n\nTwo < 3",
            "date_text": "Mon, 02 Jan 2006",
            "other": {"category": ["x"], "pubDate": ["Mon, 02 Jan 2006 15:04:05 +0100"]},
        },
    ),
    "date of the document before that of the entry": (
        rss(
            "<item><link>/a</link><pubDate>Mon, 02 Jan 2006 15:04:05 GMT</pubDate>"
            '<d:date xmlns:d="x">c. 1950</d:date></item>'
        ),
        {"document": "a", "title": "https://archive.example/a", "date_text": "c. 1950"},
    ),
    "RSS by its guid": (
        rss("<item><title>A</title><guid>https://archive.example/a</guid></item>"),
        {"document": "a"},
    ),
    "RSS with an id alone": (
        rss('<item><title>A</title><guid isPermaLink="false">x:1</guid></item>'),
        {"document": "feed.xml#x%3A1"},
    ),
    "RSS 1.0": (
        RDF,
        {"document": "a", "date_text": "1950-03-02", "other": {"creator": ["Ann", "Bob"]}},
    ),
    "CDATA": (
        rss("<item><title><![CDATA[A <i>b</i>]]></title><link>/a</link></item>"),
        {"title": "A b"},
    ),
    "Atom": (
        f'<feed {ATOM} xml:base="/x/"><entry xml:base="y/"><title type="html">A &lt;b>c&lt;/b>'
        '</title><link rel="self" href="z"/><link href="a"/><id>u</id><updated>2020-01-01</updated>'
        '<author><name>Ann</name></author><category term="t" label="Tea"/><summary type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>One <b>x</b></p><p>Two</p></div></summary>'
        "</entry></feed>",
        {
            "document": "x/y/a",
            "title": "A c",
            "summary": "One x\n\nTwo",
            "date_text": None,
            "other": {"author": ["Ann"], "category": ["Tea"], "updated": ["2020-01-01"]},
        },
    ),
    "Atom's text is no markup": (
        f'<feed {ATOM}><entry><title type="text">a &lt;b> c</title><id>a</id></entry></feed>',
        {"title": "a <b> c"},
    ),
    "JSON Feed": (
        as_json(
            {
                "id": "1",
                "url": "/a",
                "title": "A",
                "content_html": "<p>One</p><p>Two</p>",
                "date_published": "1950-03-02T00:00:00Z",
                "tags": ["t"],
                "authors": [{"name": "Ann"}],
            }
        ),
        {
            "document": "a",
            "summary": "One\n\nTwo",
            "date_text": "1950-03-02T00:00:00Z",
            "other": {"authors": ["Ann"], "tags": ["t"]},
        },
    ),
}


@pytest.mark.parametrize("case", ENTRIES)
def test_entry_of_a_feed_is_read(case: str) -> None:
    text, expected = ENTRIES[case]
    (entry,) = read(text).entries
    assert {name: getattr(entry, name) for name in expected} == expected
    assert isinstance(entry, Entry) and entry.link.startswith("https://archive.example/")


PAGES: dict[str, tuple[str, tuple[str | None, int | None, bool, bool]]] = {
    "plain": (atom(1), (None, None, True, False)),
    "last page": (atom(1, head=link("previous", "/1")), (None, None, False, False)),
    "archive": (atom(1, head="<fh:archive/>"), (None, None, False, True)),
    "self": (atom(1, head=link("self", URL)), (None, None, True, False)),
    "at no address": (atom(1, head=link("self", "http://[::1")), (None, None, True, False)),
    "leads to itself": (atom(1, head=link("next", URL)), (None, None, False, False)),
    "JSON": (as_json({"id": "1"}), (None, None, True, False)),
    "JSON with more": (
        as_json({"id": "1"}, next_url="/2"),
        ("https://archive.example/2", None, False, False),
    ),
    "of none": (atom(head="<fh:complete/>"), (None, 0, False, False)),
    "empty": (atom(), (None, None, True, False)),
}


@pytest.mark.parametrize("case", PAGES)
def test_page_of_a_feed_says_what_it_proves(case: str) -> None:
    text, expected = PAGES[case]
    page = read(text)
    assert (page.next_url, page.total, page.newest, page.archived) == expected


UNREAD = {
    "another site's entry": (rss("<item><link>https://else.example/a</link></item>"), "entry 1 is"),
    "another site's page": (atom(1, head=link("next", "https://e.example/")), "on another site"),
    "neither link nor id": (rss("<item><title>A</title></item>"), "neither a link nor an id"),
    "page at no address": (atom(1, head=link("next", "http://[::1")), '"next" leads nowhere'),
    "a tag without its end": (
        rss("<item><link>/a</link><description>&lt;p id='x' A.&lt;/p></description></item>"),
        "a tag lacks its end",
    ),
    "total that is none": (atom(1, head="<os:totalResults>many</os:totalResults>"), "its total"),
    "no items": ('{"version": "https://jsonfeed.org/version/1", "title": "x"}', "no list of items"),
    "items that are none": (as_json(*["x"]), "entry 1 is no object"),  # type: ignore[arg-type]
    "broken off": (atom(1)[:-9], "breaks off"),
    "ill-formed": ("<rss><channel></rss>", "its XML is broken"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_is_not_certain_is_refused(case: str) -> None:
    text, said = UNREAD[case]
    with pytest.raises(Unreadable, match=re.escape(said)):
        read(text)


def test_feed_is_shown_as_it_would_be_harvested(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(atom(2, 1))
    shown = scrapy("inspect", str(tmp_path / "feed.xml"), "--url", URL)
    assert (shown.returncode, "Paper 2" in shown.stdout) == (0, True)
    unknown = scrapy("inspect", str(tmp_path / "feed.xml"))
    assert (unknown.returncode, "say its address with --url" in unknown.stdout) == (65, True)
    learned = scrapy("learn", str(tmp_path / "feed.xml"), "--url", URL)
    assert (learned.returncode, "which needs no profile" in learned.stderr) == (64, True)


@pytest.mark.parametrize("order", [("/feed", "/sitemap.xml"), ("/sitemap.xml", "/feed")])
def test_sitemap_takes_no_document_its_words(order: tuple[str, str], site: Files, db: Path) -> None:
    site.files = {
        "/feed": atom(1, head="<fh:complete/>"),
        "/sitemap.xml": f"<urlset><url><loc>{site.home}/doc/1</loc></url></urlset>",
    }
    host = site.home.removeprefix("http://")
    for path in (*order, *order):
        named = f"-aname={path.strip('/')}"
        done = harvest(f"-aurl={site.home}{path}", named, f"-asite={host}", HARVEST_DB=db)
        assert done.code == 0
    (one, two) = done.entries()
    assert (one["title"], one["date_text"], one["id"]) == (
        "Paper 1",
        "1901-01-01T00:00:00Z",
        two["id"],
    )
    changed = rows(
        db, "SELECT DISTINCT field FROM changes WHERE kind = 'changed' AND field = 'title'"
    )
    assert len(changed) == (order[0] == "/sitemap.xml")
