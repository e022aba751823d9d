"""All entries of a page, and the proof that no text of theirs was left over."""

from harvester.items import Entry
from harvester.pages.dating import Looks, looks
from harvester.pages.ending import refuse_cut
from harvester.pages.entry import read_row
from harvester.pages.flat import read_flat
from harvester.pages.misplaced import refuse_behind, refuse_misplaced
from harvester.pages.problem import Unclear
from harvester.pages.rows import Rows
from harvester.pages.scene import Scene


def read_entries(scene: Scene, rows: Rows) -> list[Entry]:
    """The entries of these rows, in reading order."""
    if _is_flat(scene, rows):
        _refuse_beside(scene, rows)
        entries, around = read_flat(scene, rows), scene.span(rows.parent)
        places = range(around.start, 1 + max(place for place, _ in scene.texts(around)))
    else:
        _refuse_leftovers(scene, rows)
        entries = [read_row(scene, row) for row in rows.elements]
        first, last = scene.span(rows.elements[0]), scene.span(rows.elements[-1])
        places = range(first.start, last.stop)
        refuse_behind(scene, rows, places)
    refuse_misplaced(scene, rows, places)
    _refuse_lost_date(scene, places.start)
    refuse_cut(scene.tree, scene.page, rows.parent, places.stop)
    return entries


def _is_flat(scene: Scene, rows: Rows) -> bool:
    """Whether the rows hold titles only, and other text stands between or around them."""
    if any(len(list(scene.texts(scene.span(row)))) > 1 for row in rows.elements):
        return False
    return any(scene.strays(scene.span(rows.parent)))


def _refuse_leftovers(scene: Scene, rows: Rows) -> None:
    """No text between rows, nor after them unless it can't be theirs.

    It can't if its markup is another and the range stands in the same element, so that this holds
    more than entries. Without a range, a row before the first may have lost its link.
    """
    spans = [scene.span(row) for row in rows.elements]
    inside = {place for span in spans for place in span}
    strays = scene.strays(scene.span(rows.parent))
    if not (left := [(place, piece) for place, piece in strays if place not in inside]):
        return
    kinds = {piece.signature for span in spans for _, piece in scene.texts(span)}
    begin, end = spans[0].start, spans[-1].stop
    own = scene.page.span(rows.parent).start > scene.after
    for place, piece in left:
        between = begin <= place < end
        alike = piece.signature in kinds and (place >= end or scene.after < 0)
        if between or alike or (own and place >= end):
            raise Unclear(f'the text "{piece.text}" belongs to none of its entries')


def _refuse_beside(scene: Scene, rows: Rows) -> None:
    """No text right after a list of titles and texts that is marked up like those in it."""
    kinds = {piece.signature for _, piece in scene.strays(scene.span(rows.parent))}
    for sibling in rows.parent.itersiblings():
        if texts := [piece for _, piece in scene.strays(scene.span(sibling))]:
            if len(texts) == 1 and texts[0].signature in kinds:
                raise Unclear(f'the text "{texts[0].text}" may belong to its last entry')
            return


def _refuse_lost_date(scene: Scene, start: int) -> None:
    """No text like a date right before the entries: it would be the first one's."""
    before = [piece for _, piece in scene.strays(range(scene.after + 1, start))][-1:]
    for piece in before:
        linked = piece.targets and not piece.loose
        if not linked and looks(piece.text) is not Looks.PROSE:
            raise Unclear(f'the text "{piece.text}" stands before its entries, in none of them')
