"""Labels where HTML has a form for them: lists of terms, tables of two columns, microdata."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from harvester.pages.elements import Element, fold
from harvester.pages.general.labelled import FEWEST, Labelled, Shown, is_told, labelled

MOST_SHARED = 5
"""Labels before the last that a value may be of, as well."""
VALUES = {"a": "href", "link": "href", "img": "src", "time": "datetime", "meta": "content"}
"""Where an element has its value in microdata if not in its text (https://html.spec.whatwg.org,
5.2.4); of links and pictures that show a text, this is what a reader sees."""
NO_DOCUMENTS = re.compile(
    r"/(?:BreadcrumbList|ListItem|Organization|SearchAction|SiteNavigationElement|WebSite|"
    r"WPHeader|WPFooter|WPSideBar|ImageObject|Person|ItemList)$"
)
"""Types of microdata that tell of something else than the document of a page."""


def terms(shown: Shown) -> Iterator[Labelled]:
    """Those of lists that are in no other: what is in a value belongs to that."""
    groups = _grouped(shown, ("dl",), ("dt", "dd"))
    for group, parts in groups.items():
        if _nearest(group, ("dl",)) is not None:
            continue
        labels: list[tuple[str, Element]] = []
        before = ""
        for one in parts:
            if one.tag == "dt":
                labels = [] if before == "dd" else labels[-MOST_SHARED:]
                labels.append((shown.text(one), one))
            elif values := shown.texts(one):
                for text, label in labels:
                    yield from labelled(text, values, label, group)
            before = one.tag


def tables(shown: Shown) -> Iterator[Labelled]:
    """Those of tables in which no row has more than two cells, unless the first is said to be a
    label, nor a table in one of them."""
    around = {_nearest(one, ("table",)) for one in shown.tagged("table")}
    for group, rows in _grouped(shown, ("table",), ("tr",)).items():
        cells = [[one for one in row if one.tag in ("td", "th")] for row in rows]
        pairs = [one for one in cells if len(one) > 1]
        told = all(is_told(label) for label, *_ in pairs)
        if group in around or not (told or all(len(one) == 2 for one in pairs)):
            continue
        if any(value.tag == "th" for _, *values in pairs for value in values):
            continue
        said = [shown.text(label) for label, *_ in pairs]
        marked = all(label.tag == "th" for label, *_ in pairs)
        if not marked and (len(pairs) < FEWEST or not all(map(shown.may_label, said))):
            continue
        for text, (label, *values) in zip(said, pairs, strict=True):
            texts = chain.from_iterable(map(shown.texts, values))
            yield from labelled(text, texts, label, group)


def microdata(shown: Shown) -> Iterator[Labelled]:
    """Each property of a thing that may be the document, with what it says."""
    for one in shown.index.select("[itemprop]"):
        scope = next((up for up in one.iterancestors() if up.get("itemscope") is not None), None)
        if scope is None or one in shown.index.unseen or one.get("itemscope") is not None:
            continue
        if NO_DOCUMENTS.search(scope.get("itemtype", "")) or scope.get("itemprop"):
            continue
        said = one.get("content") or shown.text(one)
        said = said or one.get(VALUES.get(one.tag, ""), "")
        yield from labelled(one.get("itemprop", ""), [fold(said)], one, scope)


def _grouped(
    shown: Shown, groups: tuple[str, ...], parts: tuple[str, ...]
) -> dict[Element, list[Element]]:
    """The parts of lists or tables, by the one that each is in; what lacks its end may hold the
    next, which is a part of it then."""
    found: dict[Element, list[Element]] = defaultdict(list)
    for one in shown.tagged(*parts):
        around = _nearest(one, (*groups, one.tag))
        if around is not None and around.tag in groups:
            found[around].append(one)
    return found


def _nearest(element: Element, tags: tuple[str, ...]) -> Element | None:
    return next(element.iterancestors(*tags), None)
