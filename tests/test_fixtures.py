"""The saved pages: small, what the renderer makes, and saying what they are to parse to."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html  # type: ignore[import-untyped]
from make_fixtures import FIXTURES, LISTINGS, fixtures, folded, is_rendered
from markup import (
    MARKUPS,
    Listing,
    change_tags,
    linked,
    numbers,
    paragraphs,
    rename_classes,
    render,
    slugs,
)

LARGEST = 60_000
FOLDERS = sorted(page.parent for page in FIXTURES.glob("*/*/page.html"))
LISTING_FOLDERS = [folder for folder in FOLDERS if folder.parent.name == "listing"]
PAGES = sorted(LISTINGS.glob("*.json"))
KEYS = {
    "listing": {"url", "note", "first", "last", "total", "next", "entries"},
    "document": {"url", "note", "record"},
    "other": {"url", "status", "headers", "note", "problem"},
}


def case(path: Path) -> str:
    return path.stem


def read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def visible_text(html: str) -> str:
    tree = lxml_html.fromstring(html)
    for hidden in tree.xpath("//head | //script"):
        hidden.drop_tree()
    return " ".join(" ".join(tree.itertext()).split())


def in_order(entries: list[dict[str, str | None]]) -> list[str]:
    """What the page says of its entries, in reading order."""
    said: list[str] = []
    for entry in entries:
        summary = paragraphs(entry["summary"])
        said += [part for part in (entry["date_text"], entry["title"], *summary) if part]
    return said


def test_there_are_fixtures() -> None:
    assert len(LISTING_FOLDERS) >= len([name for name in fixtures() if name.startswith("listing/")])
    assert len(FOLDERS) > len(LISTING_FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS, ids=case)
def test_fixture_is_small_and_described(folder: Path) -> None:
    described = read(folder / "page.json")
    assert (folder / "page.html").stat().st_size < LARGEST
    assert KEYS[folder.parent.name] - {"note"} <= described.keys()


@pytest.mark.parametrize("name", fixtures())
def test_rendered_fixture_is_what_the_renderer_makes(name: str) -> None:
    folder = FIXTURES / name
    if not is_rendered(folder):
        pytest.skip("replaced by a saved page")
    for file, content in fixtures()[name].files.items():
        assert (folder / file).read_bytes() == content, "run tests/make_fixtures.py"


@pytest.mark.parametrize("folder", LISTING_FOLDERS, ids=case)
def test_listing_fixture_says_its_entries_in_order(folder: Path) -> None:
    entries = read(folder / "page.json")["entries"]
    text = visible_text((folder / "page.html").read_text(encoding="utf-8"))
    position = 0
    assert entries
    for part in in_order(entries):
        position = text.index(part, position) + len(part)


@pytest.mark.parametrize("path", PAGES, ids=case)
def test_every_listing_renders_in_every_markup(path: Path) -> None:
    page = Listing.of(read(path))
    for markup in MARKUPS:
        entries = [dict(folded(entry)) for entry in linked(markup, page.entries)]
        html = render(markup, page)
        said = " ".join(in_order(entries))
        for version in (html, rename_classes(html), change_tags(html)):
            assert said in visible_text(version), markup
        assert len(html.encode()) < LARGEST


@pytest.mark.parametrize("markup", MARKUPS)
def test_renaming_and_changing_leave_nothing_to_hang_on(markup: str) -> None:
    html = render(markup, Listing.of(read(PAGES[0])))
    renamed, changed = lxml_html.fromstring(rename_classes(html)), change_tags(html)
    names = set(lxml_html.fromstring(html).xpath("//@class | //@id"))
    assert names and names.isdisjoint(renamed.xpath("//@class | //@id"))
    assert rename_classes(html, seed=1) not in (html, rename_classes(html))
    assert not lxml_html.fromstring(changed).xpath("//table | //td | //li | //dl | //p | //h2")
    assert changed.count("<a ") == html.count("<a ")


def test_slugs_are_those_of_the_site() -> None:
    titles = [
        "Record of Conversation of N.S. Khrushchev with Prominent Political Figure of Japan "
        "M. Suzuki on August 29, 1960",
        "Comrade N.S. Khrushchev’s Note on a Memorandum to Japan",
        "Telegram from Washington, DC, No.084.504, Urgent, SECRET",
    ]
    assert slugs(titles) == [
        "/document/record-conversation-ns-khrushchev-prominent-political-figure-japan-m-suzuki-"
        "august-29-1960",
        "/document/comrade-ns-khrushchevs-note-memorandum-japan",
        "/document/telegram-washington-dc-no084504-urgent-secret",
    ]


@pytest.mark.parametrize("make", [slugs, numbers])
def test_documents_of_one_title_have_different_addresses(make: Any) -> None:
    first, second, third = make(["Cable"] * 3)
    assert len({first, second, third}) == len([first, second, third])
