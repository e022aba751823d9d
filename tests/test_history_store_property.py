"""The real store, told of any world: its documents are what its facts say."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from history_model import history
from history_stored import Telling, documents, facts
from history_worlds import Edit, Look, right_worlds, worlds
from hypothesis import given
from test_history_fold_property import plain

from harvester.store.history.fold import fold

AFTER = 2
Looks = tuple[Look, ...]


@examples(8, most=2_000)
@given(worlds)
def test_stored_documents_are_what_follows_from_facts(world: list[Any]) -> None:
    check(world)


@examples(8, most=2_000)
@given(right_worlds)
def test_so_they_are_where_every_page_is_later_than_the_one_before(world: list[Any]) -> None:
    check(world)


@pytest.mark.parametrize("between", [(), (Look(1, (Edit(1, "list"),)),)])
def test_a_page_that_is_met_live_in_the_second_of_its_capture_is_one(between: Looks) -> None:
    """The run of captures and the live run are of one moment then, and miss a document once; runs
    before them keep theirs."""
    check(
        [
            Look(1, ()),
            *between,
            Look(1, (Edit(0, "list"), Edit(1, "find")), False, 4, pace=0),
            Look(1, (), False, 2, pace=0, stated=False),
            Look(1, (Edit(0, "list"),), True, 4, reader="reader 2", pace=0),
        ]
    )


def check(world: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "x.db"
        Telling(db).tell(world)
        known = facts(db)
        stored = documents(db)
        assert stored == plain(fold(known, AFTER))
        assert stored == history(known, AFTER)
