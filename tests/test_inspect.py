"""`scrapy inspect`: what is read of a saved page, for a person and for a program."""

import json
from pathlib import Path

import pytest
from harvests import HASTE, scrapy
from pytest_httpserver import HTTPServer
from test_general_reading import CARDS, DOUBTFUL, SUMMARIES, TITLES, date, link, page
from test_general_reading import table as table_of

LISTING = Path("fixtures/listing/japan-boundaries-soviet-union-page-0")
DOCUMENT = next(iter(sorted(Path("fixtures/document").iterdir())))
KEYS = ("file", "url", "kind", "refused", "proof", "first", "last", "total", "next", "entries")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "papers.html"
    file.write_text(page("<p>1 - 8 of 20</p>", CARDS, '<a href="?page=2" rel="next">More</a>'))
    return file


def test_page_of_an_unknown_site_is_read(saved: Path) -> None:
    done = scrapy("inspect", "--json", str(saved))
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert set(KEYS) <= said.keys()
    expected = ("listing", None, "range", 1, 8, 20, "?page=2")
    names = ("kind", "refused", "proof", "first", "last", "total", "next")
    assert tuple(said[name] for name in names) == expected
    assert said["entries"][2] == {
        "title": TITLES[2],
        "url": link(2),
        "date_text": date(2),
        "date_edtf": "1962-04-04",
        "summary": SUMMARIES[2],
        "other": {},
    }


def test_addresses_are_whole_if_the_page_has_one(saved: Path) -> None:
    done = scrapy("inspect", "--json", "--url", "https://papers.example.org/list/", str(saved))
    entry = json.loads(done.stdout)["entries"][0]
    assert entry["url"] == f"https://papers.example.org{link(0)}"


def test_person_sees_a_line_an_entry(saved: Path) -> None:
    done = scrapy("inspect", str(saved))
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert "8 entries, as the page states: 1 - 8 of 20" in lines[1]
    for number, title in enumerate(TITLES):
        (line,) = (line for line in lines if title in line)
        assert date(number) in line
    assert "  Next page: ?page=2" in lines
    assert lines[lines.index("    [listing]") + 1 :] == [
        '    entry = "div.card"',
        '    title = "a"',
        '    date = "p.when"',
        '    summary = "p:not(.when)"',
    ]


def test_page_that_is_not_certain_is_refused_with_two_readings(tmp_path: Path) -> None:
    file = tmp_path / "papers.html"
    file.write_text(page(DOUBTFUL["two parts of an entry could be its title"]))
    done = scrapy("inspect", str(file))
    assert done.returncode == 65
    assert "two parts of an entry could be its title" in done.stdout
    assert "Reading 1, of 8 entries" in done.stdout
    said = json.loads(scrapy("inspect", "--json", str(file)).stdout)
    assert (said["entries"], len(said["readings"])) == ([], 2)


def test_known_site_is_read_by_its_profile() -> None:
    about = json.loads((LISTING / "page.json").read_text(encoding="utf-8"))
    done = scrapy("inspect", "--json", "--url", about["url"], str(LISTING / "page.html"))
    said = json.loads(done.stdout)
    assert (done.returncode, said["proof"]) == (0, "range")
    assert [entry["title"] for entry in said["entries"]] == [e["title"] for e in about["entries"]]
    home = "https://digitalarchive.wilsoncenter.org"
    hrefs = [entry["url"].removeprefix(home) for entry in said["entries"]]
    assert hrefs == [entry["href"] for entry in about["entries"]]


def test_document_gives_its_record() -> None:
    about = json.loads((DOCUMENT / "page.json").read_text(encoding="utf-8"))
    done = scrapy("inspect", "--json", "--url", about["url"], str(DOCUMENT / "page.html"))
    said = json.loads(done.stdout)
    assert (done.returncode, said["kind"]) == (0, "document")
    assert said["record"]["title"] == about["record"]["title"]


def test_several_pages_are_a_line_each(saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text("<html><body><p>We have moved.</p></body></html>")
    done = scrapy("inspect", "--json", str(saved), str(other))
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["refused"], second["entries"], done.returncode) == (None, [], 65)
    assert "nothing on it is repeated" in second["refused"]


def test_charset_is_taken_from_whom_knows_it(tmp_path: Path) -> None:
    file = tmp_path / "papers.html"
    text = page(CARDS.replace(TITLES[0], "Čtení o řece"))
    file.write_bytes(text.encode("iso-8859-2"))
    done = scrapy("inspect", "--json", "--charset", "iso-8859-2", str(file))
    assert json.loads(done.stdout)["entries"][0]["title"] == "Čtení o řece"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Name the page to look at: scrapy inspect PAGE."),
        (("nowhere.html",), "nowhere.html can't be read (No such file or directory)"),
        (("PAGE", "--charset", "martian"), "is not in the charset 'martian'"),
        (("PAGE", "--site", "atlantis"), "There is no site 'atlantis'"),
        (("PAGE", "--site", "gone.toml"), "see that it is there and may be read"),
        (("PAGE", "PAGE", "--url", "https://x.org/"), "name one page with it"),
    ],
)
def test_what_cannot_be_looked_at_is_told_in_a_sentence(
    saved: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = scrapy("inspect", *(str(saved) if one == "PAGE" else one for one in arguments))
    assert (done.returncode, done.stdout) == (64, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_text_of_the_page_can_not_write_on_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "papers.html"
    file.write_text(page(CARDS.replace(TITLES[0], "A \x1b[31mred\x1b[0m paper on the river")))
    done = scrapy("inspect", str(file))
    assert "\x1b" not in done.stdout


def test_columns_are_told_apart_by_their_headers(tmp_path: Path) -> None:
    file = tmp_path / "papers.html"
    header = "<tr><th>Author</th><th>Title</th><th>Date</th></tr>"
    rows = table_of(
        header=header,
        row=lambda n: (
            f"<tr><td>Writer of the {n}th letter</td>"
            f'<td><a href="{link(n)}">{TITLES[n]}</a></td><td>{date(n)}</td></tr>'
        ),
    )
    file.write_text(page(rows))
    said = json.loads(scrapy("inspect", "--json", str(file)).stdout)
    assert [entry["title"] for entry in said["entries"]] == list(TITLES)


def test_page_at_an_address_is_fetched_and_read(httpserver: HTTPServer, saved: Path) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /no")
    httpserver.expect_request("/list").respond_with_data(saved.read_text(), mimetype="text/html")
    haste = [f"-s{name}={value}" for name, value in HASTE.items()]
    done = scrapy("inspect", "--json", httpserver.url_for("/list"), str(saved), *haste)
    fetched, from_file = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, fetched["url"]) == (0, httpserver.url_for("/list"))
    assert fetched["next"] == httpserver.url_for("/list?page=2")
    assert done.stderr == "", "the result is all that is said"
    more = scrapy("inspect", "--json", httpserver.url_for("/list"), "-L", "INFO", *haste)
    assert more.stdout == done.stdout.splitlines(keepends=True)[0]
    assert "INFO: " in more.stderr
    titles = [[entry["title"] for entry in said["entries"]] for said in (fetched, from_file)]
    assert titles == [list(TITLES)] * 2


@pytest.mark.parametrize(("path", "code"), [("/no", 77), ("/gone", 65)])
def test_page_that_can_not_be_fetched_ends_as_a_harvest(
    path: str, code: int, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /no")
    haste = [f"-s{name}={value}" for name, value in HASTE.items()]
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    done = scrapy("inspect", httpserver.url_for(path), *haste)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (code, "", False)
