"""A page that takes too much CPU time is refused by name, and signals are heard meanwhile."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from scrapy.http import HtmlResponse

from harvester import budget, interfaces
from harvester.budget import bounded
from harvester.fixture import fixture
from harvester.interrupt import Interrupt
from harvester.outcomes import Interrupted, Outcome, Reason, Unreadable
from harvester.sites import known_sites
from harvester.sites.profile import profile_in

ADDRESS = "https://archive.example/list"
SITE = known_sites()["wilson-center"]


def endless() -> None:
    while True:
        try:
            while True:
                pass
        except Exception:  # as a reader that tries something else next
            continue


def test_what_takes_too_long_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    with pytest.raises(
        Unreadable, match=r"list can't be read: .* more than 0\.05 s of CPU"
    ) as told:
        bounded(endless, ADDRESS)
    assert (told.value.why, told.value.url) == (Reason.TOO_COMPLEX, ADDRESS)
    assert told.value.exit_code == Outcome.UNREADABLE.exit_code == 65


def test_a_second_page_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    for _ in range(2):
        with pytest.raises(Unreadable):
            bounded(endless, ADDRESS)
    assert bounded(lambda: 7, ADDRESS) == 7
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_a_page_within_another_has_the_rest_of_its_time() -> None:
    with pytest.raises(Unreadable, match="outer can't be read"):
        bounded(lambda: bounded(endless, "inner", 600), "outer", 0.05)


@pytest.mark.parametrize(
    "read",
    [
        lambda: interfaces.read_listing("<p>Fish</p>", ADDRESS, SITE, {}),
        lambda: interfaces.read_document("<p>Fish</p>", ADDRESS, SITE),
    ],
)
def test_readers_are_bounded(monkeypatch: pytest.MonkeyPatch, read: object) -> None:
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    monkeypatch.setattr("harvester.interfaces.read_html", lambda *_: endless())
    monkeypatch.setattr("harvester.interfaces.read_record", lambda *_: endless())
    with pytest.raises(Unreadable, match="CPU time"):
        read()  # type: ignore[operator]


def test_a_listing_of_which_nothing_is_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    monkeypatch.setattr("harvester.interfaces.read_any_html", lambda *_: endless())
    assert "CPU time" in (interfaces.read_any_listing("<p>Fish</p>").refused or "")


def test_in_another_thread_a_page_is_read_without_a_bound() -> None:
    found: list[int] = []
    reading = threading.Thread(target=lambda: found.append(bounded(lambda: 7, ADDRESS, 0.05)))
    reading.start()
    reading.join()
    assert found == [7]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Interrupt]:
    """An interrupt that hears SIGTERM, and ends nothing after its patience."""
    before = signal.getsignal(signal.SIGTERM)
    interrupt = Interrupt()
    monkeypatch.setattr("harvester.interrupt._end_late", lambda: None)
    monkeypatch.setattr(budget, "interrupt", interrupt)
    signal.signal(signal.SIGTERM, interrupt._hear)
    yield interrupt
    signal.signal(signal.SIGTERM, before)


def signalled() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    endless()


def test_a_signal_does_not_wait_for_the_end_of_a_page(heard: Interrupt) -> None:
    with pytest.raises(Interrupted):
        bounded(signalled, ADDRESS, 600)
    with pytest.raises(Interrupted):  # nor is another page begun
        bounded(endless, ADDRESS, 600)
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_commands_that_raise_on_a_signal_do_so_within_a_page(heard: Interrupt) -> None:
    with pytest.raises(KeyboardInterrupt), heard.raising():
        bounded(signalled, ADDRESS, 600)


def test_page_that_was_read_in_part_is_no_fixture(
    heard: Interrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.interfaces.read_record", lambda *_: signalled())
    url = "https://digitalarchive.wilsoncenter.org/document/a"
    with pytest.raises(Interrupted):
        fixture(HtmlResponse(url, body=b"<html>"), url, SITE)


@pytest.mark.parametrize("css", ["p:nth-child(1)", "p:first-of-type", "h2 ~ p"])
def test_places_among_too_many_siblings_are_not_asked_for(
    css: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = f"""
        name = "Rows"
        home = "https://archive.example"
        documents = {{address = "/{{+id}}"}}
        [listing]
        addresses = [{{ path = "/list", states_range = false }}]
        entry = "{css}"
        title = "a"
        named_only = true
        """
    site = profile_in("rows", profile).at(ADDRESS)
    page = '<html><body><h2></h2><p><a href="/one">Fish</a></p><i></i><i></i></body></html>'
    if css.startswith("p:nth"):
        page = page.replace("<h2></h2>", "")
    monkeypatch.setattr("harvester.pages.selectors.MOST_SIBLINGS", 4)
    assert interfaces.read_listing(page, ADDRESS, site, {}).entries[0].title == "Fish"
    monkeypatch.setattr("harvester.pages.selectors.MOST_SIBLINGS", 2)
    with pytest.raises(Unreadable, match="more than 2 elements side by side") as told:
        interfaces.read_listing(page, ADDRESS, site, {})
    assert told.value.why is Reason.TOO_COMPLEX
