"""Recordings in bulk on one machine, by all of its cores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from harvester.exports.bulk import Done, Ended, Recording, Wanted, read, recordings
from harvester.reparse.reparse import watched
from harvester.reparse.workers import Workers


@dataclass(frozen=True, slots=True)
class Work:
    """Makes the files of recordings, one after another."""

    wanted: Wanted

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, recording: Recording) -> Done:
        return read(recording, self.wanted)


def read_in_bulk(sources: Sequence[str], wanted: Wanted, processes: int) -> Ended:
    """Makes a file of facts for each recording, and names those of which none can be made.

    The processes are forked first, as what lists a bucket begins threads. Raises BadUsage, and
    Failed if a process was killed.
    """
    workers: Workers[Recording, Done] = Workers(Work(wanted), processes, large=True)
    with workers:
        found, others = recordings(sources)
        ended = Ended(wanted.folder, others)
        with watched("recordings read", len(found)) as advance:
            for done in workers.map(found):
                ended.add(done)
                advance(1)
    return ended
