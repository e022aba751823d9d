"""What our texts say that there is: paths, columns, links, commands; and how long their sentences
are."""

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
ENDINGS = r"\.(?:py|md|toml|cfg|cff|txt|png|json|html|atom|db|timer|service)"
PATH = re.compile(rf"[\w.-]+(?:/[\w.-]+)*/?(?<=/)|[\w.-]+(?:/[\w.-]+)+|[\w-][\w.-]*{ENDINGS}")
"""A folder with its slash, a path of several parts, or a name with an ending that we use."""
EDTF = re.compile(r"[-\dX./]+")
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#{1,3} (.+)$", re.M)


def paths(text: str) -> set[str]:
    """The paths below a project that a text names, in code and in links."""
    code = re.findall(r"`([^`]+)`", FENCE.sub("", text)) + FENCE.findall(text)
    words = [word.strip("`,;:()'\"") for said in code for word in said.split()]
    words += [word.partition("=")[2] for word in words if "=" in word]
    links = [link.partition("#")[0] for link in LINK.findall(text)]
    named = (word for word in words if not EDTF.fullmatch(word))
    return {word for word in named if PATH.fullmatch(word)} | {
        link for link in links if link and "://" not in link
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


def dead_links(page: Path, text: str) -> set[str]:
    """The links of a page to files, pages and headings that are not there."""
    return {link for link in LINK.findall(FENCE.sub("", text)) if not leads_somewhere(page, link)}


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether there is what a link leads to; addresses on the web are not asked."""
    if "://" in link:
        return True
    name, _, part = link.partition("#")
    there = page.parent / name if name else page
    return there.exists() and (not part or part in anchors(there.read_text("utf-8")))


def anchors(text: str) -> set[str]:
    """The parts of a page that links can lead to, named as on GitHub and by MyST."""
    headings = (re.sub(r"[^\w\s-]", "", said.lower()) for said in HEADING.findall(text))
    return {heading.strip().replace(" ", "-") for heading in headings}


def columns(text: str) -> dict[str, set[str]]:
    """The columns that a text lists for each table or view, under a heading with its name."""
    parts = re.split(r"^## The (?:table|view) `(\w+)`$", text, flags=re.M)[1:]
    return {
        name: set(re.findall(r"^\| `(\w+)` \| \S", part, re.M))
        for name, part in zip(parts[::2], parts[1::2], strict=True)
    }


def blocks(text: str, kind: str = "") -> list[str]:
    """The blocks of code of a kind."""
    return [code for its_kind, code in BLOCK.findall(text) if its_kind == kind]


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of each command in the blocks of shell, its comment left out."""
    for block in blocks(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            for part in line.split(" && "):
                if words := shlex.split(part, comments=True):
                    yield words


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text without its code. Cells of tables and points of lists are apart."""
    prose = re.sub(r"<!--.*?-->", "", FENCE.sub("\n\n", text), flags=re.S)
    prose = re.sub(r"^\s*(?:[-*]|\d+\.) ", "\n\n", prose, flags=re.M)
    prose = re.sub(r"^\|(.*)\|$", lambda row: "\n\n".join(row[1].split(" | ")), prose, flags=re.M)
    prose = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", prose)
    prose = re.sub(r"`[^`]+`", "Code", prose)
    for paragraph in re.split(r"\n\s*\n", prose):
        folded = " ".join(paragraph.split())
        yield from re.split(r"(?<=[.!?…])[\"”’')*]*\s+(?=[\"“‘(*]*[A-Z])", folded)


def too_long(text: str, most: int) -> list[str]:
    """The sentences that have more words than may be."""
    return [one for one in sentences(text) if len(one.split()) > most]
