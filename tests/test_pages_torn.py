"""Tags that lack their end are marked where they begin, and nothing else is."""

import pytest

from harvester.pages.markup import LOST, marked

TORN = "<b class='x' <i>text</i>"
SOUND = (
    "<p>a < b</p>",
    "<p title='a <i> b'>x</p>",
    '<p title="<i>">x</p>',
    "<!-- <p <b> --><p>x</p>",
    "<!-- <p <b>",
    "<!DOCTYPE html><p>x</p>",
    "<?php <p> ?><p>x</p>",
    "<script>if (a<b && <p <i>) {}</script><p>x</p>",
    "<SCRIPT>a <p <b></SCRIPT >x",
    "<script>a <p <b>",
    "<title>a <p <b> c</title>",
    "<p class='x",
)


@pytest.mark.parametrize("source", SOUND)
def test_what_is_sound_stays_as_it_is(source: str) -> None:
    assert marked(source) == source


@pytest.mark.parametrize("source", SOUND[:-1])
def test_torn_tag_is_marked_wherever_it_stands(source: str) -> None:
    assert marked(f"{TORN}{source}") == f"{LOST}{TORN}{source}"


@pytest.mark.parametrize("source", [one for one in SOUND if one.endswith(("</p>", "x"))][:-1])
def test_torn_tag_is_marked_behind_what_is_sound(source: str) -> None:
    assert marked(f"{source}{TORN}") == f"{source}{LOST}{TORN}"


@pytest.mark.parametrize(
    "source", ["<<p>x", "<\np <b>x", "</p <b>x", "<p<b>x", "<p a=<b>x", "</ <b>x"]
)
def test_each_way_to_tear_a_tag_is_seen(source: str) -> None:
    assert marked(source) == LOST + source


def test_every_torn_tag_is_marked() -> None:
    assert (
        marked(f"{TORN}<p>x</p>{TORN}y{TORN}") == f"{LOST}{TORN}<p>x</p>{LOST}{TORN}y{LOST}{TORN}"
    )
