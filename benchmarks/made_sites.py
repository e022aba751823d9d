"""Made-up listing pages in the shapes of well-known software and of pages that are kept by hand.

What they list is made up, and so is how each is varied; the order and kind of their elements are
those that such software prints. Where a page lists nothing, nothing is to be read of it.
"""

from collections.abc import Callable
from html import escape
from random import Random

from benchmarks.made_contents import FIRST, LAST, NOUNS, PLACES, TYPES, Contents, Entry
from benchmarks.made_listings import MadePage
from benchmarks.made_lists import LISTS
from benchmarks.made_noise import NOISES

SENSIBLE = ("phrase", "phrase", "parties", "long", "capitals", "dated-end", "numbered", "short")
"""What titles say in a catalogue."""
NUMBERS = (4, 8, 10, 20, 25, 50)


def made_site(seed: int) -> MadePage:
    """The page of a seed: the same for ever."""
    return Site(Random(seed)).page()


class Site:
    """Draws the contents of a page, and has one of the shapes written."""

    def __init__(self, random: Random) -> None:
        self.random, self.contents = random, Contents(random)
        self.contents.titles = random.choice(SENSIBLE)
        self.contents.gaps = random.choice((0, 0, 0, 0.1))
        self.contents.summaries = random.choice(("none", "all", "some"))
        if self.contents.dates == "none" or (
            self.contents.dates == "weekday" and self.contents.language != "en"
        ):
            self.contents.dates = "day-first"
        self.number = random.choice(NUMBERS)
        self.shape = random.choice(sorted(SHAPES))
        self.pager = random.random() < 0.6
        self.classes = random.random() < 0.7
        self.odd = random.random()

    def page(self) -> MadePage:
        """The page, with noise around the listing."""
        entries = self.contents.entries(self.number)
        if self.contents.titles == "dated-end":
            for entry in entries:
                entry.date = None
        body, listed = SHAPES[self.shape](self, entries)
        for entry in listed:
            if self.contents.titles == "dated-end":
                entry.date = None
        names = self.random.sample(sorted(NOISES), self.random.randint(1, 4))
        noise = [NOISES[name](self.contents) for name in names]
        cut = self.random.randint(0, len(noise))
        pager = '<ul class="pager"><li>1</li><li><a href="?page=2">Next</a></li></ul>'
        pager = pager if self.pager and listed else ""
        html = (
            f'<!DOCTYPE html><html lang="{self.contents.language}"><head><title>List</title></head>'
            f"<body>{''.join(noise[:cut])}<div{self.name('content')}><h1>{self.contents.phrase()}"
            f"</h1>{body}{pager}</div>{''.join(noise[cut:])}</body></html>"
        )
        kind = f"{self.shape} {self.contents.titles} {self.contents.dates}"
        return MadePage(html, listed, kind, "?page=2" if pager else None)

    def name(self, of: str) -> str:
        """An attribute that names an element, if the page does so."""
        return f' class="{of}"' if self.classes else ""

    def person(self) -> str:
        """A person, as catalogues write persons."""
        return f"{self.random.choice(LAST)}, {self.random.choice(FIRST)}"

    def link(self, entry: Entry, text: str | None = None, kind: str = "") -> str:
        """A link to an entry, of some class."""
        said = escape(entry.title) if text is None else text
        named = f' class="{kind}"' if kind else ""
        return f'<a href="{escape(entry.urls[0])}"{named}>{said}</a>'


Shape = Callable[[Site, list[Entry]], tuple[str, list[Entry]]]


def _each(row: Callable[[Site, Entry, int], str], before: str = "", after: str = "") -> Shape:
    """A shape in which all entries look alike."""

    def shape(site: Site, entries: list[Entry]) -> tuple[str, list[Entry]]:
        return before + "".join(row(site, e, n) for n, e in enumerate(entries)) + after, entries

    return shape


def _atom(site: Site, entry: Entry, number: int) -> str:
    image = site.link(entry, '<img src="/t.png" alt="">') if site.odd < 0.5 else ""
    date = f'<span class="mx-2"> · </span><span class="text-muted">{entry.date}</span>'
    return (
        f'<article class="search-result row">{image}<div class="col">'
        f"{site.link(entry, kind='h5 mb-0')}<div><span>CA {entry.number}</span>"
        f'<span class="mx-2"> · </span><span class="text-muted">{entry.kind}</span>'
        f'{date if entry.date else ""}</div><span class="text-block"><p>{entry.summary or ""}</p>'
        f'</span><span class="text-muted">{entry.person}</span></div></article>'
    )


def _archivesspace(site: Site, entry: Entry, number: int) -> str:
    entry.title = f"{entry.title} — Box {number + 1}" if site.odd < 0.3 else entry.title
    dates = f"<dt>Dates</dt><dd>{entry.date}</dd>" if entry.date else ""
    if site.odd > 0.6 and entry.date:
        dates = f'<div class="date-expression"><strong>Dates:</strong> {entry.date}</div>'
    scope = f"<div><strong>Scope and Contents:</strong> {entry.summary}</div>"
    up = f'<a href="/repositories/{number % 3}">{entry.place}</a>'
    return (
        f'<div class="recordrow" data-uri="{escape(entry.urls[0])}"><h3>'
        f"{site.link(entry, kind='record-title')}</h3>"
        f'<div class="badge-and-identifier"><div class="record-type-badge">{entry.kind}</div>'
        f'<div class="identifier"><span class="id-label">Identifier:</span> <span>{entry.number}'
        f'</span></div></div><div class="recordsummary">{dates}{scope if entry.summary else ""}'
        f'<div class="result_context"><strong>Found in: </strong>{up}</div></div></div>'
    )


def _dspace_table(site: Site, entry: Entry, number: int) -> str:
    first = "<tr><th>Issue Date</th><th>Title</th><th>Author(s)</th></tr>" if not number else ""
    authors = "; ".join(
        f'<a href="/browse?value={one}">{one}</a>' for one in (site.person(), site.person())
    )
    return (
        f'{first}<tr><td nowrap="nowrap">{entry.date or ""}</td><td>{site.link(entry)}</td>'
        f"<td><em>{authors}</em></td></tr>"
    )


def _dspace_cards(site: Site, entry: Entry, number: int) -> str:
    said = f'<span class="item-list-date">{entry.date}</span>' if entry.date else ""
    abstract = f'<div class="item-list-abstract">{entry.summary}</div>' if entry.summary else ""
    return (
        f'<li class="mt-4"><div class="row"><div class="col-3">'
        f'{site.link(entry, "<img src=/n.png>")}</div><div class="col-9"><span class="badge">'
        f"{entry.kind}</span>{site.link(entry, kind='lead item-list-title')}"
        f'<span class="text-muted">(<span>{entry.place}</span>, {said})</span>'
        f'<span class="item-list-authors"><span>{site.person()}</span>; '
        f"<span>{site.person()}</span></span>{abstract}</div></div></li>"
    )


def _omeka(site: Site, entry: Entry, number: int) -> str:
    tags = f'<a href="/t/{entry.kind}" rel="tag">{entry.kind}</a>'
    said = f'<div class="item-description">{entry.summary}</div>' if entry.summary else ""
    entry.date = None
    return (
        f'<div class="item record"><h2>{site.link(entry, kind="permalink")}</h2>'
        f'<div class="item-meta"><div class="item-img">{site.link(entry, "<img src=/s.jpg>")}</div>'
        f'{said}<div class="tags"><p><strong>Tags:</strong> {tags}</p></div></div></div>'
    )


def _omeka_s(site: Site, entry: Entry, number: int) -> str:
    entry.date = None
    image = f'<img src="/s{number}.jpg"> <span class="resource-name">{escape(entry.title)}</span>'
    said = f'<div class="description">{entry.summary}</div>' if entry.summary else ""
    return (
        f'<li class="item resource"><div class="resource-meta"><h4>{site.link(entry, image)}</h4>'
        f"{said}</div></li>"
    )


def _contentdm(site: Site, entry: Entry, number: int) -> str:
    date = f'<div class="field"><b>Date:</b> {entry.date}</div>' if entry.date else ""
    return (
        f'<div class="ListViewItem"><a href="{escape(entry.urls[0])}"><div><img src="/t/{number}">'
        f'</div><div class="title">{escape(entry.title)}</div>{date}<div class="field"><b>Creator:'
        f"</b> {site.person()}</div></a></div>"
    )


def _views_rows(site: Site, entry: Entry, number: int) -> str:
    body = f'<div class="views-field views-field-body"><p>{entry.summary}</p></div>'
    more = f'<div class="views-field views-field-view-node">{site.link(entry, "Read more")}</div>'
    return (
        f'<div class="views-row views-row-{number + 1}"><div class="views-field views-field-title">'
        f'<span class="field-content">{site.link(entry)}</span></div>'
        f'<div class="views-field views-field-created"><span class="field-content">'
        f"{entry.date or ''}</span></div>{body if entry.summary else ''}"
        f"{more if site.odd < 0.5 else ''}</div>"
    )


def _views_table(site: Site, entry: Entry, number: int) -> str:
    sort = '<a href="?order={0}&amp;sort=asc" title="sort by {0}">{0}</a>'
    heads = "".join(f"<th>{sort.format(one)}</th>" for one in ("Title", "Date", "Type"))
    first = f"<thead><tr>{heads}<th>File</th></tr></thead>" if not number else ""
    file = f'<a href="/files/{entry.number}.pdf">{entry.number}.pdf</a> (2.{number % 9} MB)'
    return (
        f'{first}<tr class="{"odd" if number % 2 else "even"}"><td class="views-field-title">'
        f"{site.link(entry)}</td><td>{entry.date or ''}</td><td>{entry.kind}</td>"
        f'<td><span class="file">{file}</span></td></tr>'
    )


def _wordpress(site: Site, entry: Entry, number: int) -> str:
    time = f'<time class="entry-date published">{entry.date}</time>' if entry.date else ""
    posted = f'Posted on <a href="{escape(entry.urls[0])}">{time}</a> by '
    author = f'<a class="url fn" href="/author/{entry.person[:3]}">{entry.person}</a>'
    goes_on = f"Continue reading <span>{escape(entry.title)}</span>"
    more = site.link(entry, goes_on, "more-link")
    text = f'<div class="entry-summary"><p>{entry.summary or ""} {more}</p></div>'
    return (
        f'<article id="post-{number}" class="post type-post"><header class="entry-header">'
        f'<h2 class="entry-title">{site.link(entry, kind="bookmark")}</h2>'
        f'<div class="entry-meta">{posted if time else "by "}{author}</div></header>{text}'
        f'<footer class="entry-meta">Posted in <a href="/category/{entry.kind}">{entry.kind}</a> | '
        f'<a href="{escape(entry.urls[0])}#respond">Leave a comment</a></footer></article>'
    )


def _islandora(site: Site, entry: Entry, number: int) -> str:
    entry.date = None
    return (
        f'<dl class="islandora-object"><dt class="islandora-object-thumb">'
        f'{site.link(entry, "<img src=/tn.jpg>")}</dt><dd class="islandora-object-caption">'
        f"{site.link(entry)}</dd></dl>"
    )


def _static(site: Site, entries: list[Entry]) -> tuple[str, list[Entry]]:
    """A list a year, the year in a heading and days without it."""
    size, made = max(2, len(entries) // 3), []
    site.contents.dates = "day-first"
    for start in range(0, len(entries), size):
        rows = ""
        for number, entry in enumerate(entries[start : start + size]):
            entry.date = (
                site.contents.date(number * 11 % 360, "long").rpartition(" ")[0].rstrip(",")
            )
            rows += f"<li><time>{entry.date}</time> {site.link(entry)}</li>"
        made.append(f"<h2>{site.contents.year - start // size}</h2><ul>{rows}</ul>")
    return "".join(made), entries


def _category(site: Site, entries: list[Entry]) -> tuple[str, list[Entry]]:
    """A page of bare links below letters, as a wiki's categories are."""
    said = f"The following {len(entries)} pages are in this category, out of {len(entries)} total."
    made = []
    entries.sort(key=lambda one: one.title)
    for letter in sorted({one.title[0] for one in entries}):
        rows = ""
        for entry in entries:
            if entry.title[0] == letter:
                entry.date = None
                rows += f"<li>{site.link(entry)}</li>"
        made.append(f'<div class="mw-category-group"><h3>{letter}</h3><ul>{rows}</ul></div>')
    return f'<p>{said}</p><div class="mw-category">{"".join(made)}</div>', entries


def _by_day(site: Site, entries: list[Entry]) -> tuple[str, list[Entry]]:
    """Entries below headings that are days."""
    size, made = site.random.randint(1, 4), []
    for start in range(0, len(entries), size):
        rows, day = "", site.contents.date(350 - start, "day-first")
        for entry in entries[start : start + size]:
            entry.date = day
            rows += f"<li>{site.link(entry)}</li>"
        made.append(f"<h3>{day}</h3><ul>{rows}</ul>")
    return "".join(made), entries


def _foia(site: Site, entry: Entry, number: int) -> str:
    size = f"(PDF, {number % 7 + 1}.{number % 9} MB)"
    posted = f" - Posted {entry.date}" if entry.date else ""
    if site.odd < 0.5:
        return f"<li>{site.link(entry)} <span class=file-size>{size}</span>{posted}</li>"
    return f"<p>{site.link(entry)} {size}{posted}</p>"


def _rowspan(site: Site, entries: list[Entry]) -> tuple[str, list[Entry]]:
    """A table in which a day stands once for several rows."""
    rows = ""
    heads = ("Date", "Title", "Type") if site.odd < 0.7 else ()
    place = 0
    while place < len(entries):
        some = entries[place : place + site.random.randint(1, 3)]
        day = site.contents.date(350 - place, "long")
        for number, entry in enumerate(some):
            entry.date = day
            cell = f"<td rowspan={len(some)}>{day}</td>" if not number else ""
            rows += f"<tr>{cell}<td>{site.link(entry)}</td><td>{entry.kind}</td></tr>"
        place += len(some)
    head = "".join(f"<th>{one}</th>" for one in heads)
    return f"<table><tr>{head}</tr>{rows}</table>", entries


def _overlay(site: Site, entry: Entry, number: int) -> str:
    date = f'<p class="card-date">{entry.date}</p>' if entry.date else ""
    text = f'<p class="card-text">{entry.summary}</p>' if entry.summary else ""
    return (
        f'<div class="card"><img src="/c/{number}.jpg" alt=""><div class="card-body">'
        f'<h5 class="card-title">{escape(entry.title)}</h5>{date}{text}'
        f"{site.link(entry, '', 'stretched-link')}</div></div>"
    )


def _meetings(site: Site, entry: Entry, number: int) -> str:
    first = "".join(f"<th>{one}</th>" for one in ("Meeting", "Date", "Agenda", "Minutes", "Video"))
    base = f"/m/{entry.number}"
    entry.urls = [f"{base}/agenda.pdf"]
    cells = f'<td><a href="{base}/agenda.pdf">Agenda</a></td>'
    cells += f'<td><a href="{base}/minutes.pdf">Minutes</a></td>' if number else "<td></td>"
    cells += f'<td><a href="https://video.example/{number}">Video</a></td>'
    row = f"<tr><td>{escape(entry.title)}</td><td>{entry.date or ''}</td>{cells}</tr>"
    return row if number else f"<tr>{first}</tr>{row}"


def _caption(site: Site, entry: Entry, number: int) -> str:
    if entry.date:
        entry.date = site.contents.date(number * 7, "long").rpartition(" ")[0].rstrip(",")
    return f"<tr><td>{entry.date or ''}</td><td>{site.link(entry)}</td></tr>"


def _finding_aid(site: Site, entry: Entry, number: int) -> str:
    entry.urls = []
    date = f', <span class="unitdate">{entry.date}</span>' if entry.date else ""
    return (
        f'<div class="c02"><span class="container">Box {number // 4 + 1} Folder {number % 4 + 1}'
        f'</span> <span class="unittitle">{escape(entry.title)}</span>{date}</div>'
    )


def _opinions(site: Site, entry: Entry, number: int) -> str:
    heads = "".join(f"<th>{one}</th>" for one in ("Docket No.", "Case Name", "Filed", "Judge"))
    row = (
        f"<tr><td>{site.link(entry, entry.number)}</td><td>{escape(entry.title)}</td>"
        f"<td>{entry.date or ''}</td><td>{entry.person}</td></tr>"
    )
    return row if number else f"<tr>{heads}</tr>{row}"


def _opinions_two(site: Site, entry: Entry, number: int) -> str:
    """The case has a link to the court's other system beside the one to its opinion."""
    heads = "".join(f"<th>{one}</th>" for one in ("Opinion", "Docket", "Filed", "Title"))
    other = f'<a href="https://dockets.example.net/case?n={entry.number}">{entry.number}</a>'
    row = (
        f"<tr><td>{site.link(entry, entry.number + 'P')}</td><td>{other}</td>"
        f"<td>{entry.date or ''}</td><td>{escape(entry.title)}</td></tr>"
    )
    return row if number else f"<tr>{heads}</tr>{row}"


def _blacklight(site: Site, entry: Entry, number: int) -> str:
    date = f"<dt>Date:</dt><dd>{entry.date}</dd>" if entry.date else ""
    return (
        f'<article class="document"><header><h3 class="index_title"><span class="document-counter">'
        f"{number + 1}. </span>{site.link(entry)}</h3></header><dl class=document-metadata>"
        f"<dt>Author:</dt><dd>{site.person()}</dd>{date}<dt>Format:</dt><dd>{entry.kind}</dd></dl>"
        "</article>"
    )


def _vufind(site: Site, entry: Entry, number: int) -> str:
    author = site.person()
    date = f"<div>Published {entry.date}</div>" if entry.date else ""
    return (
        f'<li class="result"><div class="record-number">{number + 1}</div><div class="media">'
        f'{site.link(entry, "<img src=/cover.png>")}<div class="result-body"><div>'
        f'{site.link(entry, kind="title")}</div><div>by <a href="/Author?author={author}">'
        f"{author}</a></div>{date}<span class=format>{entry.kind}</span></div></div></li>"
    )


def _arclight(site: Site, entry: Entry, number: int) -> str:
    up = f'<a href="/catalog/c{number % 2}">{entry.place}</a>'
    up += f' / <a href="/catalog/s{number % 5}">Series {number % 5}</a>'
    said = f'<div class="abstract">{entry.summary}</div>' if entry.summary else ""
    entry.title = f"{entry.title}, {entry.date}" if entry.date else entry.title
    return (
        f'<article class="document"><div class="breadcrumb-links">{up}</div>'
        f"<h3>{site.link(entry)}</h3>{said}</article>"
    )


def _press(site: Site, entry: Entry, number: int) -> str:
    date = f"<time>{entry.date}</time>" if entry.date else ""
    return (
        f'<li><span class="cat"><a href="/k/{entry.kind}">{entry.kind}</a></span>'
        f"<h3>{site.link(entry)}</h3>{date}<p>{entry.summary or ''}</p></li>"
    )


def _by_hand(site: Site, entry: Entry, number: int) -> str:
    date = f", {entry.date}" if entry.date else ""
    said = f" <i>{entry.summary}</i>" if entry.summary else ""
    start = f"<b>No. {number + 1}</b> " if site.odd < 0.4 else ""
    if site.odd < 0.7:
        return f"<p>{start}{site.link(entry)}{date}.{said}</p>"
    return f"{start}{site.link(entry)}{date}.{said}<br><br>"


def _featured(site: Site, entries: list[Entry]) -> tuple[str, list[Entry]]:
    """A few entries that are featured, above the list."""
    some = [Contents(site.random)._entry(n * 40) for n in range(3)]
    tiles = "".join(
        f'<div class="tile"><h3>{site.link(one)}</h3><p>{one.date or ""}</p></div>' for one in some
    )
    rows = "".join(_press(site, entry, n) for n, entry in enumerate(entries))
    return f"<h2>Featured</h2><div>{tiles}</div><h2>All</h2><ul>{rows}</ul>", entries


def _checked(site: Site, entry: Entry, number: int) -> str:
    heads = "<th></th><th>#</th><th>Name</th><th>Date</th><th>Add</th>"
    row = (
        f"<tr><td><input type=checkbox name=n{number}></td><td>{number + 1}</td><td>"
        f"{site.link(entry)}</td><td>{entry.date or ''}</td>"
        f'<td><a href="/cart/add?n={number}">Add to list</a></td></tr>'
    )
    return row if number else f"<tr>{heads}</tr>{row}"


def _result(site: Site, entry: Entry, number: int) -> str:
    """The blocks of an opinion whose title is the only text that nothing names."""
    values = {"Decree": entry.kind, "Opinion Date": entry.date}
    said = "".join(f"<p><strong>{k}:</strong> {v}</p>" for k, v in values.items() if v)
    return (
        f'<div class="opinion-result"><p><strong>{entry.number}</strong></p>'
        f"<p>{escape(entry.title)}</p>{said}<p>{site.link(entry, 'View Document')}</p></div>"
    )


def _days_alone(site: Site, entry: Entry, number: int) -> str:
    """Rows of nothing but a day and a link."""
    entry.date = site.contents.date(355 - number * 7, "long")
    entry.title = entry.date
    return f"<tr><td>{entry.date}</td><td>{site.link(entry, 'Download')}</td></tr>"


def _dated_links(site: Site, entry: Entry, number: int) -> str:
    """Links that begin with a day, and nothing else."""
    entry.date = site.contents.date(355 - number * 7, "long")
    entry.title = f"{entry.date} {entry.title}"
    return f"<li>{site.link(entry)}</li>"


def _months(site: Site, entry: Entry, number: int) -> str:
    """A table with headings over its rows."""
    heads = "<tr><td><b>Date</b></td><td><b>Case Info</b></td><td><b>Case Title</b></td></tr>"
    month = f"<tr><td colspan=3><h3>{site.contents.date(330 - number, 'month')}</h3></td></tr>"
    row = (
        f"<tr><td>{entry.date or ''}</td><td>{site.link(entry, entry.number)}</td>"
        f"<td>{escape(entry.title)}</td></tr>"
    )
    return row if number % 5 else month + heads + row


def _alone(site: Site, entry: Entry, number: int) -> str:
    entry.date = None
    return f"<li>{site.link(entry)}</li>"


def _no_list(site: Site, entries: list[Entry]) -> tuple[str, list[Entry]]:
    """A document's page, a text, a home page, or a table of figures: nothing that is listed."""
    contents, pick = site.contents, site.random.randint(0, 5)
    if pick == 0:
        names = ("Title", "Creator", "Date", "Type", "Place", "Identifier", "Rights", "Language")
        rows = "".join(f"<tr><th>{one}</th><td>{contents.phrase()}</td></tr>" for one in names)
        return f"<table>{rows}</table>", []
    if pick == 1:
        return "".join(f"<p>{contents.sentence() * 3}</p>" for _ in range(12)), []
    if pick == 2:
        parts = (
            f"<section><h2>{contents.phrase()}</h2><p>{contents.sentence()}</p>"
            f'<a href="/{one}">Learn more</a></section>'
            for one in NOUNS[:4]
        )
        return "".join(parts), []
    if pick == 3:
        rows = (
            f"<tr><td>{year}</td><td>{year * 7 % 991}</td><td>{year * 3 % 97} %</td></tr>"
            for year in range(1950, 1980)
        )
        return (
            f"<table><tr><th>Year</th><th>Cases</th><th>Share</th></tr>{''.join(rows)}</table>",
            [],
        )
    if pick == 4:
        hours = (f"<tr><td>{one}</td><td>9:00 - 17:00</td></tr>" for one in PLACES)
        return f"<table>{''.join(hours)}</table><p>{contents.sentence()}</p>", []
    groups = (
        f"<h3>{one}</h3><p>{contents.sentence()}</p><ul>"
        + "".join(f'<li><a href="/{one}/{n}">{contents.phrase()}</a></li>' for n in range(3))
        + "</ul>"
        for one in TYPES
    )
    return "".join(groups), []


SHAPES: dict[str, Shape] = {
    "atom": _each(_atom, "<div>Results 1 to 10 of 145</div>"),
    "archivesspace": _each(_archivesspace, '<div class="search-results">', "</div>"),
    "dspace-table": _each(_dspace_table, "<table>", "</table>"),
    "dspace-cards": _each(_dspace_cards, "<ul>", "</ul>"),
    "omeka": _each(_omeka),
    "omeka-s": _each(_omeka_s, "<ul>", "</ul>"),
    "contentdm": _each(_contentdm),
    "views-rows": _each(_views_rows, '<div class="view-content">', "</div>"),
    "views-table": _each(_views_table, '<table class="views-table">', "</table>"),
    "wordpress": _each(_wordpress, "<main>", "</main>"),
    "islandora": _each(_islandora),
    "static": _static,
    "category": _category,
    "by-day": _by_day,
    "foia": _each(_foia, "<div>", "</div>"),
    "rowspan": _rowspan,
    "overlay": _each(_overlay),
    "meetings": _each(_meetings, "<table>", "</table>"),
    "caption": _each(_caption, "<table><caption>Press releases 2019</caption>", "</table>"),
    "finding-aid": _each(_finding_aid),
    "opinions": _each(_opinions, "<table>", "</table>"),
    "opinions-two": _each(_opinions_two, "<table>", "</table>"),
    "blacklight": _each(_blacklight, "<div id=documents>", "</div>"),
    "vufind": _each(_vufind, "<ol>", "</ol>"),
    "arclight": _each(_arclight, "<div>", "</div>"),
    "press": _each(_press, "<ul>", "</ul>"),
    "by-hand": _each(_by_hand, "<div>", "</div>"),
    "featured": _featured,
    "checked": _each(_checked, "<table>", "</table>"),
    "result": _each(_result, "<div>", "</div>"),
    "days-alone": _each(_days_alone, "<table>", "</table>"),
    "dated-links": _each(_dated_links, "<ul>", "</ul>"),
    "months": _each(_months, "<table>", "</table>"),
    "alone": _each(_alone, "<ul>", "</ul>"),
    "none": _no_list,
    **{name: _each(*shape) for name, shape in LISTS.items()},
}
