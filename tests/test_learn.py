"""`harvester learn` and `check`: a profile that is learned, proved, kept and proved again."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from harvests import HASTE, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from test_general_reading import CARDS, DOUBTFUL, SHAPES, SUMMARY, TITLES, date, link, page
from werkzeug import Request, Response

from harvester.learning.proposal import propose
from harvester.pages import read_listing
from harvester.sites.profile import read_profile
from harvester.visit import SavedPage

LONGEST = 16
"""Lines of a learned profile, with its comment and two blank lines."""
URL = "https://papers.example/list"
BEYOND = (
    "a day's cell beside several rows",
    "the headers again in every month",
    "a note beside every month",
    "an index of files",
    "the next page in a list like the entries'",
)
"""Shapes that no selector describes: what is an entry's stands outside of it, or what is none has
its form."""
LEARNED = [shape for shape in SHAPES if shape not in BEYOND]
NEXT = '<div class="pager"><a href="?page=2" rel="next">More</a></div>'


def other(html: str, name: str = "Other") -> str:
    """The same page with other entries."""
    for title in TITLES:
        html = html.replace(title, f"{name} {title[:1].lower()}{title[1:]}")
    return re.sub(r"/papers/1(\d+)", rf"/papers/{name[0]}\1", html)


def saved(folder: Path, *pages: str) -> list[str]:
    """Pages in files, with their addresses beside them."""
    names = []
    for number, html in enumerate(pages, 1):
        file = folder / f"{number}.html"
        file.write_text(html)
        said = {"url": URL if number == 1 else f"{URL}?page={number}"}
        file.with_suffix(".json").write_text(json.dumps(said))
        names.append(str(file))
    return names


class Learning:
    """A user's folder, in which profiles are learned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sites = folder / "sites"
        self.setting = f"-sHARVEST_COLLECTIONS={folder / 'collections.toml'}"

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        haste = [f"-s{name}={value}" for name, value in HASTE.items()]
        done = scrapy("learn", *arguments, self.setting, *haste)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    def check(self, *arguments: str) -> tuple[int, str, str]:
        done = scrapy("check", *arguments, self.setting)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def learning(tmp_path: Path) -> Learning:
    return Learning(tmp_path)


@pytest.mark.parametrize(
    ("meta", "name"),
    [
        (
            '<meta property="og:site_name" content=" The  Papers &amp; \'Maps\' &quot;1900&quot;">',
            "The Papers & 'Maps' \"1900\"",
        ),
        ('<meta name="application-name" content="Papeles de José">', "Papeles de José"),
        ('<meta property="og:site_name" content="">', "papers.example"),
        (f'<meta property="og:site_name" content="{"long " * 40}">', "papers.example"),
        ('<meta property="og:site_name" content="&#8238;repap">', "papers.example"),
        ("", "papers.example"),
    ],
)
def test_profile_has_the_name_that_the_page_gives_its_site(
    meta: str, name: str, learning: Learning
) -> None:
    first, second = page(CARDS, NEXT).replace("</head>", f"{meta}</head>"), other(page(CARDS))
    learning(*saved(learning.folder, first, second), "--name", "papers")
    assert read_profile(learning.sites / "papers.toml").name == name


@pytest.mark.parametrize("shape", LEARNED)
def test_profile_reads_both_pages_as_they_are(shape: str, learning: Learning) -> None:
    first, second = page(SHAPES[shape], NEXT), other(page(SHAPES[shape]))
    code, out, err = learning(*saved(learning.folder, first, second), "--name", "papers")
    assert (code, err) == (0, "")
    assert f"Entries: {len(TITLES)} on the first page, {len(TITLES)} on the second" in out
    profile = learning.sites / "papers.toml"
    assert len(profile.read_text().splitlines()) <= LONGEST
    site = read_profile(profile)
    for html, url, titles in ((first, URL, TITLES), (second, f"{URL}?page=2", None)):
        listing = read_listing(html, url, site)
        grouped = shape == "dates in headings"
        dates = [date(n - n % 2 if grouped else n) for n in range(len(TITLES))]
        assert [entry.date_text for entry in listing.entries] == dates
        assert titles is None or [entry.title for entry in listing.entries] == list(titles)
    assert listing.entries[0].title == f"Other {TITLES[0][:1].lower()}{TITLES[0][1:]}"
    links = [f"https://papers.example{link(n)}" for n in range(len(TITLES))]
    assert [entry.link for entry in read_listing(first, URL, site).entries] == links


def test_pages_are_kept_beside_the_profile_as_its_proof(learning: Learning) -> None:
    pages = saved(learning.folder, page(CARDS, NEXT), other(page(CARDS)))
    learning(*pages, "--name", "papers")
    for number, name in enumerate(pages, 1):
        proof = learning.sites / "papers" / "listing" / f"page-{number}"
        assert (proof / "page.html").read_bytes() == Path(name).read_bytes()
        said = json.loads((proof / "page.json").read_text())
        assert (len(said["entries"]), "papers/" in said["entries"][0]["href"]) == (8, True)
    assert learning.check("papers") == (0, "papers: 2 of 2 pages are read as they were\n", "")


def test_check_says_what_is_read_otherwise(learning: Learning) -> None:
    learning(*saved(learning.folder, page(CARDS, NEXT), other(page(CARDS))), "--name", "papers")
    profile = learning.sites / "papers.toml"
    text = profile.read_text()
    profile.write_text(text.replace("https://papers.example", "https://moved.example"))
    code, out, err = learning.check("papers")
    assert code == 65
    was, is_now = f"https://papers.example{link(0)}", f"https://moved.example{link(0)}"
    assert f'papers: page-1: href of entry 1 was "{was}", and is "{is_now}"' in out
    assert "papers: 0 of 2 pages are read as they were" in out
    assert "Pages of papers are read otherwise than they were" in err
    profile.write_text(re.sub("^date = .*$", 'date = "p.gone"', text, flags=re.M))
    code, out, _ = learning.check("papers")
    assert (code, "papers: page-2: it can't be read any more" in out) == (65, True)


def test_built_in_profiles_are_proved() -> None:
    done = scrapy("check")
    assert (done.returncode, done.stderr) == (0, "")
    counts = re.findall(
        r"^([\w-]+): (\d+) of (\d+) pages are read as they were$", done.stdout, re.M
    )
    assert [(key, int(number)) for key, number, all_ in counts if number == all_] == [
        ("wilson-center", len(list(Path("fixtures").glob("*/*/page.json"))) - CHALLENGES)
    ]


CHALLENGES = sum(
    json.loads(file.read_text())["problem"] == "challenge"
    for file in Path("fixtures/other").glob("*/page.json")
)
"""Pages that are known before they are read."""


class Server:
    """A listing of three pages, and what was asked of it."""

    def __init__(self, server: HTTPServer, *pages: str) -> None:
        self.pages = pages
        self.asked: list[str] = []
        server.expect_request("/robots.txt").respond_with_data("")
        server.expect_request("").respond_with_handler(self._answer)
        self.url = server.url_for("/list")

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.full_path.rstrip("?"))
        number = int(request.args.get("page", 1))
        known = request.path == "/list" and number <= len(self.pages)
        return Response(
            self.pages[number - 1] if known else "", 200 if known else 404, mimetype="text/html"
        )


def three() -> list[str]:
    second = other(page(CARDS, NEXT.replace("page=2", "page=3")))
    return [page(CARDS, NEXT), second, other(page(CARDS), "Third")]


def test_next_page_is_fetched_and_proves_it(httpserver: HTTPServer, learning: Learning) -> None:
    server = Server(httpserver, *three())
    code, out, _ = learning(server.url)
    assert (code, server.asked) == (0, ["/list", "/list?page=2"])
    (profile,) = learning.sites.glob("*.toml")
    assert (profile.stem, "by the parameter page" in out) == ("localhost", True)
    settings = {"HARVEST_DB": learning.folder / "h.db"}
    collections = {"HARVEST_COLLECTIONS": learning.folder / "collections.toml"}
    done = harvest("-a", f"url={server.url}", "-asite=localhost", **settings, **collections)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "walked", 24)
    titles = [row["title"] for row in rows(done.db, "SELECT title FROM documents")]
    assert set(TITLES) < set(titles)


def test_page_of_another_host_is_never_asked_for(
    httpserver: HTTPServer, learning: Learning
) -> None:
    server = Server(httpserver, page(CARDS, NEXT.replace("?page=2", "http://127.0.0.1:9/list")))
    code, _, err = learning(server.url)
    assert (code, server.asked) == (65, ["/list"])
    assert "127.0.0.1" in err
    assert not learning.sites.exists()


SECOND = {
    "has the same entries": lambda: page(CARDS),
    "has another layout": lambda: other(page(SHAPES["a table with headers"])),
    "has no dates": lambda: re.sub(
        r'<p class="when">[^<]*', '<p class="when">', other(page(CARDS))
    ),
    "has one entry in another markup": lambda: other(page(CARDS)).replace("card", "cart", 1),
    "has the same titles": lambda: re.sub(r"/papers/1", "/papers/9", page(CARDS)),
    "leads back": lambda: other(page(CARDS, NEXT)),
}


@pytest.mark.parametrize("case", SECOND)
def test_second_page_that_does_not_fit_proves_nothing(case: str, learning: Learning) -> None:
    code, out, err = learning(*saved(learning.folder, page(CARDS, NEXT), SECOND[case]()))
    assert (code, len(err.splitlines())) == (65, 1)
    assert "Reading 1, of 8 entries:" in out
    assert not learning.sites.exists()


TURNED = {
    "a link that is none": '<p><a class="next" href="#">Next</a></p>',
    "a link without an address": '<p><a class="on" onclick="turn(2)">Next page</a></p>',
    "a button": '<p><button type="button" title="Next page">»</button></p>',
    "a range alone": "<p>1 - 8 of 20</p>",
}


@pytest.mark.parametrize("case", TURNED)
def test_page_that_a_script_turns_is_learned_by_the_address_of_the_second(
    case: str, learning: Learning
) -> None:
    first = page(CARDS, TURNED[case])
    pages = saved(learning.folder, first, other(first.replace("1 - 8", "9 - 16")))
    code, _, err = learning(pages[0])
    assert (code, learning.sites.exists()) == (65, False)
    code, out, err = learning(*pages, "--name", "papers")
    assert (code, err, "by the parameter page" in out) == (0, "", True)
    site = read_profile(learning.sites / "papers.toml")
    assert read_listing(first, URL, site).next_url == f"{URL}?page=2"
    last = first.replace("<button", "<button disabled").replace("1 - 8", "13 - 20")
    last = re.sub(r"<p><a class=.*?</p>", "", last)
    assert read_listing(last, f"{URL}?page=3", site).next_url is None


def test_address_of_a_second_page_is_no_next_one_where_nothing_says_that_there_is_more(
    learning: Learning,
) -> None:
    """Two listings of one page each: of two years, say."""
    code, _, err = learning(*saved(learning.folder, page(CARDS), other(page(CARDS))), "--name", "x")
    assert (code, err) == (0, "")
    assert read_listing(page(CARDS), URL, read_profile(learning.sites / "x.toml")).next_url is None


def test_entries_may_lead_to_several_hosts(learning: Learning) -> None:
    def spread(html: str) -> str:
        return html.replace('href="/papers/102', 'href="https://other.example/papers/102')

    first, second = spread(page(CARDS, NEXT)), other(spread(page(CARDS)))
    code, _, err = learning(*saved(learning.folder, first, second), "--name", "papers")
    assert (code, err) == (0, "")
    listing = read_listing(first, URL, read_profile(learning.sites / "papers.toml"))
    hosts = {entry.link.split("/")[2] for entry in listing.entries}
    assert hosts == {"papers.example", "other.example"}
    assert [entry.document for entry in listing.entries] == [one.link for one in listing.entries]


def test_range_has_to_go_on(learning: Learning) -> None:
    first = page("<p>1 - 8 of 20</p>", CARDS, NEXT)
    for number, start in enumerate((8, 9)):
        second = other(page(f"<p>{start} - {start + 7} of 20</p>", CARDS, NEXT.replace("2", "3")))
        code, _, err = learning(*saved(learning.folder, first, second))
        assert (code, "begins at entry 8, not 9" in err) == ((65, True), (0, False))[number]


@pytest.mark.parametrize(
    ("stated", "code"), [("<p>1 - 8 of 8</p>", 0), ("<p>1 - 8 of 9</p>", 65), ("", 65)]
)
def test_single_page_has_to_state_that_it_is_all(
    stated: str, code: int, learning: Learning
) -> None:
    ended, _, _ = learning(*saved(learning.folder, page(stated, CARDS)))
    assert ended == code
    assert learning.sites.exists() == (code == 0)


def test_of_two_readings_none_is_chosen_but_by_the_user(learning: Learning) -> None:
    html = page(DOUBTFUL["two parts of an entry could be its title"])
    pages = saved(learning.folder, html)
    code, out, err = learning(*pages)
    assert (code, "two parts of an entry could be its title" in err) == (65, True)
    assert ("Reading 1, of 8" in out, "Reading 2, of 8" in out) == (True, True)
    assert not learning.sites.exists()
    (choice,) = re.findall(r"To choose reading 2: \S+ learn (.*)", out)
    code, out, _ = learning(*choice.split(), "--name", "papers")
    assert code == 0
    listing = read_listing(html, URL, read_profile(learning.sites / "papers.toml"))
    assert [entry.title for entry in listing.entries] == list(TITLES[::-1])


def test_nothing_is_overwritten(learning: Learning) -> None:
    pages = saved(learning.folder, page(CARDS, NEXT), other(page(CARDS)))
    learning(*pages, "--name", "papers")
    profile = learning.sites / "papers.toml"
    profile.write_text(profile.read_text().replace("papers.example", "other.example"))
    before = profile.read_text()
    code, _, err = learning(*pages, "--name", "papers")
    assert (code, "nothing is overwritten" in err, profile.read_text()) == (64, True, before)


WRONG = {
    ("PAGE", "--name", "../papers"): "can't name a site",
    ("PAGE", "--name", "words"): "can't name a site",
    ("PAGE", "--name", "Papers"): "can't name a site",
    ("PAGE", "--name", "wilson-center"): "There is a site 'wilson-center' already",
    ("PAGE", "--choose", "9"): "no number 9 to choose",
    (): "Say which page is to be learned from",
    ("PAGE", "PAGE", "PAGE"): "Say which page is to be learned from",
    ("gone.html",): "gone.html can't be read (No such file or directory)",
    ("PAGE", "--url", "papers"): "is not the address of a web page",
    ("BARE",): "give its address with --url",
    ("BARE", "--url", "https://digitalarchive.wilsoncenter.org/search"): "which has a profile",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_what_can_not_be_is_told_in_a_sentence(
    arguments: tuple[str, ...], learning: Learning
) -> None:
    (known,) = saved(learning.folder, page(CARDS))
    bare = learning.folder / "bare.html"
    bare.write_text(page(CARDS))
    names = {"PAGE": known, "BARE": str(bare)}
    code, out, err = learning(*(names.get(one, one) for one in arguments))
    assert (code, out, WRONG[arguments] in err) == (64, "", True)
    assert not learning.sites.exists()


HOSTILE = {
    "a class": ('class="card"', "class='c\"ard] x\\'"),
    "an id": ('class="card"', "id='\"x' class=card"),
    "a tag": ("<h3>", "<h3 title='\"\n[listing]\n'>"),
    "an address": ("/papers/1", "/papers{id}[x]/1"),
    "another address": ("/papers/1", '/pa"pers/1'),
    "a language": ('lang="en"', "lang='e\"n'"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_words_of_a_page_can_not_write_in_a_profile(case: str, learning: Learning) -> None:
    """What can't be said in a profile is left out of it, or nothing is learned."""
    old, new = HOSTILE[case]
    first, second = (html.replace(old, new) for html in (page(CARDS, NEXT), other(page(CARDS))))
    code, _, _ = learning(*saved(learning.folder, first, second), "--name", "papers")
    assert code in (0, 65)
    if code == 0:
        said = tomllib.loads((learning.sites / "papers.toml").read_text())
        assert said.keys() == {"name", "home", "documents", "listing"}
        assert (
            len(read_listing(first, URL, read_profile(learning.sites / "papers.toml")).entries) == 8
        )


@pytest.mark.parametrize(("levels", "learns"), [(8, True), (400, False)])
def test_entries_that_are_nested_deeply_are_no_harm(
    levels: int, learns: bool, learning: Learning
) -> None:
    inner, outer = "<div>" * levels, "</div>" * levels
    deep = CARDS.replace("<h3>", f"<h3>{inner}").replace("</h3>", f"{outer}</h3>")
    pages = saved(learning.folder, page(deep, NEXT), other(page(deep)))
    code, out, _ = learning(*pages, "--name", "papers")
    assert (code, f"{levels + 5} deep" in out) == ((0, False) if learns else (65, True))


HIDDEN = '<a href="/x" style="display:none">Not to be seen</a>'


def test_what_is_not_shown_is_no_part_of_a_title(learning: Learning) -> None:
    html = CARDS.replace("<h3>", f"<h3>{HIDDEN}")
    pages = saved(learning.folder, page(html, NEXT), other(page(html)))
    code, _, _ = learning(*pages, "--name", "papers")
    site = read_profile(learning.sites / "papers.toml")
    titles = [entry.title for entry in read_listing(page(html, NEXT), URL, site).entries]
    assert (code, titles) == (0, list(TITLES))


def test_parts_in_unlike_elements_have_no_selector_in_common() -> None:
    """What holds a summary is called otherwise in each second entry, and holds more elsewhere."""
    rows = "".join(
        f'<div class="card"><h3><a href="{link(n)}">{title}</a></h3><p class="when">{date(n)}</p>'
        f"<{tag}><p>{SUMMARY} {n}</p></{tag}><{beside}><p>Kept in the tower</p></{beside}></div>"
        for n, title in enumerate(TITLES)
        for tag, beside in [("section", "blockquote") if n % 2 else ("blockquote", "section")]
    )
    (found,) = propose(SavedPage("page", URL, page(rows, NEXT))).found
    assert found.draft is not None
    assert found.draft.selectors.summary is None
