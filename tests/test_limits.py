"""Listings of which a site gives no more than so many entries, and walking them in parts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from archive import japan
from harvests import Harvest, harvest, rows
from markup import Listing as Shown
from markup import render
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harvester.crawl.limits import parts_of, stopped_at_limit
from harvester.crawl.parts import PartedWalk
from harvester.crawl.walk import Walk
from harvester.items import Entry, Listing
from harvester.outcomes import Incomplete, Reason, RunProblem, Unreachable, Unreadable
from harvester.sites import site_for, site_of

Crawl = Callable[..., Harvest]
PER_PAGE = 500


class Big:
    """A site that shows the first `most` of a listing's entries, and narrows it by facets, as
    Drupal does. Each entry has values of facets: {"year": ["1950"]}."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/search?search_api_fulltext=Japan")
        self.entries: list[tuple[dict[str, Any], dict[str, list[str]]]] = []
        self.most = 1000
        self.asked: list[str] = []
        server.expect_request("/search").respond_with_handler(self._answer)
        server.expect_request("/robots.txt").respond_with_data("")

    def put(self, number: int, facets: Callable[[int], dict[str, list[str]]]) -> None:
        """Has so many entries."""
        entry = japan()[0]
        self.entries = [
            ({**entry, "href": f"/document/d{n}", "title": f"Title {n}"}, facets(n))
            for n in range(number)
        ]

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.query_string.decode())
        asked = [said.partition(":")[::2] for name, said in request.args.items() if "[" in name]
        found = [
            one
            for one, has in self.entries
            if all(value in has.get(facet, ()) for facet, value in asked)
        ]
        number = int(request.args.get("page", 0))
        start = number * PER_PAGE
        if start >= self.most:
            return Response("Result window is too large", 400)
        narrowed = [
            f"&f%5B{n}%5D={quote(f'{facet}:{value}')}" for n, (facet, value) in enumerate(asked)
        ]
        url = self.url + "".join(narrowed)
        page = Shown(
            url=url + (f"&page={number}" if number else ""),
            entries=found[start : start + PER_PAGE],
            first=start + 1,
            total=len(found),
            range_form="{first} - {last} of {total}",
        )
        return Response(
            render("today", page).replace("</body>", f"{self._links(narrowed)}</body>"),
            content_type="text/html; charset=UTF-8",
        )

    def _links(self, narrowed: list[str]) -> str:
        found = {(f, v) for _, has in self.entries for f, values in has.items() for v in values}
        here = f"/search?search_api_fulltext=Japan{''.join(narrowed)}".replace("&", "&amp;")
        name = f"f%5B{len(narrowed)}%5D"
        links = (
            f'<li><a href="{here}&amp;{name}={f}%3A{v}">{v}</a></li>' for f, v in sorted(found)
        )
        return f"<aside><ul>{''.join(links)}</ul></aside>"


@pytest.fixture
def big(httpserver: HTTPServer) -> Big:
    return Big(httpserver)


@pytest.fixture
def crawl(big: Big, db: Path) -> Crawl:
    def run(*arguments: str, **settings: object) -> Harvest:
        settings = {"HARVEST_DB": db, "HARVEST_RETRIES": 0, **settings}
        return harvest(f"-aurl={big.url}", "-aname=it", *arguments, **settings)

    return run


def test_limit_is_named_and_parts_get_around_it(big: Big, crawl: Crawl) -> None:
    big.put(1100, lambda n: {"year": [str(1950 + n % 2)]})
    done = crawl()
    assert (done.code, done.run["outcome"], done.run["seen"]) == (75, "incomplete", 1000)
    assert "no more than 1,000 of 1,100 entries" in done.complaints[0]
    assert "-a split=year" in done.complaints[0]
    assert [row["reason"] for row in rows(done.db, "SELECT reason FROM failures")] == ["capped"]
    split = crawl("-asplit=year")
    assert (split.code, split.complaints) == (0, [])
    assert (split.run["outcome"], split.run["stated_total"]) == ("complete", 1100)
    assert len(split.entries()) == 1100


SMALL: dict[str, tuple[Callable[[int], dict[str, list[str]]], int, str]] = {
    "two in both": (lambda n: {"of": ["a", "b"] if n < 2 else ["b" if n % 2 else "a"]}, 0, ""),
    "one in none": (
        lambda n: {"of": [["a"], ["b"], []][min(n, 2) if n > 8 else n % 2]},
        75,
        "The 2 parts have 9 entries of 9 documents, and the whole states 10",
    ),
}


@pytest.mark.parametrize("case", SMALL)
def test_parts_have_to_add_up(case: str, big: Big, crawl: Crawl) -> None:
    facets, code, said = SMALL[case]
    big.put(10, facets)
    done = crawl("-asplit=of")
    assert done.code == code
    assert (said in done.complaints[0]) if said else not done.complaints
    assert done.run["outcome"] == ("incomplete" if said else "complete")
    assert done.run["stated_total"] == 10


def test_part_that_stops_at_a_limit_is_named(big: Big, crawl: Crawl) -> None:
    big.put(1102, lambda n: {"of": ["a" if n else "b"]})
    done = crawl("-asplit=of")
    assert done.code == 75
    assert "no more than 1,000 of 1,101 entries" in done.complaints[0]
    assert "f%5B0%5D=of%3Aa" in done.complaints[0]


def test_part_that_stops_at_a_limit_is_split_again(big: Big, crawl: Crawl) -> None:
    big.put(2600, lambda n: {"of": ["ab"[n < 1]], "by": ["cdefg"[n % 5]]})
    done = crawl("-asplit=of,by")
    assert (done.code, done.complaints) == (0, [])
    assert (done.run["outcome"], done.run["stated_total"]) == ("complete", 2600)
    assert len(done.entries()) == 2600
    assert rows(done.db, "SELECT reason FROM failures") == []
    assert [asked.count("%5B1%5D") for asked in big.asked].count(1) == 5 * 2


AGAIN: dict[str, tuple[str, Callable[[int], dict[str, list[str]]], str]] = {
    "one in none of a part's parts": (
        "of,by",
        lambda n: {"of": ["a"], "by": [] if n == 3 else ["cdefg"[n % 5]]},
        r"The parts of \S+of%3Aa state 2,599 entries, and it states 2,600: what is in none",
    ),
    "a part of a part is too long": (
        "of,by",
        lambda n: {"of": ["a"], "by": ["c" if n > 2 else "d"]},
        "no more than 1,000 of 2,597 entries",
    ),
    "nothing to split it by": ("of,year", lambda n: {"of": ["a"]}, "can't be split by year"),
}


@pytest.mark.parametrize("case", AGAIN)
def test_parts_of_parts_have_to_add_up(case: str, big: Big, crawl: Crawl) -> None:
    way, facets, said = AGAIN[case]
    big.put(2600, facets)
    done = crawl(f"-asplit={way}")
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert re.search(said, done.complaints[0])


def test_listing_that_has_documents_twice_adds_up_by_its_totals(big: Big, crawl: Crawl) -> None:
    big.put(10, lambda n: {"of": ["a" if n % 2 else "b"]})
    big.entries[9] = big.entries[7]
    done = crawl("-asplit=of")
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "say -a accept=yes if the listing itself has some documents twice" in done.complaints[0]
    assert crawl("-asplit=of", "-aaccept=yes").code == 0


def test_page_without_such_links_names_those_that_it_has(big: Big, crawl: Crawl) -> None:
    big.put(10, lambda n: {"of": ["x" * (n + 3)], "kind": ["y" * (n + 3)]})
    done = crawl("-asplit=prefix")
    assert (done.code, done.entries()) == (75, [])
    assert "can't be split by prefix, as its links narrow it by kind, of" in done.complaints[0]


@pytest.mark.parametrize("said", ["=a", "x=", "x=5..1", "x=1..9999", "x,,y", ","])
def test_split_that_is_none_gets_a_sentence(said: str, big: Big, crawl: Crawl) -> None:
    done = crawl(f"-asplit={said}")
    assert (done.code, repr(said) in done.complaints[0], big.asked) == (64, True, [])


def test_list_of_a_repository_is_not_split(db: Path) -> None:
    url = "https://archive.example/oai?verb=ListRecords&metadataPrefix=oai_dc"
    done = harvest(f"-aurl={url}", "-aname=it", "-asplit=year", HARVEST_DB=db)
    assert (done.code, "is a list of OAI-PMH, which is not split" in done.complaints[0]) == (
        64,
        True,
    )


def test_services_captures_are_not_split(crawl: Crawl) -> None:
    done = crawl("-asplit=year", "-asource=wayback")
    assert (done.code, "leave the argument split out" in done.complaints[0]) == (64, True)


HERE = "https://archive.example/find?q=x"


def whole(url: str, total: int | None = 9) -> Listing:
    return Listing(url, None, None, total)


def links(*hrefs: str) -> str:
    return "".join(f'<p><a href="{href}">x</a></p>' for href in hrefs)


YEARS = links("?q=x&amp;y=1950", "?y=1951&amp;q=x&amp;page=0", "?q=x&amp;y=1950#top")
PARTS: dict[str, tuple[str, str, list[str]]] = {
    "by its name": ("y", YEARS, ["?q=x&y=1950", "?y=1951&q=x"]),
    "by its years": ("year", YEARS, ["?q=x&y=1950", "?y=1951&q=x"]),
    "not by another listing's": (
        "y",
        YEARS + links("/other?q=x&amp;y=1", "?q=z&amp;y=1"),
        ["", ""],
    ),
    "not by two at once": ("y", YEARS + links("?q=x&amp;y=1952&amp;z=1"), ["", ""]),
    "not by another site's": ("y", YEARS + links("//else.example/find?q=x&amp;y=3"), ["", ""]),
    "by a name in brackets": (
        "subject",
        links("?q=x&amp;f%5Bsubject%5D%5B%5D=Trade", "?q=x&amp;f[subject][]=Art"),
        ["?q=x&f%5Bsubject%5D%5B%5D=Trade", "?q=x&f[subject][]=Art"],
    ),
    "by what a value names": (
        "subject",
        links("?q=x&amp;f[0]=subject:Trade", "?q=x&amp;f[0]=year:1950", "?q=x&amp;f[0]=subject:A"),
        ["?q=x&f[0]=subject:Trade", "?q=x&f[0]=subject:A"],
    ),
    "by letters": (
        "prefix",
        YEARS + links("?q=x&amp;begins=A", "?q=x&amp;begins=%C3%89"),
        ["?q=x&begins=A", "?q=x&begins=%C3%89"],
    ),
    "by values": ("l=en, de", "", ["?q=x&l=en", "?q=x&l=de"]),
    "by a span": ("y=1949..1950", "", ["?q=x&y=1949", "?q=x&y=1950"]),
}


@pytest.mark.parametrize("case", PARTS)
def test_parts_are_found(case: str) -> None:
    split, text, expected = PARTS[case]
    found = parts_of(text, whole(HERE), site_of(HERE), split)
    if any(expected):
        assert found == [HERE.partition("?")[0] + query for query in expected]
    assert len(found) == len(expected)


NO_PARTS = {
    "no links": ("year", "", "no link narrows it"),
    "one link": ("year", links("?q=x&amp;y=1950"), "no link narrows it"),
    "two kinds of years": (
        "year",
        YEARS + links("?q=x&amp;z=1950", "?q=x&amp;z=1951"),
        "can be split by y, z: say by which, as -a split=y.",
    ),
}


@pytest.mark.parametrize("case", NO_PARTS)
def test_page_that_cannot_be_split_says_why(case: str) -> None:
    split, text, said = NO_PARTS[case]
    with pytest.raises(Incomplete, match=re.escape(said)) as raised:
        parts_of(text, whole(HERE), site_of(HERE), split)
    assert raised.value.why is Reason.CAPPED


def test_listing_without_a_total_is_not_split() -> None:
    with pytest.raises(Incomplete, match="states no total"):
        parts_of(YEARS, whole(HERE, None), site_of(HERE), "y")


def page(number: int, entries: int, total: int | None) -> Listing:
    names = [f"d{number}-{n}" for n in range(entries)]
    found = [Entry(document=name, link=f"https://x/{name}", title=name) for name in names]
    return Listing(f"https://x/?p={number}", None, None, total, found, f"https://x/?p={number + 1}")


def walked(pages: int, size: int, total: int | None) -> Walk:
    walk = Walk("https://x/?p=0", max_pages=9999)
    for number in range(pages):
        one = page(number, size, total)
        one.next_url = None if walk.seen + size == total else one.next_url
        walk.read(one, size)
        walk.stored(size)
    return walk


STOPS: dict[str, tuple[tuple[int, int, int | None], RunProblem, str | None]] = {
    "at 1,000": ((2, 500, 1200), Unreadable("x.", Reason.NO_LISTING), "1,000 of 1,200"),
    "at 10,000": ((20, 500, 10_001), Unreachable("x.", Reason.SERVER_ERROR), "10,000 of 10,001"),
    "on the page with the limit": (
        (33, 30, 2000),
        Incomplete("x.", Reason.MOVED),
        "1,000 of 2,000",
    ),
    "on the page up to it": ((3, 250, 2000), Unreadable("x.", Reason.NO_LISTING), "1,000 of 2,000"),
    "on that page for another reason": ((3, 250, 2000), Unreadable("x.", Reason.BROKEN_OFF), None),
    "before": ((2, 250, 1200), Unreadable("x.", Reason.NO_LISTING), None),
    "no total": ((2, 500, None), Unreadable("x.", Reason.NO_LISTING), None),
    "no more stated": ((2, 500, 1000), Unreadable("x.", Reason.NO_LISTING), None),
    "no answer": ((2, 500, 1200), Unreachable("x.", Reason.NO_ANSWER), None),
    "first page": ((0, 500, None), Unreadable("x.", Reason.NO_LISTING), None),
}


@pytest.mark.parametrize("case", STOPS)
def test_stop_at_a_limit_is_recognised(case: str) -> None:
    about, problem, said = STOPS[case]
    found = stopped_at_limit(walked(*about), problem)
    assert (found is None) == (said is None)
    assert said is None or f"no more than {said} entries" in str(found)


@pytest.mark.parametrize(("entries", "is_limit"), [(999, False), (1000, True), (1001, False)])
@pytest.mark.parametrize("accept", [True, False])
def test_as_many_entries_as_a_limit_prove_nothing_unless_that_is_accepted(
    entries: int, is_limit: bool, accept: bool
) -> None:
    walk = PartedWalk(["https://x/?p=0"], max_pages=9, accept=accept)
    only = page(0, entries, entries)
    only.next_url = None
    walk.read(only, entries)
    walk.stored(entries)
    walk.check_next()
    if is_limit and not accept:
        with pytest.raises(Incomplete, match="exactly 1,000 entries"):
            walk.check_complete(is_live=True)
    else:
        walk.check_complete(is_live=True)


def test_sitemaps_of_a_thousand_are_whole() -> None:
    """Programs that make them fill each up to such a number."""
    walk = PartedWalk(["https://x/?p=0"], max_pages=9)
    walk.read(Listing("https://x/?p=0", None, None, None, parts=["https://x/?p=1"]), 0)
    walk.stored(0)
    walk.check_next()
    only = page(1, 1000, 1000)
    only.next_url = None
    walk.read(only, 1000)
    walk.stored(1000)
    walk.check_next()
    walk.check_complete(is_live=True)
    assert walk.stated_total == 1000


def test_listing_of_a_known_site_is_split_by_its_own_addresses() -> None:
    url = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=Japan"
    text = links("/search?search_api_fulltext=Japan&amp;f[0]=y:1&amp;page=3", "/search?f[0]=y:2")
    assert parts_of(text, whole(url), site_for(url, None), "y") == [f"{url}&f[0]=y:1"]
