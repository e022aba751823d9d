"""Three sites that are unlike the first, on loopback: their shapes are those of real listings (the
portal of a parliament, a town's news, the search of an encyclopedia), their words are not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from urllib.parse import quote

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PROFILES = Path(__file__).with_name("profiles")
SIZE = 4
"""Entries on a page."""


@dataclass(frozen=True)
class Shown:
    """A document as its site shows it in a listing."""

    id: str
    title: str
    date: str | None = None
    summary: str | None = None


@dataclass
class OtherSite:
    """A site with the profile of that name; `render` makes a page of some of its documents."""

    key: str
    listing: str
    first: str
    of_document: str
    render: Callable[["OtherSite", Sequence[Shown], int, int], str]
    number: Callable[[Request], int]
    shown: list[Shown] = field(default_factory=list)
    url: str = ""
    asked: list[str] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    """Documents' own pages, by their ids as they stand in addresses."""
    size: int = SIZE

    def serve(self, server: HTTPServer) -> None:
        """Answers there from now on."""
        self.url = server.url_for(self.first)
        server.expect_request("/robots.txt").respond_with_data("")
        server.expect_request("").respond_with_handler(self._answer)

    def address(self, document: str) -> str:
        """Where the site itself shows a document."""
        return self.of_document.format(document)

    def _answer(self, request: Request) -> Response:
        path = request.full_path.rstrip("?")
        self.asked.append(path)
        if request.path.startswith(self.listing):
            start = self.number(request) * self.size
            some = self.shown[start : start + self.size]
            if some and not request.path.endswith(".."):
                text = self.render(self, some, start, len(self.shown))
                return Response(text, content_type="text/html; charset=utf-8")
        return Response(self.documents.get(path, ""), 200 if path in self.documents else 404)


def of_parliament(site: OtherSite, some: Sequence[Shown], start: int, total: int) -> str:
    rows = "".join(
        f'<tr{" class=hg" if number % 2 else ""}><td><nobr><input type="checkbox" name="k">'
        f'{start + number}</nobr></td><td><p class="detailansicht" style="display:none">'
        f"<b>{escape(one.title)}</b></p>"
        f'<p class="kurzansicht"><b>{escape(one.title)}</b></p>'
        f"{f'<p class=abstract>{escape(one.summary)}</p>' if one.summary else ''}"
        f'<a title="Interner Link" href="/portal/Dokument?Id={quote(one.id, safe="|")}">'
        f'Drucksache</a></td><td class="datum">{one.date or ""}</td></tr>'
        for number, one in enumerate(some, 1)
    )
    last = start + len(some)
    pager = (
        f'<a href="/portal/Suche?q=Schule&amp;start={last + 1}">weiter</a>' if last < total else ""
    )
    return (
        '<!DOCTYPE html><html lang="de"><head><title>Treffer</title></head><body>'
        f'<div class="paging"><p class="register">Treffer {start + 1} - {last}<br>von {total}</p>'
        f"{pager}</div><table><tr><th>Nr.</th><th>Titel</th><th>Datum</th></tr>{rows}</table>"
        '<p><a href="/impressum">Impressum</a></p></body></html>'
    )


def of_town(site: OtherSite, some: Sequence[Shown], start: int, total: int) -> str:
    cards = "".join(
        f'<div class="o-grid"><a class="c-card" href="/nyheter/{one.id}/"><div class="c-body">'
        f'<h2>{escape(one.title)}</h2><time>{one.date}</time><div class="c-card__content">'
        f"<p>{escape(one.summary or '')}</p></div></div></a></div>"
        for one in some
    )
    page = start // SIZE + 1
    last = start + len(some) >= total
    following = "" if last else f'<link rel="next" href="/nyheter/page/{page + 1}/">'
    return (
        f'<!DOCTYPE html><html lang="sv-SE"><head><title>Nyheter</title>{following}</head><body>'
        f'<main><h1>Nyheter</h1><div class="o-grid-row">{cards}</div></main>'
        "<footer><p>Kontakt: 042-10 50 00</p></footer></body></html>"
    )


def of_encyclopedia(site: OtherSite, some: Sequence[Shown], start: int, total: int) -> str:
    rows = "".join(
        f'<li><div class="mw-search-result-heading"><a href="/wiki/{quote(one.id)}">'
        f"<span>{escape(one.title)}</span></a></div>"
        f'<div class="searchresult">{escape(one.summary or "")}</div>'
        f'<div class="mw-search-result-data">2 KB (252 words) - 01:41, 17 October 2013</div></li>'
        for one in some
    )
    last = start + len(some)
    here = "/w/index.php?search=horn&amp;offset="
    following = f'<a class="mw-nextlink" href="{here}{last}">next 4</a>' if last < total else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><title>Search</title></head><body>'
        f'<ul class="mw-search-results">{rows}</ul>'
        f'<div class="results-info">Results <strong>{start + 1} - {last}</strong> of'
        f' <strong>{total}</strong></div><p>{following} (<a href="{here}0">20</a>)</p>'
        "</body></html>"
    )


def other_sites() -> list[OtherSite]:
    """The three, with six documents each: two pages."""
    parliament = OtherSite(
        "landtag",
        "/portal/Suche",
        "/portal/Suche?q=Schule",
        "https://landtag.example/portal/Dokument?Id={}",
        of_parliament,
        lambda request: (int(request.args.get("start", 1)) - 1) // SIZE,
    )
    parliament.shown = [
        Shown(
            f"MMD16/{85 + n}|1|0",
            f"Anfrage {n}",
            f"{n + 1}.04.2015",
            "Über Schulen." if n else None,
        )
        for n in range(6)
    ]
    town = OtherSite(
        "nyheter",
        "/nyheter",
        "/nyheter/",
        "https://nyheter.example/nyheter/{}/",
        of_town,
        lambda request: int((request.path.split("/page/")[1:] or ["1"])[0].strip("/")) - 1,
    )
    town.shown = [
        Shown(f"nyhet-{n}", f"Nyhet {n}", f"{n + 10} oktober 2025 15:11", "Allt fler läser.")
        for n in range(6)
    ]
    encyclopedia = OtherSite(
        "lexicon",
        "/w/index.php",
        "/w/index.php?search=horn",
        "https://lexicon.example/wiki/{}",
        of_encyclopedia,
        lambda request: int(request.args.get("offset", 0)) // SIZE,
    )
    encyclopedia.shown = [
        Shown(f"Horn/{name}_(a)", f"Horn, {name}", None, f"A horn of {name} is an instrument.")
        for name in ("Africa", "brass", "Cape", "doubt", "elk", "fog")
    ]
    return [parliament, town, encyclopedia]


def changed(shown: Sequence[Shown]) -> list[Shown]:
    """The same with one that is new, one that has another title, and without one."""
    new = replace(shown[0], id=f"{shown[0].id}-new", title="New")
    renamed = replace(shown[2], title=f"{shown[2].title} anew")
    return [new, *shown[:2], renamed, *shown[4:]]
