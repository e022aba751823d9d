"""The proof that a page did not break off inside what was read in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from harvester.pages.elements import Element
from harvester.pages.markup import Tree
from harvester.pages.page import Page
from harvester.pages.problem import BrokenOff, Unclear

OMISSIBLE_NAMES = """
    body colgroup dd dt html li optgroup option p rp rt tbody td tfoot th thead tr
"""
OMISSIBLE = frozenset(OMISSIBLE_NAMES.split())
"""Elements whose end tag may be omitted: https://html.spec.whatwg.org/#optional-tags."""


def refuse_cut(tree: Tree, page: Page, holder: Element, end: int) -> None:
    """Raises BrokenOff unless what was read surely ends at the place `end`, within its holder.

    It does if the source is finished or the holder has its end, or if anything follows.
    """
    if tree.finished or not tree.ends_in(holder):
        return
    if not any(piece.text or piece.document for piece in page.pieces[end:]):
        raise broken_off()


def broken_off() -> BrokenOff:
    """The refusal of a page that may have lost its last words."""
    return BrokenOff("it breaks off, and nothing proves that its last words are whole; get it anew")


@contextmanager
def told_of_break(tree: Tree) -> Iterator[None]:
    """Whatever can't be read in a page that breaks off, its end is what is wrong with it."""
    try:
        yield
    except BrokenOff:
        raise
    except Unclear as problem:
        if breaks_off(tree):
            raise BrokenOff(f"it breaks off, and {problem}; get it anew") from None
        raise


def breaks_off(tree: Tree) -> bool:
    """Whether a source surely ends too early: within a tag, or in an element that needs an end."""
    if tree.finished:
        return False
    return tree.unclosed is None or any(one.tag not in OMISSIBLE for one in tree.unclosed)
