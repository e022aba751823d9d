"""The <head> of a page: title, description, addresses, and the settings of its scripts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harvester.pages.elements import Element
from harvester.pages.text import fold

TITLES = frozenset(("property=og:title", "title"))
DESCRIPTIONS = frozenset(("name=description", "property=og:description"))
ADDRESSES = frozenset(("rel=canonical", "property=og:url"))
SETTINGS, JSON = "drupal-settings-json", "application/json"
"""The script with Drupal's settings, and its type."""


@dataclass(frozen=True, slots=True)
class Head:
    """Texts that are to be found on the page again, and what isn't shown there."""

    titles: list[str]
    descriptions: list[str]
    addresses: list[str]
    node: int | None

    def title_like(self, shown: str) -> str | None:
        """The head's spelling of a text, if that is the page's title.

        Sure in Drupal: the title is followed by a bar and the site's name.
        """
        spelt = ((title[: len(shown)], title[len(shown) :]) for title in self.titles)
        said = (title for title, rest in spelt if not rest or rest.startswith(" | "))
        return next((title for title in said if is_same_title(shown, title)), None)


def is_same_title(shown: str, said: str) -> bool:
    """Whether a text is a title, which the earlier site showed in capitals.

    It made capitals of English letters only.
    """
    return shown == said or (is_in_capitals(shown) and shown.lower() == said.lower())


def is_in_capitals(text: str) -> bool:
    """Whether there is no small English letter in a text."""
    return not any("a" <= letter <= "z" for letter in text)


def read_head(root: Element) -> Head:
    """Reads such elements wherever they stand on the page."""
    said = list(_said(root))
    return Head(
        titles=[text for kind, text in said if kind in TITLES],
        descriptions=[text for kind, text in said if kind in DESCRIPTIONS],
        addresses=[text for kind, text in said if kind in ADDRESSES],
        node=_node(root),
    )


def _said(root: Element) -> Iterator[tuple[str, str]]:
    """All texts by what they are: "title", "name=description", "rel=canonical"."""
    for element in root.iter("title", "meta", "link"):
        if element.tag == "title":
            found = [("title", text) for text in (element.text, *(one.tail for one in element))]
        elif element.tag == "meta":
            said = element.get("content")
            found = [(f"{name}={element.get(name)}", said) for name in ("name", "property")]
        else:
            found = [(f"rel={element.get('rel')}", element.get("href"))]
        yield from ((kind, text) for kind, said in found if said and (text := fold(said)))


def _node(root: Element) -> int | None:
    """The number in the settings' current path, "node/99018". Likely, of today's site."""
    for settings in _settings(root):
        path = settings.get("path")
        current = path.get("currentPath") if isinstance(path, dict) else None
        kind, _, number = current.partition("/") if isinstance(current, str) else ("", "", "")
        if kind == "node" and number.isascii() and number.isdigit() and len(number) < 18:
            return int(number)
    return None


def _settings(root: Element) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if script.get("data-drupal-selector") != SETTINGS or script.get("type") != JSON:
            continue
        try:
            settings = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        if isinstance(settings, dict):
            yield settings
