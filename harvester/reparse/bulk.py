"""Recordings in bulk on one machine, by all of its cores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from harvester.reparse.reparse import watched
from harvester.reparse.workers import Workers

if TYPE_CHECKING:  # it loads pyarrow, which begins a thread
    from harvester.exports.bulk import Done, Ended
    from harvester.sources.storage import Recording


@dataclass(frozen=True, slots=True)
class Work:
    """Makes the files of recordings, one after another; the fields are those of `bulk.Wanted`."""

    folder: str
    limit: int
    site: str | None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, recording: "Recording") -> "Done":
        from harvester.exports.bulk import Wanted, read

        return read(recording, Wanted(self.folder, self.limit, self.site))


def read_in_bulk(sources: Sequence[str], work: Work, processes: int) -> "Ended":
    """Makes a file of facts for each recording, and names those of which none can be made.

    The processes are forked before anything begins a thread. Raises BadUsage, BadOutput, and Failed
    if a process was killed.
    """
    workers: Workers[Recording, Done] = Workers(work, processes, large=True)
    with workers:
        from harvester.exports.bulk import Ended, Wanted
        from harvester.sources.storage import recordings

        Wanted(work.folder, work.limit, work.site)
        found, others = recordings(sources)
        ended = Ended(work.folder, others)
        with watched("recordings read", len(found)) as advance:
            for done in workers.map(found):
                ended.add(done)
                advance(1)
    return ended
