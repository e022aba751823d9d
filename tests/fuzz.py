"""Pages that are cut short, or have one tag gone wrong: read exactly as before, or refused.

`make fuzz` tries 100,000 of them, tests/test_fuzz.py a tenth. The same number is always the same
page; every other one has its wrong tag among the entries.
"""

import argparse
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path

from harvester.items import Listing
from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.sites import site_of

LISTINGS = Path(__file__).parents[1] / "fixtures" / "listing"
COUNT = 100_000
CHUNK = 500
NEAR = 500
"""Characters around the entries."""
MOST_LISTED = 20
LISTED: dict[int, str] = {}
"""Pages that may be read otherwise than before, by their numbers, each with the reason."""

OUTCOMES: dict[tuple[str, bytes], str] = {}
"""What became of pages, by their fixtures and digests."""

PARTS = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<![^>]*>|(?P<tag></?(?P<name>\w+)[^>]*>)", re.DOTALL
)
NAME = re.compile(r"\w+")
OTHER_NAMES = ("article", "aside", "b", "blockquote", "dd", "footer", "i", "nav", "section")


@dataclass(frozen=True)
class Source:
    """A fixture: its address, its source, its tags' places and names, and what it says."""

    case: str
    url: str
    html: str
    tags: list[tuple[int, int]]
    near: list[int]
    names: list[str]
    says: Listing


@dataclass(frozen=True)
class Mutation:
    """A page: of which fixture, what was done to which tag at which place, and its source."""

    number: int
    source: Source
    kind: str
    tag: str
    place: int
    html: str

    def __str__(self) -> str:
        return f"{self.number}: {self.source.case}, {self.kind} {self.tag!r} at {self.place}"


@dataclass
class Outcomes:
    """How many pages of each kind were exact, refused or wrong, and which were wrong."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)

    @property
    def surprises(self) -> list[str]:
        """What was wrong and is not listed."""
        return [said for number, said in self.wrong.items() if number not in LISTED]


def try_all(numbers: Iterable[int]) -> Outcomes:
    """What becomes of the pages with these numbers."""
    outcomes = Outcomes()
    for number in numbers:
        page = mutation(number)
        end = outcome(page)
        outcomes.counts[page.kind, end] += 1
        if end == "wrong":
            outcomes.wrong[number] = str(page)
    return outcomes


def mutation(number: int) -> Mutation:
    """The page with this number."""
    chance = random.Random(number)
    source = chance.choice(sources())
    kind = chance.choice(("cut", *KINDS))
    html = source.html
    if kind == "cut":
        place = chance.randrange(len(html))
        return Mutation(number, source, kind, html[max(place - 20, 0) : place], place, html[:place])
    at = chance.choice(source.near if number % 2 else range(len(source.tags) - 1))
    (start, end), (later, last) = source.tags[at : at + 2]
    tag, between, following = html[start:end], html[end:later], html[later:last]
    made = KINDS[kind](tag, between, following, chance, source.names)
    return Mutation(number, source, kind, tag, start, html[:start] + made + html[last:])


def outcome(page: Mutation) -> str:
    """What becomes of a page; a fifth of them are as others were, and read once."""
    key = (page.source.case, blake2b(page.html.encode()).digest())
    if key not in OUTCOMES:
        OUTCOMES[key] = outcome_of(page.html, page.source)
    return OUTCOMES[key]


def outcome_of(html: str, source: Source) -> str:
    """Whether a page is read exactly, wrongly, or refused; how its pager is read doesn't count."""
    try:
        read = read_listing(html, source.url, site_of(source.url))
    except Unreadable:
        return "refused"
    read.next_url = source.says.next_url
    return "exact" if read == source.says else "wrong"


@cache
def sources() -> list[Source]:
    """All fixtures of listings."""
    return [_source(page.parent) for page in sorted(LISTINGS.glob("*/page.html"))]


def numbers(count: int) -> Iterator[range]:
    """So many numbers, in ranges that are tried at once."""
    return (range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK))


def _source(folder: Path) -> Source:
    html = (folder / "page.html").read_text(encoding="utf-8")
    url = json.loads((folder / "page.json").read_text(encoding="utf-8"))["url"]
    says = read_listing(html, url, site_of(url))
    found = [part for part in PARTS.finditer(html) if part["tag"]]
    tags = [part.span() for part in found]
    links = [html.index(entry.link.partition("/document/")[2]) for entry in says.entries]
    around = range(min(links) - NEAR, max(links) + NEAR)
    near = [at for at, (start, _) in enumerate(tags[:-1]) if start in around]
    names = sorted({*OTHER_NAMES, *(part["name"] for part in found)})
    return Source(folder.name, url, html, tags, near, names, says)


Change = Callable[[str, str, str, random.Random, Sequence[str]], str]


def _drop(tag: str, between: str, following: str, *_: object) -> str:
    return between + following


def _double(tag: str, between: str, following: str, *_: object) -> str:
    return tag + tag + between + following


def _swap(tag: str, between: str, following: str, *_: object) -> str:
    return following + between + tag


def _turn(tag: str, between: str, following: str, *_: object) -> str:
    """A beginning becomes an end, and an end a beginning."""
    name = NAME.search(tag)
    assert name is not None
    turned = f"<{name[0]}>" if tag.startswith("</") else f"</{name[0]}>"
    return turned + between + following


def _rename(
    tag: str, between: str, following: str, chance: random.Random, names: Sequence[str]
) -> str:
    return NAME.sub(chance.choice(names), tag, count=1) + between + following


def _tear(tag: str, between: str, following: str, chance: random.Random, _: object) -> str:
    """The tag loses its end; one that had but its "<" left would be text."""
    return tag[: chance.randrange(2, len(tag))] + between + following


KINDS: dict[str, Change] = {
    "drop": _drop,
    "double": _double,
    "swap": _swap,
    "turn": _turn,
    "rename": _rename,
    "tear": _tear,
}


def main() -> int:
    """Tries pages on all cores and says what became of them; 1 if any was a surprise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=COUNT, help="how many pages")
    count = parser.parse_args().count
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        tried = list(pool.map(try_all, numbers(count)))
    counts = sum((outcomes.counts for outcomes in tried), Counter[tuple[str, str]]())
    for (kind, end), pages in sorted(counts.items()):
        print(f"{kind:7} {end:8} {pages:7,}")
    print(f"{counts.total():,} pages, {sum(len(outcomes.wrong) for outcomes in tried)} wrong")
    for number, said in sorted(chain.from_iterable(outcomes.wrong.items() for outcomes in tried)):
        print(f"{said}: {LISTED.get(number, 'not listed')}")
    return int(any(outcomes.surprises for outcomes in tried))


if __name__ == "__main__":
    sys.exit(main())
