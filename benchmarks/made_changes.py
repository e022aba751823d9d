"""Honest changes to a page of a listing: what another page of the same site may have as well.

An entry lacks its date or its link, has a second link or papers of its own; a notice, a heading or
an advertisement stands among the entries; a list of recent papers, of other papers or of links
stands elsewhere. The entries stay what they are: a reader has to find them, or to refuse the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from random import Random
from typing import Any

from lxml import html as markup

from benchmarks.made_contents import Entry
from benchmarks.made_listings import MadePage, made_page
from benchmarks.made_programs import made_program
from benchmarks.made_sites import made_site
from harvester.pages.general import GeneralListing, read_any_listing

MARK = "data-made-entry"
BASES = (made_program, made_program, made_site, made_page)
TITLES = (
    "Accounts of the orphanage",
    "Map of the lower valley",
    "Speech on the granary",
    "Wages of the ferrymen",
    "Inventory of the abbey",
    "Complaint of the millers",
    "Journey to the salt works",
    "Rules of the fire brigade",
)
Node = Any
"""An element of lxml's, whose class has no public name."""


@dataclass(slots=True)
class Page:
    """A page that is being changed: its elements that are entries, and what is read of each."""

    body: Node
    elements: list[Node]
    entries: list[Entry]
    random: Random

    def one(self) -> int:
        """Any entry but the first."""
        return self.random.randrange(1, len(self.elements))

    def title_link(self, number: int) -> Node | None:
        """The link of an entry's title."""
        entry = self.entries[number]
        links = self.elements[number].iter("a")
        said = (link for link in links if " ".join(link.text_content().split()) == entry.title)
        return next((link for link in said if link.get("href", "").strip() in entry.urls), None)


def marked(html: str) -> tuple[str, GeneralListing]:
    """A page with a mark on each element that is an entry, and what is read of it."""
    found = read_any_listing(html)
    if found.refused or found.source is None:
        return html, found
    for number, element in enumerate(found.best[0].elements):
        element.set(MARK, f"{number}")
    html = markup.tostring(found.source.root, encoding="unicode")
    return html, read_any_listing(html)


def as_entries(found: GeneralListing) -> list[Entry]:
    """What was read of a page, as entries to be found."""
    return [
        Entry(one.title, [one.href] if one.href else [], one.date_text, *4 * [""], None)
        for one in found.entries
    ]


def changed(html: str, entries: Sequence[Entry], name: str, random: Random) -> MadePage | None:
    """A marked page with a change, and the entries it has then; None if the change can't be."""
    root = markup.document_fromstring(html)
    elements = sorted(root.iterfind(f".//*[@{MARK}]"), key=lambda one: int(one.attrib.pop(MARK)))
    page = Page(root.body, elements, [replace(one) for one in entries], random)
    if len(elements) != len(entries) or len(elements) < 3 or not CHANGES[name](page):
        return None
    return MadePage(markup.tostring(root, encoding="unicode"), page.entries, name, None)


def made_change(seed: int) -> MadePage:
    """A made page with a change, if it is read without; else the page itself."""
    random = Random(seed)
    base = random.choice(BASES)(seed)
    html, found = marked(base.html)
    if found.refused or [one.title for one in found.entries] != [one.title for one in base.entries]:
        return base
    names = random.sample(sorted(CHANGES), len(CHANGES))
    made = (changed(html, as_entries(found), name, random) for name in names)
    page = next(filter(None, made), base)
    return replace(page, kind=f"{page.kind} {base.kind}")


def _undated(page: Page) -> bool:
    """An entry that has no date."""
    number = page.one()
    entry, element = page.entries[number], page.elements[number]
    if not entry.date or entry.date in entry.title:
        return False
    for one in element.iter():
        for side in ("text", "tail"):
            said = getattr(one, side) or ""
            if entry.date in said and (side == "text" or one is not element):
                setattr(one, side, said.replace(entry.date, ""))
                entry.date = None
                return True
    return False


def _unlinked(page: Page) -> bool:
    """An entry that leads nowhere."""
    number = page.one()
    if not page.entries[number].urls:
        return False
    for link in page.elements[number].iter("a"):
        link.attrib.pop("href", None)
    page.entries[number].urls = []
    return page.elements[number].tag != "a"


def _second_link(page: Page, *, before: float) -> bool:
    """Some entries have another link, before or behind that of the title."""
    numbers = page.random.sample(range(len(page.elements)), len(page.elements) // 2)
    links = [page.title_link(number) for number in numbers]
    if None in links or any(link in page.elements for link in links):
        return False
    for number, link in zip(numbers, links, strict=True):
        address = escape(f"{page.entries[number].urls[0]}?as=pdf")
        other = markup.fragment_fromstring(f'<a href="{address}">PDF</a>')
        tail, link.tail, other.tail = link.tail, None, " "
        if page.random.random() < before:
            link.addprevious(other)
            link.tail = tail
        else:
            link.addnext(other)
            link.tail, other.tail = " ", tail
    return True


def _another(page: Page, where: int, inner: str, name: str) -> bool:
    """Something in the place of an entry that is none, before one of them."""
    beside = page.elements[where]
    tag = beside.tag
    if tag in ("td", "dd", "dt", "a"):
        return False
    inner = {
        "tr": f'<td colspan="9">{inner}</td>',
        "tbody": f'<tr><td colspan="9">{inner}</td></tr>',
    }.get(tag, inner)
    made = markup.Element(tag)
    if name:
        made.set("class", name)
    for part in markup.fragments_fromstring(f"<table>{inner}</table>" if tag in TABLES else inner):
        made.extend(
            list(part.iter("tr" if tag == "tbody" else "td"))[:1] if tag in TABLES else [part]
        )
    beside.addprevious(made)
    return True


def _notice(page: Page) -> bool:
    """A notice before the first entry, in an element like it."""
    link = page.random.choice(("", '<a href="/closed">Opening hours</a>'))
    inner = f"<b>Please note:</b><span> the reading room is closed in August. </span>{link}"
    return _another(page, 0, f"<div>{inner}</div>", page.random.choice(("", "notice", "alert")))


def _advertisement(page: Page) -> bool:
    """An advertisement among the entries."""
    picture = 'Advertisement <a href="https://ads.example/1"><img src="/ad.png" alt=""></a>'
    text = '<a href="https://shop.example/prints?from=list">Order prints of our maps</a>'
    inner = f"<div>{page.random.choice((picture, text))}</div>"
    return _another(page, page.one(), inner, page.random.choice(("", "ad", "promo")))


def _heading(page: Page) -> bool:
    """A heading among the entries."""
    return _another(page, page.one(), "<h3>Older papers</h3>", page.random.choice(("", "head")))


def _elsewhere(page: Page, inner: str, name: str) -> bool:
    """A block outside of the listing, before or behind all else."""
    made = markup.fragment_fromstring(f'<div class="{name}">{inner}</div>')
    page.body.insert(page.random.choice((0, len(page.body))), made)
    return True


def _list(page: Page, address: str, number: int, *, dated: bool) -> str:
    dates = [f" <i>{one.date}</i>" for one in page.entries if one.date] or [""]
    return "<ul>" + "".join(
        f'<li><a href="{escape(address.format(n))}">{title}</a>{dates[n % len(dates)] * dated}</li>'
        for n, title in enumerate(TITLES[:number])
    ) + "</ul>"  # fmt: skip


def _recent(page: Page) -> bool:
    """The latest entries once more, elsewhere."""
    dated = page.random.random() < 0.5
    rows = "".join(
        f'<li><a href="{escape("".join(one.urls))}">{escape(one.title)}</a>'
        f"{f' {one.date}' if dated and one.date else ''}</li>"
        for one in page.entries[:5]
    )
    return _elsewhere(page, f"<h3>Recent</h3><ul>{rows}</ul>", page.random.choice(("r", "recent")))


def _others(page: Page, *, dated: bool) -> bool:
    """A list of other papers, elsewhere."""
    rows = _list(page, page.random.choice(("/other/{}", "/x.php?n={}")), 8, dated=dated)
    return _elsewhere(page, f"<h3>More papers</h3>{rows}", page.random.choice(("x", "more")))


def _links(page: Page) -> bool:
    """A block of links at the end that no name says to be one."""
    return _elsewhere(page, _list(page, "/about/{}", 8, dated=False), "x")


def _featured(page: Page) -> bool:
    """A first entry of another look."""
    first = page.elements[0]
    if first.tag in ("td", "dd", "dt", "a"):
        return False
    first.set("class", page.random.choice(("featured", "lead big")))
    if page.random.random() < 0.5:
        for one in first.iter("h2", "h3", "h4", "h5"):
            one.tag = "h1"
    return True


def _wrapped(page: Page) -> bool:
    """Entries in two columns."""
    parents = {one.getparent() for one in page.elements}
    if len(parents) > 1 or page.elements[0].tag not in ("div", "article", "section", "p"):
        return False
    half = len(page.elements) // 2
    for some in (page.elements[:half], page.elements[half:]):
        column = markup.Element("div")
        column.set("class", "column")
        some[0].addprevious(column)
        column.extend(some)
    return True


def _papers(page: Page) -> bool:
    """An entry with a list of papers of its own."""
    return _inside(
        page, '<ul><li><a href="/p/1.pdf">Map</a></li><li><a href="/p/2">Plan</a></li></ul>'
    )


def _long(page: Page) -> bool:
    """An entry that says a good deal more."""
    said = "<p>The clerk adds what was found when the chest was opened, and how it was kept.</p>"
    return _inside(page, f"<div>{said * 4}</div>")


def _inside(page: Page, inner: str) -> bool:
    """Something at the end of an entry."""
    element = page.elements[page.one()]
    if element.tag in ("tr", "tbody"):
        element = next(iter(element.iter("td")), element)
    if element.tag in ("a", "tr", "tbody", "dt"):
        return False
    element.append(markup.fragment_fromstring(inner))
    return True


def _marks(page: Page) -> bool:
    """Some entries are marked as new."""
    links = [page.title_link(number) for number in range(0, len(page.elements), 3)]
    if None in links or any(link in page.elements for link in links):
        return False
    for link in links:
        mark = markup.fragment_fromstring('<b class="new">New!</b>')
        mark.tail, link.tail = link.tail, " "
        link.addnext(mark)
        link.tail = " "
    return True


def _twice(page: Page) -> bool:
    """An entry that is listed twice."""
    number = page.one()
    element = page.elements[number]
    copy = markup.fromstring(markup.tostring(element, encoding="unicode"))
    if copy.tag != element.tag:
        return False
    copy.tail = element.tail
    element.addnext(copy)
    page.entries.insert(number, replace(page.entries[number]))
    return True


TABLES = ("tr", "tbody")
CHANGES: dict[str, Callable[[Page], bool]] = {
    "undated": _undated,
    "unlinked": _unlinked,
    "link-before": partial(_second_link, before=1),
    "link-behind": partial(_second_link, before=0),
    "link-anywhere": partial(_second_link, before=0.5),
    "notice": _notice,
    "advertisement": _advertisement,
    "heading": _heading,
    "recent": _recent,
    "other-papers": partial(_others, dated=True),
    "undated-papers": partial(_others, dated=False),
    "links": _links,
    "featured": _featured,
    "wrapped": _wrapped,
    "papers": _papers,
    "long": _long,
    "marks": _marks,
    "twice": _twice,
}
