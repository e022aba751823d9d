"""A citation that is copied in a real browser, with the mouse and with the keyboard alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filled import real_records, store_details
from playwright.sync_api import Page, expect
from reading import browsed
from reading_room import opened
from stored import SITE


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a document, in a browser that may copy."""
    db = tmp_path_factory.mktemp("copied") / "harvest.db"
    record = replace(real_records()[0], files=[])
    store_details(db, [record])
    with opened(Path(db)) as url, browsed(url) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
        page.goto(f"/documents/{SITE[0]}/{record.document}")
        yield page


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_button_copies_the_citation_that_is_shown(page: Page) -> None:
    style = page.locator("details[name=cite]").nth(2)
    style.locator("summary").click()
    style.get_by_role("button", name="Copy").click()
    expect(style.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page) == style.locator(".citation").text_content()
    expect(page.locator(".citation:visible")).to_have_count(1)


def test_keyboard_alone_copies_a_citation(page: Page) -> None:
    style = page.locator("details[name=cite]").nth(3)
    style.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(style.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page) == style.locator(".citation").text_content()
