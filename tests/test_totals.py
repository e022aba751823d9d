"""Totals without a range ("21 results", "page 1 of 3"): what they prove of a harvest, what they
contradict, and which numbers are none."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from harvests import Harvest, rows
from other_sites import OtherSite, Shown
from pytest_httpserver import HTTPServer
from ten_sites import SHAPES, SIZE, TOTAL, Shape, ten_sites
from test_ten_sites import crawled, later

from harvester.crawl.walk import Walk
from harvester.items import Entry, Listing
from harvester.outcomes import Incomplete, ListingChanged, Reason, RunProblem
from harvester.pages import read_listing
from harvester.sites.profile import profile_in

NAME = "list items with the date before"
PAGES = -(-TOTAL // SIZE)
States = Callable[[int, int], str]
"""What page NUMBER (from 1) of a listing with so many entries states."""


def stating(states: States, shape: Shape = SHAPES[NAME]) -> OtherSite:
    """The site whose pages state this."""
    site = ten_sites()[NAME]

    def render(site: OtherSite, some: Sequence[Shown], start: int, total: int) -> str:
        said = states(start // SIZE + 1, total).replace("{", "{{").replace("}", "}}")
        return replace(shape, states=said).render(some, start, total)

    site.render = render
    return site


def walks(site: OtherSite) -> float:
    """How often all pages were asked for."""
    return sum(path.startswith(site.listing) for path in site.asked) / PAGES


def on_page(said: str, number: int) -> States:
    return lambda page, total: said.format(total) if page == number else ""


def in_frame(said: str) -> States:
    """Outside of the part with the entries."""
    return lambda page, total: f"</p><aside><p>{said.format(page)}</p></aside><p>"


PROVED: dict[str, tuple[States, str]] = {
    "on each page": (lambda page, total: f"{total} results", "en"),
    "on the first page alone": (on_page("Found {} documents", 1), "en"),
    "on the last page alone": (on_page("Total: {}", PAGES), "en"),
    "in German": (lambda page, total: f"Ihre Suche ergab {total} Treffer.", "de"),
    "in Japanese": (lambda page, total: f"検索結果 全{total}件", "ja"),
    "beside how many a page has": (
        lambda page, total: f"Page {page} of {PAGES}</p><p>{total} entries",
        "en",
    ),
}


@pytest.mark.parametrize("case", PROVED)
def test_total_in_words_proves_a_harvest_complete(
    case: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    states, language = PROVED[case]
    site = stating(states, replace(SHAPES[NAME], language=language))
    site.serve(httpserver)
    done = crawled(site, tmp_path)
    assert (done.code, done.complaints) == (0, [])
    assert (done.run["outcome"], done.run["stated_total"]) == ("complete", TOTAL)
    assert walks(site) == 1, "one walk proves it"
    assert f"{TOTAL} of {TOTAL} ({TOTAL} new" in done.out


@pytest.mark.parametrize("stated", [TOTAL - 2, TOTAL + 2])
def test_other_number_than_was_found_is_told(
    stated: int, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """A second walk may find them; if it finds the same, the harvest is not complete."""
    site = stating(on_page(f"{stated} results", 2))
    site.serve(httpserver)
    done = crawled(site, tmp_path)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (75, "incomplete", TOTAL)
    assert walks(site) == 2
    (sentence,) = done.complaints
    second = httpserver.url_for("/press-releases?page=2")
    assert f"{second} states {stated} in all, and {TOTAL} entries were found" in sentence
    assert "states_total = false" in sentence
    (failure,) = rows(done.db, "SELECT url, reason FROM failures")
    assert failure == {"url": second, "reason": "other-total"}
    assert len(done.entries()) == TOTAL, "what was found is kept"


def test_incomplete_harvest_marks_nothing_as_missing(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    site = stating(lambda page, total: f"{TOTAL} results")
    site.serve(httpserver)
    assert crawled(site, tmp_path).run["outcome"] == "complete"
    site.shown = site.shown[:-1]
    done = crawled(site, tmp_path)
    assert (done.code, done.run["outcome"], done.run["missing"]) == (75, "incomplete", 0)


NO_TOTALS: dict[str, States] = {
    "the entries of each page": lambda page, total: f"{min(SIZE, total - SIZE * (page - 1))} items",
    "two numbers on a page": lambda page, total: "300 documents</p><p>12 records",
    "about so many": lambda page, total: "About 300 results",
    "in another part of the page": in_frame("300 documents"),
    "in a control": lambda page, total: "<select><option>50 items</option></select>",
    "a link": lambda page, total: '<a href="/about">300 documents</a>',
    "another number on each page, each time": lambda page, total: f"{page * 100} documents",
    "nothing but a basket": lambda page, total: "0 items",
    "more words": lambda page, total: "We have 300 documents, and more each year",
    "the number of pages": lambda page, total: f"Page {page} of {PAGES}",
    "a number that stays the same": lambda page, total: "1 of 5 pages",
}


@pytest.mark.parametrize("case", NO_TOTALS)
def test_number_that_is_not_surely_the_total_is_none(
    case: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """Such a harvest is walked twice, as if nothing were stated."""
    site = stating(NO_TOTALS[case])
    site.serve(httpserver)
    done = crawled(site, tmp_path)
    assert (done.code, done.complaints) == (0, [])
    assert (done.run["outcome"], done.run["stated_total"]) == ("walked", None)
    assert walks(site) == 2


@pytest.mark.parametrize(
    ("states", "page", "said"),
    [
        (lambda page, total: f"Page {page} of 7", 1, "page 1 of 7, and is number 1 of the 3"),
        (lambda page, total: f"Page {page} of 2", 1, "page 1 of 2, and is number 1 of the 3"),
        (on_page("Page 1 of 7", 1), 1, "page 1 of 7, and is number 1 of the 3"),
        (
            lambda page, total: f"Page {page + (page > 1)} of 3",
            2,
            "page 3 of 3, and is number 2 of the 3",
        ),
    ],
)
def test_number_of_pages_that_is_another_is_told(
    states: States, page: int, said: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    site = stating(states)
    site.serve(httpserver)
    done = crawled(site, tmp_path)
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert said in done.complaints[0]
    (failure,) = rows(done.db, "SELECT url, reason FROM failures")
    query = f"?page={page}" if page > 1 else ""
    assert failure == {
        "url": httpserver.url_for(f"/press-releases{query}"),
        "reason": "other-total",
    }


def test_listing_that_grows_while_it_is_walked_is_walked_again(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    site = stating(lambda page, total: f"{total} results")
    site.serve(httpserver)
    render, more = site.render, later(site.shown)[0]

    def growing(site: OtherSite, some: Sequence[Shown], start: int, total: int) -> str:
        if start and more not in site.shown:
            site.shown.append(more)
        return render(site, some, start, total)

    site.render = growing
    done = crawled(site, tmp_path)
    assert (done.code, done.complaints) == (0, [])
    assert (done.run["outcome"], done.run["stated_total"]) == ("complete", TOTAL + 1)
    assert walks(site) == 2


def test_only_page_that_states_its_total_is_all(httpserver: HTTPServer, tmp_path: Path) -> None:
    """It is learned, proved and harvested by being asked for once."""
    site = stating(lambda page, total: f"{total} results")
    site.shown = site.shown[:SIZE]
    site.serve(httpserver)
    done = crawled(site, tmp_path)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "complete", SIZE)
    assert walks(site) == 1 / PAGES
    assert f"this is the only one, it states {SIZE} in all" in done.out


def with_profile(site: OtherSite, folder: Path, form: str = "") -> Harvest:
    """Harvests a site by a profile of the user's."""
    (folder / "sites").mkdir(exist_ok=True)
    home = site.url.removesuffix(site.first)
    said = PROFILE.format(form).replace("https://papers.example", home)
    (folder / "sites" / "papers.toml").write_text(said)
    return crawled(site, folder, "papers")


PROFILE = """
name = "Papers"
home = "https://papers.example"

[documents]
address = "/press-releases/1950/{{id}}"

[listing]
addresses = [{{ path = "/press-releases", parameter = "page", first = 1, states_range = false{} }}]
entry = "ul.list--plain li"
title = "a"
date = "span.date"
"""


def test_profile_can_say_that_a_number_is_no_total(httpserver: HTTPServer, tmp_path: Path) -> None:
    site = stating(lambda page, total: "300 documents")
    site.serve(httpserver)
    assert with_profile(site, tmp_path).run["outcome"] == "incomplete"
    done = with_profile(site, tmp_path, ", states_total = false")
    assert (done.code, done.run["outcome"]) == (0, "walked")


def test_number_can_be_accepted_once_where_the_profile_was_learned(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    site = stating(lambda page, total: "300 documents")
    site.serve(httpserver)
    wanted = (("incomplete", ()), ("incomplete", ()), ("walked", ("-aaccept=yes",)), ("walked", ()))
    for outcome, said in wanted:
        done = crawled(site, tmp_path, None, *said)
        assert (done.run["outcome"], done.run["seen"]) == (outcome, TOTAL)
    assert done.run["added"] == 0


@pytest.mark.parametrize("said", ["0 results", "Found 0 documents", "No results found"])
def test_listing_that_states_none_is_complete_and_empty(
    said: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    site = stating(lambda page, total: f"{total} results")
    site.serve(httpserver)
    empty = '<!DOCTYPE html><html lang="en"><body><main><h1>Listing</h1><p>{}</p></main></html>'
    httpserver.expect_oneshot_request(site.listing).respond_with_data(
        empty.format(said), content_type="text/html; charset=utf-8"
    )
    done = with_profile(site, tmp_path)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "complete", 0)
    assert done.run["stated_total"] == 0


def read(said: str, language: str = "en", following: str = "") -> Listing:
    """A page that states this, read by a profile."""
    shape = replace(SHAPES[NAME], language=language)
    html = shape.render(shape.shown()[:SIZE], 0, SIZE)
    html = html.replace("<p>Page 1 of 1</p>", f"<p>{said}</p><p>The newest first</p>").replace(
        "</main>", following
    )
    site = profile_in("papers", PROFILE.format(""))
    return read_listing(html, "https://papers.example/press-releases", site)


@pytest.mark.parametrize(
    ("said", "language", "total"),
    [
        ("1,021 results", "en", 1021),
        ("1'021 results", "en", 1021),
        ("There are <b>21</b> documents.", "en", 21),
        ("Your search returned 12,500 records", "en", 12500),
        ("21 results for “harbour”", "en", 21),
        ("Total number of results: 21", "en", 21),
        ("1.234 Treffer", "de", 1234),
        ("21 Ergebnisse für Schule", "de", 21),
        ("27\N{NARROW NO-BREAK SPACE}497 résultats", "fr", 27497),
        ("21 documents trouvés", "fr", 21),
        ("148595 resultados", "es", 148595),
        ("21 risultati trovati", "it", 21),
        ("Найдено: 21 документ", "ru", 21),
        ("Sökningen gav 21 träffar", "sv", 21),
        ("21 hakutulosta", "fi", 21),
        ("Celkem 21 záznamů", "cs", 21),
        ("共 21 条结果", "zh", 21),
        ("21 Treffer", "fr", None),
        ("21 people", "en", None),
        ("More than 300 results", "en", None),
        ("300+ results", "en", None),
        ("0 results", "en", None),
    ],
)
def test_total_is_read_in_the_words_of_a_language(
    said: str, language: str, total: int | None
) -> None:
    found = read(said, language)
    assert (found.total, found.in_words, found.first) == (total, total is not None, None)


def test_what_is_not_more_than_the_entries_is_no_total_where_more_follow() -> None:
    following = '<a rel="next" href="?page=2">Next</a></main>'
    for number, total in ((SIZE - 1, None), (SIZE, None), (SIZE + 1, SIZE + 1)):
        assert read(f"{number} results", following=following).total == total
    assert read(f"{SIZE} results").total == SIZE


def walked(
    *pages: tuple[str, int | None], same: bool = True, is_live: bool = True, times: int = 2
) -> Walk:
    """The last of several walks through pages that list documents by a letter, and state this."""
    before = None
    for _ in range(times):
        walk = Walk("https://papers.example/0", max_pages=9)
        met: set[str] = set()
        for number, (names, total) in enumerate(pages):
            following = None if number == len(pages) - 1 else f"https://papers.example/{number + 1}"
            entries = [Entry(one, f"/{one}", one) for one in names]
            url = f"https://papers.example/{number}"
            page = Listing(url, None, None, total, entries, following, in_words=total is not None)
            walk.read(page, len(entries))
            walk.stored(len(set(names) - met))
            met |= set(names)
            walk.check_next()
        before, last = walk, before
    walk.check_complete(last if same else None, is_live=is_live)
    return walk


def test_document_that_is_listed_twice_needs_a_second_walk() -> None:
    pages = ("abc", 6), ("cde", 6)
    assert walked(*pages).stated_total == 6
    with pytest.raises(ListingChanged, match="6 in all, and 6 entries of 5 documents"):
        walked(*pages, same=False)
    assert walked(("abc", 5), ("cde", 5), same=False).stated_total == 5


@pytest.mark.parametrize("is_live", [True, False])
def test_captured_pages_are_proved_or_contradicted_by_a_total(is_live: bool) -> None:
    assert walked(("abc", 5), ("de", 5), is_live=is_live, times=1).stated_total == 5
    with pytest.raises(RunProblem) as caught:
        walked(("abc", 5), ("d", 5), is_live=is_live, times=1)
    assert type(caught.value) is (ListingChanged if is_live else Incomplete)
    assert caught.value.why is Reason.OTHER_TOTAL
