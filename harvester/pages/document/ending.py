"""The proof that a document's page did not break off inside what was read in it."""

from harvester.pages.document.sheet import is_frame
from harvester.pages.document.survey import Survey
from harvester.pages.ending import breaks_off, broken_off
from harvester.pages.markup import Tree
from harvester.pages.selectors import select

DRUPAL = "meta[name=Generator][content^=Drupal]"


def refuse_cut(tree: Tree, found: Survey, node: int | None) -> None:
    """Raises BrokenOff unless the page goes on after the last of what tells of the document.

    Its source is finished, or what needs an end has it and something of the page's frame follows.
    Where Drupal made it, its settings have to follow as well: they name the node.
    """
    if tree.finished:
        return
    after = found.sheet.page.pieces[_last(found) + 1 :]
    framed = any(is_frame(landmark) for piece in after for landmark in piece.landmarks)
    if breaks_off(tree) or not framed or (node is None and select(tree.root, DRUPAL)):
        raise broken_off()


def _last(found: Survey) -> int:
    """The last place of what tells of the document."""
    panes = [found.sheet.page.span(pane.element).stop - 1 for pane in found.sheet.panes]
    return max(found.title, found.body.stop - 1, *found.told, *panes)
