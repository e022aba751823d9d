"""One entry: in reading order its date, its title, its summary."""

import re
from itertools import chain, islice, takewhile

from lxml.etree import _Element as Element

from harvester.items import Entry
from harvester.pages.dating import LONGEST_DATE, Looks, looks
from harvester.pages.elements import HEADINGS, signature
from harvester.pages.page import Piece
from harvester.pages.problem import Unclear
from harvester.pages.scene import Scene

DATE_CLASS = re.compile(r"\bdate\b", re.IGNORECASE)
MOST_ROWS = 100
"""So many other rows are asked what stands in such a place."""
TITLE_CLASS = re.compile("title", re.IGNORECASE)
MORE = re.compile(
    r"\W*+(?:read|see|view|show|learn|continue)?\s?(?:more|reading|details?|the\sdocument|document"
    r"|full\s(?:text|document|record))?(?:(?:\s|(?<=\s))(?:about|on|›|»)\b.*)?\W*+",
    re.IGNORECASE | re.DOTALL,
)
"""What a second link to the same document says. Guess."""


def read_row(scene: Scene, row: Element) -> Entry:
    """The entry that one element holds."""
    title = find_title(scene, row)
    before, after = _around(scene, scene.span(row), title)
    name = scene.page.pieces[title].text
    if len(before) > 1 or (
        before and len(before[0]) > LONGEST_DATE and not _begins_with_date(scene, row)
    ):
        raise Unclear(f'before the title "{name}" stands more than a date')
    if after and not before and looks(after[0]) is Looks.DATE:
        raise Unclear(f'the title "{name}" has a date after it, not before')
    return make_entry(scene, title, before[0] if before else None, after)


def make_entry(scene: Scene, title: int, date: str | None, paragraphs: list[str]) -> Entry:
    """An entry, from the place of its title and the texts around it."""
    piece = scene.page.pieces[title]
    assert piece.document is not None
    return Entry(
        document=piece.document,
        link=scene.site.document_url(piece.document),
        title=piece.text,
        date_text=date,
        summary="\n\n".join(paragraphs) or None,
    )


def find_title(scene: Scene, row: Element) -> int:
    """The place of an entry's title: the text of its link, or of a heading in it."""
    links = _links(scene, scene.span(row))
    said = {
        link: " ".join(scene.page.pieces[place].text for place in links[link]) for link in links
    }
    if len(links) > 1:
        said = {link: text for link, text in said.items() if not MORE.fullmatch(text)}
    said = {link: text for link, text in said.items() if text}
    if not said:
        raise Unclear(f"an entry has no title ({row_documents(scene, row)})")
    if len(set(said.values())) > 1:
        raise Unclear(f"an entry has several titles: {', '.join(said.values())}")
    link = next(iter(said))
    return _heading(scene, link, links[link])


def _begins_with_date(scene: Scene, row: Element) -> bool:
    """Whether the first text in a row is a date with a remark, is marked up as one, or as the
    dates of other rows are."""
    first = next(piece for _, piece in scene.texts(scene.span(row)))
    if looks(first.text) is Looks.DATE:
        return True
    path = [first.holder, *takewhile(lambda up: up is not row, first.holder.iterancestors())]
    if any(up.tag == "time" or DATE_CLASS.search(up.get("class", "")) for up in path):
        return True
    others = islice(chain(row.itersiblings(), row.itersiblings(preceding=True)), MOST_ROWS)
    firsts = (next(scene.texts(scene.span(other)), None) for other in others)
    alike = (one[1] for one in firsts if one and _form(one[1]) == _form(first))
    return any(looks(piece.text) is Looks.DATE for piece in alike)


def _form(piece: Piece) -> tuple[object, ...]:
    """How a text's block and what is around it are marked up."""
    around = piece.holder.getparent()
    return piece.signature, None if around is None else signature(around)


def row_documents(scene: Scene, row: Element) -> str:
    """The documents that an element links to, to name it by."""
    return ", ".join(sorted(scene.page.documents(row)))


def _links(scene: Scene, places: range) -> dict[Element, list[int]]:
    """The links to documents, each with the places of its texts."""
    links: dict[Element, list[int]] = {}
    for place, piece in scene.page.within(places):
        if piece.link is not None:
            links.setdefault(piece.link, []).extend([place] if piece.text else [])
    return links


def _heading(scene: Scene, link: Element, places: list[int]) -> int:
    """Which of a link's texts is the title, where a link goes around a whole entry."""
    headings = [
        element
        for element in link.iterdescendants("*")
        if element.tag in HEADINGS or TITLE_CLASS.search(element.get("class", ""))
    ]
    if len(places) == 1 and not headings:
        return places[0]
    titles = {place for heading in headings for place in scene.span(heading) if place in places}
    if len(titles) != 1:
        text = " / ".join(scene.page.pieces[place].text for place in places)
        raise Unclear(f'a link holds several texts, and no heading tells its title: "{text}"')
    return titles.pop()


def _around(scene: Scene, places: range, title: int) -> tuple[list[str], list[str]]:
    """The texts before and after a title, without repeated links to its document.

    Sure: an entry has no text but its date, title and summary; a mere link elsewhere is none.
    """
    link = scene.page.pieces[title].link
    before: list[str] = []
    after: list[str] = []
    for place, piece in scene.texts(places):
        if piece.targets and not piece.loose:
            raise Unclear(f'an entry holds a link that is no part of one, "{piece.text}"')
        if place != title and piece.link in (None, link):
            (before if place < title else after).append(piece.text)
    return before, after
