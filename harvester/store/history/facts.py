"""Facts: what was asked, when, and how the answers were read. They are appended, never changed.

Everything else (documents, memberships, changes) follows from them. No fact refers to a row by its
number, so two databases that got the same facts in another order know the same.

Moments are texts in UTC as everywhere ("2026-11-24T05:06:07Z"), as the clock of the run gave them;
an error of that clock is a fact of its own. A capture of unknown time has a stand-in before all
known moments (`moments.stand_in`).
"""

from dataclasses import dataclass, fields
from enum import IntEnum

from harvester.record import same_letters

NAMES_ONLY = 5
"""More than the rank of any address."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a site shows a document: the site's name, and what its identity rule says of the link.

    `rank` follows from these two by the site's profile: 0 for an address of today's site, 1 for one
    of its earlier generation. What is said at a lower rank counts before what a higher one says.
    """

    site: str
    id: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """What a listing's entry says of a document, and how its reader understood the date."""

    address: Address
    url: str
    title: str
    summary: str | None = None
    date_text: str | None = None
    date_edtf: str | None = None
    date_earliest: str | None = None
    date_latest: str | None = None
    date_convention: str | None = None
    listed_other: str | None = None

    @property
    def rank(self) -> int:
        """The rank of its words: that of its address, and higher if it only names the document, as
        a sitemap does, whose title is the address."""
        return self.address.rank + NAMES_ONLY * (self.title == self.url)

    @property
    def withdraws(self) -> bool:
        """Whether it says that the document is there no longer: it has no title then."""
        return not self.title

    def differences(self, other: "Statement") -> list[tuple[str, str | None, str | None]]:
        """The fields that differ: the name, what is said here, what the other says.

        How letters are composed is no difference.
        """
        values = ((name, getattr(self, name), getattr(other, name)) for name in FIELDS)
        return [
            (name, old, new)
            for name, old, new in values
            if old != new and (name != OTHER or same_letters(old) != same_letters(new))
        ]


FIELDS = tuple(one.name for one in fields(Statement) if one.name != "address")
"""The fields of which `changes` speaks."""
OTHER = "listed_other"
"""The field that may also tell how a page composes letters."""
READ = tuple(name for name in FIELDS if name.startswith("date_") and name != "date_text")
"""Those that a reader made of the date as written."""
SAID = tuple(name for name in FIELDS if name not in ("url", *READ))
"""Those that are the source's own words: a document is news if one of them changes."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run over one collection has begun.

    `number` counts the runs of a database. Live runs follow each other in that order, whatever
    their clocks say; captures lie where their moments put them, whichever run reads them.
    """

    number: int
    collection: int
    live: bool = True


@dataclass(frozen=True, slots=True)
class Completion:
    """A walk of a run has seen the whole listing: what is on none of its pages is not there.

    Unless the site has `stated` a total that confirms it, one more run is needed to believe it.
    """

    run: int
    walk: int = 1
    stated: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Content:
    """The bytes that an address of a collection's listing answered with."""

    collection: int
    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Page:
    """A run met these bytes. `fetched` is when the site sent them, to this run or to a crawler."""

    run: int
    content: Content
    fetched: str
    walk: int = 1


@dataclass(frozen=True, slots=True)
class Observation:
    """An entry of a page: its place in the listing, and what it says."""

    position: int
    statement: Statement


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader made this of some bytes, at the moment `made` by the clock of a run.

    A page has no reading of its own if its bytes were known (an answer 304, a capture that was read
    before). A further reading of the same bytes is a re-reading: the site said nothing new.
    `reader` is the digest of what read them.
    """

    content: Content
    run: int
    made: str
    reader: str
    observations: tuple[Observation, ...]


class Rule(IntEnum):
    """What proves that two addresses belong to one document, the best proof first."""

    RECORD = 1
    """The document's own page gives both."""
    TAG = 2
    """Both have the same lasting identifier."""
    SLUG = 3
    """The site's profile says that addresses like these are one."""
    RENAME = 4
    """One vanished and the other came, alike in date and summary. This is derived, never stored."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Two addresses belong to one document, as a run found at the moment `at` of its clock.

    Neither has to have been observed before. One complete run that lists both refutes it.
    """

    one: Address
    other: Address
    rule: Rule
    run: int
    at: str


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock of a run said when it began and ended, in seconds since 1970.

    `ahead` is by how many seconds it was ahead of the site's clock, None if the site said nothing.
    What the run has seen is later than `after`: the newest capture that was known when it began.
    """

    run: int
    first: int
    last: int
    ahead: int | None = None
    after: int | None = None


Fact = Run | Completion | Page | Reading | Joining | Clock
