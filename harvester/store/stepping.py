"""Steps: documents move on by what is later than everything known of them; nothing older is looked
at.

Documents on unchanged pages merely say the same again. More follows only if a document was missing,
or if another collection has made it say something else since.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from json import dumps

from harvester.items import PageItem
from harvester.store import current
from harvester.store.connection import WANTED, Row, select
from harvester.store.folding import fold
from harvester.store.history.facts import FIELDS, Address, Content, Statement
from harvester.store.history.state import Lacked, Membership, Seen, State, When, Words
from harvester.store.history.step import step
from harvester.store.observations import Met, Place
from harvester.store.rows import OF_DOCUMENT, OF_MEMBERSHIP, new_row, seen_row
from harvester.store.run import Run
from harvester.timestamps import UNKNOWN

DOCUMENTS = f"""
    SELECT number, documents.site, documents.id,
        {", ".join(f"documents.{name}" for name in FIELDS)}, first_seen, last_changed,
        page, statement, removed, slug, rank
    FROM documents JOIN statements ON statements.id = statement
        JOIN addresses ON addresses.id = address
    WHERE number IN {WANTED}"""
MEMBERSHIPS = f"SELECT * FROM memberships WHERE document IN {WANTED}"
TIED = f"""
    SELECT DISTINCT memberships.document FROM memberships JOIN pages AS last ON last.id = page
    WHERE memberships.document IN {WANTED} AND (first_seen LIKE '{UNKNOWN}%' OR EXISTS (
        SELECT 1 FROM pages WHERE pages.content = last.content AND pages.fetched = ?
            AND pages.run = ? AND pages.id <> ?))"""
"""Documents that a run met within the same second, or that were met before at an unknown time."""
JOINED_SINCE = "SELECT EXISTS (SELECT 1 FROM joinings WHERE at >= ?)"
STANDING = f"""
    SELECT slug, document, documents.number IS NULL
        OR EXISTS (SELECT 1 FROM memberships WHERE missing IS NOT NULL
            AND document = addresses.document AND collection = ?)
        OR documents.statement <> said AND rank <= (
        SELECT rank FROM statements CROSS JOIN addresses ON addresses.id = address
        WHERE statements.id = documents.statement)
    FROM (SELECT address, observations.statement AS said
        FROM pages CROSS JOIN readings ON readings.content = pages.content
            CROSS JOIN observations ON reading = readings.same_as
            CROSS JOIN statements ON statements.id = observations.statement
        WHERE pages.id IN {WANTED} AND NOT EXISTS (SELECT 1 FROM readings AS later
            WHERE later.content = readings.content AND later.id > readings.id))
    CROSS JOIN addresses ON addresses.id = address
    LEFT JOIN documents ON number = document WHERE document IS NOT NULL"""
"""What stands on pages, and whether more follows from that; a document that another program has
deleted is made again."""

ELSEWHERE = Content(0, "", "")
EARLIER = When("")
"""Where and when something was before: a step need not know more than that it was not here."""


def go_on(db: sqlite3.Connection, run: Run, met: Met, at: str, after: int) -> set[int]:
    """Moves the documents of a page, which is later than all known ones, one step further, and
    counts the changes.

    Returns the documents for which one step is not enough: they stay as they were, and have to be
    folded.
    """
    left = _tied(db, run, met, at)
    known = {one.document for one in met.places if not one.is_new}
    rows, states = _states(db, known)
    left |= known - rows.keys()  # another program has deleted these
    documents, members, changes = [], [], []
    when = When(at, run.seq)
    for one in met.places:
        if one.document in left:
            continue
        before = states.get(one.document, State())
        said = Statement(Address(run.site, one.slug, run.identity.rank(one.slug)), *one.words)
        if _may_be_echo(before, run.collection, said):
            left.add(one.document)
            continue
        state, more = step(before, Seen(when, met.of, one.position, said), after)
        if one.is_new:
            documents.append(new_row(run, one, state.first_seen, met.page))
        else:
            documents += _stepped(one, rows[one.document], before, state, met)
        first_seen = state.memberships[run.collection].first_seen
        members.append(seen_row(run, one, first_seen, met.page))
        changes += [(one.document, change) for change in more]
        current.count(run, more)
    current.put_documents(db, documents)
    current.put_memberships(db, members)
    current.put_changes(db, run, changes)
    return left


def go_on_unchanged(
    db: sqlite3.Connection, run: Run, pages: Sequence[tuple[int, PageItem]], *, after: int
) -> set[str]:
    """Moves on the documents of unchanged pages; returns the ids on them."""
    asked = [run.collection, dumps([number for number, _ in pages])]
    found = db.execute(STANDING, asked).fetchall()
    others = {document for _, document, differs in found if differs}
    fold(db, run, others, after)
    return {slug for slug, *_ in found}


def lack(
    db: sqlite3.Connection, run: Run, documents: Iterable[int], event: Lacked, after: int
) -> None:
    """Notes that a complete run, later than everything known, did not find these documents."""
    rows, states = _states(db, documents)
    for number, before in states.items():
        state, changes = step(before, event, after)
        current.put_documents(db, [_kept(rows[number], state)])
        current.put_memberships(db, [_missing(rows[number], state, run.collection)])
        current.put_changes(db, run, [(number, change) for change in changes])
        current.count(run, changes)


def _tied(db: sqlite3.Connection, run: Run, met: Met, at: str) -> set[int]:
    """Documents that can't move on by a step alone."""
    numbers = [one.document for one in met.places]
    if met.read_anew or db.execute(JOINED_SINCE, [at]).fetchone()[0]:
        return set(numbers)
    withdrawn = {one.document for one in met.places if one.withdraws}
    twice = withdrawn | {number for number, times in Counter(numbers).items() if times > 1}
    found = db.execute(TIED, [dumps(numbers), at, run.id, met.page])
    return twice.union(document for (document,) in found)


def _states(
    db: sqlite3.Connection, documents: Iterable[int]
) -> tuple[dict[int, Row], dict[int, State]]:
    """Documents as they are: their rows, with those of memberships, and their states, as far as a
    step needs them."""
    asked = [dumps(list(documents))]
    rows = {row["number"]: row | {"members": {}} for row in select(db, DOCUMENTS, asked)}
    for row in select(db, MEMBERSHIPS, asked):
        if row["document"] in rows:
            rows[row["document"]]["members"][row["collection"]] = row
    return rows, {number: _state(row) for number, row in rows.items()}


def _state(row: Row) -> State:
    address = Address(row["site"], row["slug"], row["rank"])
    said = Statement(address, *(row[name] for name in FIELDS))
    changed = row["last_changed"] if row["last_changed"] != row["first_seen"] else None
    words = Words(said, ELSEWHERE, EARLIER, (ELSEWHERE, EARLIER), changed)
    return State(words, {key: _member(one) for key, one in row["members"].items()}, row["removed"])


def _member(row: Row) -> Membership:
    told = row["position"], row["missed"], row["missing"], row["removed"]
    return Membership(row["first_seen"], EARLIER, ELSEWHERE, *told)


def _may_be_echo(state: State, collection: int, said: Statement) -> bool:
    """Whether a collection says otherwise than the document, of which several speak: what it said
    itself the last time, a row does not tell."""
    if state.words is None or len(state.memberships) < 2 or collection not in state.memberships:
        return False
    words = state.words.statement
    return words.address != said.address or bool(words.differences(said))


def _stepped(
    one: Place, row: Row, before: State, state: State, met: Met
) -> list[tuple[object, ...]]:
    """A document's row after a step; None if it is unchanged."""
    assert state.words is not None
    speaks = state.words.content is not ELSEWHERE and row["statement"] != one.statement
    if not speaks and state.removed == before.removed:
        return []
    said = dict(zip(FIELDS, one.words, strict=True))
    new = row | {"statement": one.statement} | said if speaks else row
    if state.words.read[0] is not ELSEWHERE:
        new = new | {"page": met.page} | said
    return [_kept(new, state)]


def _kept(row: Row, state: State) -> tuple[object, ...]:
    new = row | {"last_changed": state.last_changed, "removed": state.removed}
    return tuple(new[name] for name in OF_DOCUMENT)


def _missing(row: Row, state: State, collection: int) -> tuple[object, ...]:
    now = state.memberships[collection]
    told = {name: getattr(now, name) for name in ("missed", "missing", "removed")}
    new = row["members"][collection] | told
    return tuple(new[name] for name in OF_MEMBERSHIP)
