"""Changes to a page that change nothing of what it says, to see what a parser hangs on."""

import hashlib
import re
from collections.abc import Callable, Mapping

SCRIPT = re.compile(r"(<script\b.*?</script>)", re.DOTALL | re.IGNORECASE)
OPENING_TAG = re.compile(r"<[a-z][^>]*>", re.IGNORECASE)
NAMES = re.compile(r'(?<=\s)(class|id|for|aria-labelledby|aria-controls)="([^"]*)"')
ANCHOR = re.compile(r'(?<=\s)(href|data-(?:bs-)?target)="#([^"]+)"')
TAG = re.compile(r"(</?)([a-z][a-z0-9]*)(?=[\s>/])", re.IGNORECASE)

TABLES = ("table", "thead", "tbody", "tr", "th", "td")
LISTS = ("ul", "ol", "li", "dl", "dt", "dd")
TEXTS = ("p", "h1", "h2", "h3", "h4", "h5", "h6")
LANDMARKS = ("nav", "aside", "main", "header", "footer")
CHANGED_TAGS = {
    **dict.fromkeys((*TABLES, *LISTS, *TEXTS, *LANDMARKS), "div"),
    "article": "section",
    "section": "div",
    "time": "span",
}


def rename_classes(html: str, seed: int = 0) -> str:
    """The page with every class and id called something else; one name always the same."""

    def renamed(tag: re.Match[str]) -> str:
        named = NAMES.sub(lambda found: f'{found[1]}="{_names(found[2], seed)}"', tag[0])
        return ANCHOR.sub(lambda found: f'{found[1]}="#{_names(found[2], seed)}"', named)

    return _outside_scripts(html, lambda part: OPENING_TAG.sub(renamed, part))


def change_tags(html: str, tags: Mapping[str, str] = CHANGED_TAGS) -> str:
    """The page with its structure told by other elements; links, head and scripts stay."""

    def changed(tag: re.Match[str]) -> str:
        return tag[1] + tags.get(tag[2].lower(), tag[2])

    return _outside_scripts(html, lambda part: TAG.sub(changed, part))


def _outside_scripts(html: str, change: Callable[[str], str]) -> str:
    parts = SCRIPT.split(html)
    return "".join(part if SCRIPT.match(part) else change(part) for part in parts)


def _names(names: str, seed: int) -> str:
    return " ".join(_name(name, seed) for name in names.split())


def _name(name: str, seed: int) -> str:
    return "x" + hashlib.sha256(f"{seed} {name}".encode()).hexdigest()[:7]
