"""Pages of single documents, rendered for tests: the same record in both of the site's generations.

What the pages say is real (tests/documents) or a test's; how they say it is rebuilt, and a guess in
part. The same arguments always give the same text.
"""

from . import earlier, today
from .page import LABELS, SHAPES, Document, sections

__all__ = ["LABELS", "MARKUPS", "SHAPES", "Document", "render", "sections"]

MARKUPS = {"today": today.page, "earlier": earlier.page}


def render(markup: str, page: Document) -> str:
    """The page of a document in one of the MARKUPS."""
    return MARKUPS[markup](page)
