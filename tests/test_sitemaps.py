"""Harvests of sitemaps, from a real server and from captures, and what is read in one of them."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from harvests import Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from wayback import Wayback
from werkzeug import Request, Response

from harvester.interfaces import read_listing
from harvester.outcomes import Unreadable
from harvester.sites import site_for, site_of

URL = "https://archive.example/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*pages: str, lastmod: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    urls = "".join(f"<url><loc>{page}</loc>{changed}</url>" for page in pages)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {SPACE}>{urls}</urlset>\n'


def index(*sitemaps: str) -> str:
    found = "".join(f"<sitemap><loc>{one}</loc></sitemap>" for one in sitemaps)
    return f'<?xml version="1.0"?><sitemapindex {SPACE}>{found}</sitemapindex>'


class Files:
    """A site of files by their paths; `asked` lists what was asked for."""

    def __init__(self, server: HTTPServer) -> None:
        self.home = server.url_for("").rstrip("/")
        self.files: dict[str, str | bytes] = {}
        self.asked: list[str] = []
        server.expect_request(re.compile("/.*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        body = self.files.get(request.path)
        if body is None:
            return Response("Not found", 404)
        kind = "application/gzip" if request.path.endswith(".gz") else "application/xml"
        answer = Response(body, content_type=kind)
        answer.add_etag()
        return answer.make_conditional(request)


@pytest.fixture
def site(httpserver: HTTPServer) -> Files:
    """An index of two sitemaps, the second of which is gzipped; one document is in both."""
    site = Files(httpserver)
    one, two, three, four = (f"{site.home}/doc/{n}" for n in range(1, 5))
    site.files = {
        "/sitemap.xml": index(f"{site.home}/a.xml", f"{site.home}/b.xml.gz"),
        "/a.xml": urlset(one, two, lastmod="2020-01-01"),
        "/b.xml.gz": gzip.compress(urlset(two, three, four).encode(), mtime=0),
    }
    return site


Crawl = Callable[..., Harvest]


@pytest.fixture
def crawl(site: Files, db: Path) -> Crawl:
    def run(*arguments: str, **settings: object) -> Harvest:
        host = site.home.removeprefix("http://")
        settings = {"HARVEST_DB": db, **settings}
        url = f"-aurl={site.home}/sitemap.xml"
        return harvest(url, "-aname=it", f"-asite={host}", *arguments, **settings)

    return run


def of(done: Harvest) -> list[str]:
    return [str(row["id"]) for row in done.entries()]


def test_parts_of_an_index_are_walked_and_their_total_is_their_own(
    site: Files, crawl: Crawl
) -> None:
    done = crawl()
    assert (done.code, done.complaints) == (0, [])
    assert (done.run["outcome"], done.run["stated_total"]) == ("complete", 4)
    assert of(done) == ["doc/1", "doc/2", "doc/3", "doc/4"]
    first = done.entries()[0]
    assert (first["title"], first["date_text"]) == (f"{site.home}/doc/1", None)
    assert '"lastmod": ["2020-01-01"]' in first["listed_other"]
    assert [path for path in site.asked if path != "/robots.txt"] == [*site.files]


def test_what_is_new_gone_and_changed_is_found(site: Files, crawl: Crawl) -> None:
    crawl()
    two, five = f"{site.home}/doc/2", f"{site.home}/doc/5"
    site.files["/a.xml"] = urlset(two, five, lastmod="2024-05-06")
    done = crawl(HARVEST_MOST_MISSING=1)
    assert (done.code, done.run["stated_total"]) == (0, 4)
    told = rows(done.db, "SELECT kind, count(*) AS n FROM changes WHERE run = 2 GROUP BY kind")
    assert {row["kind"]: row["n"] for row in told} == {"added": 1, "missing": 1, "changed": 1}


BROKEN: dict[str, tuple[str | bytes | None, int, str]] = {
    "not there": (None, 75, "/b.xml.gz is not there"),
    "cut": (gzip.compress(urlset("x").encode())[:-9], 69, "/b.xml.gz could not be fetched"),
    "half": ("<urlset><url><loc>http://x</loc></url>", 69, "/b.xml.gz could not be fetched"),
    "something else": ("<html><p>Out of order</p></html>", 65, "/b.xml.gz can't be read"),
    "of a foreign site": (
        urlset("https://else.example/1"),
        65,
        "/b.xml.gz can't be read as a sitemap: entry 1 is on another site",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_part_that_cannot_be_read_is_named_and_nothing_counts_as_missing(
    case: str, site: Files, crawl: Crawl
) -> None:
    body, code, said = BROKEN[case]
    if body is None:
        del site.files["/b.xml.gz"]
    else:
        site.files["/b.xml.gz"] = body
    done = crawl(HARVEST_RETRIES=0, HARVEST_WALKS=1)
    assert (done.code, said in done.complaints[0]) == (code, True), done.complaints
    assert of(done) == ["doc/1", "doc/2"]
    assert done.run["stated_total"] is None


def test_recording_of_an_index_is_a_source_and_is_read_again(
    site: Files, crawl: Crawl, tmp_path: Path
) -> None:
    folder = tmp_path / "warc"
    live = crawl(HARVEST_WARC=folder)
    again = crawl(f"-asource={folder}", HARVEST_DB=tmp_path / "again.db")
    assert (again.code, again.run["outcome"], of(again)) == (0, "complete", of(live))
    reread = scrapy("reparse", f"-sHARVEST_DB={live.db}", f"-sHARVEST_WARC={folder}")
    assert "3 of 3 recorded pages read again (0 read otherwise, 0 new)" in reread.stdout


def test_sitemap_of_a_known_site_gives_its_documents(site: Files, db: Path) -> None:
    pages = (f"{site.home}{path}" for path in ("/", "/about", "/document/one", "/document/two"))
    site.files["/sitemap.xml"] = urlset(*pages)
    done = harvest(f"-aurl={site.home}/sitemap.xml", "-aname=it", HARVEST_DB=db)
    assert (done.code, of(done), done.run["stated_total"]) == (0, ["one", "two"], 2)


def read(text: str) -> list[str]:
    listing = read_listing(text, URL, site_of(URL), {})
    return listing.parts or [entry.document for entry in listing.entries]


READ = {
    "relative address": ("<urlset><url><loc>/a</loc></url></urlset>", ["a"]),
    "twice": (urlset("/a", "/a", "/b"), ["a", "b"]),
    "nothing": (urlset(), []),
    "comments": ("<!-- x --><urlset><!-- y --><url><loc> /a\n</loc></url></urlset>", ["a"]),
    "index": (index("/b.xml", "/b.xml", URL, "/c.xml"), [f"{URL[:-11]}b.xml", f"{URL[:-11]}c.xml"]),
}


@pytest.mark.parametrize("case", READ)
def test_sitemap_is_read(case: str) -> None:
    text, expected = READ[case]
    assert read(text) == expected


UNREAD = {
    "no address": ("<urlset><url><lastmod>2020</lastmod></url></urlset>", "entry 1 has no address"),
    "an address of no page": (urlset("mailto:a@b.example"), "entry 1 has no address"),
    "another site": (urlset("/a", "https://else.example/a"), "entry 2 is on another site"),
    "index of another site": (index("https://else.example/a"), "sitemap 1 is on another site"),
    "broken off": ("<urlset><url><loc>/a</loc></url>", "its XML breaks off"),
    "ill-formed": ("<urlset><url><loc>/a</url></urlset>", "its XML is broken"),
    "entity": (
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset/>',
        "can't be read",
    ),
    "too many": (urlset(*(f"/{n}" for n in range(50_001))), "more than 50,000 entries"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_is_not_certain_is_refused(case: str) -> None:
    text, said = UNREAD[case]
    with pytest.raises(Unreadable, match=re.escape(said)):
        read(text)


def test_news_sitemap_has_titles_and_dates() -> None:
    text = (
        "<urlset><url><loc>/a</loc><n:news xmlns:n='x'><n:publication_date>1999-12-31"
        "</n:publication_date><n:title>A day</n:title></n:news></url></urlset>"
    )
    (entry,) = read_listing(text, URL, site_of(URL), {}).entries
    assert (entry.title, entry.date_text) == ("A day", "1999-12-31")


@pytest.mark.parametrize(
    ("path", "is_list"),
    [
        ("/sitemap.xml", True),
        ("/sitemap_index.xml", True),
        ("/wp-sitemap-posts-1.xml.gz", True),
        ("/feed/", True),
        ("/blog/rss", True),
        ("/news.rdf", True),
        ("/about", False),
        ("/feedback", False),
    ],
)
def test_addresses_of_lists_for_programs_are_known(path: str, is_list: bool) -> None:
    url = f"https://digitalarchive.wilsoncenter.org{path}"
    assert site_for(url, None).is_listing_url(url) == is_list


def test_index_of_another_host_s_copy_leads_to_the_copy(site: Files, db: Path) -> None:
    """The sitemaps that a copy names are those of the site itself, which is never asked."""
    real = "https://digitalarchive.wilsoncenter.org"
    site.files = {
        "/sitemap.xml": index(f"{real}/a.xml"),
        "/a.xml": urlset(f"{real}/document/one"),
    }
    done = harvest(f"-aurl={site.home}/sitemap.xml", "-aname=it", HARVEST_DB=db)
    assert (done.code, of(done)) == (0, ["one"])
    assert site.asked[-1] == "/a.xml"


def test_index_in_the_wayback_machine_is_walked(
    site: Files, httpserver: HTTPServer, db: Path
) -> None:
    with HTTPServer(port=0) as server:
        wayback = Wayback(server)
        for path, body in site.files.items():
            wayback.add("20200101000000", site.home + path, body)
        host = site.home.removeprefix("http://")
        done = harvest(
            *(f"-aurl={site.home}/sitemap.xml", f"-asite={host}", "-asource=wayback"),
            HARVEST_DB=db,
            HARVEST_WAYBACK=wayback.url,
        )
    assert (done.code, done.run["outcome"], done.run["stated_total"]) == (0, "complete", 4)
    assert of(done) == ["doc/1", "doc/2", "doc/3", "doc/4"]
    assert site.asked == []
