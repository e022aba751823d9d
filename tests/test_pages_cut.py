"""A page that breaks off, or that is more than can be read, is refused: never shortened."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import FIXTURES, Archive, html, said
from detailed import counts, failures
from examples import TIMES
from harvests import Harvest, harvest, rows
from markup import MARKUPS, PLAIN, render
from markup import Listing as Shown
from shelf import Shelf, real_records
from sites import WILSON
from test_pages_broken import PAGES

from harvester.items import Listing
from harvester.outcomes import Reason, Unreadable
from harvester.pages import read_document, read_listing
from harvester.record import Record

SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=x"
DOCUMENT = "https://digitalarchive.wilsoncenter.org/document/a"
LISTINGS = sorted(page.parent for page in FIXTURES.glob("*/page.html"))
DOCUMENTS = sorted(page.parent for page in FIXTURES.parent.glob("document/*/page.html"))
QUICK = {"HARVEST_RETRIES": 1}
Crawl = Callable[..., Harvest]


def some(fixture: Path, ends: range, number: int) -> list[int]:
    """So many ends at random, always the same; more of them for who asks for more examples."""
    wanted = round(number * min(max(TIMES, 1), 10))
    return random.Random(fixture.name).sample(ends, min(wanted, len(ends)))


def source(fixture: Path) -> str:
    return (fixture / "page.html").read_text(encoding="utf-8")


def listing(page: str, url: str) -> Listing | Reason:
    """What a page says, without the way to the next; why not, if it can't be read."""
    try:
        read = read_listing(page, url, WILSON)
    except Unreadable as problem:
        assert url in str(problem)
        return problem.why
    read.next_url = None
    return read


def document(page: str, url: str) -> Record | Reason:
    try:
        return read_document(page, url, WILSON)
    except Unreadable as problem:
        assert url in str(problem)
        return problem.why


@pytest.mark.parametrize("fixture", LISTINGS, ids=lambda fixture: fixture.name)
def test_listing_is_not_read_that_ends_in_its_last_entry(fixture: Path) -> None:
    page, url = source(fixture), said(fixture)["url"]
    whole = listing(page, url)
    assert isinstance(whole, Listing)
    last = whole.entries[-1]
    begin = page.index(last.link.split("/document/")[1])
    for first in around_tags(page, begin):
        if (read := listing(page[:first], url)) is not Reason.BROKEN_OFF:
            break
    assert read == whole
    assert first - begin > len(last.summary or last.title)
    for end in some(fixture, range(first, len(page)), 30):
        assert listing(page[:end], url) in (whole, Reason.BROKEN_OFF), page[end - 40 : end]


def around_tags(page: str, begin: int) -> Iterator[int]:
    """All ends from there on where a tag begins or ends; within names and texts one of five."""
    for end in range(begin, len(page)):
        if end % 5 == 0 or page[end - 1] in '<>/="' or page[end] in '<>/="':
            yield end


@pytest.mark.parametrize("fixture", LISTINGS, ids=lambda fixture: fixture.name)
def test_listing_is_exact_or_not_read_wherever_it_ends(fixture: Path) -> None:
    page, url = source(fixture), said(fixture)["url"]
    whole = listing(page, url)
    for end in some(fixture, range(len(page)), 30):
        read = listing(page[:end], url)
        assert read == whole or isinstance(read, Reason), page[end - 40 : end]


@pytest.mark.parametrize("fixture", DOCUMENTS, ids=lambda fixture: fixture.name)
def test_document_is_exact_or_not_read_wherever_it_ends(fixture: Path) -> None:
    page, url = source(fixture), said(fixture)["url"]
    whole = document(page, url)
    assert isinstance(whole, Record)
    for end in [*some(fixture, range(len(page)), 60), *around_tags(page, len(page) - 100)]:
        read = document(page[:end], url)
        assert read == whole or isinstance(read, Reason), page[:end][-40:]


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", PAGES)
def test_every_markup_ends_in_the_exact_entries_or_a_refusal(markup: str, name: str) -> None:
    entries = PAGES[name]
    page = render(markup, Shown(SEARCH, entries, total=len(entries), range_form=PLAIN))
    whole = listing(page, SEARCH)
    begin = page.index(f">{entries[-1]['title']}<")
    for end in range(begin, min(begin + 600, len(page)), 5):
        assert listing(page[:end], SEARCH) in (whole, Reason.BROKEN_OFF), page[end - 40 : end]


@pytest.mark.parametrize("omitted", [r"</body>\s*</html>", r"</html>", r"</(?:li|td|tr|tbody)>"])
@pytest.mark.parametrize("fixture", LISTINGS, ids=lambda fixture: fixture.name)
def test_ends_that_html_omits_are_not_missed(fixture: Path, omitted: str) -> None:
    page, url = source(fixture), said(fixture)["url"]
    assert listing(re.sub(omitted, "", page), url) == listing(page, url)


@pytest.mark.parametrize("fixture", DOCUMENTS, ids=lambda fixture: fixture.name)
def test_document_without_the_end_of_its_body_is_read(fixture: Path) -> None:
    page, url = source(fixture), said(fixture)["url"]
    shorter = re.sub(r"</body>\s*</html>\s*$", "", page)
    assert shorter != page
    assert document(shorter, url) == document(page, url)


FIRST = "<!DOCTYPE html><p>1 - 2 of 2</p>"
ROWS = '<li><a href="/document/a">A</a><p>One.</p></li><li><a href="/document/b">B</a><p>Two.'
FLAT = '<dt><a href="/document/a">A</a></dt><dd>One.</dd><dt><a href="/document/b">B</a><dd>Two.'


@pytest.mark.parametrize(
    ("rest", "reads"),
    [
        (f"<ul>{ROWS}", False),
        (f"<ul>{ROWS}</p></li>", False),
        (f"<ul>{ROWS}</ul>", True),
        (f"<ul>{ROWS}</ul><p", False),
        (f"<ul>{ROWS}<footer>End</footer>", False),
        (f"<ul>{ROWS}</ul><!--", False),
        (f"<ul>{ROWS}</ul><footer>End", True),
        (f"<ul>{ROWS}</body></html>", True),
        (f"<ul>{ROWS}</BODY>\n</HTML >\n<!-- kept --> ", True),
        (f"<ul>{ROWS}<p title='</body></html>", False),
        (f"<ul>{ROWS}<!-- </body></html>", False),
        (f"{ROWS}", False),
        (f"{ROWS}</li>", False),
        (f'{ROWS}</li><p><a href="?search_api_fulltext=x&page=1">2</a>', True),
        (f"<dl>{FLAT}", False),
        (f"<dl>{FLAT}</dd>", False),
        (f"<dl>{FLAT}</dl>", True),
        (f"<dl>{FLAT}</dl>Contact", True),
        (f"{FLAT}</dd>", False),
        (f"{FLAT}</dd><footer>End", True),
        (f"{FLAT}</html>", True),
    ],
)
def test_what_proves_the_end(rest: str, reads: bool) -> None:
    read = listing(FIRST + rest, SEARCH)
    if reads:
        assert isinstance(read, Listing)
        assert [entry.summary for entry in read.entries] == ["One.", "Two."]
    else:
        assert read is Reason.BROKEN_OFF


@pytest.mark.parametrize("empty", ["0 - 0 of 0", "No results found"])
def test_end_of_an_empty_listing_is_proved_too(empty: str) -> None:
    assert listing(f"<html><main><p>{empty}", SEARCH) is Reason.BROKEN_OFF
    assert listing(f"<html><main><p>{empty}</p></main><p>", SEARCH) == Listing(SEARCH, 0, 0, 0)


@pytest.mark.parametrize("end", ["</body>", "</html>", "</BODY></HTML>"])
def test_end_of_the_page_in_its_middle_ends_nothing(end: str) -> None:
    texts = f"<p>One.{end}</p><p>Two.</p>"
    page = f'<html><body><p>1 - 1 of 1</p><ul><li><a href="/document/a">A</a>{texts}</li></ul>'
    read = listing(f"{page}<footer>End</footer></body></html>", SEARCH)
    assert isinstance(read, Listing)
    assert read.entries[0].summary == "One.\n\nTwo."
    for fixture in DOCUMENTS:
        page, url = source(fixture), said(fixture)["url"]
        middle = page.index("</p>", len(page) // 2)
        assert document(page[:middle] + end + page[middle:], url) == document(page, url)


DEEP = 2_100


@pytest.mark.parametrize("tag", ["i", "div", "span", "ul"])
def test_what_is_nested_too_deep_is_refused(tag: str) -> None:
    for depth, reads in ((200, True), (DEEP, False)):
        words = "".join(f"<{tag}>word{number} " for number in range(depth))
        row = f'<li><a href="/document/a">A</a><p>{words}</p></li>'
        read = listing(f"<html><p>1 - 1 of 1</p><ul>{row}</ul></html>", SEARCH)
        if reads:
            assert isinstance(read, Listing)
            assert (read.entries[0].summary or "").split()[-1] == f"word{depth - 1}"
        else:
            assert read is Reason.TOO_COMPLEX


@pytest.mark.parametrize("fixture", DOCUMENTS, ids=lambda fixture: fixture.name)
def test_document_that_is_nested_too_deep_is_refused(fixture: Path) -> None:
    page, url = source(fixture), said(fixture)["url"]
    middle = page.index("</p>", len(page) // 2)
    words = "".join(f"<i>word{number} " for number in range(DEEP))
    assert document(page[:middle] + words + page[middle:], url) is Reason.TOO_COMPLEX


def in_last_row(page: str) -> str:
    """A listing's page up to where its last entry should end."""
    return page[: page.rindex("</tr>", 0, page.index("</main>"))]


def test_cut_page_is_asked_for_again(archive: Archive, crawl: Crawl) -> None:
    page = archive.page(1)
    cut = in_last_row(page)
    archive.answers[1] = lambda _: html(cut if archive.asked.count(1) == 1 else page)
    done = crawl("-a", f"url={archive.url}", **QUICK)
    assert (done.code, archive.asked, len(done.entries())) == (0, [0, 1, 1], 15)


def test_page_that_stays_cut_is_named(archive: Archive, crawl: Crawl) -> None:
    page = archive.page(1)
    archive.answers[1] = lambda _: html(in_last_row(page))
    done = crawl("-a", f"url={archive.url}", **QUICK)
    assert (done.code, archive.asked) == (69, [0, 1, 1])
    assert (done.run["outcome"], len(done.entries())) == ("unreachable", 10)
    (failure,) = rows(done.db, "SELECT * FROM failures")
    assert (failure["reason"], failure["attempts"]) == ("broken-off", 2)
    assert failure["url"] == archive.url + "&page=1"
    assert "the page breaks off" in failure["detail"]


KNOWN = "<p>1956</p><h1>A</h1><h3>Source</h3><p>RGANI</p><h3>Record ID</h3><p>7</p>"


@pytest.mark.parametrize("end", ["<footer>End</footer>", "<nav><ul><li>Home</ul></nav>"])
def test_frame_that_says_something_proves_where_a_document_ends(end: str) -> None:
    read = read_document(f"<html><body>{KNOWN}{end}", WILSON.document_url("a"), WILSON)
    assert read.record_id == "7"


@pytest.mark.parametrize(
    "end",
    ["", "<footer>", "<footer></footer>", "<footer><p hidden>End</p></footer>", "<aside>More"],
)
def test_frame_that_says_nothing_proves_no_end(end: str) -> None:
    with pytest.raises(Unreadable, match="breaks off"):
        read_document(f"<html><body>{KNOWN}{end}", WILSON.document_url("a"), WILSON)


def test_cut_page_of_a_document_is_asked_for_again(archive: Archive, crawl: Crawl) -> None:
    shelf = Shelf(archive)
    shelf.put(real_records("today"))
    late, cut, *_ = shelf.records
    pages = {name: shelf.page(name) for name in (late, cut)}
    cuts = {name: page[: page.rindex("<footer")] for name, page in pages.items()}
    shelf.answers[cut] = lambda _: html(cuts[cut])
    shelf.answers[late] = lambda _: html((pages if late in shelf.asked[:-1] else cuts)[late])
    done = crawl("-a", f"url={archive.url}", "-adetails=yes", **QUICK)
    assert (done.code, failures(db=done.db)) == (75, ["broken-off"])
    assert counts(done.db) == (8, 7, 1)
    assert [shelf.asked.count(name) for name in shelf.records] == [2, 2, 1, 1, 1, 1, 1, 1]


def test_saved_page_that_is_cut_is_named(tmp_path: Path, db: Path) -> None:
    fixture = FIXTURES / "fishing-japan"
    page, url = source(fixture), said(fixture)["url"]
    for folder, text in (("whole", page), ("cut", in_last_row(page))):
        saved = tmp_path / folder
        saved.mkdir()
        (saved / "page.html").write_text(text, encoding="utf-8")
        (saved / "page.json").write_text((fixture / "page.json").read_text(encoding="utf-8"))
        done = harvest("-a", f"url={url}", "-a", f"source={saved}", HARVEST_DB=db)
        assert done.code == (0 if folder == "whole" else 65)
    assert failures(db) == ["broken-off"]
    assert len(done.entries()) == 5
