"""What history says of small pasts, as a historian would tell them; and what a step of it costs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from harvester.store.history.clock import PROGRAM, shifts
from harvester.store.history.evidence import Evidence
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
from harvester.store.history.fold import Document, Plan, document, events, fold, reconcile
from harvester.store.history.state import Change, Kind, Lacked, Seen, State, When
from harvester.store.history.step import step, steps
from harvester.timestamps import seconds_of

AFTER = 2
NUMBER = "900"
UNDATED = "0001-01-01T00:00:07Z"


def at(year: int) -> str:
    return f"{year}-01-02T03:04:05Z"


def address(name: str, site: str = "archive") -> Address:
    return Address(site, name, int(name == NUMBER))


def said(name: str, title: str, site: str = "archive") -> Statement:
    url = f"https://{site}.example/document/{name}"
    return Statement(
        address(name, site), url, title, f"Of {'a' if name == NUMBER else name[0]}.", "1955"
    )


def run(
    number: int,
    year: int,
    listed: str,
    *,
    of: int = 1,
    live: bool = False,
    complete: bool = True,
    site: str = "archive",
    reader: str = "r1",
    sha256: str | None = None,
    moment: str | None = None,
) -> list[Fact]:
    """A run over one page, which lists documents with their titles: "a=One b=Two"."""
    content = Content(of, f"https://{site}.example/{of}", sha256 or f"{number}")
    made, fetched = at(year if live else 2025), moment or at(year)
    facts: list[Fact] = [
        Run(number, of, live),
        Page(number, content, fetched),
        read(content, number, made, listed, reader, site),
    ]
    return [*facts, Completion(number)] if complete else facts


def read(
    content: Content, number: int, made: str, listed: str, reader: str, site: str = "archive"
) -> Reading:
    entries = (entry.split("=") for entry in listed.split())
    found = (said(name, title, site) for name, title in entries)
    return Reading(content, number, made, reader, tuple(map(Observation, range(1, 9), found)))


def again(number: int, run_facts: Sequence[Fact], year: int, listed: str) -> list[Fact]:
    """The page of a run is read again by another reader."""
    page = next(fact for fact in run_facts if isinstance(fact, Page))
    reading = read(page.content, number, at(year), listed, "r2")
    return [Run(number, page.content.collection, live=False), reading]


def joined(one: str, other: str, year: int, number: int = 99) -> list[Fact]:
    joining = Joining(address(one), address(other), Rule.RECORD, number, at(year))
    return [Run(number, 1, live=False), joining]


ONE = run(1, 2001, "a=One b=B")
TOLD = dict[str, list[str]]
CASES: dict[str, tuple[list[Fact], TOLD]] = {
    "it is there": (ONE, {"a": ["2001 added"]}),
    "a title changes": (
        [*ONE, *run(2, 2002, "a=Two b=B")],
        {"a": ["2001 added", "2002 changed title One -> Two"]},
    ),
    "it is gone once": (
        [*ONE, *run(2, 2002, "b=B")],
        {"a": ["2001 added", "2002 missing"]},
    ),
    "it is gone twice": (
        [*ONE, *run(2, 2002, "b=B"), *run(3, 2003, "b=B"), *run(4, 2004, "b=B")],
        {"a": ["2001 added", "2002 missing", "2003 removed", "2003 removed itself"]},
    ),
    "it is gone from a run that lacks pages": (
        [*ONE, *run(2, 2002, "b=B", complete=False)],
        {"a": ["2001 added"]},
    ),
    "an incomplete run has it in between": (
        [
            *ONE,
            *run(2, 2002, "b=B"),
            *run(3, 2003, "a=One", complete=False),
            *run(4, 2004, "b=B"),
        ],
        {"a": ["2001 added", "2002 missing", "2003 restored missing", "2004 missing"]},
    ),
    "it comes back": (
        [*ONE, *run(2, 2002, "b=B"), *run(3, 2003, "b=B"), *run(4, 2004, "a=One b=B")],
        {
            "a": [
                *("2001 added", "2002 missing", "2003 removed", "2003 removed itself"),
                *("2004 restored removed", "2004 restored missing", "2004 restored itself"),
            ]
        },
    ),
    "another collection has it still": (
        [
            *ONE,
            *run(2, 2001, "a=One", of=2),
            *run(3, 2002, "b=B"),
            *run(4, 2003, "b=B"),
            *run(5, 2004, "b=B", of=2),
            *run(6, 2005, "b=B", of=2),
        ],
        {
            "a": [
                *("2001 added", "2001 added in 2", "2002 missing", "2003 removed"),
                *("2004 missing in 2", "2005 removed in 2", "2005 removed itself"),
            ]
        },
    ),
    "an older capture fills in": (
        [*run(1, 2020, "a=New b=B"), *run(2, 2015, "a=Old b=B c=C")],
        {
            "a": ["2015 added", "2020 changed title Old -> New"],
            "c": ["2015 added", "2020 missing"],
        },
    ),
    "a value between two that are alike": (
        [*run(1, 2012, "a=One"), *run(2, 2020, "a=One"), *run(3, 2016, "a=Two")],
        {
            "a": [
                *("2012 added", "2016 changed title One -> Two"),
                "2020 changed title Two -> One",
            ]
        },
    ),
    "an undated capture says nothing of what is known": (
        [*ONE, *run(2, 0, "a=Other c=C", moment=UNDATED)],
        {"a": ["2001 added"], "c": ["0001 added", "2001 missing"]},
    ),
    "an undated complete capture misses nothing": (
        [*run(1, 0, "a=One b=B", moment=UNDATED), *run(2, 0, "b=B", moment=UNDATED[:-2] + "9Z")],
        {"a": ["0001 added"], "b": ["0001 added"]},
    ),
    "an address changes": (
        [*ONE, *run(2, 2002, "a2=One b=B")],
        {"a": ["2001 added", "2002 renamed url a -> a2"]},
    ),
    "an address changes and a capture shows that both were there": (
        [*ONE, *run(3, 2003, "a2=One b=B"), *run(2, 2002, "a=One a2=One b=B")],
        {"a": ["2001 added", "2003 missing"], "a2": ["2002 added"]},
    ),
    "an address changes, and what it was is of another collection too": (
        [*run(3, 2000, "a2=One", of=2), *ONE, *run(2, 2002, "a2=One b=B")],
        {"a": ["2001 added", "2002 missing"], "a2": ["2000 added in 2", "2002 added"]},
    ),
    "two that could be meant": (
        [*ONE, *run(2, 2002, "a2=One a3=One b=B")],
        {"a": ["2001 added", "2002 missing"], "a2": ["2002 added"]},
    ),
    "its own page has the number of an earlier site": (
        [*ONE, *run(2, 1999, f"{NUMBER}=EARLY", of=2), *joined("a", NUMBER, 2003)],
        {
            "a": [
                *("1999 added in 2", "2001 added", "2001 renamed title EARLY -> One"),
                *(f"2001 renamed url {NUMBER} -> a", f"2003 joined id {NUMBER} -> a"),
            ]
        },
    ),
    "its own page has the address that its listing gave it before": (
        [*ONE, *run(2, 2002, "a2=One b=B"), *joined("a", "a2", 2003)],
        {"a": ["2001 added", "2002 renamed url a -> a2"]},
    ),
    "the number was known before it was listed": (
        [*ONE, *joined("a", NUMBER, 2001), *run(2, 2002, f"{NUMBER}=EARLY", of=2)],
        {"a": ["2001 added", "2002 added in 2"]},
    ),
    "a listing has both": (
        [*run(1, 2001, f"a=One {NUMBER}=EARLY"), *joined("a", NUMBER, 2002)],
        {"a": ["2001 added"], NUMBER: ["2001 added"]},
    ),
    "a is b, b is c, and a stands beside c": (
        [
            *run(1, 2001, "a=A c=C"),
            *run(2, 2001, "b=B", of=2),
            *joined("a", "b", 2002),
            *joined("b", "c", 2002, 98),
        ],
        {"a": ["2001 added", "2001 added in 2", "2002 joined id b -> a"], "c": ["2001 added"]},
    ),
    "two sites call their documents alike": (
        [*ONE, *run(2, 2002, "a=Other", of=2, site="library"), *run(3, 2003, "a=One b=B")],
        {"a": ["2001 added"], "library a": ["2002 added in 2"]},
    ),
    "what it says is read otherwise": (
        [*ONE, *again(2, ONE, 2030, "a=Uno b=B")],
        {"a": ["2001 added", "2030 reread title One -> Uno"]},
    ),
    "what it said is read otherwise": (
        [*ONE, *run(2, 2020, "a=Two b=B"), *again(3, ONE, 2030, "a=Uno b=B")],
        {"a": ["2001 added", "2020 changed title One -> Two"]},
    ),
    "another entry is found": (
        [*ONE, *run(2, 2020, "a=One b=B"), *again(3, ONE, 2030, "a=One b=B c=C")],
        {"c": ["2001 added", "2020 missing"]},
    ),
    "two collections word it differently": (
        [
            *ONE,
            *run(2, 2002, "a=Uno", of=2),
            *run(3, 2003, "a=One b=B"),
            *run(4, 2004, "a=Uno", of=2),
            *run(5, 2005, "a=One b=B"),
        ],
        {"a": ["2001 added", "2002 added in 2", "2002 changed title One -> Uno"]},
    ),
    "one of two that word it differently says something new": (
        [
            *ONE,
            *run(2, 2002, "a=Uno", of=2),
            *run(3, 2003, "a=Two b=B"),
            *run(4, 2004, "a=Uno", of=2),
        ],
        {
            "a": [
                "2001 added",
                "2002 added in 2",
                "2002 changed title One -> Uno",
                "2003 changed title Uno -> Two",
            ]
        },
    ),
    "the one that worded it last has it no longer": (
        [
            *ONE,
            *run(2, 2002, "a=Uno b=B", of=2),
            *run(3, 2003, "b=B", of=2),
            *run(4, 2004, "b=B", of=2),
            *run(5, 2005, "a=One b=B"),
        ],
        {
            "a": [
                "2001 added",
                "2002 added in 2",
                "2002 changed title One -> Uno",
                "2003 missing in 2",
                "2004 removed in 2",
                "2005 changed title Uno -> One",
            ]
        },
    ),
    "the same bytes are met by another reader": (
        [
            *run(1, 2001, "a=One", live=True, sha256="same"),
            *run(2, 2002, "a=Uno", live=True, sha256="same", reader="r2"),
        ],
        {"a": ["2001 added", "2002 reread title One -> Uno"]},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_history_is_told(case: str) -> None:
    facts, expected = CASES[case]
    for some in (facts, facts[::-1]):
        documents = {key(one): one for one in fold(some, AFTER).values()}
        found = {name: list(sentences(documents[name])) for name in expected}
        assert found == {name: sorted(told) for name, told in expected.items()}


def key(one: Document) -> str:
    return one.name.id if one.name.site == "archive" else f"{one.name.site} {one.name.id}"


def sentences(one: Document) -> list[str]:
    return sorted(map(sentence, one.changes))


def sentence(change: Change) -> str:
    words = [change.at[:4], change.kind]
    if change.field in ("missing", "removed"):
        is_own = change.collection is None
        words += ["itself"] if is_own else [change.field] * (change.kind == Kind.RESTORED)
    elif change.field:
        old, new = (str(value).rpartition("/")[2] for value in (change.old, change.new))
        words += [change.field, old, "->", new]
    if change.collection == 2 and change.field in (None, "missing", "removed"):
        words += ["in", "2"]
    return " ".join(words)


def test_document_is_called_by_the_first_of_todays_addresses() -> None:
    facts = [*ONE, *run(2, 2002, "a2=One b=B"), *run(3, 1990, f"{NUMBER}=N", of=2)]
    facts += joined("a2", NUMBER, 2003)
    (one,) = (one for one in fold(facts, AFTER).values() if one.name.id == "a")
    assert {alias.id for alias in one.aliases} == {"a2", NUMBER}
    assert (one.state.first_seen, one.state.last_changed) == (at(1990), at(2002))


def test_own_recording_is_the_live_run_itself() -> None:
    """Read from the recording, it has the moment that a wrong clock gave it."""
    clocks = [Clock(n, *2 * [seconds_of(at(year))]) for n, year in ((1, 2090), (2, 2030))]
    live = [*run(1, 2090, "a=One b=B", live=True), *run(2, 2030, "a=Two", live=True), *clocks]
    before = fold(live, AFTER)
    own = [fact for fact in run(1, 2090, "a=One b=B") if not isinstance(fact, Reading)]
    own = [replace(own[0], number=3), replace(own[1], run=3), Completion(3)]  # type: ignore[type-var]
    assert fold([*live, *own], AFTER) == before
    (one,) = (one for one in before.values() if one.name.id == "a")
    assert [change.new for change in one.changes] == [None, "Two"]
    assert one.state.last_changed == at(2030)


def test_clock_that_was_far_ahead_does_not_put_later_runs_behind_it() -> None:
    """Though the site's clock agreed with it, once it agrees with one of these, too."""
    ahead = 50 * 31_556_952
    first = Clock(1, PROGRAM + ahead, PROGRAM + ahead + 5, 0)
    clocks = [first, *(Clock(n, PROGRAM + 100 * n, PROGRAM + 100 * n + 5) for n in range(2, 6))]
    behind = shifts(clocks)
    assert all(behind[n] > ahead // 2 for n in range(2, 6))
    agreed = shifts([*clocks[:-1], replace(clocks[-1], ahead=0)])
    assert agreed == {1: agreed[1], **dict.fromkeys(range(2, 6), 0)}
    assert PROGRAM <= PROGRAM + ahead + agreed[1] < PROGRAM + 200
    silent = shifts([replace(first, ahead=None), clocks[1]])
    assert silent[2] == 0 > silent[1]


def change(year: int, kind: Kind = Kind.CHANGED, new: str = "x") -> Change:
    return Change(at(year), kind, 1, None if kind == Kind.ADDED else "title", "o", new)


PLANS: dict[str, tuple[list[Change], list[Change], Plan]] = {
    "nothing": ([change(1)], [change(1)], Plan()),
    "it was earlier": ([change(2)], [change(1)], Plan(move={0: change(1)})),
    "there was another before": (
        [change(2)],
        [change(1), change(2)],
        Plan(add=[change(1)]),
    ),
    "one is two": (
        [change(2, new="y")],
        [change(1, new="x"), change(2, new="z")],
        Plan(move={0: change(1, new="x")}, add=[change(2, new="z")]),
    ),
    "the earlier takes the place of the earlier": (
        [change(3, new="y"), change(2, new="y")],
        [change(1, new="x"), change(4, new="z")],
        Plan(move={1: change(1, new="x"), 0: change(4, new="z")}),
    ),
    "it is none": ([change(1), change(2)], [change(2)], Plan(drop=[0])),
    "another kind": (
        [change(1)],
        [change(1, Kind.REREAD)],
        Plan(drop=[0], add=[change(1, Kind.REREAD)]),
    ),
}


@pytest.mark.parametrize("case", PLANS)
def test_rows_keep_their_numbers(case: str) -> None:
    stored, wanted, plan = PLANS[case]
    assert reconcile(dict(enumerate(stored)), wanted) == plan


def work(done: Callable[[], object]) -> int:
    """How many calls it takes, of functions in Python and in C."""
    calls = 0

    def count(*_: Any) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        done()
    finally:
        sys.setprofile(None)
    return calls


def seen(number: int, second: int = 0) -> Seen:
    content = Content(1, "https://archive.example/1", f"{number}")
    when = When(f"{2000 + number}-01-01T00:00:{second:02}Z", number)
    return Seen(when, content, 1, said("a", f"Title {number}"))


def lived(runs: int) -> State:
    """A document that said something else in every run, and is back after every other one."""

    def past() -> Iterator[Seen | Lacked]:
        for number in range(1, runs):
            yield seen(number)
            yield Lacked(When(f"{2000 + number}-06-01T00:00:00Z", number), 1)

    return steps(State(), past(), AFTER)[0]


def test_step_costs_the_same_however_many_runs_there_were() -> None:
    costs = set()
    for runs in (100, 1_000):
        state = lived(runs)
        last = seen(runs)
        lack = Lacked(When(f"{2000 + runs}-06-01T00:00:00Z", runs), 1)
        assert state.is_next(last)
        there, _ = step(state, last, AFTER)
        costs.add(
            (
                work(lambda state=state, last=last: step(state, last, AFTER)),  # type: ignore[misc]
                work(lambda there=there, lack=lack: step(there, lack, AFTER)),  # type: ignore[misc]
                work(lambda state=state, last=last: state.is_next(last)),  # type: ignore[misc]
            )
        )
    assert len(costs) == 1


def many(own: int, others: int) -> Evidence:
    """A document that was seen in some runs, after which many were without it."""
    facts = [fact for n in range(1, own + 1) for fact in run(n, 1000 + n, f"a={n} b=B")]
    for number in range(own + 1, own + others + 1):
        facts += run(number, 1000 + number, "b=B")
    return Evidence(facts)


def test_folding_costs_what_a_document_has_to_tell() -> None:
    """Nearly twice as much for twice its past, and next to nothing for runs without it."""
    costs = []
    for own, others in ((100, 10), (200, 10), (100, 1_000)):
        evidence, one = many(own, others), frozenset({address("a")})
        document(evidence, one, AFTER)  # finds out once what all documents need
        costs.append(work(lambda e=evidence, o=one: document(e, o, AFTER)))  # type: ignore[misc]
        assert len(events(evidence, one, AFTER)) == own + AFTER
    assert costs[1] < 2.2 * costs[0]
    assert costs[2] < 1.1 * costs[0]
