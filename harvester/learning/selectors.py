"""The selectors with which a profile locates entries and their parts.

Each is the simplest candidate that finds the right elements in every sample, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from harvester.learning.finder import Finder
from harvester.learning.samples import (
    Sample,
)
from harvester.pages.selectors import Index

Said = str | bool | list[str] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors under the keys of a profile's `[listing]`.

    None leaves a key out, such as `link` where the title is the link. `date_within` says that the
    date stands in a longer text; `named_only`, that an entry's text which no selector finds is left
    out. `ignore` finds what belongs to no entry. `other` finds further values, by their labels.
    """

    entry: str
    title: str
    link: str | None = None
    date: str | None = None
    date_within: bool = False
    date_above: str | None = None
    summary: str | None = None
    other: Mapping[str, str] = field(default_factory=dict)
    named_only: bool = False
    ignore: tuple[str, ...] = ()
    next: str | None = None

    @property
    def parts(self) -> list[str]:
        """The selectors of an entry's title, date and summary, where there are any."""
        return [css for css in (self.title, self.date, self.summary) if css]

    def said(self) -> dict[str, Said]:
        """The keys with values other than their defaults."""
        said: dict[str, Said] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if value:
                said[name] = list(value) if isinstance(value, tuple) else value
        if self.other:
            said["other"] = dict(self.other)
        return said


def learn(
    index: Index,
    samples: Sequence[Sample],
    *,
    preferred: Mapping[str, str] | None = None,
    others: bool = False,
) -> list[Selectors]:
    """The selectors that fit every sample on a page, the strictest first; none if no selector finds
    the entries, or their titles, links or dates.

    A `preferred` selector, given by its key, is kept if it fits. With `others`, the page may have
    more entries than samples.
    """
    finder = Finder(index, samples, preferred or {}, others=others)
    title = finder.title()
    entry = finder.entry(title) if title else None
    if entry is None or title is None:
        return []
    found = Selectors(entry, title)
    if not finder.is_linked(title):
        link = finder.link()
        if link is None:
            return []
        found = replace(found, link=link)
    if any(sample.date for sample in samples):
        if (date := finder.date()) is not None:
            found = replace(found, date=date, date_within=finder.is_within(date))
        elif (above := finder.date_above()) is not None:
            found = replace(found, date_above=above)
        else:
            return []
    summary = finder.summary()
    ways = [replace(found, summary=summary), found] if summary else [found]
    other = finder.others()
    beside = [replace(one, other=finder.apart(other, one.parts)) for one in ways]
    ways = [*(one for one in beside if one.other), *ways]
    return [replace(one, named_only=lax) for one in ways for lax in (False, True)]
