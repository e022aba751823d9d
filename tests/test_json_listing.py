"""Listings that are sent as JSON: what is read of an answer, and why one is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from harvests import PROJECT, harvest, scrapy
from pytest_httpserver import HTTPServer

from harvester.interfaces import read_listing
from harvester.items import Listing
from harvester.outcomes import BadUsage, Reason, Unreadable
from harvester.sites import known_kinds, site_of
from harvester.sites.profile import read_profile
from harvester.sites.site import Site

URL = "https://a.example/api/search?q=x"
PARTS_OF_ADDRESSES = re.compile(r"\{\+?\w+\}|\[.*?\]")
PROFILE = """
name = "Archive"
home = "https://a.example"
[documents]
address = "/record/{id}"
[listing]
format = "json"
addresses = [{ path = "/api/search", %s }]
entry = "hits"
title = "title"
id = "id"
date = "date"
summary = "text"
"""
BY_PAGE = 'parameter = "page", first = 1'
BY_OFFSET = 'parameter = "start", step = 2'
BY_CURSOR = 'cursor = "mark"'
TOTAL = 'total = "meta.total"\n'
RANGE = f'{TOTAL}offset = "meta.start"\nsize = "meta.size"\n'
LINK = 'next = "next"\n'
CURSOR = 'cursor = "mark"\n'
HITS = [
    {"id": 7, "title": " A  letter\n", "date": "12 May 1950", "text": "On peace.\n \nAnd war."},
    {"id": "b c", "title": "Cable", "date": None, "text": ""},
]
READ = [("7", "A letter", "12 May 1950", "On peace.\n\nAnd war."), ("b%20c", "Cable", None, None)]


def site(folder: Path, listing: str = TOTAL, form: str = BY_PAGE) -> Site:
    file = folder / "an-archive.toml"
    file.write_text(PROFILE % form + listing)
    return read_profile(file)


def read(site: Site, said: Any, url: str = URL, headers: dict[str, str] | None = None) -> Listing:
    text = said if isinstance(said, str) else json.dumps(said)
    return read_listing(text, url, site, headers or {})


def said(listing: Listing) -> list[tuple[str | None, ...]]:
    return [(one.document, one.title, one.date_text, one.summary) for one in listing.entries]


ANSWERS = {
    # What the profile says more; the rest of the answer; first, last, total; next.
    "total": (TOTAL, BY_PAGE, {"meta": {"total": 5}}, (None, None, 5), f"{URL}&page=2"),
    "total in digits": (TOTAL, BY_PAGE, {"meta": {"total": "5"}}, (None, None, 5), f"{URL}&page=2"),
    "range": (RANGE, BY_OFFSET, {"meta": {"total": 5, "start": 2, "size": 2}}, (3, 4, 5),
              f"{URL}&start=2"),
    "last page": (RANGE, BY_OFFSET, {"meta": {"total": 4, "start": 2, "size": 2}}, (3, 4, 4), None),
    "first": (f'{TOTAL}first = "n"\n', BY_PAGE, {"meta": {"total": 9}, "n": 1}, (1, 2, 9),
              f"{URL}&page=2"),
    "page and size": (f'{TOTAL}page = "p"\nsize = "s"\n', BY_PAGE,
                      {"meta": {"total": 4}, "p": 2, "s": 2}, (3, 4, 4), None),
    "link": (LINK, BY_PAGE, {"next": "/api/search?q=x&page=2"}, (None, None, None),
             f"{URL}&page=2"),
    "link of the site's own host": (LINK, BY_PAGE, {"next": "http://A.example/api/search?page=2"},
                                    (None, None, None), "https://a.example/api/search?page=2"),
    "no link": (LINK, BY_PAGE, {"next": None}, (None, None, None), None),
    "cursor": (CURSOR, BY_CURSOR, {"mark": "AoE/="}, (None, None, None), f"{URL}&mark=AoE%2F%3D"),
    "no cursor": (CURSOR, BY_CURSOR, {}, (None, None, None), None),
    "range and a link": (RANGE + LINK, BY_PAGE, {"meta": {"total": 5, "start": 0, "size": 2},
                                                 "next": "?q=x&page=2"}, (1, 2, 5),
                         f"{URL}&page=2"),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_answer_is_read(case: str, tmp_path: Path) -> None:
    listing, form, more, numbers, following = ANSWERS[case]
    found = read(site(tmp_path, listing, form), {"hits": HITS, **more})
    assert said(found) == READ
    assert (found.first, found.last, found.total) == numbers
    assert found.next_url == following
    assert [one.link for one in found.entries] == [
        f"https://a.example/record/{document}" for document, *_ in READ
    ]


def test_number_may_be_a_part_of_a_value(tmp_path: Path) -> None:
    form = 'parameter = "q", value = "find/{what}/{page}/{+rest}", first = 1, step = 9'
    archive = site(tmp_path, TOTAL, form)
    here = "https://a.example/api/search?x=2&q=find/a%20b/1/2/3&y"
    found = read(archive, {"hits": HITS, "meta": {"total": 5}}, here)
    assert found.next_url == "https://a.example/api/search?x=2&q=find/a%20b/3/2/3&y"
    assert archive.page_url(found.next_url, 0) == here
    assert not archive.is_listing_url("https://a.example/api/search?q=look/a/1/2")


def test_pages_after_the_first(tmp_path: Path) -> None:
    by_offset = site(tmp_path, TOTAL, BY_OFFSET)
    answer = {"hits": HITS, "meta": {"total": 5}}
    assert read(by_offset, answer, f"{URL}&start=2").next_url == f"{URL}&start=4"
    by_cursor = site(tmp_path, CURSOR, BY_CURSOR)
    here = f"{URL}&mark=A%2F"
    assert read(by_cursor, {"hits": HITS, "mark": "B"}, here).next_url == f"{URL}&mark=B"
    assert read(by_cursor, {"hits": HITS, "mark": "A/"}, here).next_url is None
    assert read(by_cursor, {"hits": []}, here).entries == []


HEADERS = 'total_header = "X-Total"\nlink_header = true\n'


@pytest.mark.parametrize(
    ("link", "following"),
    [
        (f'<{URL}&page=1>; rel="first", <{URL}&page=2>; rel="next"', f"{URL}&page=2"),
        (f"<{URL}&page=2>;rel=next", f"{URL}&page=2"),
        (f'<{URL}&page=2>; title="a, b"; rel="last next"', f"{URL}&page=2"),
        (f'<{URL}&page=2>; title="next"; rel="last"', None),
        (f'<{URL}&page=2>; rel="nextish"', None),
        ("", None),
    ],
)
def test_headers_say_total_and_next(link: str, following: str | None, tmp_path: Path) -> None:
    found = read(site(tmp_path, HEADERS), {"hits": HITS}, headers={"x-total": "2", "link": link})
    assert (found.total, found.next_url) == (2, following)


def test_nothing_found_is_said_by_the_total(tmp_path: Path) -> None:
    for answer in ({"hits": [], "meta": {"total": 0}}, {"meta": {"total": 0}}):
        found = read(site(tmp_path), answer)
        assert (found.first, found.total, found.entries) == (0, 0, [])


def test_what_else_an_entry_says_is_read_by_its_label(tmp_path: Path) -> None:
    other = 'other = { Series = "series.name", "Kept in" = "places", Pages = "pages" }\n'
    found = [
        HITS[0] | {"series": {"name": "Letters"}, "places": ["Bonn", "Lima"], "pages": 3},
        HITS[1] | {"series": {}, "places": [], "pages": None},
    ]
    listing = read(site(tmp_path, TOTAL + other), {"hits": found, "meta": {"total": 5}})
    assert [one.other for one in listing.entries] == [
        {"Series": ["Letters"], "Kept in": ["Bonn", "Lima"], "Pages": ["3"]},
        {},
    ]
    wrong = {"hits": [HITS[0] | {"pages": True}], "meta": {"total": 5}}
    with pytest.raises(Unreadable, match='"Pages" of entry 1 is '):
        read(site(tmp_path, TOTAL + other), wrong)


def test_markup_is_read_as_text(tmp_path: Path) -> None:
    marked = [{**HITS[0], "title": "<b>A</b> &amp; B", "text": "<p>On.</p><p>And.</p><script>1"}]
    found = read(site(tmp_path, f'{TOTAL}markup = ["summary", "title"]\n'), answer(marked, 1))
    assert said(found) == [("7", "A & B", "12 May 1950", "On.\n\nAnd.")]
    plain = read(site(tmp_path), answer(marked, 1))
    assert plain.entries[0].title == "<b>A</b> &amp; B"


def test_lists_in_each_other_are_read_up_to_a_depth_and_brackets_in_a_text_are_none(
    tmp_path: Path,
) -> None:
    deep = {**HITS[0], "title": "[" * 1000 + '"[\\'}
    text = answer([deep], 1).replace("{", f'{{"x": {"[" * 299 + "]" * 299}, ', 1)
    assert read(site(tmp_path), text).entries[0].title == deep["title"]


def answer(hits: Any, total: Any = 2, **more: Any) -> str:
    return json.dumps({"hits": hits, "meta": {"total": total, **more}})


def with_one(**more: Any) -> str:
    return answer([{**HITS[0], **more}], 1)


WHOLE = answer(HITS)
REFUSED = {
    # What is sent, and the sentence.
    "HTML": ("<!DOCTYPE html><p>x", "it is HTML or XML where JSON is meant"),
    "broken": ('{"hits": [1,, 2]}', "its JSON is broken at line 1, character 13"),
    "text": ("Service down.", "its JSON is broken at line 1, character 1"),
    "more behind it": (f"{WHOLE} {WHOLE}", "its JSON is broken at line 1"),
    "two of one key": ('{"hits": [], "hits": [1]}', 'its JSON says "hits" twice in one object'),
    "no number": ('{"hits": NaN}', "its JSON has NaN, which is no number"),
    "infinite": ('{"hits": -Infinity}', "its JSON has -Infinity, which is no number"),
    "huge number": (with_one(id=0).replace('"id": 0', f'"id": {"9" * 5000}'), "too many digits"),
    "large number": (with_one(id=10**40), "the id of entry 1 is a number of more than 30 digits"),
    "deep": ("[" * 100_000, "its JSON has too many lists and objects in each other"),
    "deep and whole": ("[" * 50_000 + "]" * 50_000, "too many lists and objects in each other"),
    "deep beside": (WHOLE.replace("{", f'{{"x": {"[" * 300 + "]" * 300}, ', 1), "in each other"),
    "a list": ("[]", 'it has no list of entries at "hits"'),
    "no entries": ('{"meta": {"total": 2}}', 'it has no list of entries at "hits"'),
    "error": ('{"error": "down"}', 'it has no list of entries at "hits"'),
    "entries no list": (answer({"1": HITS[0]}), 'it has no list of entries at "hits"'),
    "empty": (answer([]), "it has no entries, and states 2"),
    "entry no object": (answer(["x"], 1), "entry 1 has no title"),
    "no title": (answer([HITS[0], {"id": 2}]), "entry 2 has no title"),
    "blank title": (with_one(title=" \n "), "entry 1 has no title"),
    "title nothing": (with_one(title={}), "entry 1 has no title"),
    "title a list": (with_one(title=["A"]), "the title of entry 1 is a list, and no text"),
    "title an object": (with_one(title={"a": 1}), "the title of entry 1 is an object"),
    "date true": (with_one(date=True), "the date of entry 1 is true or false, and no text"),
    "date a fraction": (with_one(date=19.5), "the date of entry 1 is a fraction, and no text"),
    "NUL": (with_one(title="A\0B"), "the title of entry 1 has a character that no text can have"),
    "half a character": (with_one(text="A\ud800"), "the summary of entry 1 has a character that"),
    "no id": (with_one(id=None), "entry 1 has no id"),
    "id of dots": (with_one(id=".."), 'the id of entry 1 is no document\'s ("..")'),
    "no total": (json.dumps({"hits": HITS}), "its total is missing."),
    "total no number": (answer(HITS, "many"), 'its total is "many", and no number that can be'),
    "total negative": (answer(HITS, -1), "its total is a number, and no number that can be"),
    "total a fraction": (answer(HITS, 2.5), "its total is a fraction"),
    "total true": (answer(HITS, True), "its total is true or false"),
    "total beyond all": (answer(HITS, 10**18), "its total is a number, and no number that can be"),
    "more than the total": (answer(HITS, 1), "its entries would be 1 - 2 of 1"),
    "entries of none": (answer(HITS, 0), "its entries would be 1 - 2 of 0"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_answer_is_refused_by_name(case: str, tmp_path: Path) -> None:
    text, sentence = REFUSED[case]
    with pytest.raises(Unreadable) as told:
        read(site(tmp_path), text)
    whole = str(told.value)
    assert whole.startswith(f"{URL} can't be read as a listing: ") and sentence in whole
    assert len(whole) < 400 and "\n" not in whole
    whole.encode()
    assert told.value.why is not Reason.BROKEN_OFF


RANGES = {
    "too few": ((HITS[:1], 5, 2, 2), "it states 3 - 4 of 5, and has 1 of these 2 entries"),
    "too many": ((HITS, 9, 0, 1), "it states 1 - 1 of 9, and has 2 of these 1 entries"),
    "beyond the total": ((HITS, 5, 4, 2), "its entries would be 5 - 6 of 5"),
    "no start": ((HITS, 5, None, 2), "the number of entries before it is missing"),
    "no size": ((HITS, 5, 0, "2 a page"), 'the size of its pages is "2 a page"'),
}


@pytest.mark.parametrize("case", RANGES)
def test_numbers_have_to_add_up(case: str, tmp_path: Path) -> None:
    (hits, total, start, size), sentence = RANGES[case]
    with pytest.raises(Unreadable) as told:
        read(site(tmp_path, RANGE), answer(hits, total, start=start, size=size))
    assert sentence in str(told.value)


LINKS = {
    "another host": ("https://b.example/api/search?page=2", "none of this listing's"),
    "another path": ("/api/other?page=2", 'none of this listing\'s ("/api/other?page=2")'),
    "a document": ("https://a.example/record/7", "none of this listing's"),
    "a script": ("javascript:next()", "none of this listing's"),
    "no address": ("http://[a", "none of this listing's"),
    "an object": ({"href": "x"}, "its link to the next page is an object, and no text"),
    "behind the last": ("?page=2", "it has a link to https://a.example/api/search?page=2 after 1"),
}


@pytest.mark.parametrize("case", LINKS)
def test_link_that_is_none_of_the_listing_is_refused(case: str, tmp_path: Path) -> None:
    link, sentence = LINKS[case]
    total = 2 if case == "behind the last" else 5
    text = {"hits": HITS, "meta": {"total": total, "start": 0, "size": 2}, "next": link}
    with pytest.raises(Unreadable) as told:
        read(site(tmp_path, RANGE + LINK), text)
    assert sentence in str(told.value)


def test_missing_link_is_refused_where_entries_are_missing(tmp_path: Path) -> None:
    text = {"hits": HITS, "meta": {"total": 5, "start": 0, "size": 2}}
    with pytest.raises(Unreadable, match="it has no link to the next page after 1 - 2 of 5"):
        read(site(tmp_path, RANGE + LINK), text)


def test_total_in_a_header_may_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="it states no total: its header X-Total is missing"):
        read(site(tmp_path, HEADERS), {"hits": HITS})


def test_json_where_html_is_meant_is_refused() -> None:
    """Be it the answer of a site that nobody knows, or an error of one that is."""
    url = "https://b.example/api/v2/find"
    for text in (answer(HITS), f"\ufeff [{answer(HITS)}]"):
        with pytest.raises(
            Unreadable, match=r"it is JSON, and no profile says what is in it; write"
        ):
            read(site_of(url), text, url)
    with pytest.raises(Unreadable) as told:
        read(site_of(url), "[1 - 2 of 2] {", url)
    assert "JSON" not in str(told.value)


def test_empty_first_page_proves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="it has no entries, and does not say that there are none"):
        read(site(tmp_path, LINK), {"hits": []})


def test_wherever_an_answer_is_cut_it_breaks_off(tmp_path: Path) -> None:
    """It is asked for again then: the reason says so."""
    archive = site(tmp_path)
    text = answer([{"id": 1, "title": 'A "quoted" \\ é', "t": True, "n": -1.5e3}], 1)
    assert read(archive, text).total == 1
    for length in range(1, len(text)):
        with pytest.raises(Unreadable) as told:
            read(archive, text[:length])
        assert told.value.why is Reason.BROKEN_OFF, text[:length]


def test_what_a_path_asks_of_a_wrong_type_is_a_refusal(tmp_path: Path) -> None:
    odd = site(tmp_path, TOTAL)
    file = tmp_path / "an-archive.toml"
    file.write_text(file.read_text().replace('"title"\nid', "\"join(' ', title)\"\nid"))
    odd = read_profile(file)
    assert read(odd, with_one(title=["A", "B"])).entries[0].title == "A B"
    with pytest.raises(Unreadable, match=r"\"join\(' ', title\)\" can't be looked for"):
        read(odd, with_one(title=7))


def field(value: str, label: str = "") -> dict[str, Any]:
    return {"type": "document_value", "attributes": {"value": value, "label": label}}


@pytest.mark.parametrize(
    ("attributes", "title", "date"),
    [
        ({"title": "A &amp; B", "pub_date_ssim": field("1950")}, "A & B", "1950"),
        ({"title": field("A"), "normalized_date_ssm": field("1950-1960")}, "A", "1950-1960"),
        ({"main_tsim": field("A", "Title"), "by": field("B", "Author")}, "A", None),
        ({"title_t": "A", "pub_date": ["1950", "1951"]}, "A", "1950"),
        ({"normalized_title_ssm": ["A, 1950"], "pub_date_si": 1950}, "A, 1950", "1950"),
        ({"title": "A", "pub_date_ssim": field("")}, "A", None),
    ],
)
def test_blacklight_s_fields_are_objects_or_values(
    attributes: dict[str, Any], title: str, date: str | None
) -> None:
    url = "https://b.example/catalog.json?q=x"
    entry = {"id": "7", "attributes": attributes, "links": {"self": "/catalog/7"}}
    pages = {"total_count": 1, "offset_value": 0, "limit_value": 10}
    said = {"data": [entry], "links": {}, "meta": {"pages": pages}}
    (found,) = read(site_of(url), said, url).entries
    assert (found.title, found.date_text, found.document) == (title, date, "catalog/7")


def test_ids_that_differ_stay_apart(tmp_path: Path) -> None:
    """Whatever signs are in them."""
    ids = ["a/b", "a%2Fb", "a?b", "a#b", "a b", "a+b", "é", "a&id=b"]
    hits = [{"id": one, "title": one} for one in ids]
    found = read(site(tmp_path), answer(hits, len(ids)))
    assert len({one.document for one in found.entries}) == len(ids)
    assert all(one.link.startswith("https://a.example/record/") for one in found.entries)


WHOLE_PROFILE = PROFILE % BY_PAGE + TOTAL
WRONG = {
    # What is put in the place of what; the line; the sentence.
    "format": ('"json"', '"xml"', 7, '\'format\' is "html" or "json"'),
    "no entry": ('entry = "hits"\n', "", 6, "'entry' is missing: add the JMESPath"),
    "no title": ('title = "title"\n', "", 6, "'title' is missing: add the JMESPath"),
    "half a path": ('"hits"', '"hits["', 9, "'entry' can't be used: 'hits[' is no JMESPath"),
    "two dots": ('"date"', '"a..b"', 12, "'date' can't be used: 'a..b' is no JMESPath"),
    "CSS": ('"text"', '"td:first-child"', 13, "'summary' can't be used: 'td:first-child' is no"),
    "function": ('"date"', '"a && nofun(b)"', 12, "no JMESPath (unknown function nofun())"),
    "arguments": ('"date"', '"length(a, b)"', 12, "'date' can't be used: 'length(a, b)' is no"),
    "long path": ('"date"', f'"{"a" * 2000}"', 12, "it has more than 1,000 characters"),
    "link and id": ('id = "id"', 'id = "id"\nlink = "url"', 12, "'link' or id is said, one of"),
    "neither": ('id = "id"\n', "", 6, "'link' or id is said, one of the two"),
    "no end": (TOTAL, "", 6, "'total' or next is missing: nothing says where the listing ends"),
    "two totals": (TOTAL, f'{TOTAL}total_header = "X"\n', 15, "'total_header' is for answers"),
    "page without a size": (TOTAL, f'{TOTAL}page = "n"\n', 15, "'page' needs the size of pages"),
    "markup": (TOTAL, f'{TOTAL}markup = ["link"]\n', 15, "'markup' has 'link': it lists some of"),
    "selector": (TOTAL, f'{TOTAL}hints = ["li"]\n', 15, "'hints' is not known"),
    "no parameter": (BY_PAGE, "first = 1", 8, "'parameter' is missing: nothing says which page"),
    "value": (BY_PAGE, 'first = 1, value = "a/{page}"', 8, "'value' has {page} once, and there is"),
    "no cursor": (TOTAL, CURSOR, 8, "'cursor' is missing: it is the parameter that a cursor"),
    "kind with a home": ("home", "kind = true\nhome", 4, "'home' is for a single site"),
    "kind no answer": ("home", 'kind = "yes"\nhome', 3, "'kind' is true or false"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_profile_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    old, new, line, sentence = WRONG[case]
    assert old in WHOLE_PROFILE
    file = tmp_path / "an-archive.toml"
    file.write_text(WHOLE_PROFILE.replace(old, new, 1))
    with pytest.raises(BadUsage) as told:
        read_profile(file)
    said = str(told.value)
    assert sentence in said and f"{file}, line {line}:" in said and "\n" not in said


def test_wrong_path_ends_with_exit_code_64(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "an-archive.toml").write_text(WHOLE_PROFILE.replace('"hits"', '"hits["'))
    (tmp_path / "collections.toml").write_text(f'[it]\nurl = "{URL}"\n')
    settings = (
        f"-sHARVEST_COLLECTIONS={tmp_path}/collections.toml",
        f"-sHARVEST_DB={tmp_path}/x.db",
    )
    done = scrapy("crawl", "collection", *settings)
    assert (done.returncode, done.stderr.count("\n")) == (64, 1)
    assert "an-archive.toml, line 9: 'entry' can't be used" in done.stderr
    assert not (tmp_path / "x.db").exists()


KIND = WHOLE_PROFILE.replace('home = "https://a.example"', "kind = true")


def test_kind_has_no_host(tmp_path: Path) -> None:
    file = tmp_path / "a-kind.toml"
    file.write_text(KIND)
    kind = read_profile(file)
    here = kind.at("https://b.example:8443/below/api/search?q=x")
    assert kind.is_kind and not here.is_kind
    assert (here.key, here.name, here.home) == (*["b.example:8443"] * 2, "https://b.example:8443")
    found = read(here, answer(HITS), "https://b.example:8443/below/api/search?q=x")
    assert [one.link for one in found.entries] == [
        "https://b.example:8443/below/record/7",
        "https://b.example:8443/below/record/b%20c",
    ]
    assert [one.document for one in found.entries] == ["below/record/7", "below/record/b%20c"]


def test_kind_of_a_user_wins(httpserver: HTTPServer, tmp_path: Path) -> None:
    """Of two kinds whose addresses are alike a user's own counts, and the other can't be chosen."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "mine.toml").write_text(KIND.replace("/api/search", "/api/items"))
    (tmp_path / "collections.toml").touch()
    httpserver.expect_request("/robots.txt").respond_with_data("")
    httpserver.expect_request("/api/items").respond_with_data(
        answer(HITS), content_type="application/json"
    )
    options = {
        "HARVEST_DB": tmp_path / "x.db",
        "HARVEST_COLLECTIONS": tmp_path / "collections.toml",
    }
    url = httpserver.url_for("/api/items")
    done = harvest("-a", f"url={url}", "-a", "site=omeka-s", **options)
    assert done.code == 64
    assert done.complaints == [f"{url} is on the site mine, not omeka-s: leave the site out."]
    for said in ("mine", f"{httpserver.host}:{httpserver.port}"):
        done = harvest("-a", f"url={url}", "-a", f"site={said}", **options)
        assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "complete", 2)


def test_no_two_kinds_have_addresses_of_one_form() -> None:
    forms = [one for kind in known_kinds().values() for one in kind.paging.forms]
    for form in forms:
        url = f"https://a.example{PARTS_OF_ADDRESSES.sub('x', form.path)}"
        if form.value:
            value = PARTS_OF_ADDRESSES.sub("x", form.value.replace("{page}", "1"))
            url += f"?{form.parameter}={value}"
        assert sum(kind.is_listing_url(url) for kind in known_kinds().values()) == 1


PROFILES = (PROJECT / "docs" / "profiles.md").read_text("utf-8")
DOCUMENTED = PROFILES.partition("## Listings as JSON")[2]


def test_example_of_the_documentation_reads_an_answer(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", DOCUMENTED, re.DOTALL)
    assert example is not None
    file = tmp_path / "archive.toml"
    file.write_text(PROFILE.partition("[listing]")[0] + example[1])
    entry = {"title": "Letter", "number": 7, "year": 1950, "abstract": "On peace."}
    found = read(read_profile(file), {"results": [entry], "count": 3})
    assert said(found) == [("7", "Letter", "1950", "On peace.")]
    assert (found.total, found.next_url) == (3, f"{URL}&page=2")
