"""Ten sites of which no profile is written: their shapes are those of real listings (courts,
parliaments, archives, a town's news, a search), their words are not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from other_sites import OtherSite, Shown

SIZE = 8
"""Entries on a page."""
TOTAL = 21
"""Entries of a listing: three pages, of which the last is shorter."""

KINDS = ("Letter", "Report", "Minutes", "Survey", "Petition", "Memorandum", "Draft")
NAMES = ("alder", "birch", "cedar", "elm", "fir", "hazel", "juniper")
ABOUT = ("the northern fisheries", "grain and flour", "the harbour's new light")
TOLD = (
    "The writer thanks the council for its patience and asks for timber before the winter.",
    "Three families want the old road to be opened again, and offer to keep it in repair.",
    "What the ships brought in is listed by weight, with the names of those who paid for it.",
    "Nobody came to the second meeting, so that the first one's decisions were left as they were.",
)
ENGLISH = "January February March April May June July August September October November December"
SWEDISH = "januari februari mars april maj juni juli augusti september oktober november december"
FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


@dataclass(frozen=True)
class Shape:
    """How a site shows its listing.

    `body` makes the entries of a page, `pager` links page NUMBER of so many; `states` is what the
    page says of its place (`first`, `last`, `total`, `page`, `pages`).
    """

    first: str
    """The path, with the query, of the listing's first page."""
    document: str
    """The path of a document; `{}` is its name."""
    date: Callable[[int], str | None]
    body: Callable[[Sequence[Shown]], str]
    page: Callable[[int], str]
    """The address of a page, counted from 1, as its links have it."""
    pager: Callable[["Shape", int, int], str]
    states: str = ""
    language: str = "en"
    summaries: bool = False
    other: Callable[[Shown], dict[str, list[str]] | None] = lambda one: None
    """What else it says of an entry."""
    states_total: bool = False
    """Whether the pages state a total, in a range or apart, so that the outcome is `complete`."""

    def shown(self) -> list[Shown]:
        """What is listed."""
        return [
            Shown(
                self.document.format(f"{NAMES[n % 7]}-{n + 100}"),
                f"{KINDS[n % 7]} on {ABOUT[n // 7]}",
                self.date(n),
                f"{TOLD[n % 4]} It is number {n + 40}." if self.summaries else None,
            )
            for n in range(TOTAL)
        ]

    def render(self, some: Sequence[Shown], start: int, total: int) -> str:
        """A page of it."""
        number, pages = start // SIZE + 1, -(-total // SIZE)
        said = self.states.format(
            first=start + 1, last=start + len(some), total=total, page=number, pages=pages
        )
        menu = "".join(f'<li><a href="/{one}">{one.title()}</a></li>' for one in ("about", "shop"))
        return (
            f'<!DOCTYPE html><html lang="{self.language}"><head><title>Listing</title></head><body>'
            f"<nav><ul>{menu}</ul></nav><main><h1>Listing</h1><p>{said}</p>{self.body(some)}"
            f"{self.pager(self, number, pages)}</main><footer><p>Open from 9 to 5</p></footer>"
            "</body></html>"
        )


def in_words(names: str, form: str = "{1} {0}, {2}") -> Callable[[int], str]:
    """Dates such as "May 3, 1951", in a language's words."""
    return lambda n: form.format(n % 27 + 1, names.split()[n * 5 % 12], 1950 + n)


def in_numbers(form: str) -> Callable[[int], str]:
    """Dates such as 05/23/1951, of which some have a day over 12."""
    return lambda n: form.format(day=n + 5, month=n % 12 + 1, year=1950 + n)


def each(row: Callable[[Shown], str], around: str = "{}") -> Callable[[Sequence[Shown]], str]:
    return lambda some: around.format("".join(map(row, some)))


def link(one: Shown, text: str | None = None) -> str:
    return f'<a href="{escape(one.id)}">{escape(text or one.title)}</a>'


def numbered(shape: Shape, number: int, pages: int) -> str:
    """A link to each page, and none that says "next"."""
    links = "".join(
        f'<li class="page-item{" active" * (n == number)}">'
        f'<a class="page-link" href="{escape(shape.page(n))}">{n}</a></li>'
        for n in range(1, pages + 1)
    )
    return f'<ul class="pagination">{links}</ul>'


def related(text: str) -> Callable[[Shape, int, int], str]:
    """A link with rel=next."""
    return lambda shape, number, pages: (
        f'<nav class="pager"><a rel="next" href="{escape(shape.page(number + 1))}">{text}</a></nav>'
        if number < pages
        else ""
    )


def worded(text: str) -> Callable[[Shape, int, int], str]:
    """A link that only its words tell, after links to each page."""
    return lambda shape, number, pages: (
        numbered(shape, number, pages)
        + (f'<p><a href="{escape(shape.page(number + 1))}">{text}</a></p>' * (number < pages))
    )


SHAPES = {
    "articles, each with its file": Shape(
        "/documents/opinions",
        "/documents/opinions/{}",
        in_words(ENGLISH),
        each(
            lambda one: (
                f'<article class="list__item"><div class="meta"><time>{one.date}</time></div>'
                f'<h3 class="list__title">{link(one)}</h3><div><p>{one.summary}</p></div>'
                f'<div class="file"><a href="/assets/{one.id[-3:]}.pdf">view/download</a></div>'
                "</article>"
            )
        ),
        lambda n: f"?page={n - 1}",
        related("Load more"),
        summaries=True,
    ),
    "definitions, each in a box": Shape(
        "/court/opinions",
        "/court/opinions/case/{}",
        in_words(ENGLISH),
        each(
            lambda one: (
                f'<div class="case"><dl><dt>{link(one)}</dt><dd>Filed {one.date}</dd>'
                f'<dd><a href="/embed/{one.id[-3:]}">View opinion</a></dd></dl></div>'
            )
        ),
        lambda n: f"/court/opinions/page/{n}",
        worded("Next"),
        "Showing {first}-{last} of {total}",
        states_total=True,
    ),
    "rows of a view, undated": Shape(
        "/library/opinions?year=1950",
        "/files/opinions/{}.pdf",
        lambda n: None,
        each(
            lambda one: (
                '<div class="views-row"><div class="views-field"><span class="field-content">'
                f'<p class="library-name">{link(one)}</p></span></div></div>'
            ),
            '<div class="view-content">{}</div>',
        ),
        lambda n: f"?year=1950&page={n - 1}",
        related("Load more"),
        "Displaying {first} to {last} of {total}",
        states_total=True,
    ),
    "a table by date, its pager without words": Shape(
        "/supreme-court/opinions/?year=1950",
        "/media/{}.pdf",
        in_numbers("{month:02}/{day:02}/{year}"),
        each(
            lambda one: (
                f"<tr><td>{one.date}</td><td><strong>{link(one)}</strong></td>"
                f"<td>{one.id[-7:-4]}</td></tr>"
            ),
            '<table class="results"><thead><tr><th>Date</th><th>Case</th><th>Number</th></tr>'
            "</thead><tbody>{}</tbody></table>",
        ),
        lambda n: f"/supreme-court/opinions/?year=1950&page={n}",
        numbered,
        "Showing {first}-{last} of {total}",
        other=lambda one: {"Number": [one.id[-7:-4]]},
        states_total=True,
    ),
    "a table with the title beside the link": Shape(
        "/portal/Suche?wort=Schule",
        "/portal/Dokument?Id={}",
        in_numbers("{day}.{month}.{year}"),
        each(
            lambda one: (
                f'<tr><td class="titel"><b>{one.title}</b></td><td>{one.date}</td>'
                f'<td><a href="{one.id}">Drucksache</a></td></tr>'
            ),
            "<table><tr><th>Titel</th><th>Datum</th><th>Dokument</th></tr>{}</table>",
        ),
        lambda n: f"/portal/Suche?wort=Schule&start={(n - 1) * SIZE + 1}",
        worded("weiter"),
        "Treffer {first} - {last} von {total}",
        "de",
        states_total=True,
    ),
    "cards, each in a link": Shape(
        "/nyheter/",
        "/nyheter/{}/",
        in_words(SWEDISH, "{0} {1} {2}"),
        each(
            lambda one: (
                f'<div class="o-grid"><a class="c-card" href="{one.id}"><div class="c-body">'
                f"<h2>{one.title}</h2><time>{one.date}</time><p>{one.summary}</p></div></a></div>"
            ),
            '<div class="o-row">{}</div>',
        ),
        lambda n: f"/nyheter/page/{n}/",
        related("Nästa"),
        language="sv",
        summaries=True,
    ),
    "list items by an offset": Shape(
        "/w/index.php?limit=8&offset=0&search=horn",
        "/wiki/{}",
        in_words(ENGLISH, "{0} {1} {2}"),
        each(
            lambda one: (
                f'<li><div class="result-heading">{link(one)}</div>'
                f'<div class="result">{one.summary}</div><div class="data">{one.date}</div></li>'
            ),
            '<ul class="search-results">{}</ul>',
        ),
        lambda n: f"/w/index.php?limit=8&offset={(n - 1) * SIZE}&search=horn",
        worded("next 8"),
        "Results {first} - {last} of {total}",
        summaries=True,
        states_total=True,
    ),
    "two rows each": Shape(
        "/council/minutes",
        "/council/minutes/{}",
        in_words(ENGLISH),
        each(
            lambda one: (
                f'<tbody><tr><td rowspan="2">{one.date}</td><td>{link(one)}</td></tr>'
                f"<tr><td>{one.summary}</td></tr></tbody>"
            ),
            "<table>{}</table>",
        ),
        lambda n: f"/council/minutes?page={n}",
        related("Next"),
        "{first} - {last} of {total}",
        summaries=True,
        states_total=True,
    ),
    "list items with the date before": Shape(
        "/press-releases",
        "/press-releases/1950/{}",
        in_numbers("{month}/{day}/{year}"),
        each(
            lambda one: f'<li><span class="date">{one.date}</span> {link(one)}</li>',
            '<ul class="list--plain">{}</ul>',
        ),
        lambda n: f"/press-releases?page={n}",
        worded("Next"),
        "Page {page} of {pages}",
    ),
    "cards with labels": Shape(
        "/fr/search?q=Dupont",
        "/fr/notice/{}",
        in_words(FRENCH, "{0} {1} {2}"),
        each(
            lambda one: (
                f'<div class="fr-card"><h3 class="fr-card__title">{link(one)}</h3>'
                f'<p class="date">{one.date}</p><p class="desc">{one.summary}</p>'
                f"<ul><li>Cote : {one.id[-3:]} J</li></ul></div>"
            )
        ),
        lambda n: f"/fr/search?q=Dupont&page={n}",
        worded("Page suivante"),
        "{total} résultats",
        "fr",
        other=lambda one: {"Cote": [f"{one.id[-3:]} J"]},
        summaries=True,
        states_total=True,
    ),
}


def ten_sites() -> dict[str, OtherSite]:
    """The ten, by what is particular to each."""
    return {name: _site(name, shape) for name, shape in SHAPES.items()}


def _site(name: str, shape: Shape) -> OtherSite:
    addresses = {shape.first: 0, **{_whole(shape, n): n - 1 for n in (1, 2, 3, 4)}}
    return OtherSite(
        name,
        shape.first.partition("?")[0].rstrip("/"),
        shape.first,
        "{}",
        lambda site, some, start, total: shape.render(some, start, total),
        lambda request: addresses.get(request.full_path.rstrip("?"), TOTAL),
        shape.shown(),
        size=SIZE,
    )


def _whole(shape: Shape, number: int) -> str:
    page = shape.page(number)
    return shape.first.partition("?")[0] + page if page.startswith("?") else page
