"""Sites that answer as JSON, each of a kind that has a profile, harvested into one database."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from harvests import Harvest, Row, harvest, in_a_hurry, rows, scrapy
from json_sites import SIZE, Asked, Item, JsonSite, changed, json_sites
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harvester.interfaces import read_listing
from harvester.outcomes import Unreadable
from harvester.sites import known_kinds, site_of

ROUNDS = 4
KINDS = [site.kind for site in json_sites()]
NAMES = ("added", "changed", "missing", "removed")
NOTHING = (0, 0, 0, 0)
LONGEST = 25
"""Lines of a profile."""


def harvest_of(site: JsonSite, folder: Path, *arguments: str, **more: object) -> Harvest:
    wanted = (f"url={site.url}", f"site={site.kind}", f"name={site.kind}", *arguments)
    options = {"HARVEST_DB": folder / "harvest.db", **more}
    return harvest(*(part for one in wanted for part in ("-a", one)), **options)


@dataclass
class Harvested:
    """A database of all kinds, and how each harvest ended."""

    db: Path
    sites: dict[str, JsonSite]
    before: dict[str, list[Item]]
    ended: dict[str, list[Harvest]] = field(default_factory=dict)
    runs: dict[str, list[Row]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def all_kinds(tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """One of each, harvested in turn, four times; before the second time each has changed."""
    folder = tmp_path_factory.mktemp("kinds")
    it = Harvested(folder / "harvest.db", {site.kind: site for site in json_sites()}, {})
    with ExitStack() as stack:
        for site in it.sites.values():
            site.serve(stack.enter_context(HTTPServer(port=0)))
            it.before[site.kind] = site.items
        for number in range(ROUNDS):
            for kind, site in it.sites.items():
                site.items = changed(it.before[kind]) if number else it.before[kind]
                done = harvest_of(site, folder)
                it.ended.setdefault(kind, []).append(done)
                it.runs.setdefault(kind, []).append(done.run)
    return it


def test_every_kind_is_tried() -> None:
    assert set(KINDS) == set(known_kinds())


@pytest.mark.parametrize("kind", KINDS)
def test_profiles_are_short(kind: str) -> None:
    import harvester.sites

    text = (harvester.sites.BUILT_IN / f"{kind}.toml").read_text("utf-8")
    assert len([line for line in text.splitlines() if not line.startswith("#")]) <= LONGEST
    assert "https://" in text.partition("kind = true")[0], "says where the facts are from"


@pytest.mark.parametrize("kind", KINDS)
def test_every_harvest_is_whole(kind: str, all_kinds: Harvested) -> None:
    total = len(all_kinds.before[kind]) if all_kinds.sites[kind].states_total else None
    outcome = "complete" if total else "walked"
    for done, run in zip(all_kinds.ended[kind], all_kinds.runs[kind], strict=True):
        assert (done.code, done.complaints) == (0, [])
        assert (run["outcome"], run["stated_total"], run["seen"]) == (outcome, total, 10)
        assert run["pages"] == (3 if total else 6)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_is_what_the_site_sends(kind: str, all_kinds: Harvested) -> None:
    site = all_kinds.sites[kind]
    found = rows(
        all_kinds.db,
        "SELECT id, url, title, date_text, summary FROM documents"
        " JOIN memberships ON document = id WHERE site = ? AND missing IS NULL ORDER BY position",
        site.host,
    )
    assert found == [
        {
            "id": site.id(one.number),
            "url": f"http://{site.host}/{site.id(one.number)}",
            "title": one.title,
            "date_text": one.date,
            "summary": one.summary,
        }
        for one in site.items
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_history_is_as_of_the_first_site(kind: str, all_kinds: Harvested) -> None:
    gone = [(0, 0, 0, 1), NOTHING]
    gone = gone if all_kinds.sites[kind].states_total else gone[::-1]
    counted = [tuple(run[name] for name in NAMES) for run in all_kinds.runs[kind]]
    assert counted == [(10, 0, 0, 0), (1, 1, 1, 0), *gone]
    told = scrapy("changes", "--since=1", "--format=json", f"-sHARVEST_DB={all_kinds.db}").stdout
    said = [
        (row["kind"], row["field"], row["old"], row["new"])
        for row in json.loads(told)
        if row["site"] == all_kinds.sites[kind].host and row["kind"] == "changed"
    ]
    title = all_kinds.before[kind][2].title
    assert said == [("changed", "title", title, f"{title} anew")]


@pytest.mark.parametrize("kind", KINDS)
def test_json_is_asked_for(kind: str, all_kinds: Harvested) -> None:
    wanted = "application/vnd.api+json" if kind == "drupal-jsonapi" else "application/json"
    assert all_kinds.sites[kind].accepted == {wanted}


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, httpserver: HTTPServer) -> Iterator[JsonSite]:
    found = next(one for one in json_sites() if one.kind == request.param)
    found.serve(httpserver)
    yield found


def of_kind(kind: str, server: HTTPServer) -> JsonSite:
    site = next(one for one in json_sites() if one.kind == kind)
    site.serve(server)
    return site


def test_kind_is_known_by_the_form_of_an_address(site: JsonSite, tmp_path: Path) -> None:
    """The site is named by its host, whoever says it."""
    options = in_a_hurry("-a", f"url={site.url}", "-a", "site=x", HARVEST_DB=tmp_path / "it.db")
    place = options.index("site=x")
    done = scrapy(*options[: place - 1], *options[place + 1 :])
    assert (done.returncode, "10 of " in done.stdout) == (0, True)
    assert {row["key"] for row in rows(tmp_path / "it.db", "SELECT key FROM sites")} == {site.host}


def test_recording_is_read_again_and_says_the_same(site: JsonSite, tmp_path: Path) -> None:
    recording = tmp_path / "warc"
    done = harvest_of(site, tmp_path, HARVEST_WARC=recording)
    assert done.code == 0
    settings = (f"-sHARVEST_DB={done.db}", f"-sHARVEST_WARC={recording}")
    again = scrapy("reparse", *settings)
    assert (again.returncode, again.stderr) == (0, "")
    pages = 3 if site.states_total else 6
    said = f"{site.kind}: {pages} of {pages} recorded pages read again (0 read otherwise, 0 new)"
    assert again.stdout.strip() == said
    other = tmp_path / "other"
    other.mkdir()
    back = harvest_of(site, other, f"source={recording}")
    proved = (0, "complete") if site.states_total else (75, "incomplete")
    assert (back.code, back.run["outcome"], back.run["seen"]) == (*proved, 10)
    said = "SELECT id, url, title, date_text, summary FROM documents ORDER BY id"
    assert rows(back.db, said) == rows(done.db, said)


def test_error_page_is_refused(site: JsonSite, tmp_path: Path) -> None:
    """An error with status 200, on the second page."""
    site.tampered = lambda text, _, page: (
        Response('{"error": "Service is down"}', content_type="application/json") if page else None
    )
    done = harvest_of(site, tmp_path)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (65, "unreadable", SIZE)
    assert re.search(
        r"can't be read as a listing: it (has no list of entries|states no total)|"
        r"its (total|header)",
        done.complaints[0],
    )


def test_html_is_refused(site: JsonSite, tmp_path: Path) -> None:
    site.tampered = lambda *_: Response("<!DOCTYPE html><p>Welcome</p>", content_type="text/html")
    done = harvest_of(site, tmp_path)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (65, "unreadable", 0)
    assert "it is HTML or XML where JSON is meant" in done.complaints[0]


def test_cut_answer_is_asked_for_again_and_refused(site: JsonSite, tmp_path: Path) -> None:
    cut: list[int] = []

    def tampered(text: str, headers: dict[str, str], page: int) -> Response | None:
        if page != 1:
            return None
        cut.append(page)
        return Response(text[: len(text) // 2], headers=headers, content_type=site.media_type)

    site.tampered = tampered
    done = harvest_of(site, tmp_path, HARVEST_RETRIES=1)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (69, "unreachable", SIZE)
    assert "the page breaks off" in done.complaints[0]
    assert len(cut) == 2


def test_page_that_lacks_an_entry_is_noticed(site: JsonSite, tmp_path: Path) -> None:
    """On the second of three pages, in an answer that is whole."""
    render = site.render

    def cut(page):  # type: ignore[no-untyped-def]
        said, headers = render(page)
        if page.number == 1:
            entries_in(said).pop()
        return said, headers

    site.render = cut
    done = harvest_of(site, tmp_path)
    refused = site.kind not in ("omeka-s", "drupal-jsonapi")
    assert (done.code, done.run["outcome"]) == (
        (65, "unreadable") if refused else (75, "incomplete")
    )
    said = {
        "drupal-jsonapi": "its pages have between 2 and 4",
        "omeka-s": "leads to 9 of 10 entries, and to no page with the others",
        "contentdm": "page/4 can't be read as a listing: it has no entries, and states 10",
    }.get(site.kind, "it states 5 - 8 of 10, and has 3 of these 4 entries")
    assert said in done.complaints[0]


def entries_in(said: object) -> list[object]:
    """The only list of so many objects in an answer."""
    if isinstance(said, list):
        return said
    assert isinstance(said, dict)
    kept = (entries_in(one) for one in said.values() if isinstance(one, dict | list))
    return next((one for one in kept if len(one) == SIZE), [])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "drupal-jsonapi"])
@pytest.mark.parametrize("wrong", [9, 11])
def test_wrong_total_is_noticed(
    kind: str, wrong: int, httpserver: HTTPServer, tmp_path: Path
) -> None:
    site = of_kind(kind, httpserver)

    def tampered(text: str, headers: dict[str, str], _: int) -> Response:
        said = re.sub(
            r'("(?:totalElements|total_count|totalResults|total)": )10', rf"\g<1>{wrong}", text
        )
        headers = {name: str(wrong) if value == "10" else value for name, value in headers.items()}
        return Response(said, headers=headers, content_type=site.media_type)

    site.tampered = tampered
    done = harvest_of(site, tmp_path)
    assert done.code in (65, 75) and done.run["outcome"] != "complete"
    assert str(wrong) in done.complaints[0]


TEXTS = ["", " ", "\0", "\ud800", "x" * 1000, "http://[", "//b.example/x", "..", "?page=2", "<b>x"]
ODD = [*TEXTS, None, True, 0, -1, 10**20, 10**400, 1.5, [], {}, [1], {"a": 1}, "9" * 50]
"""What may stand where something else is meant."""


def places(said: object, *above: str | int) -> Iterator[tuple[str | int, ...]]:
    """All places in an answer; of a list its first one, for the others are like it."""
    yield above
    if isinstance(said, dict | list):
        for name in said if isinstance(said, dict) else range(min(len(said), 1)):
            yield from places(said[name], *above, name)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_stands_anywhere_is_read_or_refused(kind: str) -> None:
    """Nothing ends in a crash, and nothing leads away from the site."""
    site = next(one for one in json_sites() if one.kind == kind)
    site.host, url = "h.example", f"http://h.example{site.first}"
    page = Asked("http://h.example", url, 0, site.items[:SIZE], len(site.items))
    said, headers = site.render(page)
    headers = {name.lower(): value for name, value in headers.items()}
    refused = 0
    for place in list(places(said)):
        for odd in ODD:
            try:
                listing = read_listing(put(said, place, odd), url, site_of(url), headers)
            except Unreadable as problem:
                refused += 1
                assert "\n" not in str(problem) and len(str(problem).encode()) < 600
                continue
            texts = [one for entry in listing.entries for one in (entry.link, entry.title)]
            leads = [listing.next_url or url, *(entry.link for entry in listing.entries)]
            assert all(text.strip().encode() for text in texts)
            assert all(lead.startswith("http://h.example/") for lead in leads)
            assert not any(lead.endswith("null") for lead in leads)
    assert refused > len(ODD)


def put(said: object, place: tuple[str | int, ...], odd: object) -> str:
    """The answer as JSON, with something odd at a place."""
    whole = {"": deepcopy(said)}
    inner: Any = whole
    for name in ("", *place)[:-1]:
        inner = inner[name]
    inner[("", *place)[-1]] = odd
    return json.dumps(whole[""])


def test_kind_and_address_have_to_fit(httpserver: HTTPServer, tmp_path: Path) -> None:
    site = of_kind("dspace", httpserver)
    for said in ("omeka-s", "nonsense", "wilson-center"):
        done = harvest("-a", f"url={site.url}", "-a", f"site={said}", HARVEST_DB=tmp_path / "x.db")
        assert (done.code, len(done.complaints)) == (64, 1)
    assert not (tmp_path / "x.db").exists()


def test_items_of_two_sites_on_one_host_are_apart(httpserver: HTTPServer, tmp_path: Path) -> None:
    """Below different paths they have the same ids."""
    for root in ("/one", "/two"):
        drupal = next(one for one in json_sites() if one.kind == "drupal-jsonapi")
        drupal.first = root + drupal.first
        drupal.serve(httpserver)
        render = drupal.render
        drupal.render = lambda page, render=render, root=root: below(render(page), root)
        done = harvest(
            "-a",
            f"url={drupal.url}",
            "-a",
            "site=drupal-jsonapi",
            "-a",
            f"name={root[1:]}",
            HARVEST_DB=tmp_path / "it.db",
        )
        assert (done.code, done.complaints) == (0, [])
    found = rows(done.db, "SELECT id FROM documents ORDER BY id")
    assert [row["id"] for row in found] == [
        f"{root}/node/{number}" for root in ("one", "two") for number in range(11, 21)
    ]


def below(answer, root):  # type: ignore[no-untyped-def]
    said, headers = answer
    return json.loads(unquote(json.dumps(said)).replace("/jsonapi/", f"{root}/jsonapi/")), headers


def test_saved_answers_can_be_harvested(httpserver: HTTPServer, tmp_path: Path) -> None:
    """With what their headers said: how many entries there are, and where the next page is."""
    site = of_kind("omeka-s", httpserver)
    url = site.url
    while url is not None:
        done = scrapy("save-fixture", url, "--to", str(tmp_path), "-sDOWNLOAD_DELAY=0")
        assert done.returncode == 0
        said = json.loads((Path(done.stdout.split()[-1]) / "page.json").read_text())
        assert (said["total"], said["headers"]["omeka-s-total-results"]) == (10, "10")
        url = said["next"]
    assert site.accepted == {"application/json"}
    done = harvest_of(site, tmp_path, f"source={tmp_path / 'listing'}")
    assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "complete", 10)


CURSORED = """
name = "Archive"
home = "https://archive.example"
[documents]
address = "/letter/{id}"
[listing]
format = "json"
addresses = [{ path = "/api/letters", cursor = "after" }]
entry = "letters"
title = "title"
id = "number"
cursor = "after"
"""


@pytest.mark.parametrize("stated", [True, False])
def test_cursors_lead_from_page_to_page(
    stated: bool, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """The last page has none, or its own one again."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "collections.toml").touch()
    profile = tmp_path / "sites" / "archive.toml"
    profile.write_text(CURSORED + ('total = "count"\n' if stated else ""))
    numbers = list(range(1, 11))

    def answer(request: Request) -> Response:
        start = int(request.args.get("after", "at=0").removeprefix("at="))
        some = numbers[start : start + SIZE]
        last = start + SIZE >= len(numbers)
        letters = [{"number": number, "title": f"Letter {number}"} for number in some]
        following = (None if stated else f"at={start}") if last else f"at={start + SIZE}"
        said = {"count": len(numbers), "letters": letters, "after": following}
        return Response(json.dumps(said), content_type="application/json")

    httpserver.expect_request("/robots.txt").respond_with_data("")
    httpserver.expect_request("/api/letters").respond_with_handler(answer)
    asked = ("-a", f"url={httpserver.url_for('/api/letters')}", "-a", "site=archive")
    settings = {"HARVEST_COLLECTIONS": tmp_path / "collections.toml"}
    for _ in range(2):
        done = harvest(*asked, HARVEST_DB=tmp_path / "it.db", **settings)
        outcome = "complete" if stated else "walked"
        assert (done.code, done.complaints, done.run["outcome"]) == (0, [], outcome)
        assert (done.run["seen"], done.run["pages"]) == (10, 3 if stated else 6)
    found = rows(done.db, "SELECT url FROM documents ORDER BY CAST(id AS INTEGER)")
    assert [row["url"] for row in found] == [
        f"https://archive.example/letter/{number}" for number in numbers
    ]


OWN = (
    "<!DOCTYPE html><html><title>{0} | Archive</title><body><h1>{0}</h1>"
    "<dl><dt>Shelf</dt><dd>{1}</dd><dt>Pages</dt><dd>2</dd></dl></body></html>"
)


@pytest.mark.parametrize("root", ["", "/below"])
def test_documents_own_pages_of_a_kind_are_read(
    root: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """Where the software shows them: on the same host, below the same path."""
    site = next(one for one in json_sites() if one.kind == "drupal-jsonapi")
    site.first, site.items = root + site.first, site.items[:3]
    site.serve(httpserver)
    for one in site.items:
        page = OWN.format(one.title, one.number)
        path = f"{root}/node/{one.number}"
        httpserver.expect_request(path).respond_with_data(page, content_type="text/html")
    done = harvest_of(site, tmp_path, "details=yes")
    assert (done.code, done.complaints, done.run["details_fetched"]) == (0, [], 3)
    found = rows(done.db, "SELECT id, other FROM documents ORDER BY id")
    assert [(row["id"], json.loads(row["other"])) for row in found] == [
        (f"{root}/node/{one.number}".lstrip("/"), {"Shelf": [str(one.number)], "Pages": ["2"]})
        for one in site.items
    ]
