"""One step of history: what an event makes of a document's state, and what that changes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harvester.store.history.facts import SAID, Content, Statement
from harvester.store.history.state import (
    Change,
    Event,
    Kind,
    Lacked,
    Membership,
    Reread,
    Seen,
    State,
    Words,
)

Step = tuple[State, list[Change]]


def step(state: State, event: Event, after: int) -> Step:
    """The state after an event, and the changes that the event makes, in order.

    The event comes after all that made the state (`State.is_next`). A document is removed from a
    collection after `after` complete runs in a row without it, or one more if no total proves them.
    The cost depends only on how many collections the document is in.
    """
    if isinstance(event, Seen):
        state, changes = _seen(state, event)
    elif isinstance(event, Lacked):
        state, changes = _lacked(state, event, after)
    else:
        state, changes = _reread(state, event)
    return replace(state, last=event.order), changes


def steps(state: State, events: Iterable[Event], after: int) -> Step:
    """The state after several events, given in their order, and all changes on the way."""
    changes: list[Change] = []
    for event in events:
        state, more = step(state, event, after)
        changes += more
    return state, changes


def _seen(state: State, event: Seen) -> Step:
    if event.statement.withdraws:
        return _withdrawn(state, event)
    collection = event.content.collection
    before = state.memberships.get(collection)
    changes = list(_arrivals(state, before, event))
    memberships = {**state.memberships, collection: _membership(before, event)}
    is_echo = _is_echo(state, before, event)
    state = replace(state, memberships=memberships, removed=None)
    state, more = (state, []) if is_echo else _said(state, event)
    return state, changes + more


def _is_echo(state: State, before: Membership | None, event: Seen) -> bool:
    """Whether a collection says what it said the last time, while the words are another's that has
    the document still. So two that word it differently don't take turns."""
    if state.words is None or before is None or before.said is None:
        return False
    speaker = state.words.content.collection
    other = state.memberships.get(speaker)
    if speaker == event.content.collection or other is None or other.removed:
        return False
    said, now = before.said[0], event.statement
    return said.address == now.address and not said.differences(now)


def _arrivals(state: State, before: Membership | None, event: Seen) -> Iterator[Change]:
    at, collection = event.when.moment, event.content.collection
    if before is None:
        yield Change(at, Kind.ADDED, collection)
    for name in ("removed", "missing"):
        if since := getattr(before, name, None):
            yield Change(at, Kind.RESTORED, collection, name, since)
    if state.removed:
        yield Change(at, Kind.RESTORED, None, "removed", state.removed)


def _membership(before: Membership | None, event: Seen) -> Membership:
    """Of several places at one moment, the first in their order counts."""
    if before is not None and event.when == before.seen:
        return before
    first_seen = before.first_seen if before else event.when.moment
    said = event.statement, event.content
    return Membership(first_seen, event.when, event.content, event.position, said=said)


def _said(state: State, event: Seen) -> Step:
    """An earlier site's words don't take the place of today's, nor does a mere address that of a
    title. Of two that were said at one moment (by one run within a second), the first in their
    order counts."""
    words, statement = state.words, event.statement
    if not event.speaks:
        return state, []
    here = event.content, event.when
    if words is None:
        return replace(state, words=Words(statement, *here, here)), []
    if event.when == words.when or statement.rank > words.statement.rank:
        return state, []
    now = replace(words, statement=statement, content=event.content, when=event.when)
    if not event.when.is_known:
        return replace(state, words=replace(now, read=here)), []  # what was first can't be told
    if words.statement.differences(statement):
        now = replace(now, read=here)
    kind = _kind(words, event.content, statement)
    return _changed(state, now, kind, event.when.moment, event.content.collection)


def _kind(before: Words, content: Content, statement: Statement) -> Kind:
    if before.statement.address != statement.address:
        return Kind.RENAMED
    return Kind.REREAD if before.content == content else Kind.CHANGED


def _reread(state: State, event: Reread) -> Step:
    """Only what the document says now, and says by these bytes, is put right."""
    state, words = _heard_again(state, event), state.words
    if words is None or words.content != event.content or event.statement.withdraws:
        return state, []
    if words.statement.address != event.statement.address:
        return state, []
    now = replace(words, statement=event.statement)
    if words.read[0] != event.content:
        now = replace(now, read=(event.content, words.when))
    return _changed(state, now, Kind.REREAD, event.when.moment, event.content.collection)


def _heard_again(state: State, event: Reread) -> State:
    """The same, with what a collection said last as it was read again."""
    collection = event.content.collection
    member = state.memberships.get(collection)
    if member is None or member.said is None or event.statement.withdraws:
        return state
    said, content = member.said
    if content != event.content or said.address != event.statement.address:
        return state
    now = replace(member, said=(event.statement, content))
    return replace(state, memberships={**state.memberships, collection: now})


def _changed(state: State, now: Words, kind: Kind, at: str, collection: int) -> Step:
    assert state.words is not None
    different = state.words.statement.differences(now.statement)
    if kind == Kind.RENAMED or any(name in SAID for name, *_ in different):
        now = replace(now, changed=at if different else now.changed)
    changes = [Change(at, kind, collection, *difference) for difference in different]
    return replace(state, words=now), changes


def _lacked(state: State, event: Lacked, after: int) -> Step:
    """What is not there yet, or was seen by then, or is removed already, is not missed."""
    before = state.memberships.get(event.collection)
    if before is None or before.removed or event.when <= before.seen:
        return state, []
    now = _missed(before, event.when.moment, after + (not event.stated))
    return _departed(state, before, now, event.collection, event.when.moment)


def _withdrawn(state: State, event: Seen) -> Step:
    """The archive itself says that it is there no longer: so it is removed at once. What another
    page of the same moment still shows stays."""
    collection, at = event.content.collection, event.when.moment
    before = state.memberships.get(collection)
    if before is None or event.when == before.seen:
        return state, []
    now = replace(before, seen=event.when, content=event.content, position=event.position)
    if before.removed:
        return replace(state, memberships={**state.memberships, collection: now}), []
    now = replace(now, missing=before.missing or at, removed=at)
    return _departed(state, before, now, collection, at)


def _departed(state: State, before: Membership, now: Membership, collection: int, at: str) -> Step:
    memberships = {**state.memberships, collection: now}
    gone = all(one.removed for one in memberships.values()) and state.removed is None
    changes = list(_departures(before, now, collection, at, gone=gone))
    return replace(state, memberships=memberships, removed=at if gone else state.removed), changes


def _missed(before: Membership, at: str, after: int) -> Membership:
    missed = before.missed + 1
    removed = at if missed >= after else None
    return replace(before, missed=missed, missing=before.missing or at, removed=removed)


def _departures(
    before: Membership, now: Membership, collection: int, at: str, *, gone: bool
) -> Iterator[Change]:
    if before.missing is None:
        yield Change(at, Kind.MISSING, collection, "missing", new=at)
    if now.removed:
        yield Change(at, Kind.REMOVED, collection, "removed", new=at)
    if gone:
        yield Change(at, Kind.REMOVED, None, "removed", new=at)
