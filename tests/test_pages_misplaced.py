"""Text of an entry that a wrong tag takes from where it is read: the page is refused, with why."""

from pathlib import Path

import pytest
from archive import FIXTURES, said
from sites import WILSON

from harvester.outcomes import Unreadable
from harvester.pages import read_document, read_listing

SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=x"
DOCUMENTS = sorted(page.parent for page in FIXTURES.parent.glob("document/*/page.html"))
LONG = "Two sentences are more than what any button of a page has to say. They are no label."
ROW = (
    '<tr><td><p>1956</p><a href="/document/{0}">{0}</a><div class="text"><p>{1}</p></div></td></tr>'
)
TABLE = ROW.format("a", "One.") + ROW.format("b", LONG)
PAGE = "<html><h2>Search</h2><p>1 - 2 of 2</p><table><tbody>{}</tbody></table>{}</body></html>"
TORN = "a tag lacks its end"
FRAME = "is in a part of the page's frame"
CONTROL = "may be in a <"
BEHIND = "may belong to its last entry"


def summaries(rows: str, behind: str = "") -> list[str | None]:
    page = read_listing(PAGE.format(rows, behind), SEARCH, WILSON)
    assert [entry.date_text for entry in page.entries] == ["1956", "1956"]
    return [entry.summary for entry in page.entries]


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        # swallowed by a tag
        ("<p>Two", "<pTwo", TORN),
        ("<p>Two", "<p Two", TORN),
        ("<p>Two", "<p class='x Two", "breaks off"),
        ("<p>One", '<p class="x One', "1 of these 2 entries"),
        ("b</a>", 'b</a><i class="x', TORN),
        ('<div class="text"><p>Two', '<div class="text"<p>Two', TORN),
        ("<p>Two", "</Two", TORN),
        ("<p>Two", "</ Two", TORN),
        ("<p>Two", "<<p>Two", TORN),
        ("no label.</p>", "no label.</p", TORN),
        # in the frame
        ("<p>Two", "<nav>Two", FRAME),
        ("<p>Two", "<aside>Two", FRAME),
        ('<div class="text"><p>Two', '<aside class="text"><p>Two', FRAME),
        # in a control
        ("<p>Two", "<button>Two", CONTROL),
        ("<p>Two", "<select>Two", CONTROL),
        ("<p>1956</p>", "<button>1956</button>", CONTROL),
        ("<p>Two", "<textarea>Two", "breaks off"),
        ('<div class="text"><p>Two', '<object class="text"><p>Two', CONTROL),
        # behind the table
        ('<div class="text"><p>Two', '</table><div class="text"><p>Two', BEHIND),
        ('b</a><div class="text">', 'b</tbody><div class="text">', BEHIND),
    ],
)
def test_text_that_a_wrong_tag_takes_away_is_missed(was: str, now: str, why: str) -> None:
    assert was in TABLE
    with pytest.raises(Unreadable, match=why):
        summaries(TABLE.replace(was, now))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("<p>Two", "<p title='a < b'>Two"),
        ("<p>Two", '<p data-html="<b>bold</b>" lang=en>Two'),
        ("<p>Two", '<p title="<" >Two'),
        ("<p>Two", "<p><!-- <p<b> -->Two"),
        ("<p>Two", "<p><script>if (a<b && c<d) x('<p<p>')</script>Two"),
        ("<p>Two", "<p><button>Save</button>Two"),
        ("<p>Two", "<p><select><option>English<option>German</select>Two"),
        ("<p>Two", "<nav></nav><p>Two"),
        (
            '<div class="text"><p>Two',
            '<div class="text"hidden=no id=x/y><p>Two'.replace("hidden", "x"),
        ),
    ],
)
def test_what_only_looks_wrong_is_read(was: str, now: str) -> None:
    assert was in TABLE
    assert summaries(TABLE.replace(was, now)) == ["One.", LONG]


@pytest.mark.parametrize(
    "behind", ["<p>Contact</p>", "<div><p>Contact<p</div>", "<nav>Contact</nav>"]
)
def test_what_stands_behind_the_entries_is_none_of_theirs(behind: str) -> None:
    assert summaries(TABLE, behind) == ["One.", LONG]


def test_date_before_the_first_entry_is_missed_too() -> None:
    with pytest.raises(Unreadable, match=TORN):
        summaries(TABLE.replace("<tr><td><p>1956", "<tr><td><p 1956", 1))


@pytest.mark.parametrize("fixture", DOCUMENTS, ids=lambda fixture: fixture.name)
def test_text_of_a_document_that_a_tag_swallows_is_missed(fixture: Path) -> None:
    page, url = (fixture / "page.html").read_text(encoding="utf-8"), said(fixture)["url"]
    middle = page.index("<p>", len(page) // 2)
    with pytest.raises(Unreadable, match=TORN):
        read_document(page[:middle] + "<p " + page[middle + 3 :], url, WILSON)


@pytest.mark.parametrize("tag", ["button", "datalist", "object", "template", "textarea"])
def test_control_that_holds_a_text_is_named(tag: str) -> None:
    table = TABLE.replace("<p>Two", f"<{tag}>Two").replace("label.</p>", f"label.</{tag}>")
    with pytest.raises(Unreadable, match=f"may be in a <{tag}>"):
        summaries(table)
