"""Made-up listing pages: random markup, contents and noise, and what a reader should find there.

They are for finding what a general reader gets wrong: it has to read each exactly, or refuse it.
"""

from dataclasses import dataclass
from html import escape
from random import Random

from benchmarks.made_contents import LABELS, NOUNS, Contents, Entry
from benchmarks.made_noise import NOISES


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page, the entries to be found on it, and a name for what it is like."""

    html: str
    entries: list[Entry]
    kind: str
    next: str | None


def made_page(seed: int) -> MadePage:
    """The page of a seed: the same for ever."""
    return _Maker(Random(seed)).page()


class _Maker:
    """Draws how a page is written, and writes it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.contents = Contents(random)
        pick = random.choice
        self.shape = pick(
            ("table", "table", "table", "bodies", "two-rows", "list", "list", "cards", "cards",
             "articles", "siblings", "definitions", "lines", "links", "groups", "grid", "sections",
             "cell-lines")
        )  # fmt: skip
        self.naming = pick(("meaning", "none", "none", "nonsense", "numbered"))
        self.link = pick(
            (
                "title",
                "title",
                "title",
                "around",
                "beside",
                "beside-two",
                "beside-gaps",
                "none-some",
            )
        )
        self.place = pick(("before", "after", "after", "in-text", "brackets"))
        self.heading = pick((None, None, "h3", "h2", "strong", "b", "span", "em"))
        self.header = pick(("th", "th", "td", None))
        self.columns = random.sample(("number", "person", "place", "kind"), random.randint(0, 3))
        self.labelled = random.random() < 0.3
        self.extra = pick(
            (None, None, "author", "tags", "more", "image", "comments", "docket", "after")
        )
        self.label = pick(LABELS)
        self.hidden = random.random() < 0.15
        self.noises = random.sample(sorted(NOISES), random.randint(1, 6))
        self.told: set[int] = set()
        self.number = pick((3, 5, 8, 10, 12, 20, 25, 40))
        self.stated = pick((None, None, "range", "total", "pages", "lie"))
        self.pager = pick((None, "next", "numbers", "arrow", "older"))

    def page(self) -> MadePage:
        entries = self.contents.entries(self.number)
        if self.link == "none-some":
            for entry in entries[1:]:
                if self.random.random() < 0.2:
                    entry.urls = []
        body = self._listing(entries)
        noise = [NOISES[name](self.contents) for name in self.noises]
        cut = self.random.randint(0, len(noise))
        main = ["<h1>" + self.contents.phrase() + "</h1>", self._stated(), body, self._pager()]
        wrapped = f"<{self.random.choice(('main', 'div', 'div id=content'))}>" + "".join(main)
        html = (
            f'<!DOCTYPE html><html lang="{self.contents.language}"><head><title>List</title></head>'
            f"<body>{''.join(noise[:cut])}{wrapped}</div></main>{''.join(noise[cut:])}</body></html>"
        )
        kind = f"{self.shape} {self.link} {self.contents.titles} {self.contents.dates} {self.place}"
        return MadePage(html, entries, kind, "?page=2" if self.pager else None)

    def _class(self, name: str, number: int = 0) -> str:
        match self.naming:
            case "meaning":
                return f' class="{name}"'
            case "nonsense":
                return f' class="{NOUNS[sum(map(ord, name)) % len(NOUNS)]}"'
            case "numbered":
                parity = "odd" if number % 2 else "even"
                return f' class="{name[0]}{len(name)} {parity} n-{number}"'
        return ""

    def _title(self, entry: Entry, number: int) -> str:
        text = escape(entry.title)
        if self.hidden:
            text += ' <span class="sr-only">opens in a new window</span>'
        if self.link in ("title", "none-some") and entry.urls:
            text = f'<a href="{escape(entry.urls[0])}">{text}</a>'
        if self.heading:
            text = f"<{self.heading}{self._class('title', number)}>{text}</{self.heading}>"
        return text

    def _links(self, entry: Entry) -> str:
        if self.link == "beside":
            return f'<a href="{escape(entry.urls[0])}">{self.label}</a>'
        if self.link == "beside-two":
            if len(entry.urls) == 1:
                entry.urls.append(entry.urls[0] + "x")
            one, two = map(escape, entry.urls)
            return f'<a href="{one}">PDF</a> <a href="{two}">Word</a>'
        if self.link == "beside-gaps":
            if len(entry.urls) == 1:
                kinds = self.random.choice((("agenda",), ("agenda", "minutes"), ("minutes",)))
                entry.urls = [f"{entry.urls[0]}-{kind}" for kind in kinds]
            return " ".join(
                f'<a href="{escape(url)}">{url.rpartition("-")[2].title()}</a>'
                for url in entry.urls
            )
        return ""

    def _more(self, entry: Entry) -> str:
        """What else there is in an entry, links that are not its own among it."""
        own = escape(entry.urls[0]) if entry.urls else ""
        person = f'<a href="/people/{entry.person.replace(" ", "-")}">{entry.person}</a>'
        match self.extra:
            case "author":
                return f"<span>by {person}</span>"
            case "tags":
                return " ".join(f'<a href="/t/{n}">{n}</a>' for n in (entry.kind, entry.place))
            case "more" if own:
                return f'<a href="{own}">Read more</a>'
            case "image" if own:
                return f'<a href="{own}"><img src="/i/{entry.number}.png" alt=""></a>'
            case "comments":
                return f'<a href="{own}#comments">{self.random.randint(0, 9)} comments</a>'
            case "docket":
                return f'<a href="/docket?n={entry.number}">Docket</a>'
        return ""

    def _date(self, entry: Entry, number: int) -> str:
        if entry.date is None or self.contents.titles in ("dated", "dated-end"):
            return ""
        tag = "time" if self.naming == "meaning" else "span"
        said = f"({entry.date})" if self.place == "brackets" else entry.date
        said = f"Posted {said} by admin" if self.place == "in-text" else said
        return f"<{tag}{self._class('date', number)}>{said}</{tag}>"

    def _fields(self, entry: Entry) -> list[str]:
        names = {"number": "Docket", "person": "Judge", "place": "Court", "kind": "Type"}
        values = [(names[column], getattr(entry, column)) for column in self.columns]
        if self.labelled:
            return [f"<b>{name}:</b> {value}" for name, value in values]
        return [value for _, value in values]

    def _pieces(self, entry: Entry, number: int) -> list[str]:
        """The parts of an entry that is no row of a table, in the page's order."""
        title, date = self._title(entry, number), self._date(entry, number)
        block = "p" if self.naming == "meaning" else "div"
        inline = self.shape == "list" and not entry.summary and self.link != "around"
        if self.shape == "lines" or inline:
            block = "span"
        if self.extra == "after" and number not in self.told:
            self.told.add(number)
            said = self.contents.phrase()
            title += f" - {said}"
            if self.contents.titles == "is-date" or (
                self.link.startswith("beside") and not self.heading
            ):
                entry.title += f" - {said}"
        pieces = [date, title] if self.place == "before" else [title, date]
        pieces += [self._links(entry), self._more(entry)]
        pieces += [f"<{block}>{one}</{block}>" for one in self._fields(entry)]
        if entry.summary:
            pieces.append(f"<{block}{self._class('summary', number)}>{entry.summary}</{block}>")
        return [piece for piece in pieces if piece]

    def _whole(self, tag: str, name: str, entry: Entry, number: int) -> str:
        """An entry as one element, which may be a link itself."""
        inner = " ".join(self._pieces(entry, number))
        if self.link == "around":
            inner = f'<a href="{escape(entry.urls[0])}">{inner}</a>'
        return f"<{tag}{self._class(name, number)}>{inner}</{tag}>"

    def _cells(self, entry: Entry, number: int) -> list[tuple[str, str]]:
        cells = [("Title", self._title(entry, number))]
        if self.contents.dates != "none" and self.contents.titles not in ("dated", "dated-end"):
            cells.insert(self.place != "before", ("Date", entry.date or ""))
        names = {"number": "Docket No.", "person": "Judge", "place": "Court", "kind": "Type"}
        fields = [(names[column], getattr(entry, column)) for column in self.columns]
        if self.link == "around":
            cells[-1] = (cells[-1][0], f'<a href="{escape(entry.urls[0])}">{cells[-1][1]}</a>')
        if links := self._links(entry):
            fields.append(("Document", links))
        if more := self._more(entry):
            fields.append(("", more))
        if self.contents.summaries != "none":
            fields.append(("Summary", entry.summary or ""))
        return cells + fields

    def _table(self, entries: list[Entry]) -> str:
        if self.link == "around":
            self.link = "title"
        rows = [self._cells(entry, number) for number, entry in enumerate(entries)]
        tag = self.header
        head = "".join(f"<{tag}>{name}</{tag}>" for name, _ in rows[0]) if tag else ""
        made = [f"<tr{self._class('row', n)}>{_tds(row)}</tr>" for n, row in enumerate(rows)]
        if self.shape == "bodies":
            made = [f"<tbody>{row}</tbody>" for row in made]
        return f"<table>{f'<tr>{head}</tr>' if head else ''}{''.join(made)}</table>"

    def _two_rows(self, entries: list[Entry]) -> str:
        made = []
        for number, entry in enumerate(entries):
            title = f"<tr><td colspan=2>{self._title(entry, number)} {self._links(entry)}</td></tr>"
            rest = f"<td>{self._date(entry, number)}</td><td>{entry.summary or entry.place}</td>"
            made.append(f"{title}<tr>{rest}</tr>")
        self.link = "title" if self.link == "around" else self.link
        return f"<table>{''.join(made)}</table>"

    def _listing(self, entries: list[Entry]) -> str:
        if self.link == "around" and (self.shape in NOT_AROUND or self.extra):
            self.link = "title"
        if self.shape in ("table", "bodies"):
            return self._table(entries)
        if self.shape == "two-rows":
            return self._two_rows(entries)
        many = list(enumerate(entries))
        if self.shape == "siblings":
            made = (f"<div>{'</div><div>'.join(self._pieces(e, n))}</div>" for n, e in many)
            return f"<div>{''.join(made)}</div>"
        if self.shape == "lines":
            return f"<p>{'<br>'.join(' '.join(self._pieces(e, n)) for n, e in many)}</p>"
        if self.shape == "definitions":
            made = (
                f"<dt>{self._title(e, n)}</dt><dd>{' '.join(self._pieces(e, n)[1:]) or '-'}</dd>"
                if self.place != "before" else f"<dt>{self._title(e, n)}</dt>"
                f"<dd>{self._date(e, n)} {self._links(e)}</dd>"
                for n, e in many
            )  # fmt: skip
            return f"<dl>{''.join(made)}</dl>"
        if self.shape == "links":
            self.link = "title"
            if self.contents.titles not in ("dated", "dated-end", "is-date"):
                for entry in entries:
                    entry.date = None
            return "<div>" + "".join(f"<p>{self._title(e, n)}</p>" for n, e in many) + "</div>"
        if self.shape == "groups":
            return self._groups(many)
        if self.shape == "sections":
            return self._sections(many)
        if self.shape == "cell-lines":
            return self._cell_lines(many)
        if self.shape == "grid":
            return "<div>" + "".join(self._grid_row(e, n) for n, e in many) + "</div>"
        outer, tag = {
            "list": ("ul", "li"),
            "cards": ("div", "div"),
            "articles": ("div", "article"),
        }[self.shape]
        rows = "".join(self._whole(tag, "entry", e, n) for n, e in many)
        return f"<{outer}>{rows}</{outer}>"

    def _grid_row(self, entry: Entry, number: int) -> str:
        cells = "".join(f"<div>{piece}</div>" for piece in self._pieces(entry, number))
        return f"<div{self._class('row', number)}>{cells}</div>"

    def _groups(self, many: list[tuple[int, Entry]]) -> str:
        """Entries in several lists, each below a heading."""
        size = max(2, len(many) // 3)
        parts = []
        for start in range(0, len(many), size):
            rows = "".join(self._whole("li", "entry", e, n) for n, e in many[start : start + size])
            parts.append(f"<h2>{self.contents.phrase()}</h2><ul>{rows}</ul>")
        return f"<div>{''.join(parts)}</div>"

    def _sections(self, many: list[tuple[int, Entry]]) -> str:
        """A list, and below it further entries as lines, which somebody has added by hand."""
        self.link = "title" if self.link != "none-some" else self.link
        if self.contents.address == "{slug}.html":  # which nothing tells from those of other pages
            for _, entry in many:
                entry.urls = [f"/s/{url}" for url in entry.urls]
        half = len(many) // 2
        rows = "".join(self._whole("li", "entry", e, n) for n, e in many[:half])
        lines = "<br>".join(" ".join(self._pieces(e, n)) for n, e in many[half:])
        return f"<h2>New</h2><ul>{rows}</ul><h2>Older</h2><p>{lines}</p>"

    def _cell_lines(self, many: list[tuple[int, Entry]]) -> str:
        """A table with several lines in a cell, of which the first is the title."""
        rows = []
        for number, entry in many:
            lines = [self._title(entry, number), entry.number, self._date(entry, number)]
            links = self._links(entry)
            if not links:
                links = f'<a href="/d/{number}">{self.label}</a>'
                entry.urls = [*entry.urls, f"/d/{number}"] if self.link == "around" else entry.urls
            cell = "<br>".join(line for line in lines if line)
            rows.append(f"<tr><td>{cell}</td><td>{links}</td></tr>")
        return f"<table>{''.join(rows)}</table>"

    def _stated(self) -> str:
        number = self.number
        said = {
            "range": f"<p>1 - {number} of {number * 3}</p>",
            "total": f"<p>{number} results</p>",
            "pages": "<p>Page 1 of 7</p>",
            "lie": f"<p>1 - {number + 1} of {number * 3}</p>",
        }
        return said.get(self.stated or "", "")

    def _pager(self) -> str:
        if not self.pager:
            return ""
        said = {
            "next": '<p><a href="?page=2">Next page</a></p>',
            "numbers": '<p><span>1</span> <a href="?page=2">2</a> <a href="?page=3">3</a></p>',
            "arrow": '<ul class="pagination"><li>1</li><li><a href="?page=2">›</a></li></ul>',
            "older": '<div><a href="?page=2">Older posts</a></div>',
        }
        return said[self.pager]


NOT_AROUND = (
    "cell-lines",
    "sections",
    "siblings",
    "lines",
    "definitions",
    "two-rows",
    "table",
    "bodies",
    "grid",
)


def _tds(row: list[tuple[str, str]]) -> str:
    return "".join(f"<td>{cell}</td>" for _, cell in row)
