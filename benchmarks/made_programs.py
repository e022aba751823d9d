"""Made-up listing pages as well-known programs write them, by the templates in `programs.toml`.

Each is made in two surroundings: bare, and with menus, a search form, facets, latest news and a
footer around it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.made_contents import Entry
from benchmarks.made_listings import MadePage

FILE = Path(__file__).with_name("programs.toml")
SURROUNDINGS = ("bare", "rich")
NUMBERS = {"bare": 10, "rich": 12}
"""So many entries has a page."""


@dataclass(frozen=True, slots=True)
class Program:
    """A listing of a program.

    `doubt` is what speaks against it if it is refused. Entries that are `headed` have the date of
    the first below their heading.
    """

    name: str
    row: str
    lang: str = "en"
    before: str = ""
    after: str = ""
    href: str = "/papers/{id}"
    dates: str = ""
    of: int = 0
    head: str = ""
    foot: str = ""
    headed: bool = False
    title: str = "{title}"
    listed: str = "{date}"
    doubt: str = ""
    pager: str = '<ul class="pager"><li>1</li><li><a href="?page=2">2</a></li></ul>'

    @property
    def contents(self) -> dict[str, Any]:
        """The titles, persons and words of the listing's language."""
        found: dict[str, Any] = _table()["contents"][self.lang]
        return found


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def programs() -> dict[str, Program]:
    """All programs by their names."""
    return {one["name"]: Program(**one) for one in _table()["listing"]}


def made_program(seed: int) -> MadePage:
    """The page of a seed: the same for ever."""
    random = Random(seed)
    name = random.choice(sorted(programs()))
    return program_page(programs()[name], random.choice(SURROUNDINGS), seed)


def program_page(program: Program, surroundings: str, seed: int = 0) -> MadePage:
    """A page of a program in some surroundings; its contents depend on the seed."""
    random = Random(seed)
    values = _values(program, NUMBERS[surroundings], random)
    rows = [program.row.format_map(one) for one in values]
    if program.of:
        rows = [
            program.head.format_map(values[first])
            + "".join(rows[first : first + program.of])
            + program.foot.format_map(values[first])
            for first in range(0, len(rows), program.of)
        ]
    before = program.before.replace("{count}", f"{len(values)}")
    listing = before + "\n".join(rows) + program.after + program.pager
    around = _rich if surroundings == "rich" else _bare
    html = (
        f'<!DOCTYPE html><html lang="{program.lang}"><head><title>A</title></head>'
        f"<body>{around(program, listing)}</body></html>"
    )
    kind = f"{program.name.replace(' ', '-')} {surroundings}"
    dated = [values[n - n % program.of] if program.headed else one for n, one in enumerate(values)]
    entries = [_entry(program, *both) for both in zip(values, dated, strict=True)]
    return MadePage(html, entries, kind, None)


def _values(program: Program, number: int, random: Random) -> list[dict[str, Any]]:
    """What stands in each entry of a page."""
    contents = program.contents
    titles = random.sample(contents["titles"], number)
    if program.of:
        titles.sort()
    days = sorted((random.randrange(360) for _ in range(number)), reverse=True)
    year, first = random.randint(1930, 2019), random.randint(1000, 90_000)
    made = []
    for n, (title, day) in enumerate(zip(titles, days, strict=True)):
        one: dict[str, Any] = {
            "title": escape(title),
            "n": n + 1,
            "odd": n % 2,
            "col": n % 2 + 1,
            "parity": "odd" if n % 2 else "even",
            "id": first + n * 7,
            "number": random.randint(100, 999),
            "parent": n % 3,
            "letter": title[0],
            "later": year + random.randint(1, 9),
            **{name: random.choice(contents[f"{name}s"]) for name in ("person", "kind", "place")},
            **_days(contents["months"], year, day),
        }
        pattern = program.dates or contents["dates"]
        later = one | _days(contents["months"], year + 1, (day * 7) % 360)
        one |= {"date": pattern.format_map(one), "other_date": pattern.format_map(later)}
        one["summary"] = contents["said"].format_map(one)
        one["href"] = program.href.format_map(one)
        made.append(one)
    return made


def _days(months: list[str], year: int, day: int) -> dict[str, Any]:
    """The pieces of a day."""
    month, day = day // 30, day % 28 + 1
    name = months[month]
    return {
        **{"y": year, "yy": f"{year % 100:02}", "m": month + 1, "mm": f"{month + 1:02}"},
        **{"d": day, "dd": f"{day:02}", "month": name, "mon": name[:3]},
    }


def _entry(program: Program, values: dict[str, Any], dated: dict[str, Any]) -> Entry:
    title = unescape(program.title.format_map(values))
    date = program.listed.format_map(dated) or None
    return Entry(title, [values["href"]], date, "", "", "", "", None)


def _bare(program: Program, listing: str) -> str:
    menu = " | ".join(
        f'<a href="/{number}.html">{one}</a>' for number, one in enumerate(program.contents["menu"])
    )
    return f"<p>{menu}</p><h1>{program.contents['menu'][2]}</h1>{listing}<hr><p>© 2019</p>"


def _rich(program: Program, listing: str) -> str:
    """A page with all that such pages have around their listing."""
    contents = program.contents
    _, search, refine, news = contents["words"]
    menu = "".join(
        f'<li><a href="/m/{number}">{one}</a><ul>'
        + "".join(f'<li><a href="/m/{number}/{kind}">{kind}</a></li>' for kind in contents["kinds"])
        + "</ul></li>"
        for number, one in enumerate(contents["menu"])
    )
    facets = "".join(
        f'<li><a href="?f={number}">{one}</a> <span class="count">({number + 3})</span></li>'
        for number, one in enumerate((*contents["kinds"], *contents["places"]))
    )
    latest = "".join(
        f'<li><a href="/latest/{number}">{one} ({number})</a> <span>{contents["dates"]}</span></li>'
        for number, one in enumerate(contents["menu"][2:5])
    ).format(d=7, dd="07", m=5, mm="05", month=contents["months"][4], y=2019)
    footer = "".join(f'<a href="/f/{n}">{one}</a>' for n, one in enumerate(contents["menu"]))
    return (
        f'<header><a href="/"><img src="/logo.png" alt=""></a><nav><ul class="menu">{menu}</ul>'
        f'</nav><form action="/search"><input name="q"><button>{search}</button></form></header>'
        f'<div class="breadcrumb"><a href="/">{contents["menu"][0]}</a> » {contents["menu"][2]}'
        f'</div><div class="container"><div class="sidebar"><h3>{refine}</h3><ul class="facets">'
        f"{facets}</ul></div><main><h1>{contents['menu'][2]}</h1>{listing}</main><aside><h3>{news}"
        f'</h3><ul>{latest}</ul></aside></div><footer><div class="links">{footer}</div>'
        "<p>© 2019</p></footer>"
    )
