"""What a profile can say, and what is said of one that is wrong."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from costs import takes_at_most
from harvests import scrapy
from sites import WILSON

from harvester.normalize import date as date_page
from harvester.normalize import page_item
from harvester.outcomes import BadUsage
from harvester.pages import read_listing
from harvester.sites import known_sites
from harvester.sites.phrases import LONGEST, Phrases
from harvester.sites.profile import read_profile

PROFILE = """
name = "Archive"
home = "https://a.example/"

[documents]
address = "/record.php?id={id}"

[listing]
addresses = [
  { path = "/list", parameter = "p" },
  { path = "/old/{page}", first = 1 },
]
hints = ["li"]

[document]
credit = ["thanks to ..."]

[document.labels]
"kept at" = "archive"
"""


def profile(folder: Path, text: str = PROFILE, name: str = "an-archive.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_profile_says_what_a_site_is_like(tmp_path: Path) -> None:
    site = read_profile(profile(tmp_path))
    assert (site.key, site.name, site.keeper) == ("an-archive", "Archive", "Archive")
    assert site.document_url("7") == "https://a.example/record.php?id=7"
    assert site.page_url("https://a.example/list?q=x", 2) == "https://a.example/list?q=x&p=2"
    assert site.page_url("https://a.example/old/1", 2) == "https://a.example/old/3"
    assert site.page_number("https://a.example/old/3") == 2
    assert not site.is_listing_url("https://a.example/record.php?id=7")
    assert site.document_page.meaning("Kept at:") == "archive"
    assert site.document_page.credit.fullmatch("Thanks to all")


WRONG = {
    # What is put in the place of what; the line; the sentence.
    "no TOML": ("name = ", "name ", 2, "not valid TOML"),
    "no name": ('name = "Archive"\n', "", 1, "'name' is missing: add it"),
    "name no text": ('"Archive"', "7", 2, "'name' is some text in quotes"),
    "unknown key": ("home = ", 'hme = ""\nhome = ', 3, "'hme' is not known: did you mean home?"),
    "no address": ('"https://a.example/"', '"a.example"', 3, "'home' is the site's address"),
    "no identity": ("address = ", "adress = ", 5, "'address' is missing"),
    "id twice": ("id={id}", "id={id}&{id}", 6, "'address' begins with / and has {id} or {+id}"),
    "no id": ("id={id}", "id=7", 6, "'address' begins with / and has {id} or {+id} in it once"),
    "id as a part of a value": ("id={id}", "id=no{id}", 6, "the whole value of a parameter"),
    "no listing": ("addresses", "adresses", 8, "'addresses' is missing: add addresses ="),
    "listings no list": ('[\n  { path = "/list"', '{ a = [1], path = "/list"', None, "not valid"),
    "path with a query": ('"/list"', '"/list?a=1"', 10, "'path' begins with /, has no query"),
    "path with two pages": ("{page}", "{page}/{page}", 11, "{page} at most once"),
    "path with brackets": (
        "/{page}",
        "[/{page}",
        11,
        "brackets only around what stands with {page}",
    ),
    "path with bare brackets": ("old/{page}", "old/[{page}]", 11, "has brackets only around"),
    "number no number": ("first = 1", "first = true", 11, "'first' is a whole number"),
    "number in both": ("first = 1", 'parameter = "p"', 11, "'parameter' is for a path without"),
    "answer": ("first = 1", "states_range = 1", 11, "'states_range' is true or false"),
    "no list": ('["li"]', '"li"', 13, "'hints' is a list of texts"),
    "no selector": ('["li"]', '["li["]', 13, "'hints' can't be used: 'li[' is no CSS selector"),
    "unknown in a table": ("hints", "hint", 13, "'hint' is not known: did you mean hints?"),
    "entry": ("hints", 'entry = "tr td["\nhints', 13, "'entry' can't be used: 'tr td[' is no CSS"),
    "title": (
        "hints",
        'title = "a::text"\nhints',
        13,
        "'title' has 'a::text', which finds no element",
    ),
    "summary": ("hints", "summary = 1\nhints", 13, "'summary' is some text in quotes"),
    "ignore": ("hints", 'ignore = ["a", ">"]\nhints', 13, "'ignore' can't be used: '>' is no CSS"),
    "what else": ("hints", 'other = { Court = "td[" }\nhints', 13, "'Court' can't be used: 'td["),
    "what else of what": (
        *("hints", 'other = { Court = "td" }\nhints', 13),
        "'other' needs entry and title",
    ),
    "part of an entry": (
        "hints",
        'titel = "a"\nhints',
        13,
        "'titel' is not known: did you mean title",
    ),
    "language": ("home = ", 'language = "xx"\nhome = ', 3, "'language' is one of cs, da, de, en"),
    "order of dates": ("home = ", 'date_order = "ymd"\nhome = ', 3, "'date_order' is one of dmy,"),
    "words": (
        "[documents]",
        '[words]\nnext = ["a|b"]\n[documents]',
        6,
        "stands outside of parenth",
    ),
    "half a range": (
        *("[documents]", '[words]\nrange = ["{first} of {total}"]\n[documents]', 6),
        "'range' has '{first} of {total}', which lacks {last}",
    ),
    "unknown words": ("[documents]", "[words]\nnxt = []\n[documents]", 6, "did you mean next?"),
    "no word": ("[documents]", '[words]\ndates = ["5"]\n[documents]', 6, "'5', which is no word"),
    "open bracket": ("to ...", "[to ...", 16, "'credit' can't be used: '[' is not closed"),
    "closed bracket": ("to ...", "to) ...", 16, "')' closes nothing"),
    "crossed brackets": ("to ...", "[(to]) ...", 16, "']' closes nothing"),
    "bar outside": ("to ...", "to|for", 16, "'|' stands outside of parentheses"),
    "unknown group": ("to ...", "to {whom}", 16, "{whom} is not known"),
    "too much of any text": ("to ...", "... a ... b ...", 16, "more than 2 stretches"),
    "unknown meaning": ('"archive"', '"cellar"', 19, "'kept at' stands for one of source, "),
    "unknown proof": ("credit", 'proofs = ["rights"]\ncredit', 16, "'rights', for which no label"),
    "unknown table": ("[document]", "[documnt]", 15, "'documnt' is not known: did you mean "),
    "not UTF-8": (None, "", None, "not valid TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_profile_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    old, new, line, sentence = WRONG[case]
    file = profile(tmp_path)
    if old is None:
        file.write_bytes(b"\xff")
    else:
        assert old in PROFILE
        file.write_text(PROFILE.replace(old, new, 1))
    with pytest.raises(BadUsage) as told:
        read_profile(file)
    said = str(told.value)
    assert str(file) in said and sentence in said
    if line is not None:
        assert f"line {line}" in said
    assert said.count("\n") == 0


@pytest.mark.parametrize("name", ["Archive.toml", "an archive.toml", "a.b.toml", "-.toml"])
def test_name_of_a_profile_is_a_slug(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="can't name a site"):
        read_profile(profile(tmp_path, name=name))


def test_every_built_in_profile_is_right() -> None:
    assert {site.key for site in known_sites().values()} == set(known_sites())
    assert known_sites()["wilson-center"] is WILSON


def test_wrong_profile_of_a_user_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    file = profile(tmp_path / "sites", PROFILE.replace("home", "hme"))
    (tmp_path / "collections.toml").write_text('[it]\nurl = "https://a.example/list"\n')
    settings = (
        f"-sHARVEST_COLLECTIONS={tmp_path}/collections.toml",
        f"-sHARVEST_DB={tmp_path}/x.db",
    )
    done = scrapy("crawl", "collection", *settings)
    assert (done.returncode, done.stderr.count("\n")) == (64, 1)
    assert done.stderr.startswith(f"harvester: {file}, line ")
    assert not (tmp_path / "x.db").exists()


def test_profiles_of_a_user_win(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    profile(tmp_path / "sites", PROFILE, "wilson-center.toml")
    (tmp_path / "collections.toml").write_text(
        '[it]\nurl = "http://127.0.0.1:1/search"\nsite = "wilson-center"\n'
    )
    settings = (
        f"-sHARVEST_COLLECTIONS={tmp_path}/collections.toml",
        f"-sHARVEST_DB={tmp_path}/x.db",
    )
    done = scrapy("crawl", "collection", *settings)
    assert done.returncode == 64
    assert "/search is not the address of a listing" in done.stderr


@pytest.mark.parametrize(
    ("phrase", "text", "fits"),
    [
        ("[The ]end", "the END", True),
        ("[The ]end", "end", True),
        ("[The ]end", "The end.", False),
        ("(a|b) c", "b c", True),
        ("(a|b) c", "a b c", False),
        (r"a \(b\)", "a (b)", True),
        ("a.b", "axb", False),
        ("a ...", "a b c", True),
        ("a ...", "a ", False),
        ("a*", "aaa", False),
        ("a*", "a*", True),
        ("[[a ]b ]c", "a b c", True),
        ("[[a ]b ]c", "a c", False),
    ],
)
def test_phrases(phrase: str, text: str, fits: bool) -> None:
    assert bool(Phrases([phrase]).fullmatch(text)) is fits


def test_first_phrase_that_fits_counts() -> None:
    phrases = Phrases(["(full|whole) text", "{before} text"], ("before", "after"))
    assert phrases.fullmatch("Full text").groupdict() == {"before": None, "after": None}
    assert phrases.fullmatch("Russian text")["before"] == "Russian"
    assert Phrases([]).fullmatch("") is None


BAIT = [
    ("...a...b", "a"),
    ("[a ...]a ...b", "a "),
    ("(a|a|a)[a][a][a]...(a|aa)...b", "a"),
    ("...a...", "a\n"),
]


@pytest.mark.parametrize(("phrase", "part"), BAIT)
def test_no_text_makes_a_phrase_slow(phrase: str, part: str) -> None:
    """Four times as long a text takes at most some four times as long."""
    phrases = Phrases([phrase])

    def matching(length: int) -> Callable[[], object]:
        return partial(phrases.fullmatch, f"x{part * (length // len(part) - 1)}"[:length])

    short = matching(2 * LONGEST)
    for times in (8, 100):
        assert takes_at_most(10, matching(times * LONGEST), short, floor=0.02)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = PROFILE + '[document.hints]\n\n# "title" is next\n"title" = [ "h1", "[" ]\n'
    with pytest.raises(BadUsage) as told:
        read_profile(profile(tmp_path, text))
    number = int(re.findall(r"line (\d+)", str(told.value))[0])
    assert text.splitlines()[number - 1].startswith('"title"')


PAGE = """
<!DOCTYPE html><html {lang}><head><title>Hits</title></head><body>
<p>Results: 1 - {count} of {count}</p><table>{rows}</table><p><a href="/about">About</a></p></body>
</html>
"""
SELECTORS = 'entry = "tr"\ntitle = "a"\nlink = "a"\ndate = "td.d"'
NUMBERS, WORDS, THIRD = "05.03.1950", "um 1950", "early 1950s"


@pytest.mark.parametrize(
    ("lang", "said", "expected"),
    [
        ("", "", {NUMBERS: None, WORDS: None, THIRD: "[1950..1953]"}),
        ("lang=de-AT", "", {NUMBERS: "1950-03-05", WORDS: "1950~", THIRD: "[1950..1953]"}),
        ("lang=en", 'language = "de"', {NUMBERS: "1950-03-05", WORDS: "1950~"}),
        ("lang=de", 'date_order = "mdy"', {NUMBERS: "1950-05-03", WORDS: "1950~"}),
        ("", "date_conventions = false", {THIRD: None}),
    ],
)
def test_dates_are_read_as_the_page_or_its_profile_writes_them(
    lang: str, said: str, expected: dict[str, str | None], tmp_path: Path
) -> None:
    text = PROFILE.replace('hints = ["li"]', SELECTORS).replace("home =", f"{said}\nhome =")
    rows = "".join(
        f'<tr><td><a href="/record.php?id={number}">A title</a></td><td class=d>{date}</td></tr>'
        for number, date in enumerate(expected, 1)
    )
    html = PAGE.format(lang=lang, count=len(expected), rows=rows)
    listing = read_listing(html, "https://a.example/list", read_profile(profile(tmp_path, text)))
    page = page_item(listing, collection="", fetched="2026-11-27T00:00:00Z", status=200, sha256="")
    date_page(page)
    assert {one.date_text: one.date_edtf for one in listing.entries} == expected
    ours = {one.date_text for one in listing.entries if one.date_convention == "thirds"}
    assert ours == ({THIRD} if expected.get(THIRD) else set())
