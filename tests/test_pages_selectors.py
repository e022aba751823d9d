"""CSS selectors looked up in a page's index find what they find as XPath, in the same order."""

from pathlib import Path

import pytest
from make_fixtures import FIXTURES
from markup import change_tags, rename_classes
from parsel import Selector

from harvester.pages.elements import INVISIBLE, UNSEEN, UNSEEN_CLASSES, Element, is_landmark
from harvester.pages.markup import tree
from harvester.pages.selectors import Index

PAGES = sorted(FIXTURES.glob("*/*/page.html"))
SELECTORS = [
    *("h1", "H1", "h1.title", ".title", ".tab-pane.active", "div.tab-pane.active", "p, h1, .title"),
    *("#citation", "div#citation", "[role=dialog]", "a[role=tab]", "[id=citation], #citation"),
    *(".pill .name", "ul .pill .name", "div div h2", "#citation p", "div .title, .tab-pane p"),
    *(".row > .title", "h1 + p", "h1 ~ p", "p:first-child", "a[href]", "[class~=title]", "*|h1"),
    *(".no-such-class", "#no-such-id", "div.title#citation", ":not(div)", "[data-x=y]", "*"),
    *(".a", ".b", ".b.a", "p.a", ".a p", "[id='']", "[role=SEARCH i]"),
    *("p + p", "* + *", "b + b + nav", "div > p", "div > * > .b", "article > footer + p", ".a+.b"),
    *("body div > p + i", "div + div .title", "#citation > *", "p + p, div > p", "html > body"),
]
HIDDEN = """<div class="a b">1<p hidden>2<p class="b sr-only">3</div><i aria-hidden="true">4</i>
<i aria-hidden="false">5</i><b style="display : none">6</b><b style="color: red">7</b><nav>8</nav>
<!-- 8a --><div role="search">9</div><article><footer>10</footer></article><footer>11</footer>
<p class="a">12</p>, <!-- 12a --><p class="b a">13</p><p id="" class="">14</p><script>15</script>"""


def is_unseen(element: Element) -> bool:
    return (
        element.tag in UNSEEN
        or not UNSEEN_CLASSES.isdisjoint(element.get("class", "").split())
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(INVISIBLE.search(element.get("style", "")))
    )


def select(root: Element, css: str) -> list[object]:
    return [found.root for found in Selector(root=root).css(css)]


@pytest.mark.parametrize("page", [HIDDEN, *PAGES], ids=lambda page: str(page)[-40:])
def test_index_finds_what_xpath_finds(page: str | Path) -> None:
    html = page if isinstance(page, str) else page.read_text(encoding="utf-8")
    for changed in (html, change_tags(html), rename_classes(html)):
        root = tree(changed).root
        for css in SELECTORS:
            assert Index(root).select(css) == select(root, css), css


@pytest.mark.parametrize("page", [HIDDEN, *PAGES], ids=lambda page: str(page)[-40:])
def test_index_knows_what_is_hidden_and_what_is_frame(page: str | Path) -> None:
    html = page if isinstance(page, str) else page.read_text(encoding="utf-8")
    root = tree(html).root
    index = Index(root)
    assert index.unseen == {element for element in root.iter("*") if is_unseen(element)}
    assert index.landmarks == {element for element in root.iter("*") if is_landmark(element)}


def test_strings_are_selected_too() -> None:
    root = tree("<p title=a>b</p><p title=c>d</p>").root
    assert select(root, "p::text") == ["b", "d"]
    assert Index(root).select("p::attr(title)") == ["a", "c"]
