"""Recordings in bulk: each becomes a Parquet of facts, whichever process or machine reads it.

A file gets its name once it is whole, and what is finished is not done again. A recording that has
grown is read again, and so is what other readers have read.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from harvester import __version__
from harvester.console import complain
from harvester.exports import facts
from harvester.exports.facts import SCHEMA, Row, Sum
from harvester.outcomes import (
    EXIT_CODES,
    OURS,
    BadOutput,
    BadUsage,
    HarvestProblem,
    Incomplete,
    Outcome,
    Reason,
    worst,
)
from harvester.reader_digest import reader_digest
from harvester.sites import known_kinds, known_sites, site_for
from harvester.sites.site import general_site
from harvester.sources import storage
from harvester.sources.facts import Recorded
from harvester.sources.storage import Recording

BEGINNING = 4096
"""The first bytes of a recording, by which it is known again when it has grown or was moved."""
ENDING = ".parquet"
UNKNOWN = "https://unknown.invalid/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What holds for all recordings: the `folder` of their files, how many bytes a page may have,
    and the site that hosts without a profile are copies of.

    If the folder is `shared`, other machines write into it as well. Raises BadUsage if there is no
    such site, or can be no such folder.
    """

    folder: str
    limit: int
    site: str | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        site_for(UNKNOWN, self.site)
        if "://" in self.folder and not storage.is_in_bucket(self.folder):
            raise BadUsage(f"{self.folder!r} is neither a folder nor s3://: name one of these.")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a recording. Its file says something `about` itself, unless there is none,
    and was `finished` before, maybe. An exit code that is not 0 has a sentence."""

    about: Row | None = None
    finished: bool = False
    code: int = 0
    sentence: str = ""


def read(recording: Recording, wanted: Wanted) -> Done:
    """Makes the file of a recording, unless it is finished. What goes wrong is in what it returns,
    and never raised."""
    try:
        return _read(recording, wanted)
    except HarvestProblem as problem:
        return Done(code=problem.exit_code, sentence=str(problem))
    except Exception as bug:
        sentence = f"Reading {recording.name} failed by a bug ({bug!r}): please report it."
        return Done(code=OURS, sentence=sentence)


def _read(recording: Recording, wanted: Wanted) -> Done:
    head, size = storage.beginning(recording.address, BEGINNING)
    target = f"{wanted.folder.rstrip('/')}/{recording.name}{ENDING}"
    about = {
        "schema": SCHEMA,
        "reader": readers(),
        "site": wanted.site,
        "limit": wanted.limit,
        "size": size,
        "begins": hashlib.sha256(head).hexdigest(),
    }
    if known := _known(target):
        if known["begins"] != hashlib.sha256(head[: known["size"]]).hexdigest():
            raise BadUsage(f"{target} is of another recording of that name: name another folder.")
        if all(known.get(name) == value for name, value in about.items()):
            return _done(known, finished=True)
    with storage.at_hand(recording.address) as path, storage.new(target, wanted.shared) as out:
        recorded = Recorded(path, recording.name, wanted.limit, wanted.site)

        def said() -> Row:
            met = {**asdict(recorded.counts), "problem": recorded.problem}
            return {**about, **met, "recording": recording.name, "program": __version__}

        about = facts.write(_whole(recorded), out, said)
    return _done(about, finished=False)


def _done(about: Row, *, finished: bool) -> Done:
    if not about["unread"]:
        return Done(about, finished)
    code = OURS if about["bugs"] else EXIT_CODES[Outcome.UNREADABLE]
    pages = f"{about['unread']:,} of {about['pages'] + about['unread']:,} pages can't be read"
    return Done(about, finished, code, f"{about['recording']}: {pages}; {about['problem']}")


def readers() -> str:
    """The digest of all that reads pages: the code, and every profile."""
    sites = {**known_sites(), **known_kinds(), "": general_site(UNKNOWN)}
    said = " ".join(f"{key} {reader_digest(one)}" for key, one in sorted(sites.items()))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _whole(recorded: Recorded) -> Iterator[Row]:
    """The rows of a recording. Raises Incomplete at the end if some may be missing."""
    try:
        yield from recorded.rows()
    except OSError as error:
        recorded.damage.append(f"{recorded.name} can't be read ({error.strerror})")
    if recorded.damage:
        what = "; ".join(recorded.damage)
        sentence = f"{recorded.name} is damaged, and no file is made of it: {what}."
        raise Incomplete(sentence, Reason.BROKEN_OFF)


def _known(target: str) -> Row | None:
    """What the file that is there says about itself, if one is. Raises BadUsage if it is any other
    file, and BadOutput if it can't be read."""
    known = None
    with suppress(ValueError), storage.opened(target) as file:
        if file is None:
            return None
        known = facts.said_about(file)
    if known is None:
        raise BadUsage(f"{target} is there, and no file of facts: move it, or name another folder.")
    return known


@dataclass(slots=True)
class Ended:
    """What became of all recordings: each is told when it is added."""

    folder: str
    others: int = 0
    recordings: int = 0
    files: int = 0
    finished: int = 0
    pages: int = 0
    sum: Sum = field(default_factory=Sum)
    codes: list[int] = field(default_factory=lambda: [0])

    def add(self, done: Done) -> None:
        """Counts a recording, and names it if something is wrong with it. Raises BadOutput if no
        file can be written: there would be none for the others either."""
        if done.code == BadOutput.exit_code:
            raise BadOutput(done.sentence)
        self.recordings += 1
        self.codes.append(done.code)
        if done.sentence:
            complain(done.sentence)
        if done.about is not None:
            self.files += 1
            self.finished += done.finished
            self.pages += done.about["pages"]
            self.sum.unite(Sum.of(done.about["rows"], done.about["hash"]))

    @property
    def code(self) -> int:
        """The exit code."""
        return worst(self.codes)

    @property
    def text(self) -> str:
        """The last lines."""
        before = f", {self.finished:,} of them before" if self.finished else ""
        left = f"\nFiles that are no recordings: {self.others:,}" if self.others else ""
        return (
            f"{self.folder} has the facts of {self.files:,} of {self.recordings:,} recordings"
            f"{before}: {self.pages:,} pages, {self.sum.rows:,} rows{left}\n"
            f"The hash of the rows is {self.sum.digest}"
        )
