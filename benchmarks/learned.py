"""For how many pages of a corpus a profile is learned that reads the page and another one like it.

The second page is made of the first: its entries are in another order, one is gone, the others have
other titles and addresses, and its range and its pager are one page on. What the profile reads on
both is compared with what a reader should find there.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import html as markup

from benchmarks.corpus import is_unseen, page_of
from harvester.items import Listing
from harvester.learning.proposal import propose
from harvester.learning.proving import learn
from harvester.pages.address import absolute
from harvester.pages.elements import all_text, fold
from harvester.pages.general import read_any_listing
from harvester.sites.wording import Words, words_in
from harvester.visit import SavedPage

Row = dict[str, Any]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OTHERS = str.maketrans(LETTERS + LETTERS.upper(), LETTERS[1:] + "a" + LETTERS.upper()[1:] + "A")
OTHER_DIGITS = str.maketrans("0123456789", "1234567890")
PART = re.compile(r"((?:%[0-9A-Fa-f]{2})+)|(\w+)")
EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
PAGERS = (re.compile(r"(?:page[/=]|\bp=|start=|offset=)(\d{1,5})(?!\d)"), re.compile(r"(\d{1,5})"))


@dataclass(frozen=True)
class Entry:
    """What a reader should find of an entry."""

    title: str
    url: str
    date: str | None


def main(folder: Path) -> None:
    """Prints for how many pages of each level a profile is learned, and where one is wrong."""
    rows: list[Row] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        outcome = tried(folder, row)
        of = "all", *(("unseen",) if is_unseen(row["site"]) else ())
        for some in of:
            counts.setdefault((some, row["level"].split()[0]), Counter())[
                outcome.partition(":")[0]
            ] += 1
        if not outcome.startswith("none"):
            print(f"{row['id']}: {outcome}", flush=True)
    for (some, level), found in sorted(counts.items()):
        said = f"{found['learned']} of {sum(found.values())} pages, {found['but dates']} but dates"
        print(f"{some}, level {level}: profiles for {said}, {found['wrong']} wrong")


def tried(folder: Path, row: Row) -> str:
    """What comes of a page: "learned", or "none", "but dates" or "wrong" and why."""
    body = page_of(folder / row["file"])
    page = body.decode(row["charset"], "replace")
    truth = json.loads((folder / row["truth"]).read_text(encoding="utf-8"))
    found = read_any_listing(page, row["language"])
    url = address_of(row, found.next, [one.href for one in found.entries])
    wanted = [Entry(one["title"], whole(url, one["url"]), one["date"]) for one in truth["entries"]]
    is_link = found.next and not found.next.startswith(("#", "javascript:"))
    following = whole(url, found.next) if is_link else None
    made = second_page(page, url, wanted, following, words_in(row["language"]))
    if made is None:
        return "none: no second page could be made"
    second, other = made
    first = SavedPage(row["id"], url, page)
    learned = learn(first, propose(first, row["language"], second=second.url), second)
    if not learned.is_proved:
        return f"none: {learned.against}"
    assert learned.first and learned.second and learned.draft
    document = learned.draft.site("learned").identity.document
    for listing, those in ((learned.first, wanted), (learned.second, other)):
        if problem := unlike(listing, those, document):
            kind = "but dates" if problem.startswith("date") else "wrong"
            return f"{kind}: {problem}"
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
    dates = ((mine.date_text, one.date) for mine, one in zip(listing.entries, wanted, strict=True))
    return next((f'date "{a}", not "{b}"' for a, b in dates if not same_date(a, b)), None)


def same_date(one: str | None, other: str | None) -> bool:
    """Whether two dates are alike but for a time, a weekday or words around one."""
    a, b = bare(one), bare(other)
    return a == b or (min(len(a), len(b)) >= 4 and (a in b or b in a))


def whole(base: str, href: str | None) -> str:
    """The address that a link leads to."""
    return absolute(base, href or "") or href or ""


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
    query = re.sub(r"(?:^|&)(?:\w*page\w*|p|start|offset|pg)=\d+", "", parts.query).lstrip("&")
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
            link.set("href", whole(base, href))
    rows = entry_elements(root, base, wanted) if len(wanted) > 2 else None
    if rows is None:
        return None
    renamed = renamer([one.get("href") for row in rows for one in links(row, base, wanted)])
    other = []
    for row, one in zip(rows, wanted, strict=True):
        if not retitle(row, one.title):
            return None
        hrefs = links(row, base, [one])
        for link in hrefs:
            link.set("href", renamed(link.get("href")))
        new = whole(base, hrefs[0].get("href"))
        other.append(replace(one, title=otherwise(one.title), url=new))
    turned = all(
        bare(one.date) in bare(all_text(row)) for row, one in zip(rows, wanted, strict=True)
    )
    if turned:  # else a heading has the date of the entries below it
        for before, after in zip(rows[: len(rows) // 2], reversed(rows), strict=False):
            swap(before, after)
    first = rows[0]
    first.getparent().remove(first)  # if turned, it is the last one now
    turn(root, base, following, words, len(wanted))
    address = following or f"{url}{'&' if urlsplit(url).query else '?'}of=2"
    text = markup.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    left = other[::-1][:-1] if turned else other[1:]
    return SavedPage("the second page", address, text), left


def entry_elements(root: Any, base: str, wanted: Sequence[Entry]) -> list[Any] | None:
    """The elements of entries: the largest, at one depth, that hold no link of another entry."""
    heads = in_order(root, base, wanted)
    if heads is None:
        return None
    within = Counter(up for one in heads for up in (one, *one.iterancestors()))
    paths = [[*reversed([one, *one.iterancestors()])] for one in heads]
    depth = max(next(n for n, up in enumerate(path) if within[up] == 1) for path in paths)
    return [path[min(depth, len(path) - 1)] for path in paths]


def in_order(root: Any, base: str, wanted: Sequence[Entry]) -> list[Any] | None:
    """The link of each entry, one behind the other, of links that stand alike if there are any."""
    own = [link for link in root.iter("a") if leads_to(link, base, wanted)]
    alike: dict[Any, list[Any]] = {}
    for link in own:
        alike.setdefault(tuple(up.tag for up in (link, *link.iterancestors())), []).append(link)
    groups = sorted(alike.values(), key=lambda some: abs(len(some) - len(wanted)))
    return next(filter(None, (matched(some, base, wanted) for some in (*groups, own))), None)


def matched(some: Sequence[Any], base: str, wanted: Sequence[Entry]) -> list[Any] | None:
    """The first of some links, for each entry one behind that of the entry before."""
    heads, left = [], iter(some)
    for one in wanted:
        if (head := next((link for link in left if leads_to(link, base, [one])), None)) is None:
            return None
        heads.append(head)
    return heads


def leads_to(link: Any, base: str, wanted: Sequence[Entry]) -> bool:
    """Whether a link leads to one of some entries."""
    return whole(base, link.get("href")) in {one.url for one in wanted}


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
            f"{name}={PART.sub(shifted, value)}"
            if name in varied
            else f"{name}{equals}{value}"
            if equals
            else PART.sub(shifted, name)
            for name, equals, value in (part.partition("=") for part in parts.query.split("&"))
        )
        return parts._replace(path=path, query=query).geturl()

    return renamed


def shifted(found: re.Match[str]) -> str:
    """Other letters and digits; what has none, or is escaped, gets some."""
    said = found[1] or found[2].translate({**OTHERS, **OTHER_DIGITS})
    return said if said != found[0] else f"{said}9"


def retitle(row: Any, title: str) -> bool:
    """Gives an element other letters wherever it says its title; False if it doesn't."""
    said = bare(title)
    alike = [one for one in row.iter() if isinstance(one.tag, str) and said == bare(all_text(one))]
    if not alike:
        alike = [
            one for one in row.iter() if isinstance(one.tag, str) and said in bare(all_text(one))
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
                one.text = otherwise(one.text)
            if one is not element and one.tail and (one, 0) not in done:
                done.add((one, 0))
                one.tail = otherwise(one.tail)
    return bool(alike)


def otherwise(text: str) -> str:
    """Other letters for a text's, of whatever script."""
    return "".join(map(another, text.translate(OTHERS)))


def another(letter: str) -> str:
    """Another letter, if it is none of those of English."""
    other = chr(ord(letter) ^ 1)
    return other if not letter.isascii() and letter.isalpha() and other.isalpha() else letter


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
        if following and whole(base, link.get("href")) == following:
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


if __name__ == "__main__":
    main(Path(*sys.argv[1:2] or ("../shared/corpus",)))
