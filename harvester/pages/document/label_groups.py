"""Which texts of a page are labels: those that the site's profile knows, and those that look like
them.

A word alone makes no label: a subject or a paragraph can be "Source", too. Texts with the same
markup are judged together: most labels are known, each is followed by a value with other markup,
and none appears twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from harvester.pages.document.document_context import DocumentContext
from harvester.pages.document.fields import Label, Labels, as_label
from harvester.pages.elements import is_inline

MOST = 100
"""No page has more labels."""
STRONG = 2
STRONG_PART = 4
"""So many different labels, marked up alike, are labels even where a text could stand: more of them
if their values are marked up as they are."""

TERMS = frozenset(("dt", "th"))
"""HTML's own elements for labels."""


@dataclass(frozen=True)
class Group:
    """Texts with the same markup. It is a `part` if further texts have that markup, too."""

    context: DocumentContext
    texts: list[Label]
    part: bool = False

    @cached_property
    def valued(self) -> list[Label]:
        """The texts that would have a value if all of them were labels."""
        judged = self.texts if len(self.texts) <= 2 * MOST else []
        values = Labels(self.context, judged).values
        return [text for text in judged if values(text)]

    @property
    def filled(self) -> int:
        """The number of known labels that have a value."""
        return len(_meanings(self.valued))


def find_labels(context: DocumentContext, title: int, barred: range) -> Labels:
    """The labels in reading order; `barred` are places where a few are not to be trusted."""
    hinted = {
        span.start for span in map(context.page.span, context.hinted("label")) if len(span) == 1
    }
    texts = _possible(context, title, hinted)
    found = Labels(context, [])
    if alike := [text for text in texts if text.place in hinted]:
        found = _with(found, Group(context, alike), barred)
    if any(text.meaning for text in _free(texts, found)):
        for group in sorted(_groups(context, texts, found), key=_rank):
            found = _with(found, group, barred)
    alike = _alike(context, title, _free(texts, found), found)
    return Labels(context, sorted((*found, *alike), key=lambda label: label.place))


def _possible(context: DocumentContext, title: int, hinted: set[int]) -> list[Label]:
    """The texts that are known labels or hinted at, and those that are marked up as one of them."""
    texts = {place: piece for place, piece in context.texts() if place != title}
    likely = [place for place in texts if context.meaning(place) or place in hinted]
    labels = {place: as_label(context, place) for place in likely}
    looks = {label.kind[0] for label in labels.values()}
    for place, piece in texts.items():
        if place not in labels and (is_inline(piece.holder) or piece.signature in looks):
            labels[place] = as_label(context, place)
    return sorted(labels.values(), key=lambda label: label.place)


def _with(found: Labels, group: Group, barred: range) -> Labels:
    """The labels found, and those of a group if they are labels."""
    free = _free(group.texts, found)
    enough = STRONG_PART if group.part else STRONG
    together = Labels(group.context, [*found, *free])
    if _are_doubtful(free, enough, barred) or not _are_labels(free, found, together):
        return found
    return together


def _free(texts: list[Label], found: Labels) -> list[Label]:
    """The texts that are neither labels nor their values."""
    return [text for text in texts if text.place not in found.taken]


def _rank(group: Group) -> tuple[bool, int, float, int, int]:
    """The surest comes first: the one with the most known labels, of parts the one with the most
    labels, else that with the fewest other texts; then the one with the closest values."""
    known = [text for text in group.texts if text.meaning]
    width = min(len(text.within) for text in known)
    others = -len(group.valued) if group.part else len(group.texts) / len(known)
    return group.part, -group.filled, others, width, group.texts[0].place


def _groups(context: DocumentContext, texts: list[Label], found: Labels) -> Iterator[Group]:
    """The groups that can be labels: of texts marked up alike, or of a part of these."""
    kinds: dict[object, list[Label]] = defaultdict(list)
    for text in texts:
        kinds[text.kind].append(text)
    for alike in kinds.values():
        known = [text for text in alike if text.meaning]
        if len(known) > MOST or not _free(known, found):
            continue
        whole = Group(context, alike)
        parts = [
            Group(context, part, part=True) for part in filter(_meanings, _parts(context, alike))
        ]
        surer = [part for part in parts if part.filled > whole.filled]
        yield from surer or [whole]


def _parts(context: DocumentContext, alike: list[Label]) -> Iterator[list[Label]]:
    """Splits texts whose values look like labels: the first in each parent, or every other one."""
    yield [text for text in alike if text.place == text.within.start]
    for parent in dict.fromkeys(text.parent for text in alike if text.meaning):
        even = context.every_other(parent)
        for is_even in (True, False):
            part = [text for text in alike if text.parent is parent]
            part = [text for text in part if (text.element in even) is is_even]
            if len(part) > 1:
                yield part


def _are_labels(group: list[Label], found: Labels, together: Labels) -> bool:
    """Whether most of a group is known, has a value, and appears nowhere else.

    Fewer need be known if all others have a value: an archive may have labels of its own.
    """
    known = [label for label in group if label.meaning]
    others = [label for label in group if not label.meaning and not label.idle]
    if not known or _meanings(known) & _meanings(found):
        return False
    filled = [label for label in known if together.values(label)]
    if len(known) < len(others):
        sure = len(_meanings(filled)) >= STRONG or {label.holder.tag for label in group} <= TERMS
        return sure and all(map(together.values, others))
    return 2 * len(filled) >= len(known)


def _are_doubtful(group: list[Label], enough: int, barred: range) -> bool:
    return len(_meanings(group)) < enough and any(label.place in barred for label in group)


def _alike(context: DocumentContext, title: int, free: list[Label], found: Labels) -> list[Label]:
    """Unknown labels in blocks of their own, among others that look like them."""
    unknown = [text for text in free if not text.meaning]
    if not unknown:
        return []
    around = _around(context, title, found)
    unknown = [text for text in unknown if any(text.place in span for span in around)]
    known = Counter(label.kind[0] for label in found)
    others = Counter(text.kind[0] for text in unknown)
    alike = (text for text in unknown if others[text.kind[0]] <= known[text.kind[0]])
    return [text for text in alike if text.idle or found.values(text)]


def _around(context: DocumentContext, title: int, found: Labels) -> list[range]:
    """The places of the part of the page that all labels stand in, and of the one around it."""
    if not found:
        return []
    first, last = (end(found, key=lambda label: label.place) for end in (min, max))
    outwards = [context.page.span(up) for up in (first.parent, *first.parent.iterancestors())]
    holding = [span for span in outwards if last.place in span and title not in span]
    return holding[:2]


def _meanings(labels: Iterable[Label]) -> set[str]:
    return {label.meaning for label in labels if label.meaning}
