"""Where a page's entries are: elements side by side, each with links to one document."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from lxml.etree import _Element as Element

from harvester.pages.dating import Looks, looks
from harvester.pages.elements import is_landmark, signature
from harvester.pages.problem import Unclear
from harvester.pages.scene import Scene
from harvester.pages.selectors import select
from harvester.pages.stated import Stated


@dataclass(frozen=True, slots=True)
class Rows:
    """The elements of the entries in reading order, and the one that holds them."""

    parent: Element
    elements: list[Element]


def stated_rows(scene: Scene, root: Element, stated: Stated) -> Rows:
    """As many rows as the page states: those that the site's hints lead to, or the first ones.

    A later group is never taken to make the number fit.
    """
    found = 0
    links = scene.links()
    for link in chain(hinted_links(scene, root), links[:1]):
        rows = _rows_from(scene, link)
        found = len(rows.elements)
        if found == stated.count:
            _refuse_teasers(scene, range(stated.place, link))
            return rows
    raise Unclear(f"it states {stated}, but {found} of these {stated.count} entries can be read")


def unstated_rows(scene: Scene, root: Element) -> Rows:
    """The rows of a page without a range: those of the site's hints, or the first that say more
    than titles (menus hold links to documents too)."""
    for link in hinted_links(scene, root):
        rows = _rows_from(scene, link)
        if not _are_teasers(scene, link):
            return _complete(scene, rows)
    seen = -1
    for link in scene.links():
        if link > seen:
            rows = _rows_from(scene, link)
            if _say_more(scene, rows) and not _are_teasers(scene, link):
                return _complete(scene, rows)
            seen = scene.span(rows.elements[-1]).stop - 1
    raise Unclear("it shows no entries")


def hinted_links(scene: Scene, root: Element) -> Iterator[int]:
    """The first link that is in a row which a hint finds, hint by hint."""
    links = scene.links()
    for hint in scene.site.row_hints:
        spans = [scene.span(row) for row in select(root, hint)]
        hits = (link for link in links if any(link in span for span in spans))
        yield from islice(hits, 1)


def _rows_from(scene: Scene, link: int) -> Rows:
    """The rows of which the first holds this link; a single one is not to swallow headings."""
    row = _widest(scene, link, wary=False)
    rows = _beside(scene, row)
    return rows if len(rows.elements) > 1 else _beside(scene, _widest(scene, link, wary=True))


def _widest(scene: Scene, link: int, *, wary: bool) -> Element:
    """The largest element around a link that leads to no other document, the range not in it."""
    row = scene.page.pieces[link].link
    assert row is not None
    for up in row.iterancestors():
        start = scene.page.span(up).start
        if start <= scene.after or is_landmark(up) or len(scene.page.documents(up)) > 1:
            break
        if wary and (_has_like(scene, row) or not _leads_in(scene, range(start, link))):
            break
        row = up
    return row


def _has_like(scene: Scene, row: Element) -> bool:
    """Whether text stands beside an element in one marked up as it is: a row without its link."""
    alike = (other for other in row.itersiblings() if signature(other) == signature(row))
    return any(any(scene.strays(scene.span(other))) for other in alike)


def _leads_in(scene: Scene, places: range) -> bool:
    """Whether what stands before a title can be its date: nothing, or one text like a date."""
    texts = [piece.text for _, piece in scene.strays(places)]
    return not texts or (len(texts) == 1 and looks(texts[0]) is not Looks.PROSE)


def _beside(scene: Scene, row: Element) -> Rows:
    """The row and the elements like it after it, up to the first that holds other links."""
    rows = [row]
    for sibling in row.itersiblings():
        documents = scene.page.documents(sibling)
        if not documents or is_landmark(sibling):
            continue
        if len(documents) > 1 or sibling.tag != row.tag:
            break
        rows.append(sibling)
    parent = row.getparent()
    return Rows(row if parent is None else parent, rows)


def _say_more(scene: Scene, rows: Rows) -> bool:
    start = scene.span(rows.elements[0]).start
    return any(scene.strays(range(start, scene.span(rows.parent).stop)))


def _are_teasers(scene: Scene, link: int) -> bool:
    """Whether a heading just above a first title, or above its date, says so."""
    return scene.is_teased(range(max(link - 2, 0), link))


def _complete(scene: Scene, rows: Rows) -> Rows:
    """The rows, if no other links to documents follow but teasers: nothing else tells of more."""
    end = scene.span(rows.elements[-1]).stop
    left = next((place for place in scene.links() if place >= end), None)
    if left is not None and not scene.is_teased(range(end, left)):
        raise Unclear(f"after {len(rows.elements)} entries, more stand in another markup")
    return rows


def _refuse_teasers(scene: Scene, places: range) -> None:
    if scene.is_teased(places):
        raise Unclear("what follows its range are documents under a heading for teasers")
