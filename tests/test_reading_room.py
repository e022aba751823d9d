"""The pages of the reading room, as they are sent: what is said, where links lead, what is safe."""

import asyncio
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin

import pytest
from datasette.app import Datasette
from filled import real_records
from harvests import PROJECT, raw_rows, rows
from parsel import Selector
from reading_room import Answer, get, opened
from shown_harvest import LATER, LINKS, PDF, PETITION, SCRIPT, store_shown
from stored import entry, store

from harvester.datasette.server import served
from harvester.datasette.words import day, history, is_said, meaning, number, size
from harvester.descriptions import TABLES, VIEWS
from harvester.record import KINDS
from harvester.search.query import LONGEST
from harvester.store.read.counts import FEW
from harvester.store.read.question import MOST
from harvester.store.read.results import SIZE

NO_WORDS = re.compile(r"\b(SQL|views?|rows|select|tables?)\b", re.IGNORECASE)
PAGES = (
    *("/", "/documents", "/documents?q=kono", "/documents?q=nothingatall", "/timeline"),
    *("/timeline?year=1962", "/names", "/names?kind=person", "/news", "/harvests", "/data"),
    *(f"/documents/wilson-center/{name}" for name in (PETITION, "letter", "script", "hostile-01")),
    *("/documents/wilson-center/nothing", f"/documents?q={'a' * (LONGEST + 1)}"),
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("room") / "harvest.db"
    store_shown(path)
    return path


@pytest.fixture(scope="module")
def url(db: Path) -> Iterator[str]:
    with opened(db) as address:
        yield address


class Reader:
    """Someone who asks a server for pages, and follows their links."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str) -> Answer:
        return get(urljoin(self.url, path.partition("#")[0]))

    def page(self, path: str, status: int = 200) -> Selector:
        answer = self.ask(path)
        assert answer.status == status, path
        return Selector(answer.text)

    def found(self, path: str) -> int:
        """How many documents a page of results says that it has found."""
        return counted(self.page(path))


class ReaderWithin(Reader):
    """One who asks within this process, which begins no other."""

    def __init__(self, db: Path) -> None:
        self.datasette = served(db)

    def ask(self, path: str) -> Answer:
        answer = asyncio.run(self.datasette.client.get(path))
        return Answer(answer.status_code, dict(answer.headers), answer.content)


@pytest.fixture(scope="module")
def reader(url: str) -> Reader:
    return Reader(url)


def counted(page: Selector) -> int:
    return int(said(page, ".results h1").split()[0].replace(",", ""))


def said(page: Selector, css: str) -> str:
    return " ".join(page.css(css).xpath("normalize-space()").getall())


def hits(page: Selector) -> list[str]:
    return page.css(".hits h2 a").xpath("normalize-space()").getall()


def facet(page: Selector, label: str) -> dict[str, tuple[int, str]]:
    """The values of a facet, each with its count and its link."""
    path = f'//aside//section[h2="{label}"]//li[span]'
    return {
        line.css("a::text").get(""): (
            int(line.css(".n::text").get("").replace(",", "")),
            line.css("a::attr(href)").get(""),
        )
        for line in page.xpath(path)
    }


def counts(page: Selector, label: str) -> dict[str, int]:
    return {name: count for name, (count, _) in facet(page, label).items()}


@pytest.mark.parametrize("path", PAGES)
def test_page_speaks_to_people_and_is_safe(path: str, url: str) -> None:
    answer = get(urljoin(url, path))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    page = Selector(answer.text)
    (title,) = page.css("head title::text").getall()
    headings = page.css("h1, h2, h3").xpath("string()").getall()
    assert not [one for one in (title, *headings) if NO_WORDS.search(one)]
    assert len(page.css("h1")) == 1
    assert page.css("html[lang=en]") and page.css("meta[name=viewport]")
    assert not page.css("[style], script:not([src])")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    addresses = page.css("::attr(href), ::attr(src), ::attr(action)").getall()
    assert not [one for one in addresses if not re.match(r"(https?://|/|#|\?)", one)]
    labelled = page.css("label input, label select, input[aria-label], input[type=hidden]")
    assert len(labelled) == len(page.css("input, select"))


@pytest.mark.parametrize("path", PAGES)
def test_text_from_the_web_is_shown_as_text(path: str, reader: Reader) -> None:
    status = 404 if path.endswith("nothing") else 400 if "aaaa" in path else 200
    page = reader.page(path, status)
    sources = page.css("script::attr(src)").getall()
    assert not page.css("img") and all(one.startswith("/-/reading-room/") for one in sources)


def test_hostile_words_are_found_and_marked_as_text(reader: Reader) -> None:
    page = reader.page("/documents?q=alert")
    assert SCRIPT in hits(page)
    assert LINKS in page.css(".hits p").xpath("string()").getall()
    page = reader.page("/documents/wilson-center/script?q=alert")
    assert said(page, "h1") == SCRIPT and said(page, ".summary") == LINKS
    assert page.css("h1 mark::text").getall() == ["alert"]
    page = reader.page("/documents/wilson-center/hostile-02")
    assert page.css("dd.names-author a").xpath("string()").getall() == [LINKS]
    (name,) = page.css("dd.names-author a::attr(href)").getall()
    assert len(hits(reader.page(name))) == 1


def test_home_says_what_is_here_and_how_whole(reader: Reader, db: Path) -> None:
    page = reader.page("/")
    documents, names = (
        raw_rows(db, f"SELECT count(*) AS n FROM {table}")[0]["n"]
        for table in ("documents", "collections")
    )
    assert said(page, "h1").startswith(f"{documents} documents in {names} collections of ")
    assert f"{names - 1} of {names} collections are complete" in said(page, ".lede")
    assert f"Last harvested on {day(LATER)};" in said(page, ".lede")
    assert "In titles, summaries, names and texts." in said(page, ".hint")
    cards = {card.css("a").xpath("string()").get(""): card for card in page.css(".cards li")}
    assert said(cards["china"], ".ok") == "4 documents, complete"
    assert "of 260" in said(cards["saved"], ".short")
    assert said(cards["saved"], ".why") == "Page 9 could not be read: try again."
    for name, card in cards.items():
        shown = int(said(card, ".n").split()[0])
        assert reader.found(card.css("a::attr(href)").get("")) == shown, name


def test_every_question_of_the_home_page_has_an_answer(reader: Reader) -> None:
    page = reader.page("/")
    groups = page.css(".asks section")
    assert len(groups) == 3
    for link in groups.css("a::attr(href)").getall():
        answer = reader.page(link)
        assert answer.css(".hits li, .names li, .change, .runs li"), link


def test_span_is_asked_for_on_the_home_page(reader: Reader) -> None:
    (form,) = reader.page("/").css(".asks form")
    assert form.css("input::attr(name)").getall() == ["from", "to"]
    page = reader.page(f"{form.attrib['action']}?from=1962-08-15&to=1962-08-15")
    assert {"Letter of Kōno, corrected", "New report on Kōno"} <= set(hits(page))
    assert said(page, ".chip").startswith("Do not narrow by dated 15 August 1962 to 15 August 1962")
    assert reader.found("/documents?from=1962-08-16&to=1962-08-16&q=report") == 0


def test_home_offers_nothing_that_the_database_cannot_answer(tmp_path: Path) -> None:
    path = tmp_path / "harvest.db"
    store(path, [])
    page = ReaderWithin(path).page("/")
    assert "0 documents in 1 collection" in said(page, "h1")
    links = page.css("a::attr(href)").getall()
    assert "/names" not in links and not [one for one in links if "has=" in one]
    assert "In titles and summaries." in said(page, ".hint") and not page.css("svg")
    assert "complete" in said(page, ".cards")


@pytest.mark.parametrize("text", ["Kōno", "kono", '"letter of kōno"', "KON* corrected"])
def test_search_finds_and_marks(text: str, reader: Reader) -> None:
    page = reader.page(f"/documents?{urlencode({'q': text})}")
    assert "Letter of Kōno, corrected" in hits(page)
    assert counted(page) == len(hits(page)) or page.css(".pages")
    marked = page.css(".hits h2 mark::text").getall()
    assert any("Kōno" in one for one in marked)
    assert page.css("header input[name=q]::attr(value)").get() == text


def test_text_is_searched_too(reader: Reader) -> None:
    (title,) = hits(reader.page("/documents?q=%22fatal+obstacle%22"))
    assert title.startswith("Petition on Opposition")


def test_results_come_in_pages_with_each_document_once(reader: Reader) -> None:
    page = reader.page("/documents?collection=saved")
    found, links = counted(page), list[str]()
    while True:
        links += page.css(".hits h2 a::attr(href)").getall()
        if not (after := page.css(".pages a[rel=next]::attr(href)").get()):
            break
        assert len(page.css(".hits li")) == SIZE
        page = reader.page(after)
    assert len({link.partition("?")[0] for link in links}) == len(links) == found
    beyond = reader.page("/documents?collection=saved&page=9999")
    assert hits(beyond) == hits(page)


@pytest.mark.parametrize("name", ["saved", "china"])
def test_each_result_says_in_which_collections_it_is(name: str, reader: Reader) -> None:
    results = reader.page(f"/documents?collection={name}").css(".hits li")
    assert results
    for result in results:
        assert name in result.css(".meta span::text").getall()


def test_results_are_sorted_as_asked(reader: Reader, db: Path) -> None:
    (newest, *_) = hits(reader.page("/documents?sort=newest"))
    assert newest == "New report on Kōno"
    (earliest,) = raw_rows(
        db, "SELECT title FROM documents ORDER BY date_earliest IS NULL, date_earliest LIMIT 1"
    )
    page = reader.page("/documents")
    assert hits(page)[0] == " ".join(earliest["title"].split())
    assert page.css(".sort [aria-current]::text").getall() == ["date"]
    page = reader.page("/documents?q=kono")
    assert page.css(".sort [aria-current]::text").getall() == ["relevance"]


NARROWED = ("", "?q=kono", "?place=Japan", "?decade=1960s", "?decade=undated&decade=1950s&q=the")


@pytest.mark.parametrize("asked", NARROWED)
def test_each_facet_counts_what_it_leads_to(asked: str, reader: Reader) -> None:
    page = reader.page(f"/documents{asked}")
    lines = page.css("aside .facet li:not(.on)")
    shown = [line for line in lines if line.css(".n")]
    assert shown
    for line in shown:
        count = int(said(line, ".n").replace(",", ""))
        left = reader.page(line.css("a::attr(href)").get(""))
        name = line.css("a::text").get("")
        one_of = re.search(r"^\d{4}s$|^undated$|week|removed", name)
        found = counted(left)
        assert found == count or (one_of and found > count), name
        lifted = left.css("aside .facet li.on a::attr(href)").getall()
        assert any(reader.found(link) == counted(page) for link in lifted)


def test_facets_count_the_names_of_real_documents(reader: Reader) -> None:
    records = real_records()
    left = [one for one in records if "Japan" in one.names("place")]
    page = reader.page("/documents?collection=detailed&place=Japan")
    assert counted(page) == len(left)
    for kind, label in (("author", "Author"), ("subject", "Subject")):
        want = Counter(name for one in left for name in one.names(kind))
        shown = counts(page, label)
        assert shown.items() <= want.items()
        assert sorted(shown.values()) == sorted(want.values())[-len(shown) :]


def test_two_places_are_both_asked_for_and_two_decades_are_either(reader: Reader) -> None:
    both = [one for one in real_records() if {"Japan", "United States"} <= {*one.names("place")}]
    page = reader.page("/documents?place=Japan&place=United+States")
    assert sorted(hits(page)) == sorted(one.title for one in both)
    assert len(page.css(".chips .chip")) == 2
    decades = ("1950s", "1960s")
    one, other = (reader.found(f"/documents?decade={decade}") for decade in decades)
    assert one and other
    assert reader.found("/documents?decade=1950s&decade=1960s") == one + other


def test_what_was_asked_for_is_shown_with_its_count_however_many_others_there_are(
    reader: Reader, db: Path
) -> None:
    many = f"""SELECT document FROM document_terms JOIN terms ON id = term
        WHERE kind = 'subject' GROUP BY document HAVING count(*) > {FEW}"""
    (rarest,) = raw_rows(
        db,
        f"""SELECT name, document FROM terms JOIN document_terms ON term = id
        WHERE kind = 'subject' GROUP BY term HAVING count(*) = 1 AND document IN ({many})
        ORDER BY name DESC LIMIT 1""",
    )
    for asked in ({"subject": rarest["name"]}, {"has": "several"}):
        page = reader.page(f"/documents?{urlencode(asked)}")
        (line,) = page.css("aside .facet li.on")
        assert int(said(line, ".n")) == counted(page) > 0


def test_facet_has_five_and_more(reader: Reader, db: Path) -> None:
    page = reader.page("/documents")
    (all_places,) = raw_rows(db, "SELECT count(*) AS n FROM terms WHERE kind = 'place'")
    assert len(facet(page, "Place")) == FEW < all_places["n"]
    longer = page.xpath('//aside//section[h2="Place"]//a[@class="more"]/@href').get("")
    page = reader.page(longer)
    assert len(facet(page, "Place")) == all_places["n"]
    fewer = page.xpath('//aside//section[h2="Place"]//a[@class="more"]/@href').get("")
    assert fewer == "/documents"
    decades = list(counts(reader.page("/documents?more=decade"), "Decade"))
    assert decades == sorted(decades) and len(decades) > FEW and decades[-1] == "undated"
    few = list(counts(page, "Decade"))
    assert few == sorted(few) and len(few) == FEW


def test_one_name_is_one_facet_however_its_letters_are_composed(reader: Reader, db: Path) -> None:
    page = reader.page("/documents?more=person")
    shown = facet(page, "Person or body")
    names = [name for name in shown if name.startswith("Sat")]
    assert names == ["Sat\u014d, Eisaku"]
    count, link = shown[names[0]]
    assert count == 3 == reader.found(link)
    stored = rows(db, "SELECT name FROM terms WHERE name LIKE 'Sat%'")
    assert len(stored) == 2
    listed = reader.page("/names?kind=person&letters=sato")
    assert listed.css(".names a::text").getall() == names
    assert said(listed, ".names .n") == "3"


def test_badges_say_what_is_new_changed_and_removed(reader: Reader) -> None:
    badges = {}
    for page in (reader.page("/documents?collection=letters"), reader.page("/documents?q=went")):
        for hit in page.css(".hits li"):
            badges[said(hit, "h2")] = said(hit, ".badge")
    assert badges["New report on Kōno"] == f"new, {day(LATER)}"
    assert badges["Letter of Kōno, corrected"] == f"changed, {day(LATER)}"
    assert badges["Note that went away"] == f"removed by the archive, {day(LATER)}"
    assert badges["Odd id"] == ""
    for state, title in (("new", "New report on Kōno"), ("removed", "Note that went away")):
        assert hits(reader.page(f"/documents?state={state}")) == [title]


def test_document_is_a_page_to_read_and_follow(reader: Reader) -> None:
    page = reader.page(f"/documents/wilson-center/{PETITION}")
    assert said(page, "h1").startswith("Petition on Opposition")
    assert page.css("head title::text").get() == page.css("h1").xpath("string()").get()
    (place, *_) = page.css("dd.names-place a")
    assert said(page, "h1") in hits(reader.page(place.attrib["href"]))
    (frame,) = page.css(".scan iframe::attr(src)").getall()
    assert frame == f"/scans/{sha256(PDF).hexdigest()}"
    assert "Rights: The History and Public Policy Program" in said(page, ".scan figcaption")
    answer = get(urljoin(reader.url, frame))
    assert (answer.body, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert "fatal obstacle to trade between Japan" in said(page, ".text")
    (archive,) = page.xpath('//a[contains(., "the document’s page")]/@href').getall()
    assert archive.endswith(f"/document/{PETITION}")


def test_document_says_what_its_date_means_and_its_history(reader: Reader) -> None:
    page = reader.page("/documents/wilson-center/letter")
    assert said(page, "article .date") == "August 1962between 1 and 31 August 1962"
    told = page.css(".history li").xpath("normalize-space()").getall()
    assert told == [
        "26 November 2026: The archive changed the title. Before: “Letter of Kono”.",
        "2 November 2026: First seen in “detailed”.",
    ]
    assert page.xpath('//dt[.="Signature"]/following-sibling::dd[1]/text()').get() == "B 1/2; B 1/3"
    former = reader.page("/documents/wilson-center/former")
    assert former.css("link[rel=canonical]::attr(href)").get() == "/documents/wilson-center/letter"
    gone = reader.page("/documents/wilson-center/gone")
    assert f"since {day(LATER)}" in said(gone, "p.gone")


def test_document_has_its_neighbours_in_the_listing(reader: Reader, db: Path) -> None:
    page = reader.page("/documents/wilson-center/letter")
    assert "number 1 of 5" in said(page, "dd.collection")
    assert not page.css("a[rel=prev]")
    walked = ["letter"]
    while link := page.css("a[rel=next]::attr(href)").get():
        page = reader.page(link)
        walked.append(link)
    assert len(walked) == 5 and walked[-1].endswith("/new")
    assert page.css("a[rel=prev]")


def test_notes_of_a_text_are_led_to(reader: Reader) -> None:
    page = reader.page("/documents/wilson-center/letter")
    (mark,) = page.css(".text a.mark")
    assert mark.css("::text").get() == "[1]"
    note = page.css(f".text .note#{mark.attrib['href'][1:]}")
    assert said(note, "p") == "[1] From the archive." or said(note, "p") == "[1]From the archive."
    assert "[2]" in said(page, ".text") and "[3]" in said(page, ".text")


def test_document_found_by_a_search_leads_back_to_it(reader: Reader) -> None:
    asked = "/documents?q=kono&decade=1960s&sort=date"
    link = reader.page(asked).css(".hits h2 a::attr(href)").get("")
    page = reader.page(link)
    assert page.css("mark")
    (back,) = page.css(".back a::attr(href)").getall()
    assert reader.page(back).css(".hits").get() == reader.page(asked).css(".hits").get()


def bars(page: Selector) -> dict[str, tuple[int, str]]:
    """The bars of a timeline: what each stands for, its documents, its link."""
    found = {}
    for bar in page.css("svg a"):
        period, _, count = bar.attrib["aria-label"].partition(": ")
        found[period] = (int(count.split()[0].replace(",", "")), bar.attrib["href"])
    return found


@pytest.mark.parametrize("asked", ["", "?collection=china", "?q=kono", "?year=1962"])
def test_bar_leads_to_its_documents_once_each(asked: str, reader: Reader) -> None:
    page = reader.page(f"/timeline{asked}")
    shown = bars(page)
    assert shown
    for period, (count, link) in shown.items():
        assert reader.found(link) == count, period
    listed = page.css(".periods li")
    assert [int(said(line, ".n")) for line in listed] == [count for count, _ in shown.values()]
    total = reader.found(f"/documents{asked}")
    rest = re.search(r"([\d,]+) documents? (is|are) not shown", said(page, ".lede"))
    assert sum(count for count, _ in shown.values()) + int(rest[1] if rest else 0) == total


def test_timeline_has_a_collection_by_choice_and_months(reader: Reader) -> None:
    page = reader.page("/timeline")
    assert "china" in page.css("select[name=collection] option::text").getall()
    year = page.xpath('//li[a="1962"]/a[starts-with(., "months")]/@href').get("")
    assert set(bars(reader.page(year))) >= {"August 1962"}


def test_long_time_is_shown_by_decades(tmp_path: Path) -> None:
    path = tmp_path / "harvest.db"
    store(path, [entry("old", "Old", "1648"), entry("late", "Late", "1991"), entry("n", "Undated")])
    reader = ReaderWithin(path)
    shown = bars(reader.page("/timeline"))
    assert list(shown) == ["1640s", "1990s"]
    assert all(reader.found(link) == 1 for _, link in shown.values())


def test_names_lead_to_documents_and_are_found_by_letters(reader: Reader, db: Path) -> None:
    page = reader.page("/names")
    kinds = {row["kind"] for row in raw_rows(db, "SELECT DISTINCT kind FROM terms")}
    assert page.css(".kinds a::text").getall() == [
        KINDS[one].plural for one in KINDS if one in kinds
    ]
    page = reader.page("/names?kind=place&letters=JAPAN")
    assert page.css(".names a::text").getall() == ["Japan"]
    assert reader.found(page.css(".names a::attr(href)").get("")) == int(said(page, ".names .n"))


def test_news_tells_what_changed_and_what_is_gone(reader: Reader) -> None:
    page = reader.page("/news")
    changed = {said(one, "h3"): said(one, "li") for one in page.css(".change")}
    assert "Before: “Letter of Kono”" in changed["Letter of Kōno, corrected"]
    gone = page.css("#gone li").xpath("normalize-space()").getall()
    assert any("removed from “letters”" in one for one in gone)
    assert any("missing from “letters” since" in one for one in gone)
    assert not reader.page("/news?since=2026-11-27").css(".change")


def test_jobs_are_not_named_where_there_are_none(reader: Reader) -> None:
    assert "/jobs" not in reader.page("/data").css("a::attr(href)").getall()


def test_harvests_are_told_with_their_reasons(reader: Reader) -> None:
    told = said(reader.page("/harvests"), ".runs")
    assert "incomplete, 190 documents seen of 260 stated" in told
    assert "Page 9 could not be read: try again." in told


def test_datasettes_own_pages_are_reached_by_data(reader: Reader) -> None:
    page = reader.page("/data")
    links = page.css("main a::attr(href)").getall()
    assert {f"/harvest/{name}" for name in (*TABLES, *VIEWS)} <= set(links)
    table = reader.page("/harvest/records?_size=1")
    assert (
        table.css("td.col-document a::attr(href)").get("").startswith("/documents/wilson-center/")
    )
    assert table.xpath('//a[.="Reading room"]/@href').get() == "/"
    answer = json.loads(get(f"{reader.url}/harvest/records.json?_shape=array&_size=3").body)
    assert len(answer) == 3
    asked = json.loads(get(f"{reader.url}/harvest.json?sql=select+1+as+n&_shape=array").body)
    assert asked == [{"n": 1}]


PACKAGE = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]


def test_datasette_itself_opens_any_harvest(db: Path, tmp_path: Path) -> None:
    """By the plugin's entry point, as an installed package has it."""
    about = tmp_path / "archive_harvester-0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: archive-harvester\nVersion: 0\n")
    lines = "\n".join(
        f"{name} = {said}" for name, said in PACKAGE["entry-points"]["datasette"].items()
    )
    (about / "entry_points.txt").write_text(f"[datasette]\n{lines}\n")
    other = Path(shutil.copy(db, tmp_path / "letters.db"))
    done = subprocess.run(
        [sys.executable, "-m", "datasette", other, "--get", "/data"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(PROJECT)))},
        capture_output=True,
        text=True,
        check=True,
    )
    page = Selector(done.stdout)
    assert said(page, "header .name") == "Reading room"
    assert "/letters/records" in page.css("main a::attr(href)").getall()


def test_other_databases_are_left_to_datasette(db: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE documents (title)")
    served(db)  # which registers the plugin

    async def asked(path: str) -> tuple[int, str]:
        answer = await Datasette([str(other)]).client.get(path)
        return answer.status_code, answer.text

    status, text = asyncio.run(asked("/"))
    assert status == 200 and "Reading room" not in text and "/other" in text
    assert asyncio.run(asked("/timeline"))[0] == 404


BAD = {
    f"/documents?q={'a' * (LONGEST + 1)}": (400, f"{LONGEST} characters"),
    "/documents?" + "&".join(f"place={n}" for n in range(MOST + 1)): (400, f"{MOST} names"),
    "/documents/wilson-center/nothing": (404, "nothing"),
    "/documents/nobody/letter": (404, "nobody"),
    f"/scans/{'0' * 64}": (404, "scan"),
    "/recordings/999999999999999": (404, "page"),
    "/jobs": (404, "no such page"),  # HARVEST_JOBS is not set
}


@pytest.mark.parametrize("path", BAD)
def test_what_is_not_there_gets_a_sentence(path: str, reader: Reader) -> None:
    status, word = BAD[path]
    page = reader.page(path, status)
    sentence = said(page, "main p")
    assert word in sentence and sentence.endswith("To the beginning")
    assert "Traceback" not in sentence


@pytest.mark.parametrize("text", ['"', "a OR", "NEAR(", "title:", "*", "'; --", "^x", "\\", "-"])
def test_no_search_is_an_error(text: str, reader: Reader) -> None:
    """What asks for nothing gets a sentence."""
    for path in ("documents", "timeline"):
        answer = reader.ask(f"/{path}?q={quote(text)}")
        sentence = said(Selector(answer.text), "main p")
        assert answer.status == 200 or (answer.status == 400 and sentence.count(".") >= 1), text


DATES = {
    ("1956-10-17", "1956-10-17", "1956-10-17"): "17 October 1956",
    ("1962-08", "1962-08-01", "1962-08-31"): "between 1 and 31 August 1962",
    ("1962", "1962-01-01", "1962-12-31"): "between 1 January and 31 December 1962",
    ("195X", "1950-01-01", "1959-12-31"): "between 1 January 1950 and 31 December 1959",
    ("1950~", "1950-01-01", "1950-12-31"): "between 1 January and 31 December 1950 (approximate)",
    ("1956-10-17?", "1956-10-17", "1956-10-17"): "17 October 1956 (uncertain)",
    ("../1949", None, "1949-12-31"): "31 December 1949 or earlier",
    ("1950/..", "1950-01-01", None): "1 January 1950 or later",
    ("-0043-03-15", "-0043-03-15", "-0043-03-15"): "15 March 44 BC",
    (None, None, None): "",
}


@pytest.mark.parametrize("date", DATES)
def test_date_is_said_in_words(date: tuple[str | None, str | None, str | None]) -> None:
    assert meaning(*date) == DATES[date]


@pytest.mark.parametrize(
    ("written", "means", "said"),
    [
        ("August 29, 1960", "29 August 1960", True),
        ("29 august 1960", "29 August 1960", False),
        ("August 1960", "between 1 and 31 August 1960", False),
        ("1960-08-29", "29 August 1960", False),
        (None, "29 August 1960", False),
    ],
)
def test_date_is_said_once_if_it_is_written_in_the_same_words(
    written: str | None, means: str, said: bool
) -> None:
    assert is_said(means, written) == said


CHANGES = {
    ("added", None, None, None): "First seen in “letters”.",
    ("missing", "missing", None, LATER): "Missing from “letters” for the first time.",
    ("removed", "removed", None, LATER): "Taken for removed from “letters”.",
    ("restored", "removed", LATER, None): "Back in “letters”.",
    ("changed", "summary", None, "So"): "The archive added the summary: “So”.",
    ("changed", "summary", "So", None): "The archive took the summary away. Before: “So”.",
    ("changed", "date_text", "1961", "1962"): "The archive changed the date. Before: “1961”.",
    ("changed", "date_earliest", "1", "2"): "",
    (
        "changed",
        "author",
        '["A", "B"]',
        '["A"]',
    ): "The archive changed the authors. Before: “A; B”.",
    ("reread", "title", "Rad", "Read"): "We had read the title otherwise. Before: “Rad”.",
    ("renamed", "url", "a", "b"): "Listed with another address. Before: “a”.",
    ("joined", None, None, None): "Found to be one with another document of the archive.",
}


@pytest.mark.parametrize("change", CHANGES)
def test_history_is_told_in_sentences(change: tuple[str | None, ...]) -> None:
    names = ("kind", "field", "old", "new")
    row = {**dict(zip(names, change, strict=True)), "collection": "letters", "at": LATER}
    told = history([row])
    assert [sentence for _, sentence in told] == ([CHANGES[change]] if CHANGES[change] else [])


def test_numbers_are_said_as_people_do() -> None:
    assert (number(1, "document"), number(15_049, "document")) == ("1 document", "15,049 documents")
    assert (size(2_100_000), size(900), size(99_000)) == ("2.1 MB", "1 KB", "99 KB")
