"""What stands around made-up listings: menus, facets, tags, news, a calendar, a text."""

from collections.abc import Callable

from benchmarks.made_contents import Contents


def _links(contents: Contents, number: int, path: str, *, dated: bool = False) -> list[str]:
    made = []
    for n in range(number):
        date = f" {contents.date(n * 7, 'long')}" if dated else ""
        made.append(f'<a href="{path}{n}">{contents.phrase()}</a>{date}')
    return made


def _items(texts: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>"


def _of(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name.split()[0]}>"


def _facets(contents: Contents) -> str:
    counted = [f"{one} (<span>{n + 3}</span>)" for n, one in enumerate(_links(contents, 9, "?f="))]
    return _of('div class="facets"', _items(counted))


def _calendar(contents: Contents) -> str:
    weeks = ("".join(f"<td>{week * 7 + day}</td>" for day in range(1, 8)) for week in range(4))
    return _of("table", "".join(f"<tr>{week}</tr>" for week in weeks))


NOISES: dict[str, Callable[[Contents], str]] = {
    "nav": lambda contents: _of("nav", _items(_links(contents, 7, "/about/"))),
    "menu": lambda contents: _of('div class="menu"', _items(_links(contents, 12, "/m/"))),
    "bare menu": lambda contents: _of("div", _items(_links(contents, 8, "/s/"))),
    "facets": _facets,
    "tags": lambda contents: _of('div class="tagcloud"', " ".join(_links(contents, 25, "/tag/"))),
    "footer": lambda contents: _of("footer", _items(_links(contents, 15, "/f/"))),
    "news": lambda contents: _of("aside", _items(_links(contents, 5, "/news/", dated=True))),
    "bare news": lambda contents: _of("div", _items(_links(contents, 3, "/news/", dated=True))),
    "calendar": _calendar,
    "text": lambda contents: _of("div", "".join(_of("p", contents.sentence()) for _ in "abc")),
    "crumbs": lambda contents: _of(
        'div class="breadcrumb"', " / ".join(_links(contents, 3, "/c/"))
    ),
    "years": lambda contents: _of(
        "p", " ".join(f'<a href="?y={y}">{y}</a>' for y in range(1990, 2005))
    ),
}
