"""`harvester learn --repair`: a profile after its site has changed its layout, found by what the
last harvest knew; a change that is proposed is right, or none is."""

import random
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from harvests import HASTE, Harvest, harvest, scrapy
from lxml import html as markup
from pytest_httpserver import HTTPServer
from test_general_reading import SHAPES, SUMMARY, TITLES, date, link, page
from test_learn import BEYOND, NEXT, Server, other

from harvester.learning.proposal import propose
from harvester.learning.repair import Known, repair
from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.sites.profile import profile_in
from harvester.visit import SavedPage

URL = "https://papers.example/list"
ENOUGH = 0.8
"""So many of the changes have to be right."""


def many(row: Callable[[int], str]) -> str:
    return "".join(map(row, range(len(TITLES))))


SITES = {
    **{name: html for name, html in SHAPES.items() if name not in BEYOND},
    "articles": many(
        lambda n: (
            f'<article class="post"><h2 class="name"><a href="{link(n)}">{TITLES[n]}</a></h2>'
            f'<time class="on">{date(n)}</time>'
            f'<div class="text"><p>{SUMMARY} {n}</p></div></article>'
        )
    ),
    "definitions": many(
        lambda n: (
            f'<div class="hit"><dl><dt><a href="{link(n)}">{TITLES[n]}</a></dt>'
            f'<dd class="d">{date(n)}</dd><dd class="s">{SUMMARY} {n}</dd></dl></div>'
        )
    ),
}
"""Ten made sites."""


def renamed(html: str, _: random.Random) -> str:
    """Other classes."""
    return re.sub(r'class="([\w-]+)', r'class="x-\1y', html)


def wrapped(html: str, chance: random.Random) -> str:
    """More elements around the entries' parts and around all."""
    name = chance.choice(("inner", "holder"))
    root = markup.fragment_fromstring(html, create_parent="div")
    for link_ in root.xpath("//a[@href]"):
        parent = link_.getparent()
        if parent.tag not in ("tr", "table", "tbody"):
            around = markup.Element("div", {"class": name})
            around.tail, link_.tail = link_.tail, None
            parent.replace(link_, around)
            around.append(link_)
    return f'<div class="{name}-all">{markup.tostring(root, encoding="unicode")}</div>'


def retagged(html: str, _: random.Random) -> str:
    """Other tags for the same."""
    tags = {"h3": "h4", "h2": "h5", "p": "div", "article": "section", "time": "span", "li": "li"}
    for old, new in tags.items():
        html = re.sub(rf"<(/?){old}\b", rf"<\1{new}", html)
    for old in ("table", "thead", "tbody", "tr", "td"):
        html = re.sub(rf"<{old}\b", f'<div class="in-{old}"', html)
        html = re.sub(rf"</{old}\b", "</div", html)
    return re.sub(r"<(/?)th\b", r"<\1b", html)


def swapped(html: str, _: random.Random) -> str:
    """The parts of entries in another order."""
    root = markup.fragment_fromstring(html, create_parent="div")
    for row in root.xpath(
        "//tr | //*[contains(@class, 'card') or contains(@class, 'post')] | //dl"
    ):
        children = list(row)
        tails = [child.tail for child in children]
        for child in children:
            row.remove(child)
        for child, tail in zip(reversed(children), tails, strict=True):
            child.tail = tail
            row.append(child)
    return "".join(markup.tostring(one, encoding="unicode") for one in root)


def relaunched(html: str, chance: random.Random) -> str:
    """All of this."""
    return retagged(renamed(wrapped(swapped(html, chance), chance), chance), chance)


CHANGES = {
    "renamed": renamed,
    "wrapped": wrapped,
    "retagged": retagged,
    "swapped": swapped,
    "relaunched": relaunched,
}


def known(html: str, profile: str) -> dict[str, Known]:
    """What a harvest has known of a page."""
    listing = read_listing(html, URL, profile_in("papers", profile))
    return {
        one.document: Known(one.document, one.title, one.date_text, one.summary)
        for one in listing.entries
    }


def outcome(site: str, change: str, seed: int) -> str:
    """What becomes of a profile: "right", "refused" or "wrong", or it needs no repair."""
    html = page(SITES[site])
    draft = propose(SavedPage("old", URL, html)).found[0].draft
    assert draft is not None, site
    profile = draft.as_toml()
    before = known(html, profile)
    new = page(CHANGES[change](SITES[site], random.Random(seed)))
    try:
        read = known(new, profile)
        return "needless" if [*read.values()] == [*before.values()] else "silent"
    except Unreadable:
        pass
    try:
        found = repair("papers", profile, SavedPage("new", URL, new), before)
    except Unreadable:
        return "refused"
    read = known(new, found.after)
    same = [(one.title, one.date_text, one.summary) for one in read.values()] == [
        (one.title, one.date_text, one.summary) for one in before.values()
    ]
    assert found.found == len(before)
    return "right" if same and read.keys() == before.keys() else "wrong"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("site", ["cards", "articles", "definitions"])
def test_letters_may_be_composed_otherwise_than_what_is_known(site: str, form: str) -> None:
    """The database has them in NFC, whatever the page has."""
    html = page(re.sub(r">([^<]*)<", lambda text: text[0].translate(MARKS), SITES[site]))
    draft = propose(SavedPage("old", URL, html)).found[0].draft
    assert draft is not None
    profile, new = draft.as_toml(), unicodedata.normalize(form, renamed(html, random.Random(1)))
    before = known(html, profile)
    assert all("\xf4" in one.title + (one.summary or "") for one in before.values())
    found = repair("papers", profile, SavedPage("new", URL, new), before)
    assert (found.found, found.new) == (len(before), 0)
    assert len(known(new, found.after)) == len(before)


MARKS = str.maketrans({"o": "\xf4"})


def test_changes_are_right_or_refused() -> None:
    """A profile that still reads the same needs none; one that would read something else without a
    word is the worst, and a change that is wrong as well."""
    found = {
        (site, change): outcome(site, change, seed)
        for seed, site in enumerate(SITES)
        for change in CHANGES
    }
    assert len(SITES) >= 10
    assert not [case for case, said in found.items() if said in ("wrong", "silent")]
    due = [said for said in found.values() if said != "needless"]
    assert len(due) > len(found) / 3
    assert due.count("right") >= ENOUGH * len(due), found


class Changing:
    """A user who has a learned profile, and a harvest that was complete."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.settings = {
            "HARVEST_COLLECTIONS": folder / "collections.toml",
            "HARVEST_DB": folder / "h.db",
        }
        self.learn(server.url, "--name", "papers")

    def harvest(self) -> Harvest:
        return harvest("-a", f"url={self.server.url}", "-asite=papers", **self.settings)

    def learn(self, *arguments: str) -> tuple[int, str, str]:
        options = {**HASTE, **self.settings}
        done = scrapy(
            "learn", *arguments, *(f"-s{name}={value}" for name, value in options.items())
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    @property
    def profile(self) -> Path:
        return self.folder / "sites" / "papers.toml"


@pytest.fixture
def changing(httpserver: HTTPServer, tmp_path: Path) -> Changing:
    cards = SITES["cards"]
    server = Server(httpserver, page(cards, NEXT), other(page(cards)))
    return Changing(server, tmp_path)


def test_repair_is_shown_and_written_when_it_is_wanted(changing: Changing) -> None:
    before = changing.harvest()
    assert (before.code, before.run["seen"]) == (0, 16)
    profile = changing.profile.read_text()
    changing.server.pages = tuple(renamed(html, random) for html in changing.server.pages)
    changed = changing.harvest()
    assert (changed.code, changed.run["outcome"]) == (65, "unreadable")
    code, out, _ = changing.learn("--repair", "papers")
    assert (code, changing.profile.read_text()) == (0, profile)
    lines = [
        line for line in out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert ('-entry = "div.card"' in lines, '+entry = "div.x-cardy"' in lines) == (True, True)
    assert all(re.match(r"[+-](entry|title|date|summary) = ", line) for line in lines)
    assert "8 entries" in out
    assert "Nothing is written" in out
    code, out, _ = changing.learn("--repair", "papers", "--write")
    assert (code, "It is written." in out) == (0, True)
    assert changing.profile.read_text() != profile
    again = changing.harvest()
    counted = [again.run[name] for name in ("seen", "added", "changed", "missing")]
    assert (again.code, counted) == (0, [16, 0, 0, 0])
    done = scrapy(
        "check", "papers", f"-sHARVEST_COLLECTIONS={changing.folder / 'collections.toml'}"
    )
    assert done.stdout == "papers: 1 of 1 pages are read as they were\n"
    assert len(list((changing.folder / "sites/papers/earlier").glob("*/page-*/page.html"))) == 2


def test_page_with_new_entries_is_repaired_by_those_that_are_known(changing: Changing) -> None:
    changing.harvest()
    first, *others = (renamed(html, random) for html in changing.server.pages)
    new = '<div class="x-cardy"><h3><a href="/papers/9999">An Entry that is New</a></h3>' + (
        '<p class="x-wheny">May 1, 1970</p><p>The writer says what is new in all of this.</p></div>'
    )
    changing.server.pages = (
        first.replace('<div class="x-cardy">', new + '<div class="x-cardy">', 1),
        *others,
    )
    code, out, _ = changing.learn("--repair", "papers", "--write")
    assert (code, "8 entries" in out, "1 others" in out) == (0, True, True)
    done = changing.harvest()
    assert (done.code, done.run["seen"], done.run["added"]) == (0, 17, 1)


HOPELESS = {
    "nothing of it is known": lambda html: re.sub(r"/papers/\d", "/papers/9", html),
    "its titles are others": lambda html: html.replace("the", "one"),
    "its dates are others": lambda html: re.sub(r"\b196(\d)", r"197\1", html),
    "it is another page": lambda _: "<html><body><h1>We have moved</h1></body></html>",
}


@pytest.mark.parametrize("case", HOPELESS)
def test_what_is_not_certain_is_refused(case: str, changing: Changing) -> None:
    changing.harvest()
    profile = changing.profile.read_text()
    changing.server.pages = tuple(
        HOPELESS[case](renamed(html, random)) for html in changing.server.pages
    )
    code, out, err = changing.learn("--repair", "papers", "--write")
    assert (code, changing.profile.read_text()) == (65, profile)
    assert "No change of the profile is certain" in err
    assert "+++" not in out


WRONG = {
    ("--repair", "atlantis"): "There is no profile 'atlantis' to repair",
    ("--repair", "papers", "a.html", "b.html"): "at most one page",
    ("--repair", "papers", "gone.html"): "gone.html can't be read",
    ("--write", "a.html"): "--write is for --repair",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_what_can_not_be_repaired_is_told(arguments: tuple[str, ...], changing: Changing) -> None:
    code, _, err = changing.learn(*arguments)
    assert (code, WRONG[arguments] in err) == (64, True)


def test_page_that_is_read_needs_no_repair(changing: Changing) -> None:
    changing.harvest()
    code, _, err = changing.learn("--repair", "papers")
    assert (code, "There is nothing to repair" in err) == (64, True)
