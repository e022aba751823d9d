"""What a page says about its document besides its text: in its head, and as a citation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from re import Match
from typing import Any

from harvester.pages.address import document_of
from harvester.pages.document.document_context import DocumentContext
from harvester.pages.elements import fold
from harvester.pages.page import Piece
from harvester.pages.page_reader import read_page
from harvester.pages.selectors import Index
from harvester.record import is_same_title

TITLE, DESCRIPTION, ADDRESS = "title", "description", "address"
KINDS = {
    "meta": {
        ("name", "description"): DESCRIPTION,
        ("property", "og:description"): DESCRIPTION,
        ("property", "og:title"): TITLE,
        ("property", "og:url"): ADDRESS,
    },
    "link": {("rel", "canonical"): ADDRESS},
}
"""What an element of the head states, by its attributes."""
TOLD = {"meta": "content", "link": "href"}
BAR = " | "
MOST, MOST_BARS, LONGEST_TITLE = 100, 10, 2000
"""No page says its title, or the like, more often, and no title has more parts or characters."""
SETTINGS, JSON = "drupal-settings-json", "application/json"
"""The script with Drupal's settings, and its type."""


DIALOGUES = "[role=dialog]"
"""As ARIA has it."""
DEEPEST = 3
"""Dialogues in each other that are looked into; those below are read with the ones around."""


@dataclass(frozen=True, slots=True)
class Head:
    """Texts of the head that the page shows again, and facts that it does not show.

    `spellings` are the titles, and what stands before a bar in them. Sure in Drupal: the title is
    followed by a bar and the site's name.
    """

    titles: list[str]
    spellings: list[str]
    descriptions: list[str]
    addresses: list[str]
    node: int | None

    def title_like(self, shown: str) -> str | None:
        """The head's spelling of a text that is the page's title; None for any other."""
        return next((title for title in self.spellings if is_same_title(shown, title)), None)


def read_head(index: Index) -> Head:
    """Reads such elements wherever they stand on the page."""
    said: dict[str, list[str]] = {TITLE: [], DESCRIPTION: [], ADDRESS: []}
    for kind, text in _said(index):
        if text and len(said[kind]) < MOST and (text := fold(text)):
            said[kind].append(text)
    titles = [title for title in said[TITLE] if len(title) <= LONGEST_TITLE]
    spellings = [part for title in titles for part in _before_bars(title)]
    return Head(titles, spellings, said[DESCRIPTION], said[ADDRESS], _node(index))


def _before_bars(title: str) -> Iterator[str]:
    """A title, and its parts up to each bar, the shortest first."""
    if title.count(BAR) > MOST_BARS:
        return iter((title,))
    return accumulate(title.split(BAR), lambda before, after: f"{before}{BAR}{after}")


def _said(index: Index) -> Iterator[tuple[str, str | None]]:
    """All texts in reading order, each with what it is."""
    for element in index.tagged(("title", "meta", "link")):
        if element.tag == "title":
            yield from ((TITLE, text) for text in (element.text, *(one.tail for one in element)))
        else:
            kinds = KINDS[element.tag]
            found = (kinds[pair] for pair in element.items() if pair in kinds)
            yield from ((kind, element.get(TOLD[element.tag])) for kind in found)


def _node(index: Index) -> int | None:
    """The number in the settings' current path, "node/99018". Likely, of today's site."""
    for settings in _settings(index):
        path = settings.get("path")
        current = path.get("currentPath") if isinstance(path, dict) else None
        kind, _, number = current.partition("/") if isinstance(current, str) else ("", "", "")
        if kind == "node" and number.isascii() and number.isdigit() and len(number) < 18:
            return int(number)
    return None


def _settings(index: Index) -> Iterator[dict[str, Any]]:
    for script in index.tagged(("script",)):
        if script.get("data-drupal-selector") != SETTINGS or script.get("type") != JSON:
            continue
        try:
            settings = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        if isinstance(settings, dict):
            yield settings


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation, with the document's permanent address if it has one.

    `place` is its place among the page's texts; None if it is in a dialogue.
    """

    parts: Match[str]
    place: int | None = None
    url: str | None = None

    @property
    def text(self) -> str:
        """The whole of it."""
        return self.parts[0]


def find_citation(context: DocumentContext) -> Citation | None:
    """The citation that the page shows, or else the one in a dialogue."""
    form = context.site.document_page
    for place, piece in context.texts():
        if parts := form.citation.fullmatch(piece.text):
            return Citation(parts, place)
    for pieces in _dialogues(context):
        if parts := next(filter(None, (form.citation.fullmatch(one.text) for one in pieces)), None):
            urls = (one.text for one in pieces if document_of(one.text, context.site))
            return Citation(parts, url=next(urls, None))
    return None


def _dialogues(context: DocumentContext) -> Iterator[list[Piece]]:
    index, hints = context.tree.index, context.site.document_page.hints["citation"]
    dialogues = index.select(", ".join((DIALOGUES, *hints)))
    known = set(dialogues)
    for found in dialogues:
        depth = len(known.intersection(found.iterancestors()))
        if depth < DEEPEST and found not in context.in_panes:
            yield read_page(found, shown=(found,), index=index).pieces
