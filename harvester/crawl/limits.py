"""Listings that a site cuts off after a fixed number of entries, and how to walk them in parts.

Search engines stop at 1,000 or 10,000 results, whatever total they state: the next page fails, is
empty, or has no link to it. Narrowed to one year, or one subject, a listing is shorter.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit, urlunsplit

from harvester.crawl.walk import Walk
from harvester.items import Listing
from harvester.outcomes import Incomplete, Interrupted, Reason, Refused, RunProblem
from harvester.pages.address import absolute, is_same_listing
from harvester.pages.markup import tree
from harvester.sites.site import Site

SMALLEST = 1000
"""Limits are multiples of this number."""
ROUND = frozenset(n * 10**power for power in (3, 4, 5) for n in (1, 2, 5))
"""Totals that may be limits themselves."""
PASSING = (Reason.NO_ANSWER, Reason.TIMEOUT, Reason.BUSY, Reason.CHALLENGE, Reason.ROBOTS)
"""Reasons for a missing page that have nothing to do with its place in the listing."""
PAGED = (Reason.NO_LISTING, Reason.PAGER)
MOST_PARTS = 2000
YEAR, PREFIX = "year", "prefix"
VALUES = {YEAR: re.compile(r"\d{4}"), PREFIX: re.compile(r"\w{1,2}")}
"""What the values of a parameter look like that narrows a listing to a year, or to what begins with
a letter."""
SPAN = re.compile(r"(\d{1,9})\.\.(\d{1,9})")
NAMED = re.compile(r"\[([^\[\]\d][^\[\]]*)\]")
"""The name of a facet in that of its parameter, as in "f[subject][]"."""
NUMBERED = re.compile(r"\w+\[\d*\]")
"""A parameter whose values name the facet, as in "f[0]=subject:Trade"."""
HOW = "walk it in parts that are smaller, as with -a split=year or -a split=year,subject"


def stopped_at_limit(walk: Walk, problem: RunProblem) -> Incomplete | None:
    """The problem that a walk ended at a limit of the site's.

    It looks so if the next page would have gone beyond a round number and the site states more
    entries. None if it does not.
    """
    if isinstance(problem, Interrupted | Refused) or problem.why in (*PASSING, Reason.CAPPED):
        return None
    total, left = walk.stated_total, -walk.seen % SMALLEST
    # The last page up to a limit is refused if it leads to no next one.
    reaches = left < walk.page_size or (left == walk.page_size and problem.why in PAGED)
    limit = walk.seen + left
    if total is None or not walk.seen or total <= limit or not reaches:
        return None
    sentence = (
        f"{str(problem).removesuffix('.')}. The site seems to give no more than {limit:,} of"
        f" {total:,} entries: {HOW}."
    )
    return Incomplete(sentence, Reason.CAPPED, problem.url, attempts=problem.attempts)


def check_limit(walk: Walk) -> None:
    """Raises Incomplete if a listing has exactly as many entries as a limit would allow."""
    if walk.seen not in ROUND:
        return
    raise Incomplete(
        f"{walk.first_url} has exactly {walk.seen:,} entries, which may be no more than the site"
        f" shows: {HOW}, or say -a accept=yes if it has just as many.",
        Reason.CAPPED,
        walk.first_url,
    )


def parts_of(text: str, whole: Listing, site: Site, split: str) -> list[str]:
    """The addresses of the parts of a listing, from its first page, in HTML and as it was read.

    `split` names the parameter or the facet by which the links on the page narrow the listing, or
    is "year" or "prefix" for the one whose values are such. "NAME=A,B" and "NAME=1945..1991" give
    the values themselves. Raises Incomplete if there are no such links, or several kinds, or if no
    total is stated, to which the parts could add up.
    """
    url = whole.url
    if whole.total is None:
        raise Incomplete(f"{url} states no total, to which its parts add up.", Reason.NO_TOTAL, url)
    name, given, said = split.partition("=")
    if given:
        return [_with(url, name, value) for value in _values(said)]
    facets = _facets(text, url, site)
    found = [name for name in facets if name == split]
    if not found and split in VALUES:
        fits = VALUES[split].fullmatch
        found = [name for name, links in facets.items() if len(links) > 1 and all(map(fits, links))]
    if len(found) == 1:
        return list(dict.fromkeys(facets[found[0]].values()))
    raise Incomplete(_why_not(url, split, found, facets), Reason.CAPPED, url)


def ways(said: str) -> list[str]:
    """The ways to split a listing that an argument names: "year,subject" splits parts of "year"
    that are too long by subject. The last may have values."""
    names, given, values = said.partition("=")
    *most, last = (name.strip() for name in names.split(","))
    return [*most, last + given + values] if said else []


def is_split(said: str) -> bool:
    """Whether an argument names valid ways to split a listing."""
    *most, last = ways(said)
    name, given, values = last.partition("=")
    are_names = all(any(map(str.isalnum, one)) for one in (*most, name))
    return are_names and (not given or 0 < len(_values(values)) <= MOST_PARTS)


def _values(said: str) -> list[str]:
    """The values in "a,b" or "1945..1991"; none if that is too many."""
    if span := SPAN.fullmatch(said):
        first, last = int(span[1]), int(span[2])
        return list(map(str, range(first, last + 1))) if last - first < MOST_PARTS else []
    return [value.strip() for value in said.split(",") if value.strip()]


def _facets(text: str, url: str, site: Site) -> Mapping[str, dict[str, str]]:
    """What narrows a listing: by names of facets, addresses by values. A facet has the name of its
    parameter, and the one within that."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    own = _asked(site.page_url(url, 0))
    for link in _links(text, url, site):
        more = [pair for pair in _asked(link) if pair not in own]
        if len(more) == 1 and len(_asked(link)) == len(own) + 1:
            name, value = more[0]
            for facet, within in _names(name, value):
                found[facet].setdefault(within, link)
    return found


def _links(text: str, url: str, site: Site) -> Iterable[str]:
    """The first pages of the listings at the address's own path to which a page links."""
    here = urlsplit(url)._replace(query="", fragment="").geturl()
    for anchor in tree(text).root.iter("a"):
        leads = absolute(url, anchor.get("href", ""))
        if leads and is_same_listing(here, urlsplit(leads)._replace(query="").geturl(), site):
            yield site.page_url(leads, 0)


def _asked(url: str) -> list[tuple[str, str]]:
    return [pair for pair in parse_qsl(urlsplit(url).query, keep_blank_values=True) if pair[1]]


def _names(name: str, value: str) -> Iterable[tuple[str, str]]:
    facet, colon, rest = value.partition(":")
    if colon and NUMBERED.fullmatch(name):
        yield facet, unquote_plus(rest)
        return
    yield name, value
    if within := NAMED.search(name):
        yield within[1], value


def _with(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    more = f"{quote(name, safe='[]')}={quote(value, safe='')}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{more}" if parts.query else more))


def _why_not(url: str, split: str, found: list[str], facets: Mapping[str, dict[str, str]]) -> str:
    if found:
        return f"{url} can be split by {', '.join(found)}: say by which, as -a split={found[0]}."
    names = sorted(name for name, links in facets.items() if len(links) > 1)[:20]
    there = f"its links narrow it by {', '.join(names)}" if names else "no link narrows it"
    return (
        f"{url} can't be split by {split}, as {there}: name one of these, or give the values, as"
        " -a split=NAME=A,B or -a split=NAME=1945..1991."
    )
