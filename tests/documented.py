"""What a text of ours, such as the README, says that there is: paths, tables and columns."""

import re
from collections.abc import Iterable
from pathlib import Path

FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
ENDINGS = r"\.(?:py|md|toml|cfg|txt|png|json|html|atom|db|timer|service)"
PATH = re.compile(rf"[\w.-]+(?:/[\w.-]+)*/?(?<=/)|[\w.-]+(?:/[\w.-]+)+|[\w-][\w.-]*{ENDINGS}")
"""A folder with its slash, a path of several parts, or a name with an ending that we use."""


def paths(text: str) -> set[str]:
    """The paths below a project that a text names, in code and in links."""
    code = re.findall(r"`([^`]+)`", FENCE.sub("", text)) + FENCE.findall(text)
    words = [word.strip("`,;:()'\"") for said in code for word in said.split()]
    words += [word.partition("=")[2] for word in words if "=" in word]
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    return {word for word in words if PATH.fullmatch(word)} | {
        link for link in links if "://" not in link
    }


def missing(text: str, roots: Iterable[Path], made: Iterable[str]) -> set[str]:
    """The paths that a text names and that are in none of some folders, but for what is `made`
    by our commands, or by others."""
    roots = list(roots)
    return {
        path
        for path in paths(text) - set(made)
        if not any((root / path).exists() for root in roots)
    }


def columns(text: str) -> dict[str, set[str]]:
    """The columns that a text lists for each table or view, under a heading with its name."""
    parts = re.split(r"^## The (?:table|view) `(\w+)`$", text, flags=re.M)[1:]
    return {
        name: set(re.findall(r"^\| `(\w+)` \| \S", part, re.M))
        for name, part in zip(parts[::2], parts[1::2], strict=True)
    }
