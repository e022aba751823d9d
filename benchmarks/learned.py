"""For how many pages of a corpus a profile is learned that reads the page and another one like it.

The second page is made of the first: its entries are in another order, one is gone, the others have
other titles and addresses, and its range and its pager are one page on. What the profile reads on
both is compared with what a reader should find there.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html as markup

from benchmarks.corpus import page_of
from harvester.items import Listing
from harvester.learning.proposal import propose
from harvester.learning.proving import learn
from harvester.pages.elements import all_text, fold
from harvester.pages.general import read_any_listing
from harvester.sites.wording import Words, words_in
from harvester.visit import SavedPage

Row = dict[str, Any]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OTHERS = str.maketrans(LETTERS + LETTERS.upper(), LETTERS[1:] + "a" + LETTERS.upper()[1:] + "A")
OTHER_DIGITS = str.maketrans("0123456789", "1234567890")
PART = re.compile(r"(%[0-9A-Fa-f]{2})|([A-Za-z0-9]+)")
EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
PAGERS = (re.compile(r"(?:page[/=]|\bp=|start=|offset=)(\d{1,5})(?!\d)"), re.compile(r"(\d{1,5})"))


@dataclass(frozen=True)
class Entry:
    """What a reader should find of an entry."""

    title: str
    url: str
    date: str | None


def main(folder: Path, rows: Sequence[Row]) -> None:
    """Prints for how many pages of each level a profile is learned, and where it is wrong."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        level = row["level"].split()[0]
        outcome = tried(folder, row)
        counts.setdefault(level, Counter())[outcome.partition(":")[0]] += 1
        if outcome.startswith("wrong"):
            print(f"{row['id']}: {outcome}")
    for level, of_level in sorted(counts.items()):
        number = sum(of_level.values())
        print(f"level {level}: profiles for {of_level['learned']} of {number} pages", end=" ")
        print(f"({of_level['wrong']} wrong, {of_level['none']} none)")


def tried(folder: Path, row: Row) -> str:
    """What comes of a page: "learned", "none: WHY" or "wrong: WHY"."""
    body = page_of(folder / row["file"])
    page = body.decode(row["charset"], "replace")
    truth = json.loads((folder / row["truth"]).read_text(encoding="utf-8"))
    found = read_any_listing(page, row["language"])
    url = address_of(row, found.next, [one.href for one in found.entries])
    wanted = [
        Entry(one["title"], urljoin(url, one["url"] or ""), one["date"]) for one in truth["entries"]
    ]
    following = urljoin(url, found.next) if found.next else None
    made = second_page(page, url, wanted, following, words_in(row["language"]))
    if made is None:
        return "none: no second page could be made"
    second, other = made
    first = SavedPage(row["id"], url, page)
    learned = learn(first, propose(first, row["language"]), second)
    if not learned.is_proved:
        return f"none: {learned.against}"
    assert learned.first and learned.second and learned.draft
    document = learned.draft.site("learned").identity.document
    for listing, those in ((learned.first, wanted), (learned.second, other)):
        if problem := unlike(listing, those, document):
            return f"wrong: {problem}"
    return "learned"


def unlike(listing: Listing, wanted: Sequence[Entry], document: Any) -> str | None:
    """How a listing differs from what it should be."""
    if len(listing.entries) != len(wanted):
        return f"{len(listing.entries)} entries, not {len(wanted)}"
    for mine, one in zip(listing.entries, wanted, strict=True):
        if bare(mine.title) != bare(one.title):
            return f'title "{mine.title}", not "{one.title}"'
        if mine.document != document(one.url):
            return f"{mine.link}, not {one.url}"
        mine_date, date = bare(mine.date_text), bare(one.date)
        if mine_date != date and not (
            min(len(mine_date), len(date)) >= 4 and (mine_date in date or date in mine_date)
        ):
            return f'date "{mine.date_text}", not "{one.date}"'
    return None


def bare(text: str | None) -> str:
    """The letters and digits of a text."""
    return re.sub(r"\W+", "", text or "").lower()


def address_of(row: Row, following: str | None, hrefs: Iterable[str | None]) -> str:
    """The address of a page; where it is not known, one on the host that its links name."""
    if row["address"]:
        return str(row["address"])
    whole = (one for one in (following, *hrefs) if one and urlsplit(one).netloc)
    if (link := next(whole, None)) is None:
        return f"https://{row['site']}/listing/index"
    parts = urlsplit(link)
    if link != following:
        return f"{parts.scheme}://{parts.netloc}/listing/index"
    query = re.sub(r"(?:^|&)(?:page|p|start|offset|pg)=\d+", "", parts.query).lstrip("&")
    path = re.sub(r"/page/\d+/?$", "/", parts.path)
    return f"{parts.scheme}://{parts.netloc}{path}{f'?{query}' if query else ''}"


def second_page(
    page: str, url: str, wanted: Sequence[Entry], following: str | None, words: Words
) -> tuple[SavedPage, list[Entry]] | None:
    """Another page of the same listing, and what a reader should find on it."""
    root = markup.document_fromstring(page)
    base = next((one.get("href") for one in root.iter("base") if one.get("href")), url)
    for link in chain(root.iter("a"), root.iter("link")):
        if (href := (link.get("href") or "").strip()) and not href.startswith(("#", "javascript")):
            link.set("href", urljoin(base, href))
    rows = entry_elements(root, base, wanted)
    if rows is None or len(rows) < 3:
        return None
    renamed = renamer([one.get("href") for row in rows for one in links(row, base, wanted)])
    other = []
    for row, one in zip(rows, wanted, strict=True):
        if not retitle(row, one.title):
            return None
        hrefs = links(row, base, [one])
        for link in hrefs:
            link.set("href", renamed(link.get("href")))
        new = urljoin(base, hrefs[0].get("href"))
        other.append(replace(one, title=one.title.translate(OTHERS), url=new))
    for before, after in zip(rows[: len(rows) // 2], reversed(rows), strict=False):
        swap(before, after)
    first = rows[0]
    first.getparent().remove(first)  # it is the last one now
    turn(root, base, following, words, len(wanted))
    address = following or f"{url}{'&' if urlsplit(url).query else '?'}of=2"
    text = markup.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return SavedPage("the second page", address, text), other[::-1][:-1]


def entry_elements(root: Any, base: str, wanted: Sequence[Entry]) -> list[Any] | None:
    """The elements of entries: the largest, at one depth, that hold no link of another entry."""
    heads = []
    all_links = iter(list(root.iter("a")))
    for one in wanted:
        leads = (link for link in all_links if leads_to(link, base, [one]))
        if (head := next(leads, None)) is None:
            return None
        heads.append(head)
    within = Counter(up for one in heads for up in (one, *one.iterancestors()))
    paths = [[*reversed([one, *one.iterancestors()])] for one in heads]
    depth = max(next(n for n, up in enumerate(path) if within[up] == 1) for path in paths)
    return [path[min(depth, len(path) - 1)] for path in paths]


def leads_to(link: Any, base: str, wanted: Sequence[Entry]) -> bool:
    """Whether a link leads to one of some entries."""
    return urljoin(base, (link.get("href") or "").strip()) in {one.url for one in wanted}


def links(row: Any, base: str, wanted: Sequence[Entry]) -> list[Any]:
    """The links in an element, or around it, that lead to entries."""
    return [one for one in row.iter("a") if leads_to(one, base, wanted)]


def renamer(hrefs: Sequence[str]) -> Any:
    """What makes another address of the same form."""
    paths = [urlsplit(one).path for one in hrefs]
    folders = [path.rpartition("/")[0].split("/") for path in paths]
    alike = takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False))
    kept = "/".join(parts[0] for parts in alike) if len(set(paths)) > 1 else None
    queries = [
        dict(part.split("=", 1) for part in urlsplit(one).query.split("&") if "=" in part)
        for one in hrefs
    ]
    varied = {
        name for query in queries for name in query if len({one.get(name) for one in queries}) > 1
    }

    def renamed(href: str) -> str:
        parts = urlsplit(href)
        path = parts.path
        if kept is not None:
            rest = path[len(kept) :]
            end = EXTENSION.search(rest)
            stop = end.start() if end else len(rest)
            path = kept + PART.sub(shifted, rest[:stop]) + rest[stop:]
        query = "&".join(
            f"{name}={PART.sub(shifted, value)}" if name in varied else f"{name}{equals}{value}"
            for name, equals, value in (part.partition("=") for part in parts.query.split("&"))
        )
        return parts._replace(path=path, query=query).geturl()

    return renamed


def shifted(found: re.Match[str]) -> str:
    """Other letters and digits, but for an escape."""
    return found[1] or found[2].translate({**OTHERS, **OTHER_DIGITS})


def retitle(row: Any, title: str) -> bool:
    """Gives an element other letters wherever it says its title; False if it doesn't."""
    alike = [one for one in row.iter() if isinstance(one.tag, str) and title == fold(all_text(one))]
    if not alike:
        alike = [
            one for one in row.iter() if isinstance(one.tag, str) and title in fold(all_text(one))
        ]
        alike = [one for one in alike if not any(two in alike for two in one.iterdescendants())]
        alike = alike[:1]
    done = set()
    for element in alike:
        for one in element.iter():
            if one in done:
                continue
            done.add(one)
            if one.text and isinstance(one.tag, str):
                one.text = one.text.translate(OTHERS)
            if one is not element and one.tail and (one, 0) not in done:
                done.add((one, 0))
                one.tail = one.tail.translate(OTHERS)
    return bool(alike)


def swap(one: Any, other: Any) -> None:
    """Two elements change their places."""
    places = [(each.getparent(), each.getparent().index(each), each.tail) for each in (one, other)]
    mark = markup.Element("x")
    places[0][0].replace(one, mark)
    other.getparent().replace(other, one)
    mark.getparent().replace(mark, other)
    one.tail, other.tail = places[1][2], places[0][2]


def turn(root: Any, base: str, following: str | None, words: Words, number: int) -> None:
    """Leads the pager and states the range one page on."""
    for link in chain(root.iter("a"), root.iter("link")):
        if following and urljoin(base, (link.get("href") or "").strip()) == following:
            link.set("href", one_on(following))
    for element in list(root.iter()):
        text = fold(all_text(element)) if isinstance(element.tag, str) else ""
        stated = words.range_in(text) if len(text) < 100 else None
        if stated and stated[0] == 1 and stated[2] > stated[1]:
            first, last = stated[1] + 1, stated[1] + number - 1
            for child in list(element):
                element.remove(child)
            element.text = counted(text, (first, last, max(stated[2], last)))


def counted(text: str, numbers: Iterable[int]) -> str:
    """A text with other numbers, in their order."""
    left = iter(numbers)
    return re.sub(r"\d[\d,.]*", lambda _: str(next(left, "")), text)


def one_on(following: str) -> str:
    """The address of the page after the next."""
    for pager in PAGERS:
        if found := list(pager.finditer(following)):
            number = int(found[-1][1])
            other = str(number + 1 if number < 10 else 2 * number)
            return following[: found[-1].start(1)] + other + following[found[-1].end(1) :]
    return following
