"""Documents' pages that no renderer here writes, and what such a page must not be made to say."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from costs import takes_less_than
from sites import WILSON

from harvester.outcomes import Unreadable
from harvester.pages import read_document
from harvester.record import Record, Related, ScanLink, Transcript

SITE = "https://digitalarchive.wilsoncenter.org"
URL = f"{SITE}/document/a"
TITLE = "<title>A | Wilson Center Digital Archive</title>"
TOP = f"{TITLE}<div><p>May 1956</p><h1>A</h1>"
INFO = "<h3>Source</h3><p>RGANI</p><h3>Record ID</h3><p>7</p>"
TABS = '<a href="#t" role="tab">Transcription</a><div id="t"><p>Text</p></div>'


def read(html: str, url: str = URL) -> Record:
    return read_document(html, url, WILSON)


@pytest.mark.parametrize(
    "info",
    [
        INFO,
        INFO.replace("Source", "SOURCE:").replace("Record ID", " record\n id "),
        "<dl><dt>Source<dd>RGANI<dt>Record ID<dd>7</dl>",
        "<table><tr><th>Source<td>RGANI<tr><th>Record ID<td>7</table>",
        "<table><tr><td>Source<td>RGANI<tr><td>Record ID<td>7</table>",
        "<ul><li><b>Source</b>: RGANI<li><b>Record ID</b>: 7</ul>",
        "<ul><li><b>Source:</b> RGANI</li><li><b>Record ID: </b><a href='/r'>7</a></li></ul>",
        "<p><b>Source:</b> RGANI <b>Record ID:</b> 7</p>",
        "<p><b>Source:</b> RGANI<br><b>Record ID:</b> 7</p>",
        "<div><span>Source</span><span>RGANI</span></div><div><span>Record ID</span> 7</div>",
        "<div><div>Source</div><div>RGANI</div></div><div><div>Record ID</div><div>7</div></div>",
        "<div><div>Source</div><div>RGANI</div><div>Record ID</div><div>7</div></div>",
        "<div><div><b>Source</b></div><div>RGANI</div></div>"
        "<div><div><b>Record ID</b></div><div>7</div></div>",
        "<aside><h2>About</h2><h3>Source</h3><div><p>RGANI</p></div><h3>Record ID</h3>7</aside>",
        "<div><h3>Source</h3>RGANI</div><div><h3>Record ID</h3>7</div>",
        "<h2>Details</h2><section><header><h3>Source</h3></header><p>RGANI</p></section>"
        "<section><header><h3>Record ID</h3></header><p>7</p></section>",
    ],
)
@pytest.mark.parametrize("tabs", [TABS, ""])
def test_information_in_any_form(info: str, tabs: str) -> None:
    got = read(f"{TOP}<p>Summary.</p>{tabs}</div>{info}")
    assert (got.source, got.record_id, got.other) == ("RGANI", "7", {})
    assert (got.title, got.date_text, got.summary) == ("A", "May 1956", "Summary.")
    assert [text.text for text in got.transcripts] == (["Text"] if tabs else [])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("<p><a href=/1>Satō, Eisaku</a><a href=/2>Mao</a></p>", ["Satō, Eisaku", "Mao"]),
        ("<p><a href=/1>Satō, Eisaku</a>, <a href=/2>Mao</a></p>", ["Satō, Eisaku", "Mao"]),
        ("<p><span><b>Satō</b>, Eisaku</span> | <i>Mao</i></p>", ["Satō, Eisaku", "Mao"]),
        ("<ul><li>Satō, Eisaku</li><li> Mao </li></ul>", ["Satō, Eisaku", "Mao"]),
        ("<p>Satō, Eisaku<br><br>Mao</p>", ["Satō, Eisaku", "Mao"]),
        ("<p>Satō, Eisaku; Mao</p>", ["Satō, Eisaku; Mao"]),
        ("<p><em>Pravda</em> (newspaper)</p>", ["Pravda (newspaper)"]),
        ("<p>Mao</p><p>Mao</p>", ["Mao"]),
        ("<p><a href=/1>Mao <i hidden>x</i><svg><title>y</title></svg></a></p>", ["Mao"]),
        (
            '<ul><li class="pill"><div class="name"><span>Mao</span></div><div>1893-1976</div></li>'
            '<li class="pill"><div class="name"><span>Kim</span></div><div>(9)</div></li></ul>',
            ["Mao", "Kim"],
        ),
    ],
)
def test_names_stand_alone(names: str, expected: list[str]) -> None:
    html = f"{TOP}{TABS}</div>{INFO}<h3>Author(s)</h3>{names}<h3>Donors</h3><p>D</p>"
    got = read(html)
    assert got.names("author") == expected
    assert got.names("donor") == ["D"]


@pytest.mark.parametrize(
    ("depth", "expected"), [(8, ["Satō, Eisaku", "Mao"]), (9, ["Satō, EisakuMao"])]
)
def test_names_are_told_apart_only_so_deep_in_a_line(depth: int, expected: list[str]) -> None:
    names = f"{'<b>' * depth}<a href=/1>Satō, Eisaku</a><a href=/2>Mao</a>{'</b>' * depth}"
    assert (
        read(f"{TOP}{TABS}</div>{INFO}<h3>Author(s)</h3><p>{names}</p>").names("author") == expected
    )


@pytest.mark.parametrize("line", ["By {}, 1893", "<p>By {}, 1893</p>"])
def test_name_that_is_hinted_at_is_all_that_is_taken_of_its_line(line: str) -> None:
    people = "".join(
        f'<li class="pill">{line.format(f"<span class=name>{name}</span>")}</li>'
        for name in ("Mao", "Kim")
    )
    got = read(f"{TOP}{TABS}</div>{INFO}<h3>Author(s)</h3><ul>{people}</ul>")
    assert got.names("author") == ["Mao", "Kim"]


@pytest.mark.parametrize("before", ["", "<p>About it</p>"])
def test_every_other_text_may_be_a_label_whichever_is_the_first(before: str) -> None:
    said = {"Source": "RGANI", "Record ID": "7", "Rights": "None", "Classification": "Secret"}
    rows = "".join(f"<p>{label}</p><p>{value}</p>" for label, value in said.items())
    got = read(f"{TOP}{TABS}</div><div>{before}{rows}</div>")
    assert [got.source, got.record_id, got.rights, got.classification] == [*said.values()]


@pytest.mark.parametrize(("number", "counts"), [(1, False), (2, False), (3, False), (4, True)])
def test_labels_marked_up_as_their_values_are_text_where_one_may_stand_unless_they_are_many(
    number: int, counts: bool
) -> None:
    said = {"Rights": "Open", "Classification": "Secret", "Language": "Russian", "Author(s)": "Mao"}
    some = list(said.items())[:number]
    citation = f'"A," May 1956, Wilson Center Digital Archive, RGANI. {URL}'
    rows = "".join(f"<p>{label}</p><p>{value}</p>" for label, value in some)
    got = read(f"{TOP}<p>Summary.</p></div><p>{citation}</p>{rows}")
    text = "\n\n".join(f"{label}\n\n{value}" for label, value in some)
    assert (got.rights, got.classification) == (("Open", "Secret") if counts else (None, None))
    assert [one.text for one in got.transcripts] == ([] if counts else [text])


@pytest.mark.parametrize(("number", "counts"), [(1, True), (2, True), (3, False)])
def test_labels_of_an_archives_own_may_stand_apart_if_they_are_no_more(
    number: int, counts: bool
) -> None:
    own = {label: label.lower() for label in ("Folio", "Box", "Reel")[:number]}
    apart = "".join(f"<div><h3>{one}</h3><p>{value}</p></div>" for one, value in own.items())
    got = read(f"{TOP}{TABS}</div><div><section>{INFO}</section>{apart}</div>")
    assert got.source == "RGANI"
    assert got.other == ({label: [value] for label, value in own.items()} if counts else {})
    farther = read(f"{TOP}{TABS}</div><div><div><section>{INFO}</section></div>{apart}</div>")
    assert (farther.source, farther.other) == ("RGANI", {})


def test_page_has_no_more_labels_than_a_hundred() -> None:
    more = "<h3>Author(s)</h3><p>x</p>"
    assert read(f"{TOP}{TABS}</div><div>{INFO}{98 * more}</div>").source == "RGANI"
    with pytest.raises(Unreadable, match="no information"):
        read(f"{TOP}{TABS}</div><div>{INFO}{99 * more}</div>")


def test_two_known_labels_are_enough_among_more_of_an_archives_own() -> None:
    own = {"Box": "Box 9", "Folder": "Folder 3", "Reel": "Reel 12"}
    others = "".join(f"<h3>{label}</h3><p>{value}</p>" for label, value in own.items())
    got = read(f"{TOP}{TABS}</div>{INFO}{others}")
    assert (got.source, got.record_id) == ("RGANI", "7")
    assert got.other == {label: [value] for label, value in own.items()}
    with pytest.raises(Unreadable, match="no information"):
        read(f"{TOP}{TABS}</div><h3>Source</h3><p>RGANI</p>{others}")


OWN = {"Folio": "12", "Physical Form": "Microfilm", "Collation": "3 pp.", "Shelf": "A 7"}


@pytest.mark.parametrize(("known", "tabs"), [(1, TABS), (2, TABS), (3, TABS), (2, ""), (3, "")])
@pytest.mark.parametrize(
    "row",
    [
        "<dt>{}</dt><dd>{}</dd>",
        "<dt>{}:</dt><dd><p>{}</p></dd>",
        "<dt><b>{}</b></dt><dd>{}</dd>",
        "<div><dt>{}</dt><dd>{}</dd></div>",
    ],
)
def test_an_archive_may_have_labels_of_its_own(row: str, tabs: str, known: int) -> None:
    """More of them than known ones, too."""
    said = dict(list({"Source": "RGANI", "Record ID": "7", "Rights": "None"}.items())[:known])
    rows = "".join(row.format(*one) for one in (OWN | said).items())
    got = read(f"{TOP}<p>Summary.</p>{tabs}</div><dl>{rows}</dl>")
    assert (got.source, got.summary) == ("RGANI", "Summary.")
    assert got.other == {label: [value] for label, value in OWN.items()}


def test_what_is_no_value_stays_away() -> None:
    links = f"<p><a href='{SITE}/document/b'>B</a></p>"
    rest = f"<h3>Share</h3><p>Facebook</p><h3>Related Documents</h3><p>1957</p>{links}"
    got = read(f"{TOP}{TABS}</div><div>{INFO}<h3>Folio</h3><p>12</p>{rest}</div>")
    assert got.other == {"Folio": ["12"]}


def test_what_is_said_twice_is_kept_once_unless_it_differs() -> None:
    again = f"{INFO}<h3>Source</h3><p>GARF</p>"
    got = read(f"{TOP}{TABS}</div><div>{again}</div>")
    assert (got.source, got.other) == ("RGANI", {"Source": ["GARF"]})


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("<p>May 1956</p><h1>A</h1>", ("May 1956", None)),
        ("<h1>A</h1><p>May 1956</p><p>S</p>", ("May 1956", "S")),
        ("<h1>A</h1>", (None, None)),
        ("<h1>A</h1><p>S</p><p>T</p>", (None, "S\n\nT")),
        ("<p>toward the end of the war</p><h1>A</h1><p>S</p>", ("toward the end of the war", "S")),
        ("<p>S</p><p>May 1956</p><h1>A</h1>", ("May 1956", "S")),
        ('<p>1956</p><h1>A</h1><p><a href="mailto:">Share</a></p><p>S</p>', ("1956", "S")),
        ("<p>1956</p><h1>A</h1><p>Citation</p><button>Cite</button><p>S</p>", ("1956", "S")),
        ('<p><a href="/">Home</a> <a href="/y">1957</a></p><h1>A</h1><p>S</p>', (None, "S")),
    ],
)
def test_openings(opening: str, expected: tuple[str | None, str | None]) -> None:
    head = f'{TITLE}<meta name="description" content="S">'
    got = read(f"{head}<div>{opening}{TABS}</div>{INFO}")
    assert (got.date_text, got.summary) == expected


CITED = '<p>"A," History and Public Policy Program Digital Archive, RGANI</p>'
NEWS = "<p>1955</p><h1>News</h1>"


@pytest.mark.parametrize(
    ("head", "opening", "citation"),
    [
        # as it is cited, whatever other headings there are
        ("", f"{NEWS}<p>May 1956</p><h1>A</h1>", CITED),
        ("", f"{NEWS}<p>May 1956</p><p>A</p>", CITED),
        ("", f"<p>A</p>{NEWS}<p>May 1956</p><h1>A</h1>", CITED),
        ("", f"<p>A</p>{NEWS}<p>May 1956</p><p>A</p>", CITED),
        # as the head has it
        (TITLE, f"{NEWS}<p>May 1956</p><h1>A</h1>", ""),
        (TITLE, f"{NEWS}<p>May 1956</p><p>A</p>", ""),
        (TITLE, f"<p>A</p>{NEWS}<p>May 1956</p><h1>A</h1>", ""),
        (TITLE, f"<p>A</p>{NEWS}<p>May 1956</p><p>A</p>", ""),
        # a heading below a date
        ("", "<h1>News</h1><p>May 1956</p><h1>A</h1>", ""),
        ("", "<p>1955</p><p>News</p><p>May 1956</p><h1>A</h1>", ""),
    ],
)
def test_title_is_what_most_speaks_for(head: str, opening: str, citation: str) -> None:
    got = read(f"{head}<div>{opening}<p>S</p>{TABS}{citation}</div>{INFO}")
    assert (got.title, got.date_text, got.summary) == ("A", "May 1956", "S")


@pytest.mark.parametrize(
    ("below", "summary"),
    [
        ("{}", None),
        ("{}<p>S</p>", "S"),
        ("<p>S</p>{}", "S"),
        ("<p>S</p>{}<p>T</p>", "S\n\nT"),
        ('<div class="text-block">{}<p>S</p></div>', "S"),
        ('<div class="text-block"><p>S</p></div>{}', "S"),
    ],
)
@pytest.mark.parametrize("mark", ["", ' class="donated"'])
def test_credit_below_the_texts_is_no_summary(below: str, summary: str | None, mark: str) -> None:
    credit = "This document was made possible with support from X"
    got = read(f"{TOP}{TABS}{below.format(f'<p{mark}>{credit}</p>')}</div>{INFO}")
    assert (got.credit, got.summary, got.source, got.other) == (credit, summary, "RGANI", {})
    assert [text.text for text in got.transcripts] == ["Text"]


@pytest.mark.parametrize(
    ("below", "summary"),
    [
        ("<p>S</p>", "S"),
        ("<p>S</p><p>T</p>", "S\n\nT"),
        (f"<p>S</p>{CITED}<p>T</p>", "S"),
        (f"{CITED}<p>T</p>", None),
        (f"{INFO}<p>T</p>", None),
        ("<h3>News</h3><p>S</p>", "S"),
        ('<h3>Popular Documents</h3><p><a href="/document/b">B</a></p>', None),
    ],
)
def test_summary_may_stand_below_the_texts(below: str, summary: str | None) -> None:
    """Up to what else is told there."""
    got = read(f"{TOP}{TABS}{below}</div>{INFO}")
    assert (got.title, got.summary, got.source) == ("A", summary, "RGANI")


@pytest.mark.parametrize(
    ("tabs", "expected"),
    [
        ('<ul><li><a href="#t" data-toggle="tab">English</a></ul>', ("English", None)),
        ('<button data-bs-target="#t" data-bs-toggle="tab">Read</button>', ("Read", None)),
        ('<i role="tab" aria-controls="t">Russian Original</i>', ("Russian Original", "Russian")),
        ('<a href="#t">Translation (Chinese)</a>', ("Translation (Chinese)", "Chinese")),
        ('<a href="#t">Original Scan</a>', ("Original Scan", None)),
    ],
)
def test_tabs(tabs: str, expected: tuple[str | None, str | None]) -> None:
    texts = '<div id="t" hidden><p>One<a href="#n">[1]</a></p><p>Source</p><p>Two</p></div>'
    got = read(f"{TOP}{tabs}{texts}<p id=n>.</p></div>{INFO}")
    assert got.transcripts == [Transcript(*expected, "One[1]\n\nSource\n\nTwo")]
    assert got.source == "RGANI"


def test_tab_may_open_bare_text() -> None:
    got = read(
        f'{TOP}<p>S</p><a href="#t">Translation</a><div id="t">One<br><br>Two</div></div>{INFO}'
    )
    assert (got.summary, got.transcripts[0].text) == ("S", "One\n\nTwo")


def test_link_to_a_heading_opens_nothing() -> None:
    text = '<h2 id="t">Translation</h2><p>S</p>'
    got = read(f'{TOP}<a href="#t">Translation</a>{text}</div>{INFO}')
    assert (got.summary, got.transcripts) == ("S", [])


def test_language_of_a_text_may_be_in_its_markup() -> None:
    got = read(f"{TOP}{TABS.replace('<div id', '<div lang=ru id')}</div>{INFO}")
    assert got.transcripts == [Transcript("Transcription", "ru", "Text")]


def test_tab_of_information_holds_no_text() -> None:
    tab = f'<a href="#i" role="tab">Information</a><div id="i">{INFO}</div>'
    got = read(f"{TOP}{TABS}{tab}</div>")
    assert ([text.label for text in got.transcripts], got.source) == (["Transcription"], "RGANI")


def test_text_that_nothing_tells_from_a_summary_is_not_read() -> None:
    with pytest.raises(Unreadable, match="nothing tells its summary from its text"):
        read(f"{TOP}{'<p>Paragraph.</p>' * 4}</div>{INFO}")
    got = read(f"{TOP}{'<p>Paragraph.</p>' * 3}</div>{INFO}")
    assert (got.summary, got.transcripts) == ("\n\n".join(["Paragraph."] * 3), [])


def test_text_below_a_summary_that_is_known() -> None:
    text = "<p>One.</p><p>Source</p><p>Two.</p>"
    got = read(f'{TOP}<p class="text-block">S</p>{text}</div>{INFO}')
    assert (got.summary, got.source) == ("S", "RGANI")
    assert got.transcripts == [Transcript(None, None, "One.\n\nSource\n\nTwo.")]


@pytest.mark.parametrize("heading", ["", "<h2>Document Information</h2>", "<h3>Rights</h3>"])
def test_text_between_a_summary_and_labels_is_whole(heading: str) -> None:
    """A heading or a label that nothing follows is no part of it."""
    text = "<p>One.</p><p>Two.</p>"
    got = read(f'{TOP}<p class="text-block">S</p>{text}{heading}{INFO}</div>')
    assert (got.summary, got.source, got.record_id) == ("S", "RGANI", "7")
    assert got.transcripts == [Transcript(None, None, "One.\n\nTwo.")]


@pytest.mark.parametrize(
    ("links", "files"),
    [
        ('<a href="/document/9/download">PDF</a>', []),
        (
            '<a href="/document/9/download">PDF</a><object data="/a%20b.pdf"></object>',
            ["/a%20b.pdf"],
        ),
        ('<a href="/x.pdf">1</a><object data="/y.pdf"></object>', ["/y.pdf"]),
        ('<a href="119828.pdf?v=3d#page=2">PDF</a>', ["/document/119828.pdf?v=3d"]),
        ('<a href="/x.PDF">1</a><a href="/x.PDF">2</a>', ["/x.PDF"]),
        ('<iframe src="/sites/default/files/y.pdf"></iframe>', ["/sites/default/files/y.pdf"]),
        ('<a href="https://elsewhere.example/x.pdf">PDF</a>', []),
        ('<a href="//elsewhere.example/document/9.pdf">PDF</a>', []),
        ('<a href="https://digitalarchive.wilsoncenter.org:8/x.pdf">PDF</a>', []),
        ('<a href="https://digitalarchive.wilsoncenter.org@elsewhere.example/x.pdf">PDF</a>', []),
        ('<a href="javascript:x.pdf">PDF</a><a href="file:///x.pdf">PDF</a>', []),
        ('<a href="http://[/x.pdf">PDF</a>', []),
        ('<footer><a href="/terms.pdf">Terms</a></footer>', []),
        ('<a href="/document/b">B</a>', []),
    ],
)
def test_files(links: str, files: list[str]) -> None:
    assert read(f"{TOP}{links}</div>{INFO}").files == [ScanLink(SITE + path) for path in files]


OPENS = '<a href="#t" role="tab">{}</a><div id="t">{}</div>'
SHOWN = '<object data="/x.pdf"></object>'


@pytest.mark.parametrize(
    ("links", "label"),
    [
        (OPENS.format("Original Scan", SHOWN), "Original Scan"),
        (OPENS.format("Transcript", f"<div>{SHOWN}</div>"), "Transcript"),
        (OPENS.format("Original Scan", '<a href="/x.pdf">Transcript</a>'), "Original Scan"),
        (f"{SHOWN}{OPENS.format('Original Scan', SHOWN)}", "Original Scan"),
        (f"{SHOWN}{OPENS.format('Original Scan', '')}", None),
        ('<a href="/x.pdf">Original <b>scan</b></a>', "Original scan"),
        ('<a href="/x.pdf">Original <b hidden>x</b>scan</a>', "Original scan"),
        ('<a href="/x.pdf"><div>Original</div><div>scan</div></a>', "Original scan"),
        ('<a href="/x.pdf">Download it</a><a href="/x.pdf">Original</a>', "Original"),
        ('<a href="/x.pdf">Click here</a>', None),
        (f'<a href="/x.pdf">{"Original " * 20}</a>', None),
        ('<a href="/x.pdf"></a>', None),
        (SHOWN, None),
        ('<object data="/x.pdf">Original Scan</object>', None),
    ],
)
def test_scan_is_called_as_the_page_calls_it(links: str, label: str | None) -> None:
    """As the tab that opens it, or the link that leads to it."""
    assert read(f"{TOP}{links}</div>{INFO}").files == [ScanLink(f"{SITE}/x.pdf", label)]


LONG = "Agreement of a hundred years " * 3
B, C = f"{SITE}/document/b", f"{SITE}/document/c"
BARE = [Related(B), Related(C)]
HEADING = "<h3>Related Documents</h3>"
ROW = "<li><p>{}</p><h4><a href='/document/{}'>{}</a></h4><p>{}</p></li>"
ROWS = ROW.format("May 1955", "b", "B", "About B.") + ROW.format("1956", "c", "C", "About C.")
READ = [Related(B, "B", "May 1955", "About B."), Related(C, "C", "1956", "About C.")]


@pytest.mark.parametrize(
    ("block", "related"),
    [
        (f"{HEADING}<ul>{ROWS}</ul>", READ),
        (f"<div>{HEADING}</div><div><ul>{ROWS}</ul></div>", READ),
        (f"<aside>{HEADING}<ul>{ROWS}</ul></aside>", READ),
        (f"<h2>RELATED DOCUMENTS:</h2>{ROWS.replace('li>', 'div>')}", READ),
        (f"{HEADING}<ul>{ROW.format('1956', 'c', 'C', 'About C.')}</ul>", READ[1:]),
        (f"{HEADING}<ul>{ROWS}</ul>{HEADING}<ul>{ROWS}</ul>", READ * 2),
        (
            f"{HEADING}<ul>{ROW.format('1955', 'd', 'Related Documents', 'S.')}{ROWS}</ul>",
            [Related(f"{SITE}/document/d", "Related Documents", "1955", "S."), *READ],
        ),
        (
            f'{HEADING}<p><a href="/document/b">B</a>, <a href="/document/c">C</a></p>',
            [Related(B, "B"), Related(C, "C")],
        ),
        (
            f'{HEADING}<a href="/document/b"><h4>B</h4><p>S.</p></a>'
            '<a href="/document/c"><h4>C</h4></a>',
            [Related(B, "B", None, "S."), Related(C, "C")],
        ),
        (
            f'{HEADING}<ul><li><a href="/document/b"><img src="b.jpg"></a>'
            '<a href="/document/b">B</a> <a href="/document/b">Read more</a></li>'
            '<li><a href="/document/c">C</a></li></ul>',
            [Related(B, "B"), Related(C, "C")],
        ),
        (
            f'{HEADING}<ul><li data-history-node-id="7"><a href="/document/b">B</a></li>'
            '<li><p data-history-node-id="8"><a href="/document/c">C</a></p></li></ul>',
            [Related(B, "B", node=7), Related(C, "C", node=8)],
        ),
        (
            f'{HEADING}<ul><li data-history-node-id="{"9" * 40}"><a href="/document/b">B</a></li>'
            '<li data-history-node-id="8"><p data-history-node-id="x"><a href="/document/c">C</a>'
            "</p></li></ul>",
            [Related(B, "B"), Related(C, "C")],
        ),
        (f"{HEADING}<ul>{ROWS.replace('h4', 'p').replace('<a', '<p>Seen</p><a')}</ul>", BARE),
        (f"{HEADING}<ul>{ROWS.replace('May 1955', LONG).replace('1956', LONG)}</ul>", BARE),
        (f"{HEADING}<ul>{ROWS}</ul><h3>Popular Documents</h3><ul>{ROWS}</ul>", READ),
        (f"<h3>Popular Documents</h3><ul>{ROWS}</ul>{HEADING}<ul>{ROWS}</ul>", READ),
        (f"<h3>Popular Documents</h3><ul>{ROWS}</ul>", []),
        (f"<footer>{HEADING}<ul>{ROWS}</ul></footer>", []),
        (f"<nav>{HEADING}<ul>{ROWS}</ul></nav>", []),
        (f'<div role="tabpanel">{HEADING}<ul>{ROWS}</ul></div>', []),
        (f'{HEADING}<ul><li><a href="https://elsewhere.example/b">B</a></li></ul>', []),
        (f"{HEADING}<p>None.</p>", []),
    ],
)
def test_related_documents_are_read_or_only_named(block: str, related: list[Related]) -> None:
    """And tell nothing of the document itself."""
    bare = read(f"{TOP}{TABS}</div>{INFO}")
    got = read(f"{TOP}{TABS}</div>{INFO}<div>{block}</div>")
    assert got.related == related
    if related:
        assert got == replace(bare, related=related)
        before = read(f"{TOP}{TABS}</div><div>{block}</div>{INFO}")
        assert before == replace(bare, related=related)


def test_link_to_a_file_is_no_text() -> None:
    link = '<p><a href="/document/9.pdf">Download the original</a></p></div>'
    got = read(f"{TOP}{TABS.replace('</div>', link)}</div>{INFO}")
    assert (got.transcripts[0].text, len(got.files)) == ("Text", 1)


@pytest.mark.parametrize(
    ("url", "head", "document", "aliases"),
    [
        (URL, "", "a", ["7"]),
        (f"{SITE}/document/7", "", "7", []),
        (URL, f'<link rel="canonical" href="{SITE}/document/b">', "a", ["b", "7"]),
        (URL, '<link rel="canonical" href="/document/a"><meta property="og:url" content="/">', "a",
         ["7"]),
        (URL, '<link rel="canonical" href="https://elsewhere.example/document/b">', "a", ["7"]),
        (f"{SITE}/node/108048", f'<link rel="canonical" href="{SITE}/document/b">', "b", ["7"]),
        (f"{SITE}/document/7.pdf?v=1", '<link rel="canonical" href="/document/b">', "b", ["7"]),
        ("http://mirror.example/document/a", '<link rel="canonical" href="/document/b">', "a",
         ["b", "7"]),
    ],
)  # fmt: skip
def test_identities(url: str, head: str, document: str, aliases: list[str]) -> None:
    got = read(f"{head}{TOP}</div>{INFO}", url)
    assert (got.document, got.link, got.aliases) == (
        document,
        f"{SITE}/document/{document}",
        aliases,
    )


def test_page_without_a_documents_address_is_none() -> None:
    with pytest.raises(Unreadable, match="address"):
        read(f"{TOP}</div>{INFO}", f"{SITE}/node/108048")


@pytest.mark.parametrize(
    ("settings", "node"),
    [
        (json.dumps({"path": {"currentPath": "node/99018"}}).replace("/", r"\/"), 99018),
        ('{"path": {"currentPath": "node/99018/edit"}}', None),
        ('{"path": {"currentPath": "node/٣"}}', None),
        ('{"path": {"currentPath": "node/' + "9" * 5000 + '"}}', None),
        ('{"path": {"currentPath": "user/5"}}', None),
        ('{"path": {"currentPath": 5}}', None),
        ('{"path": "node/5"}', None),
        ("[1]", None),
        ("nonsense", None),
        ("[" * 100_000, None),
        ("", None),
    ],
)
def test_node(settings: str, node: int | None) -> None:
    script = (
        f'<script type="application/json" data-drupal-selector="drupal-settings-json">{settings}'
    )
    assert read(f"{TOP}</div>{INFO}{script}</script>").node == node


@pytest.mark.parametrize(
    "html",
    [
        TOP + TABS.replace("<p>Text</p>", "<p>Source</p>" * 20_000) + "</div>" + INFO,
        TOP + TABS + "</div>" + INFO + "<h3>Source</h3>" * 20_000,
        TOP + TABS + "</div><div>" + INFO + "<h3>Author(s)</h3><p>x</p>" * 10_000 + "</div>",
        TOP + TABS + "</div>" + INFO + "<h3>Author(s)</h3><p>" + "<a>x</a>, " * 20_000 + "</p>",
        TOP + TABS + "</div>" + INFO + "<h3>Author(s)</h3>" + "<b>" * 5_000 + "x",
        TOP + TABS + "</div>" + INFO + "<div>" * 5_000 + "x",
        TOP + '<a href="#t">Transcript</a>' * 5_000 + TABS + "</div>" + INFO,
        TOP + TABS + "</div>" + INFO + '<p>"' + ', "' * 20_000 + "</p>",
        TOP + TABS + "</div>" + INFO + (HEADING + '<p><a href="/document/b">B</a></p>') * 2_000,
    ],
    ids=range(9),
)
def test_hostile_pages_take_no_long_time(html: str) -> None:
    def go() -> None:
        with suppress(Unreadable):
            assert read(html).source in ("RGANI", None)

    assert takes_less_than(5, go)


@pytest.mark.parametrize(
    "line",
    [
        "<p><span><b>Source:</b> RGANI</span>, fond 5 <b>Record ID:</b> 7</p>",
        "<p><span><b>Source:</b> RGANI</span>, <span>fond 5 <b>Record ID:</b> 7</span></p>",
    ],
)
@pytest.mark.parametrize("tabs", [TABS, ""])
def test_value_goes_on_behind_the_part_of_a_line_that_has_its_label(line: str, tabs: str) -> None:
    got = read(f"{TOP}<p>Summary.</p>{tabs}</div>{line}")
    assert (got.source, got.record_id, got.other) == ("RGANI, fond 5", "7", {})


def test_dialogue_may_be_an_inline_element() -> None:
    dialogue = '<span role="dialog">Cite<p>"A", May 1956, Wilson Center Digital Archive</p></span>'
    got = read(f"{TOP}</div>{INFO}{dialogue}")
    assert got.citation == '"A", May 1956, Wilson Center Digital Archive'


def test_comments_may_stand_among_related_documents() -> None:
    rows = "".join(
        f'<!-- {n} --><div><p>1956</p><a href="/document/{n}">Title {n}</a></div>' for n in "bc"
    )
    got = read(f"{TOP}</div>{INFO}<section><h2>Related Documents</h2>{rows}</section>")
    assert [(one.title, one.date_text) for one in got.related] == [
        ("Title b", "1956"),
        ("Title c", "1956"),
    ]
