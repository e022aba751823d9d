"""The parts of a page that hold a document's texts, one behind the other, each under a tab."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element
from parsel import Selector

from harvester.pages.page import read_page
from harvester.sites.site import DocumentPage

TARGETS = ("data-bs-target", "data-target", "href")
TOGGLES = frozenset(("tab", "pill"))
LONGEST_LABEL = 80
"""In characters; a tab that says more is none."""
INFORMATION = 2
"""So many different labels make a part of a page information about a document, not its text, if
there are fewer than DENSE texts to a label."""
DENSE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Pane:
    """An element that holds a text, and the tab that opens it; either may be hidden."""

    element: Element
    tab: Element | None = None
    label: str | None = None
    language: str | None = None


def find_panes(selector: Selector, form: DocumentPage) -> list[Pane]:
    """The panes in reading order: those that tabs lead to, and those of the site's hints.

    A part that is not called a text by its tab is one only if it holds no information.
    """
    root = selector.root
    panes = [pane for tab, part in _tabs(root) if (pane := _opened(tab, part, form))]
    for hint in form.hints["transcript"]:
        hinted = (Pane(part.root, language=part.root.get("lang")) for part in selector.css(hint))
        panes += [pane for pane in hinted if not _informs(pane.element, form)]
    return _outermost(root, panes)


def text_of(element: Element) -> str:
    """The text that an element shows, on one line."""
    page = read_page(element, stands_apart=lambda part: part is element, shown=(element,))
    return " ".join(piece.text for piece in page.pieces)


def _tabs(root: Element) -> Iterator[tuple[Element, Element]]:
    """Links and buttons that lead to another part of the page, each with that part."""
    parts = {part.get("id"): part for part in reversed(list(root.iter("*"))) if part.get("id")}
    for tab in root.iter("*"):
        part = parts.get(_target(tab))
        if part is not None and tab not in part.iter():
            yield tab, part


def _target(tab: Element) -> str | None:
    for name in TARGETS:
        said = tab.get(name, "")
        if len(said) > 1 and said.startswith("#"):
            return said[1:]
    return tab.get("aria-controls")


def _opened(tab: Element, part: Element, form: DocumentPage) -> Pane | None:
    """The pane that a tab opens, if it is a tab of texts; it may be a link to a footnote or to a
    heading."""
    label = text_of(tab)
    if not label or len(label) > LONGEST_LABEL or text_of(part) == label:
        return None
    called = form.transcript.fullmatch(label)
    if not called and (not _is_tab(tab) or _informs(part, form)):
        return None
    language = called and (called["before"] or called["after"])
    return Pane(part, tab, label, language or part.get("lang"))


def _is_tab(tab: Element) -> bool:
    """Whether the markup itself says so, as ARIA and Bootstrap have it."""
    toggle = tab.get("data-bs-toggle") or tab.get("data-toggle")
    return tab.get("role") == "tab" or toggle in TOGGLES


def _informs(part: Element, form: DocumentPage) -> bool:
    texts = [piece.text for piece in read_page(part, shown=(part,)).pieces]
    labels = {meaning for text in texts if (meaning := form.meaning(text))}
    return len(labels) >= INFORMATION and len(texts) < DENSE * len(labels)


def _outermost(root: Element, panes: list[Pane]) -> list[Pane]:
    """Each part once, as it comes first, and none within another."""
    first = {pane.element: pane for pane in reversed(panes)}
    inner = {part for pane in panes for part in pane.element.iterdescendants("*")}
    return [first[part] for part in root.iter("*") if part in first and part not in inner]
