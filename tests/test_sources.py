"""Harvests from what was captured: whatever it is, the rows are those of the live site."""

import os
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import pytest
from archive import Archive, Entry, japan
from captured import ENCODERS, KINDS, answer, content, record, saved, wget, write_warc
from commoncrawl import CommonCrawl
from harvests import Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from test_captures import arc, har, mhtml
from wayback import Wayback
from werkzeug import Request, Response

from harvester.warc.headers import digest

Crawl = Callable[..., Harvest]

NO_NETWORK = """
import os, sys

def forbid(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        os._exit(99)

sys.addaudithook(forbid)
"""


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Once called, every process that is started ends with 99 if it turns to the network."""

    def forbid() -> None:
        (tmp_path / "guard").mkdir()
        (tmp_path / "guard" / "sitecustomize.py").write_text(NO_NETWORK)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "guard"), prepend=os.pathsep)

    return forbid


def alone(*arguments: str, db: Path) -> Harvest:
    """A harvest with the guard, if it was set."""
    return harvest(*arguments, HARVEST_DB=db)


def test_the_guard_against_the_network_works(
    archive: Archive, db: Path, offline: Callable[[], None]
) -> None:
    offline()
    assert alone("-a", f"url={archive.url}", db=db).code == 99
    assert archive.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_same_rows_from_every_source_without_any_network(
    kind: str, archive: Archive, tmp_path: Path, offline: Callable[[], None]
) -> None:
    collection = ["-a", f"url={archive.url}", "-a", "name=it"]
    live = harvest(*collection, HARVEST_DB=tmp_path / "live.db")
    source = KINDS[kind](archive, tmp_path)
    offline()
    done = alone(*collection, "-a", f"source={source}", db=tmp_path / "captured.db")
    assert (done.code, done.complaints) == (0, [])
    assert content(done.db) == content(live.db)


def of_services(archive: Archive, server: HTTPServer) -> dict[str, object]:
    """The settings by which stand-ins of services are asked, which have captured the listing."""
    wayback, crawls = Wayback(server), CommonCrawl(server)
    crawl = crawls.crawl("CC-MAIN-2024-10", "2024-02-20T00:00:00", "2024-03-05T00:00:00")
    for number, (url, page) in enumerate(pages(archive, 0, 1)):
        wayback.add(f"2020010{number + 1}000000", url, page)
        crawls.add(crawl, f"2024022{number + 1}000000", url, page)
    return {"HARVEST_WAYBACK": wayback.url, **crawls.settings}


def as_feed(entries: Sequence[Entry]) -> str:
    """A feed that says of each document what the listing says, and that it has all."""
    found = "".join(
        f"<entry><title>{escape(one['title'])}</title><link href='{one['href']}'/>"
        f"<dc:date>{escape(one['date_text'] or '')}</dc:date>"
        f"<summary>{escape(one['summary'] or '')}</summary></entry>"
        for one in entries
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<complete xmlns="http://purl.org/syndication/history/1.0"/>{found}</feed>'
    )


def as_repository(entries: Sequence[Entry], home: str) -> Callable[[Request], Response]:
    """A repository whose records say of each document what the listing says."""
    header = "<header><identifier>oai:x:{0:02}</identifier><datestamp>2020-01-{0:02}</datestamp>"
    heads = [f"{header.format(number)}</header>" for number in range(1, len(entries) + 1)]
    space = "http://www.openarchives.org/OAI/2.0/oai_dc/"
    records = [
        f"<record>{head}<metadata><oai_dc:dc xmlns:oai_dc='{space}' xmlns:dc='http://purl.org/dc'>"
        f"<dc:title>{escape(one['title'])}</dc:title>"
        f"<dc:identifier>{home}{one['href']}</dc:identifier>"
        f"<dc:date>{escape(one['date_text'] or '')}</dc:date>"
        f"<dc:description>{escape(one['summary'] or '')}</dc:description>"
        "</oai_dc:dc></metadata></record>"
        for head, one in zip(heads, entries, strict=True)
    ]
    said = {
        "Identify": "<repositoryName>x</repositoryName><protocolVersion>2.0</protocolVersion>"
        "<earliestDatestamp>2020-01-01</earliestDatestamp><deletedRecord>no</deletedRecord>"
        "<granularity>YYYY-MM-DD</granularity>",
        "ListIdentifiers": "".join(heads),
        "ListRecords": "".join(records),
    }

    def answer(request: Request) -> Response:
        verb = request.args["verb"]
        return Response(
            f"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><responseDate>2026-01-01T00:00:00Z"
            f"</responseDate><request>{home}</request><{verb}>{said[verb]}</{verb}></OAI-PMH>",
            content_type="text/xml",
        )

    return answer


def test_every_way_in_gives_the_same_rows(
    archive: Archive, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """But for files made by others' programs, which the test before has."""
    settings = of_services(archive, httpserver)
    httpserver.expect_request("/feed").respond_with_data(
        as_feed(archive.entries), content_type="application/atom+xml"
    )
    wacz, both = tmp_path / "own.wacz", [(url, page.encode()) for url, page in pages(archive, 0, 1)]
    found: dict[str, str] = {}

    def take(way: str, source: object, url: str = archive.url) -> None:
        done = harvest(
            *(f"-aurl={url}", "-aname=it", f"-asource={source}"),
            HARVEST_DB=tmp_path / f"{way}.db",
            HARVEST_WARC="" if Path(str(source)).exists() else tmp_path / way,
            **settings,
        )
        assert (done.code, done.complaints, len(done.entries())) == (0, [], 15), way
        found[way] = content(done.db)

    for way in ("live", "wayback", "commoncrawl"):
        take(way, way)
        take(f"recording of {way}", tmp_path / way)
    packed = scrapy("export", "--format", "wacz", f"-o{wacz}", HARVEST_WARC=str(tmp_path / "live"))
    assert packed.returncode == 0, packed.stderr
    take("own WACZ", wacz)
    for way, make in {"HAR": har, "MHTML": mhtml, "ARC": arc(1)}.items():
        (folder := tmp_path / way).mkdir()
        take(f"{way} file", make(both, folder))
    home = archive.url.partition("/search")[0]
    take("feed", "live", f"{home}/feed")
    repository = as_repository(archive.entries, home)
    httpserver.expect_request("/oai").respond_with_handler(repository)
    take("repository", "live", f"{home}/oai?verb=ListRecords&metadataPrefix=oai_dc")
    assert len(found) == 12
    assert {way for way, rows in found.items() if rows != found["live"]} == set()


def test_sitemap_gives_the_same_documents_without_their_words(
    archive: Archive, httpserver: HTTPServer, tmp_path: Path
) -> None:
    home = archive.url.partition("/search")[0]
    urls = "".join(f"<url><loc>{home}{one['href']}</loc></url>" for one in archive.entries)
    httpserver.expect_request("/sitemap.xml").respond_with_data(f"<urlset>{urls}</urlset>")
    said = {}
    for number, url in enumerate((archive.url, f"{home}/sitemap.xml")):
        done = harvest(f"-aurl={url}", "-aname=it", HARVEST_DB=tmp_path / f"{number}.db")
        assert (done.code, done.run["outcome"], done.run["stated_total"]) == (0, "complete", 15)
        said[url] = [(row["id"], row["url"], row["position"]) for row in done.entries()]
    one, two = said.values()
    assert one == two
    assert {(row["date_text"], row["summary"]) for row in done.entries()} == {(None, None)}


MIRRORS = {
    "for Windows": ["--restrict-file-names=windows"],
    "in lower case": ["--restrict-file-names=lowercase"],
    "with .html added": ["--adjust-extension"],
    "with links converted": ["--adjust-extension", "--convert-links", "--page-requisites"],
    "with originals": ["--adjust-extension", "--convert-links", "--backup-converted"],
    "without the host's folder": ["--no-host-directories"],
    "with the protocol's folder": ["--protocol-directories"],
}


@pytest.mark.parametrize("case", MIRRORS)
def test_mirrors_as_wget_can_write_them(
    case: str, archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    archive.shows_documents()
    wanted = r"--accept-regex=search\?search_api_fulltext=Japan(&page=.)?$|/document/record-"
    tree = wget(archive.url, tmp_path / "tree", *MIRRORS[case], wanted)
    assert list(tree.rglob("*record-conversation*"))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={tree}")
    assert (done.code, done.complaints) == (0, [])
    assert [row["id"] for row in done.entries()] == [
        str(entry["href"]).removeprefix("/document/") for entry in japan()
    ]


def test_source_may_be_the_folder_of_one_host(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    (host,) = wget(archive.url, tmp_path / "tree").iterdir()
    done = crawl("-a", f"url={archive.url}", "-a", f"source={host}")
    assert (done.code, len(done.entries())) == (0, 15)


def pages(archive: Archive, *numbers: int) -> list[tuple[str, str]]:
    return [
        (archive.url + (f"&page={number}" if number else ""), archive.page(number))
        for number in numbers
    ]


def test_several_sources_can_be_named(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    one = write_warc(tmp_path / "one.warc.gz", pages(archive, 0))
    two = write_warc(tmp_path / "two.warc", pages(archive, 1))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={one},{two}")
    assert (done.code, len(done.entries())) == (0, 15)


def test_missing_page_is_named(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    source = write_warc(tmp_path / "one.warc.gz", pages(archive, 0))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={source}")
    assert (done.code, done.run["outcome"], done.run["seen"]) == (75, "incomplete", 10)
    other = f"which has one other page, such as {archive.url}"
    assert f"{archive.url}&page=1 is not in {source}, {other}." in done.complaints[0]


def test_rows_are_of_the_moment_of_their_capture(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    source = write_warc(tmp_path / "one.warc.gz", pages(archive, 0, 1))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={source}")
    assert rows(done.db, "SELECT DISTINCT fetched FROM pages") == [
        {"fetched": "2020-01-02T03:04:05Z"}
    ]


def test_time_of_a_saved_page_is_its_file_s(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    folder = saved(archive, tmp_path)
    for page in folder.iterdir():
        os.utime(page, (1_600_000_000, 1_600_000_000))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={folder}")
    assert rows(done.db, "SELECT DISTINCT fetched FROM pages") == [
        {"fetched": "2020-09-13T12:26:40Z"}
    ]


@pytest.fixture
def years(archive: Archive, tmp_path: Path) -> Path:
    """A WARC of one page in 2018, 2019, 2020 (an error), 2021 and, unchanged, 2022."""
    file = tmp_path / "years.warc.gz"
    archive.entries = japan()[:3]
    captures = []
    for year in (2019, 2018, 2021):
        archive.entries = [{**japan()[0], "title": f"Title of {year}"}, *japan()[1:3]]
        date = f"{year}-05-06T07:08:09Z"
        captures.append(record(archive.url, archive.page(0).encode(), date=date))
    gone = record(archive.url, b"Out of order", status="503 No", date="2020-01-01T00:00:00Z")
    same = record(
        archive.url,
        b"",
        kind="revisit",
        status="304 Not Modified",
        date="2022-01-01T00:00:00Z",
        WARC_Refers_To_Date="2021-05-06T07:08:09Z",
        WARC_Profile="http://netpreserve.org/warc/1.1/revisit/server-not-modified",
    )
    file.write_bytes(b"".join([*captures, gone, same]))
    return file


@pytest.mark.parametrize(
    ("before", "title", "moment"),
    [
        ("", "Title of 2021", "2022-01-01T00:00:00Z"),
        ("2021", "Title of 2021", "2021-05-06T07:08:09Z"),
        ("2021-05-06T07:08:08Z", "Title of 2019", "2019-05-06T07:08:09Z"),
        ("2020-06", "Title of 2019", "2019-05-06T07:08:09Z"),
        ("20180507", "Title of 2018", "2018-05-06T07:08:09Z"),
    ],
)
def test_latest_good_capture_is_taken(
    before: str, title: str, moment: str, archive: Archive, crawl: Crawl, years: Path
) -> None:
    source = ["-a", f"source={years}", f"-sHARVEST_CAPTURED_BEFORE={before}"]
    done = crawl("-a", f"url={archive.url}", *source)
    assert (done.code, done.entries()[0]["title"]) == (0, title)
    assert rows(done.db, "SELECT fetched FROM pages") == [{"fetched": moment}]


def test_revisit_is_known_by_its_digest(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    archive.entries = japan()[:3]
    page = archive.page(0).encode()
    block = b"WARC/1.0\r\nWARC-Type: revisit\r\nContent-Length: 0\r\nWARC-Target-URI: "
    block += archive.url.encode() + b"\r\nWARC-Date: 2021-02-03T04:05:06Z\r\nWARC-Payload-Digest: "
    (tmp_path / "x.warc").write_bytes(
        record(archive.url, page, packed=False) + block + digest(page).encode() + 4 * b"\r\n"
    )
    done = crawl("-a", f"url={archive.url}", "-a", f"source={tmp_path / 'x.warc'}")
    assert rows(done.db, "SELECT fetched FROM pages") == [{"fetched": "2021-02-03T04:05:06Z"}]


def test_nothing_captured_by_then_is_said(archive: Archive, crawl: Crawl, years: Path) -> None:
    source = ["-a", f"source={years}", "-sHARVEST_CAPTURED_BEFORE=2017"]
    done = crawl("-a", f"url={archive.url}", *source)
    assert (done.code, "HARVEST_CAPTURED_BEFORE" in done.complaints[0]) == (75, True)


def test_page_captured_only_as_an_error_is_said(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    (tmp_path / "x.warc").write_bytes(record(archive.url, b"No", status="503 No", packed=False))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={tmp_path / 'x.warc'}")
    assert (done.code, "503" in done.complaints[0]) == (75, True)


def test_check_for_robots_is_passed_over_for_an_earlier_page(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    folder = Path(__file__).parents[1] / "fixtures/other/akamai-interstitial/page.html"
    good = [record(url, page.encode()) for url, page in pages(archive, 0, 1)]
    check = record(archive.url, folder.read_bytes(), date="2024-01-01T00:00:00Z")
    (tmp_path / "x.warc.gz").write_bytes(b"".join([*good, check]))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={tmp_path / 'x.warc.gz'}")
    assert (done.code, len(done.entries())) == (0, 15)


def test_redirect_that_was_captured_is_followed(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    there = archive.url.replace("Japan", "Nippon")
    moved = record(archive.url, b"", status="302 Found", http={"Location": there})
    pages_there = [
        record(url.replace("Japan", "Nippon"), page.encode()) for url, page in pages(archive, 0, 1)
    ]
    (tmp_path / "x.warc.gz").write_bytes(b"".join([moved, *pages_there]))
    done = crawl("-a", f"url={archive.url}", "-a", f"source={tmp_path / 'x.warc.gz'}")
    assert (done.code, len(done.entries())) == (0, 15)


@pytest.mark.parametrize(
    ("hosts", "code"),
    [
        (["https://www.twin.example"], 0),
        (["https://a.example", "https://b.example"], 75),
        (["http://localhost:99", "https://b.example"], 0),
    ],
)
def test_page_of_another_host_counts_if_it_is_the_only_one(
    hosts: list[str], code: int, archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    archive.entries = japan()[:3]
    path = "/search?search_api_fulltext=Japan"
    captured = [(host + path, archive.page(0)) for host in hosts]
    source = write_warc(tmp_path / "x.warc", captured)
    done = crawl("-a", f"url=http://localhost{path}", "-a", f"source={source}")
    assert done.code == code
    assert all(host.split("/")[2] in done.complaints[0] for host in hosts if code)


SPELLINGS = {
    "/search?search_api_fulltext=A%20B&f%5B0%5D=x%3A1": "/search?f[0]=x:1&search_api_fulltext=A+B",
    "/search?f%255B0%255D=x%253A1": "/search?f%5B0%5D=x:1&page=0",
    "/search/?search_api_fulltext=%C5%8D": "/search?search_api_fulltext=ō",
    "/search-results/1/%7B%22publisher%22%3A%221%22%7D?recordType=Record": (
        '/search-results/1/{"publisher":"1"}?recordType=Record&x='
    ),
}


@pytest.mark.parametrize("asked", SPELLINGS)
def test_address_is_known_however_it_is_encoded(asked: str, tmp_path: Path) -> None:
    source = write_warc(tmp_path / "x.warc.gz", [(f"https://x.example{SPELLINGS[asked]}", "It")])
    assert answer(source, f"https://x.example{asked}").text == "It"


def test_saved_by_the_extension_singlefile(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    archive.entries = japan()[:3]
    comment = f"<!--\n Page saved with SingleFile \n url: {archive.url} \n saved date: Thu -->"
    page = archive.page(0).replace("<head>", f"{comment}<head>", 1)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "Results.html").write_text(page, encoding="utf-8")
    done = crawl("-a", f"url={archive.url}", "-a", f"source={tmp_path / 'pages'}")
    assert (done.code, done.run["seen"]) == (0, 3)


@pytest.mark.parametrize("coding", [*ENCODERS, "br, gzip", "identity"])
def test_compressed_pages_are_read(coding: str, tmp_path: Path) -> None:
    body = b"It" * 999
    for name in coding.split(", "):
        body = ENCODERS.get(name, bytes)(body)
    page = record("https://x.example/", body, http={"Content-Encoding": coding})
    (tmp_path / "x.warc.gz").write_bytes(page)
    assert answer(tmp_path / "x.warc.gz", "https://x.example/").body == b"It" * 999
