"""Worlds drawn at random: what sites showed, who looked at them when, and all that went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import strategies as st

from harvester.store.history.facts import (
    Address,
    Clock,
    Completion,
    Content,
    Fact,
    Joining,
    Observation,
    Page,
    Reading,
    Rule,
    Run,
    Statement,
)
from harvester.timestamps import in_utc, stand_in

BEGAN = datetime(2026, 12, 1, tzinfo=UTC)
DAY = 24 * 3600
YEAR = 365 * DAY
PER_PAGE = 2
SITES = {1: "archive", 2: "archive", 3: "library"}
"""Two collections of one site, and one of another that uses the same identities."""
NUMBERS = {"a": "900", "b": "901"}
"""Identities that documents had in the earlier generation of their site."""
ERRORS = (0, 0, 0, 60, 2 * 3600, -2 * 3600, 30 * YEAR, -10 * YEAR)
FIRST, OTHER = "reader 1", "reader 2"
ADDRESS = "its address"
"""Stands for the title of what a sitemap names."""


@dataclass(frozen=True)
class Shown:
    """An entry of a listing, and the readers that find it there; or the word that it is gone."""

    id: str
    title: str = "One"
    summary: str | None = "Words"
    date: str | None = "1955"
    found_by: tuple[str, ...] = (FIRST, OTHER)
    listed: bool = True
    withdrawn: bool = False


Site = tuple[Shown, ...]
START: Site = tuple(Shown(name, summary=f"Words of {name}") for name in "abcd")
SHOWS = {1: slice(0, 4), 2: slice(0, 2), 3: slice(0, 3)}
"""Which of a site's documents a collection lists."""


@dataclass(frozen=True)
class Edit:
    """A document of a site is changed in one respect, or changed back."""

    place: int
    what: str

    def made(self, site: Site) -> Site:
        one = site[self.place]
        first = "abcd"[self.place]
        match self.what:
            case "list":
                one = replace(one, listed=not one.listed)
            case "move":
                one = replace(one, id=f"{first}2" if one.id == first else first)
            case "number":
                number = NUMBERS.get(first, first)
                one = replace(one, id=first if one.id == number else number)
            case "title":
                one = replace(one, title="Two" if one.title == "One" else "One")
            case "untitle":
                one = replace(one, title="One" if one.title == ADDRESS else ADDRESS)
            case "summary":
                one = replace(one, summary=None if one.summary else f"Words of {first}")
            case "date":
                one = replace(one, date="1955" if one.date is None else None)
            case "twin":
                one = replace(one, summary=site[self.place - 1].summary)
            case "withdraw":
                one = replace(one, withdrawn=not one.withdrawn)
            case "find":
                one = replace(one, found_by=(FIRST,) if OTHER in one.found_by else (OTHER,))
        return (*site[: self.place], one, *site[self.place + 1 :])


@dataclass(frozen=True)
class Look:
    """A run over a collection of a site that was edited before: live, or of what was captured on
    a `day` (or on the last one so far), when the site was as it was then but for these edits.

    At the page that it `lacks` it was killed. `moved` says that the listing moved below an earlier
    walk, which saw its first page. `error` is how far its clock was ahead, `says` whether the site
    gave a Date. Pages are fetched `pace` seconds apart, from `second` on; a `token` makes other
    bytes of the same entries. A complete one has proved that by a `stated` total, or by two walks.
    """

    collection: int
    edits: tuple[Edit, ...]
    live: bool = True
    day: int = 0
    lacks: int | None = None
    moved: bool = False
    reader: str = FIRST
    dated: bool = True
    error: int = 0
    says: bool = True
    second: int = 0
    pace: int = 1
    token: str = ""
    stated: bool = True


@dataclass(frozen=True)
class Again:
    """A recorded page is read again by another reader: which page, in what was there by then."""

    page: int
    reader: str
    second: int


@dataclass(frozen=True)
class Join:
    """Two addresses are found to be one document's."""

    ids: tuple[str, str]
    site: str
    rule: Rule
    second: int


Event = Look | Again | Join
Unit = list[Fact]
"""Facts that become known at once: one transaction of a store."""


def address(site: str, name: str) -> Address:
    return Address(site, name, int(name in NUMBERS.values()))


WHATS = (
    *["list"] * 5,
    *["move"] * 3,
    *["withdraw"] * 2,
    *("number", "title", "untitle", "summary", "date", "twin", "find"),
)
edit = st.builds(Edit, st.sampled_from(range(4)), st.sampled_from(WHATS))
edits = st.one_of(*(st.tuples(*[edit] * number) for number in (0, 1, 1, 2, 3)))
collections = st.sampled_from([1, 1, 1, 1, 2, 3])
lacks = st.sampled_from([*[None] * 6, 0, 1])
tokens = st.sampled_from(["", "", "x"])
totals = st.sampled_from([True, True, False])
right_looks = st.builds(
    Look, collections, edits, lacks=lacks, moved=st.booleans(), token=tokens, stated=totals
)
looks = st.builds(
    Look,
    collections,
    edits,
    live=st.booleans(),
    day=st.sampled_from(range(7)),
    lacks=lacks,
    moved=st.booleans(),
    reader=st.sampled_from([FIRST, FIRST, OTHER]),
    dated=st.sampled_from([True, True, True, False]),
    error=st.sampled_from(ERRORS),
    says=st.booleans(),
    second=st.sampled_from(range(3)),
    pace=st.integers(0, 1),
    token=tokens,
    stated=totals,
)
agains = st.builds(Again, st.integers(0, 9), st.sampled_from([FIRST, OTHER]), st.integers(0, 2))
joins = st.builds(
    Join,
    st.sampled_from(
        [("a", "900"), ("a", "900"), ("b", "901"), ("a", "a2"), ("b", "c"), ("c", "900")]
    ),
    st.sampled_from(["archive", "archive", "library"]),
    st.sampled_from([Rule.RECORD, Rule.TAG, Rule.SLUG]),
    st.integers(0, 2),
)
events = st.sampled_from([*[looks] * 7, agains, joins]).flatmap(lambda some: some)
mixed = st.lists(events, min_size=4, max_size=9)
right_ones = st.lists(right_looks, min_size=4, max_size=9)
worlds, right_worlds = (
    some.map(lambda world: [Look(1, ()), *world]) for some in (mixed, right_ones)
)
"""Both begin with a live run that saw all of a listing."""


@dataclass
class Told:
    """The facts of a world, one transaction after the other, as they became known."""

    units: list[Unit] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    bytes_of: dict[Content, Sequence[Shown]] = field(default_factory=dict)
    read: set[tuple[Content, str]] = field(default_factory=set)
    past: dict[str, list[Site]] = field(
        default_factory=lambda: {name: [START] for name in SITES.values()}
    )

    @property
    def facts(self) -> list[Fact]:
        return [fact for unit in self.units for fact in unit]


def told(world: Sequence[Event], *, numbers: Sequence[int] | None = None) -> Told:
    """What becomes known of a world; `numbers` are those of its runs, 1, 2, 3 if none are given."""
    done = Told()
    given = iter(numbers) if numbers else count(1)
    for day, event in enumerate(world):
        number = next(given)
        match event:
            case Look():
                look(done, event, day, number)
            case Again() if done.pages:
                again(done, event, day, number)
            case Join():
                one, other = (address(event.site, name) for name in event.ids)
                at = moment(day, event.second)
                run = Run(number, 1, live=False)
                done.units += [[run], [Joining(one, other, event.rule, number, at)]]
    return done


def look(done: Told, event: Look, day: int, number: int) -> None:
    entries = shown(done, event)
    began = moment(day if event.live else event.day, event.second, event.error * event.live)
    unit: Unit = [Run(number, event.collection, event.live)]
    if event.live:
        first = round(datetime.fromisoformat(began).timestamp())
        unit.append(Clock(number, first, first + 10, event.error if event.says else None))
    done.units.append(unit)
    pages = [(0, 0, entries[::-1][:PER_PAGE])] * event.moved
    places = range(0, max(1, len(entries)), PER_PAGE)
    pages += [(1, place, entries[place : place + PER_PAGE]) for place in places]
    for turn, (walk, place, some) in enumerate(pages):
        if walk == 1 and place // PER_PAGE == event.lacks:
            return
        page(done, event, some, place, day, number, walk, event.second + turn * event.pace)
    done.units.append([Completion(number, 1, event.stated)])


def shown(done: Told, event: Look) -> list[Shown]:
    """What the listing has; what happened to a site on the day of a live look stays so."""
    past = done.past[SITES[event.collection]]
    site = past[-1 if event.live else min(event.day, len(past) - 1)]
    for edit in event.edits:
        site = edit.made(site)
    for name, sites in done.past.items():
        here = name == SITES[event.collection] and event.live
        sites.append(site if here else sites[-1])
    entries = {one.id: one for one in site[SHOWS[event.collection]] if one.listed}
    return list(entries.values())


def page(
    done: Told,
    event: Look,
    entries: Sequence[Shown],
    place: int,
    day: int,
    number: int,
    walk: int,
    second: int,
) -> None:
    url = f"https://{SITES[event.collection]}.example/{event.collection}?page={place}"
    content = Content(event.collection, url, repr(entries) + event.token)
    fetched = moment(day if event.live else event.day, second, event.error * event.live)
    if not event.live and not event.dated:
        fetched = stand_in(f"{content} {event.day}")
    met = Page(number, content, fetched, walk)
    unit: Unit = [met]
    done.pages.append(met)
    done.bytes_of[content] = entries
    if (content, event.reader) not in done.read:
        made = fetched if event.live else moment(day, second)
        unit.append(reading(done, content, number, made, event.reader))
    done.units.append(unit)


def again(done: Told, event: Again, day: int, number: int) -> None:
    content = done.pages[event.page % len(done.pages)].content
    made = moment(day, event.second)
    done.units.append([Run(number, content.collection, live=False)])
    done.units.append([reading(done, content, number, made, event.reader)])


def reading(done: Told, content: Content, run: int, made: str, reader: str) -> Reading:
    done.read.add((content, reader))
    place = int(content.url.rpartition("=")[2])
    entries = [
        (position, entry)
        for position, entry in enumerate(done.bytes_of[content], place + 1)
        if reader in entry.found_by
    ]
    said = tuple(Observation(n, said_by(reader, content, entry)) for n, entry in entries)
    return Reading(content, run, made, reader, said)


def said_by(reader: str, content: Content, entry: Shown) -> Statement:
    """The second reader has learnt to read the year, and cuts one of the titles."""
    site = SITES[content.collection]
    if entry.withdrawn:
        url = f"https://{site}.example/document/{entry.id}"
        return Statement(address(site, entry.id), url, "")
    url = f"https://{site}.example/document/{entry.id}"
    title = "T" if (reader, entry.title) == (OTHER, "Two") else entry.title
    return Statement(
        address(site, entry.id),
        url,
        url if title == ADDRESS else title,
        entry.summary,
        entry.date,
        entry.date if reader == OTHER else None,
    )


def moment(day: int, second: int, error: int = 0) -> str:
    return in_utc(BEGAN + timedelta(days=day, seconds=second + error))
