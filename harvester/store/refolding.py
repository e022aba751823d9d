"""Making anew what is known of documents' past, when runs change places with captures."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from harvester.items import Counts
from harvester.store.changes import Kind
from harvester.store.documents import FIELDS
from harvester.store.past import OF_FIELDS, put_turns, settle_presence, turns_of
from harvester.store.run import Run
from harvester.store.sightings import events
from harvester.store.timeline import Turn

Words = dict[str, str | None]

DOCUMENTS = f"""
    SELECT number, {", ".join(FIELDS)} FROM documents WHERE NOT EXISTS (SELECT 1 FROM changes
        WHERE document = documents.number AND kind IN ('reread', 'joined'))"""
WITH_SIGHTINGS = "SELECT DISTINCT document FROM sightings ORDER BY document"
PUT_WORDS = f"""
    UPDATE documents SET {", ".join(f"{name} = :{name}" for name in FIELDS)}, page = coalesce(
        (SELECT s.page FROM sightings AS s JOIN pages ON pages.id = s.page OR same_as = s.page
            WHERE s.document = :number AND fetched = :at ORDER BY pages.id DESC LIMIT 1), page)
    WHERE number = :number"""


class Refolding:
    """What the documents of a database have said whenever they were seen, before moments are moved.

    It is told from their changes. What one has said that was read wrongly, or taken for two, can't
    be: only its presence is made anew.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._said = {}
        for document, *values in db.execute(DOCUMENTS).fetchall():
            present = dict(zip(FIELDS, values, strict=True))
            self._said[document] = dict(_said(db, document, present))

    def refold(self, moved: Mapping[str, str], run: Run, after: int) -> None:
        """Makes changes, words and presence anew, now that moments were moved."""
        run = replace(run, counts=Counts())
        for document, said in self._said.items():
            self._put_words(run, document, {moved.get(at, at): said[at] for at in said})
        for (document,) in self._db.execute(WITH_SIGHTINGS).fetchall():
            settle_presence(self._db, run, document, after)

    def _put_words(self, run: Run, document: int, said: Mapping[str, Words]) -> None:
        if not said:
            return
        all_stored = turns_of(self._db, OF_FIELDS, document)
        stored = {key: turn for key, turn in all_stored.items() if turn.field in FIELDS}
        known = {(turn.field, turn.old, turn.new): turn for turn in stored.values()}
        wanted = [
            replace(known.get((turn.field, turn.old, turn.new), turn), at=turn.at)
            for turn in _turns(run, said)
        ]
        put_turns(self._db, run, document, stored, wanted)
        since = max((turn.at for turn in wanted), default=min(said))
        self._db.execute(PUT_WORDS, {**said[max(said)], "number": document, "at": since})


def _said(db: sqlite3.Connection, document: int, present: Words) -> Iterator[tuple[str, Words]]:
    """What a document said at each moment when it was seen."""
    turns = list(turns_of(db, OF_FIELDS, document).values())
    for at in {event.at for event in events(db, document) if event.seen}:
        later = [turn for turn in turns if turn.at > at and turn.field in present]
        yield at, present | {str(turn.field): turn.old for turn in reversed(later)}


def _turns(run: Run, said: Mapping[str, Words]) -> Iterator[Turn]:
    """What has changed from moment to moment."""
    for before, at in pairwise(sorted(said)):
        for name in FIELDS:
            old, new = said[before][name], said[at][name]
            if old != new:
                yield Turn(run.collection, Kind.CHANGED, name, old, new, at)
