"""Which texts of a page are labels: those in the site's words, and those that look like them.

A word alone makes no label: a subject or a paragraph can be "Source" too. What is marked up alike
is judged together: labels are mostly known, each is followed by a value that is marked up
otherwise, and none is said twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from harvester.pages.document.labels import Kind, Label, as_label, values
from harvester.pages.document.sheet import Sheet
from harvester.pages.page import signature

MOST = 100
"""No page has more labels."""
STRONG = 2
STRONG_PART = 4
"""So many different labels, marked up alike, are labels even where a text could stand: more of them
if their values are marked up as they are."""

TERMS = frozenset(("dt", "th"))
"""What HTML itself has for labels."""


@dataclass(frozen=True, slots=True)
class Group:
    """Texts marked up alike, and those of them that would have a value, were all of them labels.

    It is a `part` if other texts are marked up alike too.
    """

    texts: list[Label]
    valued: list[Label]
    part: bool = False

    @property
    def filled(self) -> int:
        """How many known labels have a value."""
        return len(_meanings(self.valued))


def find_labels(sheet: Sheet, title: int, barred: range = range(0)) -> list[Label]:
    """The labels in reading order; `barred` are places where a few are not to be trusted."""
    texts = [as_label(sheet, place) for place, _ in sheet.texts() if place != title]
    found: list[Label] = []
    for group in (*_hinted(sheet, texts), *sorted(_groups(sheet, texts), key=_rank)):
        free = _free(sheet, group.texts, found)
        enough = STRONG_PART if group.part else STRONG
        if not _are_doubtful(free, enough, barred) and _are_labels(sheet, free, found):
            found += free
    found += _alike(sheet, _free(sheet, texts, found), found, _around(sheet, title, found))
    return sorted(found, key=lambda label: label.place)


def _free(sheet: Sheet, texts: list[Label], found: list[Label]) -> list[Label]:
    """The texts that are neither labels nor values of theirs."""
    taken = {place for label in found for place in (label.place, *values(sheet, label, found))}
    return [text for text in texts if text.place not in taken]


def _hinted(sheet: Sheet, texts: list[Label]) -> Iterator[Group]:
    """The group that the site's hints lead to."""
    spans = [sheet.page.span(label) for label in sheet.hinted("label")]
    places = {span.start for span in spans if len(span) == 1}
    if alike := [text for text in texts if text.place in places]:
        yield _group(sheet, alike)


def _rank(group: Group) -> tuple[bool, int, float, int, int]:
    """The surest comes first: the one with the most known labels, of parts the one with the most
    labels, else that with the fewest other texts; then the one with the closest values."""
    known = [text for text in group.texts if text.meaning]
    width = min(len(text.within) for text in known)
    others = -len(group.valued) if group.part else len(group.texts) / len(known)
    return group.part, -group.filled, others, width, group.texts[0].place


def _groups(sheet: Sheet, texts: list[Label]) -> Iterator[Group]:
    """The groups that can be labels: of texts marked up alike, or of a part of these."""
    kinds: dict[Kind, list[Label]] = defaultdict(list)
    for text in texts:
        kinds[text.kind].append(text)
    for alike in kinds.values():
        if not 0 < sum(text.meaning is not None for text in alike) <= MOST:
            continue
        whole = _group(sheet, alike)
        parts = [_group(sheet, part, part=True) for part in filter(_meanings, _parts(alike))]
        surer = [part for part in parts if part.filled > whole.filled]
        yield from surer or [whole]


def _group(sheet: Sheet, texts: list[Label], *, part: bool = False) -> Group:
    judged = texts if len(texts) <= 2 * MOST else []
    return Group(texts, [text for text in judged if values(sheet, text, texts)], part)


def _parts(alike: list[Label]) -> Iterator[list[Label]]:
    """Where values are marked up as labels are: the first text in each parent, or every other."""
    yield [text for text in alike if text.place == text.within.start]
    for parent in dict.fromkeys(text.parent for text in alike if text.meaning):
        even = set(islice(parent.iterchildren("*"), 0, None, 2))
        for is_even in (True, False):
            part = [text for text in alike if text.parent is parent]
            part = [text for text in part if (text.element in even) is is_even]
            if len(part) > 1:
                yield part


def _are_labels(sheet: Sheet, group: list[Label], found: list[Label]) -> bool:
    """Whether most of a group is known and has a value, and is not said elsewhere.

    Fewer may be known if all others have a value: an archive may have labels of its own.
    """
    known = [label for label in group if label.meaning]
    others = [label for label in group if not label.meaning and not label.idle]
    if not known or _meanings(known) & _meanings(found):
        return False
    filled = [label for label in known if values(sheet, label, [*found, *group])]
    if len(known) < len(others):
        sure = len(_meanings(filled)) >= STRONG or {label.holder.tag for label in group} <= TERMS
        return sure and all(values(sheet, label, [*found, *group]) for label in others)
    return 2 * len(filled) >= len(known)


def _are_doubtful(group: list[Label], enough: int, barred: range) -> bool:
    return len(_meanings(group)) < enough and any(label.place in barred for label in group)


def _alike(sheet: Sheet, free: list[Label], found: list[Label], around: range) -> list[Label]:
    """Labels that are not known and have a block of their own, among others that look like them."""
    unknown = [text for text in free if text.place in around and not text.meaning]
    known = Counter(signature(label.holder) for label in found)
    others = Counter(signature(text.holder) for text in unknown)
    alike = (text for text in unknown if others[looks := signature(text.holder)] <= known[looks])
    return [text for text in alike if text.idle or values(sheet, text, found)]


def _around(sheet: Sheet, title: int, found: list[Label]) -> range:
    """The places of the part of the page that all labels stand in, and one around it."""
    if not found:
        return range(0)
    first, last = (end(found, key=lambda label: label.place) for end in (min, max))
    outwards = [sheet.page.span(up) for up in (first.parent, *first.parent.iterancestors())]
    holding = [span for span in outwards if last.place in span and title not in span]
    return holding[min(1, len(holding) - 1)] if holding else range(0)


def _meanings(labels: Iterable[Label]) -> set[str]:
    return {label.meaning for label in labels if label.meaning}
