"""Repairing a profile when a site has changed its layout: entries that the last complete harvest
knew are found again by their addresses and titles, and tell where everything is now."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff

from harvester.items import Listing
from harvester.learning.candidates import next_selector
from harvester.learning.draft import KEYS, Value, changed, said_in
from harvester.learning.samples import Sample
from harvester.learning.selectors import Selectors, learn
from harvester.outcomes import BadUsage, Reason, Unreadable
from harvester.pages import read_listing
from harvester.pages.address import absolute, base_of, linked_document
from harvester.pages.elements import Element, all_text, fold
from harvester.pages.general.outline import Outline
from harvester.pages.general.pagers import next_link
from harvester.pages.listing.listing_context import other_part
from harvester.pages.markup import Tree, Unclear, language_of, tree
from harvester.search.letters import nfc
from harvester.sites.profile import profile_in
from harvester.sites.site import Site
from harvester.sites.wording import words_in
from harvester.visit import SavedPage

LEAST = 3
"""Known entries that must be found again, or all if there are fewer."""
MOST_OTHER = 0.1
"""The largest share of known entries that may read differently than before."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document as the last complete harvest knew it."""

    id: str
    title: str
    date_text: str | None
    summary: str | None
    beside: str | None = None

    @property
    def other(self) -> dict[str, str]:
        """What else its listing says, by labels."""
        said = json.loads(self.beside) if self.beside else {}
        return {label: " ".join(values) for label, values in said.items()}


@dataclass(frozen=True, slots=True)
class Repair:
    """A profile's text before and after; `found` counts the known entries that prove it, `new` the
    others on the page."""

    before: str
    after: str
    found: int
    new: int

    def diff(self, name: str) -> str:
        """The change, as `diff -u` writes it."""
        lines = (self.before.splitlines(), self.after.splitlines())
        return "\n".join(unified_diff(*lines, name, name, lineterm=""))


def repair(key: str, profile: str, page: SavedPage, known: Mapping[str, Known]) -> Repair:
    """The change that lets a profile read a page again, proved by known entries.

    Raises BadUsage if there is nothing to repair, and Unreadable if no change is certain.
    """
    site = profile_in(key, profile).at(page.url)
    _refuse_unbroken(site, page)
    try:
        source = _composed(tree(page.html))
    except Unclear as problem:
        raise _in_vain(page, str(problem)) from None
    samples = list(_samples(source, page, site, known))
    if len(samples) < min(LEAST, len(known)) or not samples:
        raise _in_vain(
            page,
            f"{len(samples)} of the {len(known)} entries that are known are on it, by their"
            " addresses and titles",
        )
    old = said_in(profile)
    against = "no selectors find the entries that are known, their titles, dates and links"
    for new in _candidates(source, page, samples, old):
        text = changed(profile, old, new)
        try:
            listing = read_listing(page.html, page.url, profile_in(key, text).at(page.url))
        except (BadUsage, Unreadable) as problem:
            against = str(problem)
            continue
        reason, found = _differs(listing, known, {one.title for one in samples}, source, page)
        if reason is None:
            return Repair(profile, text, found, len(listing.entries) - found)
        against = reason
    raise _in_vain(page, against)


def _refuse_unbroken(site: Site, page: SavedPage) -> None:
    """Raises BadUsage if the profile still reads the page, or if the site's listings are JSON."""
    if site.json is not None:
        raise BadUsage(f"The listings of {site.key} are JSON: correct its profile by hand.")
    try:
        listing = read_listing(page.html, page.url, site)
    except Unreadable:
        return
    raise BadUsage(
        f"There is nothing to repair: the profile of {site.key} reads {page.name}, with"
        f" {len(listing.entries)} entries."
    )


def _in_vain(page: SavedPage, why: str) -> Unreadable:
    sentence = f"No change of the profile is certain that would read {page.name}: {why}"
    return Unreadable(f"{sentence.removesuffix('.')}.", Reason.NO_LISTING, page.url)


def _composed(source: Tree) -> Tree:
    """A page with its letters composed as those are that the database knows."""
    for one in source.root.iter():
        one.text, one.tail = one.text and nfc(one.text), one.tail and nfc(one.tail)
    return source


def _samples(
    source: Tree, page: SavedPage, site: Site, known: Mapping[str, Known]
) -> Iterator[Sample]:
    """The entries of a page that are known, with what was known of them."""
    heads = _heads(source, page, site, known)
    holding: dict[Element, set[str]] = defaultdict(set)
    for document, head in heads.items():
        for up in (head, *head.iterancestors()):
            holding[up].add(document)
    paths = {one: [*reversed([head, *head.iterancestors()])] for one, head in heads.items()}
    tops = [
        next(n for n, up in enumerate(path) if len(holding[up]) == 1) for path in paths.values()
    ]
    for document, head in heads.items():
        path = paths[document]
        element, was = path[min(max(tops), len(path) - 1)], known[document]
        if was.title in fold(all_text(element)):
            summary = was.summary if was.summary and "\n" not in was.summary else None
            yield Sample(
                *(element, was.title, (head.get("href") or "").strip(), was.date_text, summary),
                was.other,
            )


def _heads(
    source: Tree, page: SavedPage, site: Site, known: Mapping[str, Known]
) -> dict[str, Element]:
    """The link of each known entry, all below the same tags: those that most entries share."""
    base = base_of(source.root, page.url)
    alike: dict[tuple[str, ...], dict[str, Element]] = defaultdict(dict)
    for link in source.index.tagged(("a",)):
        href = absolute(base, link.get("href", "")) if link.get("href") else None
        document = linked_document(page.url, site, href) if href else None
        if document is not None and document in known:
            path = tuple(str(up.tag) for up in (link, *link.iterancestors()))
            alike[path].setdefault(document, link)
    return max(alike.values(), key=len, default={})


def _candidates(
    source: Tree, page: SavedPage, samples: Sequence[Sample], old: Mapping[str, Value]
) -> Iterator[dict[str, Value]]:
    """What `[listing]` may say now, with the fewest changed keys first."""
    css = {
        key: str(old[key])
        for key in ("entry", "title", "link", "date", "date_above", "summary")
        if key in old
    }
    if isinstance(beside := old.get("other"), dict):
        css |= {other_part(label): one for label, one in beside.items()}
    learned = learn(source.index, samples, preferred=css, others=True)
    following = _next(source, page)
    found: list[dict[str, Value]] = []
    for one in learned:
        found += [dict(said.said()) for said in _with_next(source, page, one, old, following)]
    return iter(sorted(found, key=lambda said: _distance(said, old)))


def _distance(said: Mapping[str, Value], old: Mapping[str, Value]) -> int:
    return sum(said.get(key) != old.get(key) for key in KEYS)


def _with_next(
    source: Tree,
    page: SavedPage,
    one: Selectors,
    old: Mapping[str, Value],
    following: str | None,
) -> Iterator[Selectors]:
    """Selectors with the link to the next page as it was, without one, and by a new selector."""
    if "next" in old:
        yield replace(one, next=str(old["next"]))
    yield one
    if following and (css := next_selector(source, page.url, following)):
        yield replace(one, next=css)


def _next(source: Tree, page: SavedPage) -> str | None:
    """Where the link to the next page leads, as it is found without a profile."""
    body = source.root.find("body")
    root = source.root if body is None else body
    href, _ = next_link(Outline(root), source.root, words_in(language_of(page.html)))
    return absolute(base_of(source.root, page.url), href) if href else None


def _differs(
    listing: Listing,
    known: Mapping[str, Known],
    there: set[str],
    source: Tree,
    page: SavedPage,
) -> tuple[str | None, int]:
    """What speaks against a reading, and how many of its entries are known: all that are on the
    page have to be read, and nearly all as before."""
    found = [one for one in listing.entries if one.document in known]
    read = Counter(nfc(one.title) for one in found)
    if lost := [title for title in sorted(there) if title not in read]:
        return f'the entry "{lost[0]}" would be lost', len(found)
    for name in ("title", "date_text", "summary"):
        said = [(getattr(known[one.document], name), getattr(one, name)) for one in found]
        other = [(was, now) for was, now in said if was != (now and nfc(now))]
        if len(other) > MOST_OTHER * len(found):
            was, now = other[0]
            return f'{name} of {len(other)} entries would be otherwise, "{now}" for "{was}"', 0
    following = _next(source, page)
    if listing.next_url != following:
        return f"the next page would be {listing.next_url or 'none'}, not {following or 'none'}", 0
    return None, len(found)
