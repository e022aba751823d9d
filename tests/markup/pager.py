"""Pagers as Drupal writes them: the same list, dressed by two themes."""

from dataclasses import dataclass

from .links import page_href
from .listing import Listing, attribute, lines

AROUND = 4


@dataclass(frozen=True)
class Dress:
    """What a theme puts around the list, and on its items."""

    opening: str
    list_class: str
    active: str
    arrows: dict[str, str]
    last_rel: str


BOOTSTRAP = Dress(
    opening='<nav class="pager-nav text-center" role="navigation" aria-labelledby="paging">\n'
    '<h4 id="paging" class="visually-hidden">Pagination</h4>',
    list_class="pagination js-pager__items",
    active=" is-active active",
    arrows={"first": "« First", "previous": "‹ Previous", "next": "Next ›", "last": "Last »"},
    last_rel="last",
)
CORE = Dress(
    opening='<nav class="pager" role="navigation" aria-labelledby="pagination-heading">\n'
    '<h4 id="pagination-heading" class="pager__heading visually-hidden">Pagination</h4>',
    list_class="pager__items js-pager__items",
    active=" is-active",
    arrows={"first": "« First", "previous": "‹‹", "next": "››", "last": "Last »"},
    last_rel="",
)


def drupal_pager(page: Listing, dress: Dress) -> str:
    """First, previous, numbers, next, last: each only where it leads somewhere else."""
    if not page.has_pager:
        return ""
    return lines(
        dress.opening,
        f'<ul class="{dress.list_class}">',
        *_backward(page, dress),
        *_numbers(page, dress),
        *_forward(page, dress),
        "</ul>",
        "</nav>",
    )


def _backward(page: Listing, dress: Dress) -> list[str]:
    if page.page == 0:
        return []
    first_rel = "prev" if dress.last_rel else ""
    return [
        _arrow(dress, "first", page_href(page.url, 0), first_rel),
        _arrow(dress, "previous", page_href(page.url, page.page - 1), "prev"),
    ]


def _forward(page: Listing, dress: Dress) -> list[str]:
    items = [_arrow(dress, "next", page.next_link, "next")] if page.next_link else []
    if page.page + 1 < page.page_count:
        last = page_href(page.url, page.page_count - 1)
        items.append(_arrow(dress, "last", last, dress.last_rel))
    return items


def _numbers(page: Listing, dress: Dress) -> list[str]:
    start = max(0, page.page - AROUND)
    stop = min(page.page_count, page.page + AROUND + 1)
    gap = '<li class="pager__item pager__item--ellipsis" role="presentation">&hellip;</li>'
    items = [_number(page, number, dress) for number in range(start, stop)]
    before = [gap] if start else []
    after = [gap] if stop < page.page_count else []
    return [*before, *items, *after]


def _number(page: Listing, number: int, dress: Dress) -> str:
    here = number == page.page
    label, active = ("Current page", dress.active) if here else ("Page", "")
    title = label if here else f"Go to page {number + 1}"
    return (
        f'<li class="pager__item{active}">'
        f'<a href="{attribute(page_href(page.url, number))}" title="{title}">'
        f'<span class="visually-hidden">{label}</span> {number + 1}</a></li>'
    )


def _arrow(dress: Dress, kind: str, href: str, rel: str) -> str:
    relation = f' rel="{rel}"' if rel else ""
    return (
        f'<li class="pager__item pager__item--{kind}">'
        f'<a href="{attribute(href)}" title="Go to {kind} page"{relation}>'
        f'<span class="visually-hidden">{kind.capitalize()} page</span> '
        f'<span aria-hidden="true">{dress.arrows[kind]}</span></a></li>'
    )
