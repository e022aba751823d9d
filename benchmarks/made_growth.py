"""Pages of a shape that can be made as long as wanted: what `benchmarks.growth` reads.

Each is a page that somebody could write to make a reader slow: one kind of thing many times. A
reader that compares each with all others takes time by the square of their number.
"""

from collections.abc import Callable

RANGE = "<p>1 - 10 of 10</p>"
SUMMARY = "It tells what the two of them said of fish, and when, and why it was kept."


def flat(piece: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """A page that has a piece many times; "%d" in it is its number."""

    def made(number: int) -> str:
        numbered = "%d" in piece
        pieces = (piece.replace("%d", str(one)) if numbered else piece for one in range(number))
        return _page(f"{before}{''.join(pieces)}{after}")

    return made


def nested(
    begin: str, end: str, inner: str = "", *, levels: int = 400, before: str = ""
) -> Callable[[int], str]:
    """A page of elements in each other, as deep as pages are read, and something in the last."""

    def made(number: int) -> str:
        deep = min(number, levels)
        begins = "".join(begin.replace("%d", str(one)) for one in range(deep))
        said = "".join(inner.replace("%d", str(one)) for one in range(number))
        return _page(f"{before}{begins}{said}{end * deep}")

    return made


def headed(head: Callable[[int], str], body: Callable[[int], str]) -> Callable[[int], str]:
    """A page of which the head grows as the body does."""
    return lambda number: (
        f'<!DOCTYPE html><html lang="en"><head>{head(number)}</head>'
        f"<body><main>{body(number)}</main></body></html>"
    )


def _page(body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><title>Fish</title></head>'
        f"<body><main>{body}</main></body></html>"
    )


def times(piece: str) -> Callable[[int], str]:
    """A piece many times."""
    return lambda number: "".join(piece.replace("%d", str(one)) for one in range(number))


def _words(number: int) -> str:
    """So many different words without a digit."""
    letters = str.maketrans("0123456789", "abcdefghij")
    return " ".join(str(one).translate(letters) for one in range(number))


ROW = (
    '<div class="views-row"><span class="date">May %d, 1960</span><h3><a href="/document/fish-%d">'
    f"Fish %d</a></h3><p>{SUMMARY}</p></div>"
)
CELLS = '<tr><td class="date">1960</td><td><a href="/document/fish-%d">Fish %d</a></td></tr>'
PILLS = '<li class="pill"><a href="/search"><span class="name">Fish %d</span></a></li>'
NAMED = '<h3 class="title">Subjects Discussed</h3><ul>'
TITLED = "<h2 class=date>May 1, 1960</h2><h1 class=title>Fish</h1>"
SOURCE = "<h3 class=title>Source</h3><p>A box</p>"
PANE = '<div class="tab-pane" id="p%d">Fish %d</div>'
TAB = '<a href="#p%d" data-bs-toggle="tab">Transcript %d</a>'

PAGES: dict[str, Callable[[int], str]] = {
    "entries": flat(ROW),
    "entries with a range": lambda number: flat(ROW, f"<p>1 - {number} of {number}</p>")(number),
    "rows of a table": flat(CELLS, "<table><tr><th>Date<th>Title</tr>", "</table>"),
    "a row of cells": flat("<td>Cell %d</td>", "<table><tr>", "</tr></table>"),
    "cells over several rows": flat(
        '<tr><td rowspan="9">1960</td><td><a href="/document/f-%d">Fish %d</a></tr>',
        "<table><tr><th>Date<th>Title</tr>",
    ),
    "links to one long part": flat(TAB.replace("p%d", "part"), '<div id="part">' + SUMMARY * 200),
    "links to a part that grows": lambda number: _page(
        f'<div id="part">{"<p>Fish.</p>" * number}</div>'
        + '<a href="#part" role="tab">It</a>' * number
    ),
    "tabs with one id": lambda number: _page(
        '<div id="p">x</div>' * number + '<a href="#p" role="tab">It</a>' * number
    ),
    "tabs and panes": lambda number: _page(times(TAB)(number) + times(PANE)(number)),
    "panes with labels": flat(
        '<div class="tab-pane" id="p%d"><p>Source</p><p>Rights</p><p>Fish %d</p></div>'
    ),
    "nested panes": nested('<div class="tab-pane">', "</div>", "<p>Fish %d</p>"),
    "nested cells": nested("<table><tr><td class=document>", "", "Fish %d", levels=150),
    "cells without links": flat("<td class=document>Fish %d</td>", f"{RANGE}<table><tr>"),
    "cells without links, and links": lambda number: _page(
        f"{RANGE}<table>{'<tr><td class=document>Fish</td></tr>' * number}</table>"
        + times('<p><a href="/document/f-%d">Fish</a></p>')(number)
    ),
    "nested dialogues": nested("<div role=dialog>", "</div>", "<p>Fish %d</p>"),
    "nested menus": nested("<nav>", "</nav>", '<a href="/document/f-%d">Fish</a>'),
    "nested menus around a range": lambda number: nested(
        "<nav>", "</nav>", "<p>Fish %d</p>", before=RANGE
    )(number),
    "nested lists": nested("<ul><li>Fish", "", '<a href="/document/f-%d">Fish</a>', levels=300),
    "nested buttons": nested("<span><button>", "", "Fish %d", levels=300),
    "nested quotations": nested("<blockquote>", "</blockquote>", "<p>Fish %d.</p>"),
    "nested terms": nested("<dl><dd>", "", "<dt>Date:<dd>Fish %d", levels=300),
    "titles in the head and texts": headed(
        times('<meta property="og:title" content="FISH %d">'), times("<p>FISH OF %d</p>")
    ),
    "a title of many bars": headed(
        lambda number: f"<title>{'a | ' * number}</title>", times("<p>FISH OF %d</p>")
    ),
    "descriptions and texts": headed(
        times('<meta name="description" content="Fish %d">'), times("<p>Fish of %d</p>")
    ),
    "one document in every link": flat('<p><a href="/document/fish">Fish %d</a></p>'),
    "one link around all": flat("<p>Fish %d</p>", '<a href="/document/fish">', "</a>"),
    "one link around headings": flat("<h3>Fish %d</h3>", '<a href="/document/fish">', "</a>"),
    "one and two documents": flat(
        '<p><a href="/document/a%d">Fish</a></p><p><a href="/document/b%d">Fish</a>'
        '<a href="/document/c%d">Fish</a></p>'
    ),
    "entries of two tags": flat(
        '<p><a href="/document/a%d">Fish</a></p><div><a href="/document/b%d">Fish</a></div>'
    ),
    "titles alone": flat('<h3><a href="/document/a%d">Fish %d</a></h3>'),
    "titles and texts beside them": flat(
        f'<i>May 1, 1960</i><h3><a href="/document/a%d">Fish %d</a></h3><p>{SUMMARY}</p>'
    ),
    "links in one line": flat('<a href="/document/a%d">Fish</a>, '),
    "a pager": flat('<li class="pager__item"><a href="?page=%d">%d</a></li>', f"{RANGE}<ul>"),
    "links that say next": flat('<a rel="next" href="/other/%d">Next</a>'),
    "signs in a pager": flat('<a href="?page=%d">»</a> <span>|</span>', RANGE),
    "texts": flat("<p>Fish %d</p>"),
    "loose texts": flat("Fish %d<br>"),
    "short texts that may be dates": flat("<p>05/%d</p>"),
    "dates": flat("<p>May 1, 1960</p>"),
    "headings": flat("<h2>Fish %d</h2>"),
    "headings of other documents": flat("<h2>Related Documents</h2><p>Fish %d</p>"),
    "related documents": flat(
        '<h2>Related Documents</h2><p><a href="/document/f-%d">Fish</a></p>', f"{TITLED}{SOURCE}"
    ),
    "rows of related documents": flat(
        '<p><a href="/document/f-%d">Fish</a></p>',
        f"{TITLED}{SOURCE}<h2>Related Documents</h2>",
    ),
    "labels": flat("<h3 class=title>Source</h3><p>A box %d</p>", TITLED),
    "labels of many kinds": flat('<h3 class="title k%d">Source</h3><p>A box %d</p>', TITLED),
    "labels in each parent": flat("<div><b>Source</b>: <i>Box %d</i></div>", TITLED),
    "unknown labels": flat("<b>Word %d</b> <i>Box</i>", f"{TITLED}<p>", "</p>" + SOURCE),
    "unknown labels that have a class": flat('<span class="label">Word %d</span> Box ', TITLED),
    "lines of labels": flat("Word %d: Box<br>", f"{TITLED}<div>"),
    "terms": flat("<dt>Word %d</dt><dd>Box</dd>", f"{TITLED}<dl>", "</dl>"),
    "terms without values": flat("<dt>Word %d</dt>", f"{TITLED}<dl>", "<dd>Box</dd></dl>"),
    "names": flat(PILLS, f"{TITLED}{NAMED}", "</ul>"),
    "names in one line": flat(
        "<span>Fish %d</span>, ", f"{TITLED}<h3 class=title>Subjects</h3><p>", "</p>"
    ),
    "names in one item": flat(
        '<p><span class="name">F %d</span></p><p>Fish</p>', f"{TITLED}{NAMED}<li>", "</ul>"
    ),
    "properties": flat('<span itemprop="p%d">Fish</span>', "<div itemscope itemtype=/Book>"),
    "scans": flat('<a href="/sites/default/files/%d.pdf">Scan</a>', TITLED),
    "attributes": lambda number: _page(
        f"<p {' '.join(f'a{one}=1' for one in range(number))}>Fish</p>"
    ),
    "classes of one element": lambda number: _page(
        f'<p class="{" ".join(f"c{one}" for one in range(number))}">Fish</p>'
    ),
    "a class for each element": flat('<p class="hidden-%d sr-only">Fish</p>'),
    "hidden elements": flat('<x%d hidden="">', "<p>Fish</p>"),
    "unclosed elements": flat("<p><b>Fish</b>"),
    "tags that lack their end": flat('<p class="x" <b>Fish %d</b>'),
    "angles": flat("<"),
    "quotes that lack their end": flat("<p x=' y=\""),
    "comments": flat("<!-- Fish -->"),
    "comments without an end": flat("<!-- Fish "),
    "ends of the body": flat("<p>Fish</p></body>"),
    "scripts": flat("<script>fish()</script>"),
    "hidden before the main part": lambda number: (
        "<html><body>"
        + "".join(f"<t{one} hidden>" for one in range(min(number, 2000)))
        + "x" * number
        + f'<div><a id="main-content"></a>{RANGE}</main></body></html>'
    ),
    "entities": flat("&amp;&#37;"),
    "spaces": flat(" \n"),
    "one long word": flat("fish"),
    "one long line": flat("Fish and dates of 1960, "),
    "one long text of colons": flat("Fish: "),
    "one long address": lambda number: _page(f'{RANGE}<a href="?page=1&{"a=1&" * number}">»</a>'),
    "a base of one long address": lambda number: (
        f'<html><head><base href="/{"a" * number}/"></head><body>'
        f"{times('<a href=b%d>Fish</a>')(number)}</body></html>"
    ),
    "percent signs": lambda number: _page(f'<a href="/document/{"%25" * number}">Fish</a>'),
    "headings with dates": flat(
        '<h2>May %d, 1960</h2><li class="row"><a href="/document/f-%d">Fish %d</a></li>', "<ul>"
    ),
    "lists of links": flat('<ul><li><a href="/a%d">Fish %d</a><li><a href="/b%d">Eel %d</a></ul>'),
    "entries of ever more parts": lambda number: _page(
        "".join(
            f'<li><a href="/a{one}">Fish {one}</a>'
            + "".join(f'<i class="c{part}">Eel</i>' for part in range(int(number**0.5)))
            for one in range(int(number**0.5))
        )
    ),
    "entries of many classes": lambda number: _page(
        times(f'<p class="{_words(number)}"><a href="/a%d">Fish %d of the sea</a></p>')(8)
    ),
    "one entry of many parts": lambda number: _page(
        f'<li><h3><a href="/document/f"><b>Fish</b>{times("<p>Of %d fish</p>")(number)}</a></h3>'
        f"<div class=date>{times('<div>A day %d</div>')(number)}</div>"
        f"<div class=summary>{times('<p>Of %d eels</p>')(number)}</div></li>"
    ),
    "entries in a row of cells": flat(
        '<td><a href="/document/f-%d">Fish %d</a></td>', "<table><tr>", "</tr></table>"
    ),
    "headings with dates before the entries": lambda number: _page(
        times("<h2>May 1, %d</h2>")(number)
        + times('<p><a href="/document/f-%d">Fish %d of May 1, 1960</a></p>')(number)
    ),
    "lists in each other with links": nested(
        '<ul><li><a href="/o%d">Eel %d</a>', "", '<a href="/document/f-%d">Fish</a>', levels=300
    ),
    "entries of a class each": flat('<div class="of%dx"><a href="/a%d">Fish %d</a> 1960</div>'),
    "cards": flat(
        '<article class="card"><a href="/a%d"><h3>Fish %d of the sea</h3></a><time>May 1, 1960'
        f"</time><p>{SUMMARY}</p><span>By <b>A. Carp</b></span></article>"
    ),
    "a next link": flat(ROW, "", '<a rel="next" href="?page=2">Next</a>'),
    "files": flat('<li><a href="/f/%d.pdf">Fish %d.pdf</a> (1960-05-01)</li>', "<ul>", "</ul>"),
}
