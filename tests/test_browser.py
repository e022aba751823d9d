"""What a historian does with a harvest, in a real browser before a real server."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from archive import Archive, html
from axe_playwright_python.sync_playwright import Axe
from harvests import PROJECT, harvest, until
from make_pictures import NARROW, PICTURES, WIDE, pictures, take
from playwright.sync_api import Locator, Page, expect
from reading import browsed, configured, looked_at, served
from reading_room import opened
from shown_harvest import BROKEN_OUT, PDF, PETITION, store_hostile, store_shown
from stored import store
from test_reading_room import NO_WORDS

PAGES = (
    *("/", "/documents", "/documents?q=kono&more=decade", "/documents?q=nothingatall"),
    *("/timeline", "/timeline?year=1962", "/names", "/news", "/harvests", "/data"),
    *(f"/documents/wilson-center/{name}" for name in (PETITION, "letter", "hostile-02")),
)
FIRST_SCREEN = """() => {
    const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const seen = range.getBoundingClientRect();
        if (seen.width && seen.top < innerHeight) texts.push(walker.currentNode.textContent);
    }
    return texts.join(" ");
}"""
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"
MOST_TABS = 80
REFUSED = "Failed to load resource: the server responded with a status of 40"
"""What Chromium logs of an address at which nothing is."""
FOREIGN = "iframe, object, base, meta[http-equiv=refresh], body img, [href^=javascript i]"
"""What no page of ours has; a title might bring it."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = configured(tmp_path_factory.mktemp("reading"))
    store_shown(data / "harvest.db")
    (data / "feeds").mkdir()
    for name in ("all.atom", "collection-saved.atom"):
        (data / "feeds" / name).write_text(f"<feed>{name}</feed>")
    return data


@pytest.fixture(scope="module")
def url(data: Path) -> Iterator[str]:
    with served(data) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(url: str) -> Iterator[Page]:
    """Chromium; that no page logged an error is seen when it is closed."""
    with browsed(url) as page:
        yield page


@pytest.fixture
def page(chromium: Page) -> Page:
    chromium.set_viewport_size(WIDE)
    return chromium


def follow(link: Locator) -> None:
    """Clicks, and waits for the page that it leads to."""
    with link.page.expect_navigation():
        link.click()


def search(page: Page, words: str) -> None:
    """Asks on the home page."""
    page.goto("/")
    box = page.get_by_role("searchbox")
    box.fill(words)
    with page.expect_navigation():
        page.get_by_role("button", name="Search").click()


def read_third(page: Page) -> str:
    """Follows the third result, and sees its scan and its citation."""
    link = page.locator(".hits h2 a").nth(2)
    title = link.inner_text()
    with page.expect_response(f"**/scans/{sha256(PDF).hexdigest()}") as scan:
        follow(link)
        page.locator(".scan").scroll_into_view_if_needed()
    assert scan.value.headers["content-type"] == "application/pdf"
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".citation").first).to_contain_text(title.split(",")[0])
    return title


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_historian_searches_narrows_reads_and_comes_back(size: dict[str, int], page: Page) -> None:
    page.set_viewport_size(size)
    search(page, "minister")
    if size == NARROW:
        page.locator("details.narrow summary").click()
    facets = page.locator("details.narrow" if size == NARROW else "aside.facets")
    follow(facets.get_by_role("link", name="Japan", exact=True))
    address, found = page.url, page.locator("h1").inner_text()
    read_third(page)
    page.go_back()
    assert (page.url, page.locator("h1").inner_text()) == (address, found)
    read_third(page)
    follow(page.locator(".back a"))
    assert page.locator("h1").inner_text() == found
    assert page.get_by_role("searchbox").input_value() == "minister"
    expect(page.locator(".chip")).to_contain_text("Japan")


def press_until(page: Page, text: str) -> None:
    """Goes on with the tab key to a link or field; each that is met shows that it is."""
    said = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) != "none"
        if page.evaluate(said).strip() == text:
            return
    raise AssertionError(f"The tab key does not lead to {text!r}.")


def test_historian_has_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    with page.expect_navigation(url="**#main"):
        page.keyboard.press("Enter")  # past the head of the page
    press_until(page, "Search titles, summaries and texts")
    page.keyboard.type("minister")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "Japan")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    title = page.locator(".hits h2 a").nth(2).inner_text()
    press_until(page, title)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    press_until(page, "← Back to “minister”")
    page.goto("/timeline")
    bar = page.locator("svg a").first.get_attribute("aria-label") or ""
    press_until(page, bar)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text().split()[0] == bar.split(": ")[1].split()[0]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_for_small_screens_and_all_readers(path: str, page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    if page.locator(".hits h2").count():
        box = page.locator(".hits > li").first.bounding_box()
        assert box is not None and box["y"] + box["height"] < NARROW["height"]
    page.set_viewport_size(WIDE)
    assert not NO_WORDS.search(page.evaluate(FIRST_SCREEN))
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


@pytest.fixture
def citing(page: Page, url: str) -> Page:
    """The page of a document, in a browser that may copy."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    page.goto("/documents/wilson-center/letter")
    return page


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_button_copies_the_citation_that_is_shown(citing: Page) -> None:
    style = citing.locator("details[name=cite]").nth(2)
    style.locator("summary").click()
    style.get_by_role("button", name="Copy").click()
    expect(style.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(citing) == style.locator(".citation").text_content()
    expect(citing.locator(".citation:visible")).to_have_count(1)


def test_keyboard_alone_copies_a_citation(citing: Page) -> None:
    style = citing.locator("details[name=cite]").nth(3)
    style.locator("summary").focus()
    for key in ("Enter", "Tab", "Space"):
        citing.keyboard.press(key)
    expect(style.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(citing) == style.locator(".citation").text_content()


def test_dark_is_as_readable(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    for path in ("/", "/documents?q=kono&decade=1960s", "/documents/wilson-center/letter"):
        page.goto(path)
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["id"] == "color-contrast"] == []
    page.emulate_media(color_scheme="light")


def test_pictures_of_the_documentation_can_be_made_again(page: Page, tmp_path: Path) -> None:
    """One is made here, as they are all made in the same way."""
    some = [*pictures()]
    take(page, tmp_path, some[-1:])
    assert [picture.name for picture in tmp_path.iterdir()] == [some[-1][0]]
    names = {name for name, _, _ in some}
    assert names == {picture.name for picture in PICTURES.glob("*.png")}
    texts = "".join(path.read_text("utf-8") for path in (PROJECT / "docs").glob("*.md"))
    assert names == set(re.findall(r"\((\w[\w-]*\.png)\)", texts))


def test_feeds_are_served_and_folded_away(page: Page, url: str, data: Path) -> None:
    page.goto("/")
    link = page.get_by_role("link", name="all.atom")
    expect(link).to_be_hidden()
    page.get_by_text("Feeds to subscribe to").click()
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    with urllib.request.urlopen(f"{url}{address}") as answer:
        assert answer.headers["Content-Type"].startswith("application/atom+xml")
        assert answer.read() == (data / "feeds" / "all.atom").read_bytes()
    assert page.locator("link[rel=alternate][type='application/atom+xml']").count() == 2


def test_what_a_harvest_is_writing_is_seen_when_it_is_whole(page: Page, data: Path) -> None:
    with closing(sqlite3.connect(data / "harvest.db", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE documents SET title = 'Rewritten' WHERE id = 'link'")
        page.goto("/documents/wilson-center/link")
        expect(page.locator("h1")).to_have_text("https://example.org/")
        db.execute("COMMIT")
    page.goto("/documents?q=rewritten")
    expect(page.locator(".hits h2")).to_have_text("Rewritten")


def test_live_harvest_is_seen_page_by_page(archive: Archive, tmp_path: Path) -> None:
    db = tmp_path / "harvest.db"
    store(db, [])
    with opened(db) as url:
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


HOSTILE_PAGES = (
    *(
        "/",
        "/documents",
        "/documents?q=alert",
        "/timeline",
        "/names",
        "/news",
        "/harvests",
        "/data",
    ),
    *("/documents/wilson-center/hostile-01", "/documents/hostile/odd-0", "/jobs"),
    *("/harvest", "/harvest/records", "/harvest/runs", "/harvest/failures/1", "/harvest/texts"),
    *("/harvest/documents?_facet=title&_sort=url", "/harvest/collections", "/harvest/nothing"),
)
ASKED = (
    *("/documents?q={}", "/documents?author={}", "/documents/hostile/{}", "/names?q={}&kind={}"),
    *("/timeline?year={}", "/harvest/records?_search={}", "/harvest/records?_facet={}", "/{}"),
    "/harvest/records?title__contains={}&_sort={}",
)
"""Questions that somebody else has put into a link."""


def test_no_page_has_a_strangers_browser_do_anything(chromium: Page, tmp_path: Path) -> None:
    """Nothing runs, is asked for elsewhere, or told of the machine, whatever a harvest says."""
    store_hostile(tmp_path / "harvest.db")
    (tmp_path / "files").mkdir()
    browser = chromium.context.browser
    assert browser is not None
    links = [path.replace("{}", quote(BROKEN_OUT)) for path in ASKED]
    with (
        opened(tmp_path / "harvest.db", "--public") as url,
        looked_at(browser, url, amiss=REFUSED) as page,
    ):
        for path in (*HOSTILE_PAGES, *links):
            answer = page.goto(path)
            assert answer is not None and answer.status in (200, 400, 404), path
            assert urlsplit(page.url).netloc == urlsplit(url).netloc, path
            assert str(tmp_path) not in page.content(), path
            assert page.locator(FOREIGN).count() == 0, path


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
