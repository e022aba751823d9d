"""Panes: the parts of a page that hold a document's texts and scans; one is shown at a time."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from harvester.pages.elements import Element, all_within, fold
from harvester.pages.page import Page
from harvester.pages.page_reader import short_text_of, text_of
from harvester.pages.selectors import Index
from harvester.sites.site import DocumentPage

TABPANELS = "[role=tabpanel]"
"""As ARIA has it."""
TARGETS = ("data-bs-target", "data-target", "href", "aria-controls")
"""Attributes that name a part of the page by its id; all but the last put a "#" before it."""
TOGGLES = frozenset(("tab", "pill"))
LONGEST_LABEL = 80
"""In characters; a tab that says more is none."""
INFORMATION = 2
"""So many different labels make a part of a page information about a document, not its text, if
there are fewer than DENSE texts to a label, and no such information elsewhere."""
DENSE = 5
ACTIVE = "active"
"""Bootstrap's class of the pane that is shown."""


@dataclass(slots=True, eq=False)
class Pane:
    """An element that holds a text or shows a scan; it may be hidden, and have a tab that opens it.

    One within another, such as one of several translations, is of the same kind as its `outer`.
    """

    element: Element
    tab: Element | None = None
    outer: "Pane | None" = None
    label: str | None = None
    language: str | None = None


def possible_panes(index: Index, form: DocumentPage) -> list[Pane]:
    """Candidates for panes, in reading order: what tabs open, and what the markup calls a pane."""
    hints = (TABPANELS, *form.hints["transcript"])
    marked = {part for css in hints for part in index.select(css)}
    tabs = _tabs(index, marked, form)
    panes: dict[Element, Pane] = {}
    for part in index.ordered(marked.union(tabs)):
        panes[part] = Pane(part, tabs.get(part))
    return list(panes.values())


def choose_panes(possible: list[Pane], index: Index, page: Page, form: DocumentPage) -> list[Pane]:
    """The panes, with their names.

    A part that is not called a text by its tab is one only if it holds no information.
    """
    panes: dict[Element, Pane] = {}
    said_in = _Information(index, page, form)
    for pane in possible:
        said = None if pane.tab is None else text_of(pane.tab, index)
        outer = next((panes[up] for up in pane.element.iterancestors() if up in panes), None)
        called = said and form.transcript.fullmatch(said)
        if outer or called or not said_in.is_only_in(pane.element):
            panes[pane.element] = _named(pane, said, outer, form)
    found = list(panes.values())
    if found:
        _name_shown(found, index, form)
    return found


def _tabs(index: Index, marked: set[Element], form: DocumentPage) -> dict[Element, Element]:
    """The links and buttons that open other parts of the page, by these.

    Others lead to a footnote or to a heading; and within a pane all do that don't open another.
    """
    tabs: dict[Element, Element] = {}
    in_marked, named = all_within(index.ordered(marked)), _Named(index, marked)
    for tab in index.ordered(_pointing(index)):
        part = named.by(tab)
        if part is None or part in tabs:
            continue
        is_pane = part in marked
        outside = not _is_within(tab, part) and (is_pane or tab not in in_marked)
        if outside and _opens(index, tab, named.text(part), form, is_pane=is_pane):
            tabs[part] = tab
    return tabs


def _is_within(element: Element, part: Element) -> bool:
    return any(up is part for up in element.iterancestors())


def _pointing(index: Index) -> set[Element]:
    """The elements that refer to a part of the page by its id."""
    ids = index.attributes["id"]
    return {
        element
        for name in TARGETS
        for said, elements in index.attributes[name].items()
        if (said if name == TARGETS[-1] else said[:1] == "#" and said[1:]) in ids
        for element in elements
    }


class _Named:
    """The parts of a page that tabs name; each is examined once, however many tabs name it."""

    def __init__(self, index: Index, marked: set[Element]) -> None:
        self._index, self._marked = index, marked
        self._by_name: dict[str, Element | None] = {}
        self._texts: dict[Element, str | None] = {}

    def by(self, tab: Element) -> Element | None:
        """The element that a tab names: of several with one id the first that is marked as a pane,
        or else the first."""
        target = _target(tab)
        if target not in self._by_name:
            named = self._index.attributes["id"].get(target) if target else None
            first = next(filter(self._marked.__contains__, named), named[0]) if named else None
            self._by_name[target] = first
        return self._by_name[target]

    def text(self, part: Element) -> Callable[[], str | None]:
        """What gives the text of a part, if it is no longer than a tab's label may be."""

        def text() -> str | None:
            if part not in self._texts:
                self._texts[part] = short_text_of(part, self._index)
            return self._texts[part]

        return text


def _target(tab: Element) -> str:
    for name in TARGETS[:-1]:
        said = tab.get(name, "")
        if len(said) > 1 and said.startswith("#"):
            return said[1:]
    return tab.get(TARGETS[-1], "")


def _opens(
    index: Index,
    tab: Element,
    opened: Callable[[], str | None],
    form: DocumentPage,
    *,
    is_pane: bool,
) -> bool:
    """Whether it is a tab: it says what it opens, and is called so or marked up as one; `opened`
    gives what stands there."""
    label = short_text_of(tab, index)
    if not label or len(label) > LONGEST_LABEL:
        return False
    if not (_is_tab(tab) or form.transcript.fullmatch(label)):
        return False
    return is_pane or opened() != label


def _is_tab(tab: Element) -> bool:
    """Whether the markup marks it as a tab, as ARIA and Bootstrap do."""
    toggle = tab.get("data-bs-toggle") or tab.get("data-toggle")
    return tab.get("role") == "tab" or toggle in TOGGLES


class _Information:
    """The information on a page about its document: labels by what they mean.

    They are counted by their places, as panes may stand in each other: among the pieces of a page,
    and, wherever panes are hidden, among its elements.
    """

    def __init__(self, index: Index, page: Page, form: DocumentPage) -> None:
        self._index, self._page, self._form = index, page, form

    def is_only_in(self, part: Element) -> bool:
        """Whether a part holds information about the document, of which none is elsewhere."""
        span = self._page.span(part)
        labels = sum(_number(places, span) > 0 for places in self._among_pieces.values())
        if labels < INFORMATION or len(span) >= DENSE * labels:
            return False
        inside = self._index.span(part)
        elsewhere = (
            _number(places, inside) < len(places) for places in self._among_elements.values()
        )
        return sum(elsewhere) < INFORMATION

    @cached_property
    def _among_pieces(self) -> dict[str, list[int]]:
        return self._by_meaning(piece.text for piece in self._page.pieces)

    @cached_property
    def _among_elements(self) -> dict[str, list[int]]:
        return self._by_meaning(fold(one.text or "") for one in self._index.elements)

    def _by_meaning(self, texts: Iterable[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, text in enumerate(texts):
            if text and (meaning := self._form.meaning(text)):
                found[meaning].append(place)
        return found


def _number(places: list[int], span: range) -> int:
    """The number of places in a range."""
    return bisect_left(places, span.stop) - bisect_left(places, span.start)


def _named(pane: Pane, said: str | None, outer: Pane | None, form: DocumentPage) -> Pane:
    """The pane, named by its tab, its id or its `lang`."""
    part = pane.element
    if outer is None:
        called = said and form.transcript.fullmatch(said)
        language = (called["before"] or called["after"]) if called else None
        return Pane(part, pane.tab, None, said, language or part.get("lang"))
    named = form.pane.fullmatch(part.get("id", ""))
    language = said or (named and named["language"]) or part.get("lang")
    return Pane(part, pane.tab, outer, None, language)


def _name_shown(panes: list[Pane], index: Index, form: DocumentPage) -> None:
    """Names what is shown, where that stands beside it: a single pane has no tab."""
    for outer in _shown(panes, None):
        outer.label = outer.label or _hinted(index, form, "kind")
        for inner in _shown(panes, outer):
            inner.language = _hinted(index, form, "language") or inner.language
    for pane in panes:
        pane.label = pane.outer.label if pane.outer else pane.label


def _shown(panes: list[Pane], outer: Pane | None) -> list[Pane]:
    """The pane within another that is shown; None if that is not certain."""
    beside = [pane for pane in panes if pane.outer is outer]
    shown = [pane for pane in beside if ACTIVE in pane.element.get("class", "").split()] or beside
    return shown if len(shown) == 1 else []


def _hinted(index: Index, form: DocumentPage, hint: str) -> str | None:
    """The only text that a hint finds; None if there are several or none."""
    found = {text_of(one, index) for css in form.hints[hint] for one in index.select(css)}
    return found.pop() or None if len(found) == 1 else None
