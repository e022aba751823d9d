"""What changed: each thing that was otherwise than before, and since when."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """All that `changes.kind` can be."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    MISSING = "missing"
    REMOVED = "removed"
    RESTORED = "restored"
    JOINED = "joined"
    REREAD = "reread"
    """The source says what it said; it was read wrongly before."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of `changes`, but for its number, its document and the run that found it out.

    The removal and the return of the document itself have no collection.
    """

    at: str
    kind: Kind
    collection: int | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
