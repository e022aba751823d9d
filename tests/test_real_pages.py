"""Real pages of the site, harvested: what a reader sees on them is what the database has.

They lie beside the repository where there are any; none of them is a part of it.
"""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from detailed import stored
from harvests import Harvest
from markup import Listing, render
from sites import WILSON

from harvester.pages import read_listing
from harvester.record import Record

PAGES = Path(__file__).parents[2] / "shared" / "site-pages"
SEARCH = f"{WILSON.home}/search?search_api_fulltext=x"
FOUND = sorted(PAGES.glob("*/truth.json"))
LISTED = sorted((PAGES / "listing-best-guess").glob("page-*.html"))

pytestmark = pytest.mark.skipif(not FOUND, reason="there are no real pages beside the repository")

FIELDS = ("credit", "source", "record_id", "node", "classification", "uploaded")
NAMES = {
    "authors_first_list": "participant",
    "authors_second_list": "author",
    "places": "place",
    "subjects": "subject",
    "topics": "topic",
    "people_and_organizations": "person",
    "contributors": "contributor",
    "donors": "donor",
    "archives": "archive",
    "languages": "language",
}


def sent(html: str) -> str:
    """A page as a server most likely sends it, where a browser stored it."""
    return html.replace("<p></p><p>", "<p><p>").replace("</p><p></p>", "</p></p>")


AS: dict[str, Callable[[str], str]] = {"stored": str, "sent": sent}


def truths() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in FOUND]


def folded(text: str) -> str:
    return " ".join(text.split())


def paragraphs(text: str | None) -> list[str] | None:
    return text.split("\n\n") if text else None


def said(truth: dict[str, Any]) -> dict[str, Any]:
    """What has to be read, field by field."""
    texts = truth["transcripts"] or []
    return {
        "title": folded(truth["title"]),
        "date_text": truth["date_text"],
        "summary": truth["summary"],
        "rights": truth["rights"],
        **{name: truth[name] for name in (*FIELDS, *NAMES)},
        "authors": sorted(truth["authors"] or []),
        "type": truth["type"],
        "citation": (truth["citation"]["text"], truth["citation"]["url"]),
        "download": truth["download"],
        "scans": [(scan["label"], scan["url"]) for scan in truth["scans"] or []],
        "related": [
            (one["date_text"], one["node"], one["url"], one["title"], one["summary"])
            for one in truth["related"] or []
        ],
        "texts": [(text["label"], text["language"]) for text in texts],
        "begin": [text["first"] for text in texts],
        "end": [text["last"] for text in texts],
        "other": {},
    }


def read(record: Record, truth: dict[str, Any]) -> dict[str, Any]:
    """The same of what is in the database."""
    texts = list(zip(record.transcripts, truth["transcripts"] or [], strict=True))
    return {
        "title": record.title,
        "date_text": record.date_text,
        "summary": paragraphs(record.summary),
        "rights": paragraphs(record.rights),
        **{name: getattr(record, name) for name in FIELDS},
        **{name: record.names(kind) or None for name, kind in NAMES.items()},
        "authors": sorted(record.names("participant") + record.names("author")),
        "type": "; ".join(record.names("type")) or None,
        "citation": (record.citation, record.citation_url),
        "download": f"{WILSON.home}/document/{record.node}/download",
        "scans": [(scan.label, scan.url) for scan in record.files],
        "related": [
            (one.date_text, one.node, one.url, one.title, paragraphs(one.summary))
            for one in record.related
        ],
        "texts": [(text.label, text.language) for text, _ in texts],
        "begin": [folded(text.text)[: len(want["first"])] for text, want in texts],
        "end": [folded(text.text)[-len(want["last"]) :] for text, want in texts],
        "other": record.other,
    }


def captured(folder: Path, change: Callable[[str], str]) -> Path:
    """A folder with a listing of the pages, and with these."""
    entries = [
        {
            "href": truth["url"].removeprefix(WILSON.home),
            "date_text": truth["date_text"],
            "title": truth["title"].strip(),
            "summary": "\n\n".join(truth["summary"] or []) or None,
        }
        for truth in truths()
    ]
    listing = render("today", Listing(SEARCH, entries, total=len(entries)))
    pages = {
        path.parent.name: change(path.with_name("page.html").read_text("utf-8")) for path in FOUND
    }
    for name, url, html in [
        ("listing", SEARCH, listing),
        *((name, WILSON.document_url(name), html) for name, html in pages.items()),
    ]:
        (folder / name).mkdir(parents=True)
        (folder / name / "page.html").write_text(html, encoding="utf-8")
        (folder / name / "page.json").write_text(json.dumps({"url": url}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("how", AS)
def test_every_field_of_every_page_is_right(
    how: str, crawl: Callable[..., Harvest], tmp_path: Path
) -> None:
    source = captured(tmp_path / "pages", AS[how])
    done = crawl(f"-aurl={SEARCH}", "-aname=it", f"-asource={source}", "-adetails=yes")
    assert (done.code, done.complaints) == (0, [])
    records = {record.document: record for record in stored(done.db)}
    assert len(records) == len(FOUND)
    for truth in truths():
        record = records[truth["url"].rpartition("/")[2]]
        assert read(record, truth) == said(truth)


ROW = re.compile(
    r'<tr><td class="date"><p>(?P<date>.*?)</p></td><td [^>]*><a href="(?P<href>.*?)">'
    r'<h3 class="sub-title"><span>(?P<title>.*?)</span></h3><div class="text">(?P<summary>.*?)'
    r"</div></a></td></tr>",
    re.DOTALL,
)


def bare(html: str) -> str:
    """What a piece of a row says, without its tags."""
    return folded(unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?(?:p|br)\b[^>]*>", " ", html))))


@pytest.mark.parametrize("how", ["raw", "stored"])
def test_real_rows_of_listings_are_exact(how: str) -> None:
    """Beside what a plain pattern finds in their markup, which is that of no other page."""
    paths = [path for path in LISTED if path.stem.endswith(how)]
    pages = [path.read_text(encoding="utf-8") for path in paths]
    got = [read_listing(html, f"{SEARCH}&page={n}", WILSON) for n, html in enumerate(pages)]
    ranges = [(page.first, page.last, page.total) for page in got]
    assert ranges == [(1, 10, 28), (11, 20, 28), (21, 28, 28)]
    entries = [
        (one.link, one.date_text, one.title, folded(one.summary or ""))
        for page in got
        for one in page.entries
    ]
    assert entries == [
        (WILSON.home + row["href"], row["date"], bare(row["title"]), bare(row["summary"]))
        for html in pages
        for row in ROW.finditer(html)
    ]
    assert len(set(entries)) == 28
