"""What a historian does with a harvest, in a real browser before a real server."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from archive import Archive, html
from harvests import FIXTURES, PROJECT, harvest, rows, until
from make_pictures import PICTURES, take
from parsel import Selector
from playwright.sync_api import Locator, Page, expect
from reading import browsed, configured, read, served
from stored import ARCHIVE, entry, saved_listings, store

from harvester.datasette.server import CONFIG
from harvester.descriptions import VIEWS
from harvester.store.read.queries import QUERIES, Query

JAPAN = "japan-boundaries-soviet-union"
KHRUSHCHEV = (
    "record-conversation-ns-khrushchev-prominent-political-figure-japan-m-suzuki-august-29-1960"
)
SCRIPT = "<script>alert(1)</script>"
LINKS = '<a href="javascript:alert(2)">javascript:alert(3)</a> <img src=x onerror=alert(4)>'

HISTORY = f"""
    INSERT INTO changes (run, collection, document, kind, field, old, new, at)
        SELECT 2, 2, number, 'changed', 'title', '{LINKS}', '{SCRIPT}', '2026-11-24T05:06:08Z'
        FROM documents WHERE id = 'script';
    UPDATE memberships SET missing = '2026-11-24T05:06:08Z'
        WHERE document = (SELECT number FROM documents WHERE id = 'script');
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration, and a harvest of the mission's collection; then of others."""
    data = configured(tmp_path_factory.mktemp("reading"))
    db = data / "harvest.db"
    done = harvest("-a", f"source={FIXTURES}", HARVEST_DB=db, HARVEST_FEEDS=data / "feeds")
    assert done.code == 0
    hostile = [
        entry("script", SCRIPT, "1960", LINKS),
        entry("link", "https://example.org/", "1961", "javascript:alert(5)"),
        entry('">/../%2e~', "Odd id", SCRIPT[:40]),
    ]
    store(db, hostile, "hostile")
    store(db, [*saved_listings()[60:], hostile[0]], "saved")
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript(HISTORY)
    return data


@pytest.fixture(scope="module")
def url(data: Path) -> Iterator[str]:
    with served(data) as address:
        yield address


@pytest.fixture(scope="module")
def page(url: str) -> Iterator[Page]:
    """Chromium; that no page logged an error is seen when it is closed."""
    with browsed(url) as page:
        yield page


@pytest.fixture(scope="module")
def questions(page: Page) -> dict[str, str]:
    """The addresses to which the home page's links lead, by their texts."""
    page.goto("/")
    links = page.locator("a").all()
    return {link.inner_text(): link.get_attribute("href") or "" for link in links}


def titles(page: Page) -> list[str]:
    return page.locator("td.col-title").all_inner_texts()


def follow(link: Locator) -> None:
    """Clicks, and waits for the page that it leads to."""
    with link.page.expect_navigation():
        link.click()


@pytest.mark.parametrize("text", ["Kōno", "kono", '"ichiro kono"', "KON*"])
def test_search_from_the_home_page(text: str, page: Page) -> None:
    page.goto("/")
    page.get_by_label("Search titles and summaries").fill(text)
    follow(page.get_by_role("button", name="Search"))
    found = titles(page)
    assert found
    summaries = page.locator("td.col-summary").all_inner_texts()
    for title, summary in zip(found, summaries, strict=True):
        assert re.search("K[oō]n", title + summary)


def test_search_is_narrowed_by_decade_whatever_its_signs(page: Page) -> None:
    found = []
    for text in ("Kōno", "kono"):
        page.goto(f"/harvest/entries?_search={urllib.parse.quote(text)}")
        everything = titles(page)
        follow(page.get_by_role("link", name="1950s", exact=True).first)
        assert set(page.locator("td.col-decade").all_inner_texts()) == {"1950s"}
        found.append((everything, titles(page)))
    assert found[0] == found[1]


def test_facets_narrow_and_a_document_leads_to_the_archive(page: Page) -> None:
    page.goto("/")
    follow(page.get_by_role("link", name="All documents"))
    follow(page.get_by_role("link", name=JAPAN, exact=True).first)
    expect(page.locator("h3").first).to_contain_text("15 rows")
    follow(page.get_by_role("link", name="1960s", exact=True).first)
    found = page.locator("td.col-decade").all_inner_texts()
    assert set(found) == {"1960s"}
    assert 0 < len(found) < 15
    follow(page.get_by_role("link", name=KHRUSHCHEV, exact=True))
    assert page.locator("td.col-title").inner_text().startswith("Record of Conversation")
    address = page.locator("td.col-url a")
    assert address.get_attribute("href") == f"{ARCHIVE}/document/{KHRUSHCHEV}"


def test_documents_come_by_date_and_undated_ones_last(page: Page) -> None:
    page.goto(f"/harvest/entries?collection={JAPAN}")
    dates = page.locator("td.col-sort_date").all_inner_texts()
    assert dates == sorted(dates)
    assert dates[-1] == "undated"


def test_timeline_has_a_bar_for_each_year_of_each_collection(page: Page, data: Path) -> None:
    page.goto("/")
    follow(page.get_by_role("link", name="Timeline"))
    bars = page.locator("#chart-years .mark-rect.role-mark path")
    expect(bars.first).to_be_visible()
    counted = rows(
        data / "harvest.db",
        "SELECT year, collection, count(*) FROM entries WHERE year > 0 GROUP BY year, collection",
    )
    expect(bars).to_have_count(len(counted))
    collections = page.locator("#chart-years .role-legend-label text")
    assert set(collections.all_text_contents()) == {JAPAN, "saved", "hostile"}
    elsewhere = "SELECT count(*) AS n FROM documents WHERE id NOT IN"
    (rest,) = rows(
        data / "harvest.db", f"{elsewhere} (SELECT document FROM entries WHERE year > 0)"
    )
    expect(page.locator("#chart-elsewhere")).to_have_text(str(rest["n"]))


@pytest.mark.parametrize("chart", ["", "/years"])
def test_bar_leads_to_the_documents_of_its_year(chart: str, page: Page) -> None:
    page.goto(f"/-/dashboards/timeline{chart}")
    follow(page.locator(".mark-rect.role-mark path").first)
    assert len(set(page.locator("td.col-year").all_inner_texts())) == 1


ASKED = {
    "search": ("Kōno", 1),
    "dated": ("1960-08-29", 1),
    "new": ("2026", 15),
    "changed": ("2026", 1),
    "removed": ("", 2),
    "history": (KHRUSHCHEV, 1),
    "by-year": ("", 20),
    "undated": ("", 1),
    "several": ("", 1),
    "health": ("", 3),
}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_question_is_answered(query: Query, url: str, questions: dict[str, str]) -> None:
    asked = read(f"{url}{questions[query.title]}")
    assert asked.css("h1").xpath("normalize-space()").getall() == [query.title]
    described = asked.css(".metadata-description").xpath("normalize-space()").getall()
    assert described == [query.description]
    text, least = ASKED.get(query.name, ("", 0))
    names = asked.css("form.sql input[type=text]::attr(name)").getall()
    form = {name: "" if name == "site" else text for name in names}
    answer = read(urllib.parse.urljoin(url, f"{action(asked)}?{urllib.parse.urlencode(form)}"))
    assert not answer.css(".message-error")
    assert len(answer.css("table.rows-and-columns tbody tr")) >= least


def action(page: Selector) -> str:
    """Where the form leads by which a question is asked; its fields go there as a query."""
    (form,) = page.css("form.sql")
    assert form.attrib["method"] == "get"
    assert form.css("input[type=submit]::attr(value)").getall() == ["Run SQL"]
    return form.attrib["action"]


def test_question_is_asked_with_its_form(page: Page, questions: dict[str, str]) -> None:
    (query,) = (query for query in QUERIES if query.name == "search")
    page.goto(questions[query.title])
    expect(page.locator("h1")).to_have_text(query.title)
    page.locator("form.sql input[type=text]").first.fill("Kōno")
    follow(page.get_by_role("button", name="Run SQL"))
    assert page.locator("table.rows-and-columns tbody tr").count() >= 1


def test_text_from_the_web_is_shown_as_text(page: Page) -> None:
    places = ("entries?collection=hostile", "documents?_search=alert", "search?search=alert")
    asked = ("changed?since=2026", "removed", "history?document=script", "several")
    for place in (
        *places,
        *asked,
        "documents/wilson-center/script",
        "dated?from=1960&to=1961",
        "memberships?collection=2",
    ):
        page.goto(f"/harvest/{place}")
        assert page.get_by_text(SCRIPT).count() > 0
        assert page.locator("a[href^='javascript:']").count() == 0
        assert page.locator("td img, td script").count() == 0
    page.goto("/harvest/entries?collection=hostile")
    shown = page.locator("td.col-title", has_text="https://example.org/")
    assert (shown.count(), shown.locator("a").count()) == (1, 0)
    assert LINKS in page.locator("td.col-summary").all_inner_texts()


def test_pictures_of_the_documentation_can_be_made_again(page: Page, tmp_path: Path) -> None:
    take(page, tmp_path)
    names = {picture.name for picture in tmp_path.iterdir()}
    assert names == {picture.name for picture in PICTURES.glob("*.png")}
    texts = "".join(path.read_text("utf-8") for path in (PROJECT / "docs").glob("*.md"))
    assert names == set(re.findall(r"\((\w+\.png)\)", texts))


def test_document_with_an_odd_id_is_found(page: Page) -> None:
    page.goto("/harvest/entries?collection=hostile&_search=odd")
    follow(page.locator("td.col-document a"))
    assert titles(page) == ["Odd id"]


@pytest.mark.parametrize("text", ['"', "a OR", "NEAR(", "title:", "*", "'; --", "^x", "\\", "-"])
@pytest.mark.parametrize("place", ["entries?_search=", "documents?_search=", "search?search="])
def test_no_search_is_an_error(place: str, text: str, url: str) -> None:
    shown = read(f"{url}/harvest/{place}{urllib.parse.quote(text)}")
    assert shown.css("section.content") and not shown.css(".message-error")


def test_feeds_are_served_beside_the_tables(page: Page, url: str, data: Path) -> None:
    page.goto("/")
    for name in ("all.atom", f"collection-{JAPAN}.atom"):
        address = page.get_by_role("link", name=name).get_attribute("href")
        with urllib.request.urlopen(f"{url}{address}") as answer:
            assert answer.headers["Content-Type"].startswith("application/atom+xml")
            assert answer.read() == (data / "feeds" / name).read_bytes()
    assert page.locator("link[rel=alternate][type='application/atom+xml']").count() == 2


def test_tables_and_columns_are_described_and_internal_ones_hidden(url: str) -> None:
    shown = read(f"{url}/harvest").css(".db-table h3 ::text").getall()
    told = json.loads((CONFIG / "metadata.json").read_text(encoding="utf-8"))
    tables = told["databases"]["harvest"]["tables"]
    assert {*shown, *VIEWS} == {name for name in tables if not name.startswith("_")}
    for name in shown:
        page = read(f"{url}/harvest/{name}")
        (description,) = page.css(".metadata-description").xpath("normalize-space()").getall()
        assert description == tables[name]["description"]
        columns = page.css(".column-descriptions dt ::text").getall()
        assert columns == list(tables[name]["columns"])


def test_tables_come_in_pages_by_date_with_source_and_terms(page: Page) -> None:
    page.goto("/harvest/documents")
    expect(page.locator("h3").first).to_contain_text("sorted by date_earliest")
    assert page.locator("table.rows-and-columns tbody tr").count() == 50
    for place in ("/", "/harvest/documents"):
        page.goto(place)
        for told in ("the archives of its collections", "the archives' own terms hold"):
            assert page.get_by_text(told).count() > 0


def test_keys_are_shown_by_their_labels(page: Page) -> None:
    page.goto("/harvest/memberships?collection=1")
    assert page.locator("td.col-collection a").first.inner_text() == JAPAN
    assert page.get_by_role("link", name="Record of Conversation").count() > 0


def test_what_a_harvest_is_writing_is_seen_when_it_is_whole(page: Page, data: Path) -> None:
    with closing(sqlite3.connect(data / "harvest.db", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE documents SET title = 'Rewritten' WHERE id = 'link'")
        page.goto("/harvest/documents/wilson-center/link")
        assert titles(page) == ["https://example.org/"]
        db.execute("COMMIT")
    page.goto("/harvest/entries?_search=rewritten")
    assert titles(page) == ["Rewritten"]


def test_live_harvest_is_seen_page_by_page(archive: Archive, tmp_path: Path) -> None:
    data = configured(tmp_path)
    db = data / "harvest.db"
    store(db, [])
    with served(data) as url:
        archive.answers[1] = lambda _: (seen(url, 10), html(archive.page(1)))[1]
        done = harvest("-a", f"url={archive.url}", HARVEST_DB=db)
        assert (done.code, done.complaints) == (0, [])
        assert seen(url, 15)


def seen(url: str, documents: int) -> bool:
    """Waits until Datasette shows so many. Raises AssertionError if it never does."""

    def shown() -> bool:
        with urllib.request.urlopen(f"{url}/harvest/documents.json?_shape=array") as answer:
            return len(json.load(answer)) == documents

    until(shown)
    return True


SERVING = """
import sys
from pathlib import Path
from reading import configured, served
from stored import store

data = configured(Path(sys.argv[1]))
store(data / "harvest.db", [])
with served(data) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_server_of_a_test_ends_with_whoever_began_it(tmp_path: Path) -> None:
    """Tests that are killed leave no Datasette behind."""
    path = os.pathsep.join((str(PROJECT / "tests"), str(PROJECT)))
    with subprocess.Popen(
        [sys.executable, "-c", SERVING, tmp_path],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as tests:
        assert tests.stdout is not None
        url = tests.stdout.readline().strip()
        assert answers(url)
        tests.terminate()
    assert tests.returncode == -signal.SIGTERM
    until(lambda: not answers(url))


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url):
            return True
    except OSError:  # refused, or reset while the server was ending
        return False
