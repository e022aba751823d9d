"""Databases that are merged are as one that was told of everything, in any order, however often."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from examples import examples
from history_stored import Telling, documents, facts
from history_worlds import SITES, Again, Join, Look, right_worlds, shown, worlds
from hypothesis import given
from test_history_fold_property import plain

from harvester.store.history.fold import fold
from harvester.store.uniting import unite

AFTER = 2


class Split:
    """A world that one database is told of, and as many others as there are collections, each of
    its own collection; `early` are copies of these, as they were in the middle."""

    def __init__(self, folder: Path, world: Sequence[Any]) -> None:
        self.whole = Telling(folder / "whole.db")
        self.parts = {number: Telling(folder / f"{number}.db") for number in SITES}
        self.early: list[Path] = []
        for day, event in enumerate(world):
            if day == len(world) // 2:
                self.early = [self.copy(path) for path in self.paths]
            self.tell(event, day)

    def tell(self, event: Any, day: int) -> None:
        match event:
            case Look():
                self.whole.look(event, day)
                for number, part in self.parts.items():
                    if number == event.collection:
                        part.look(event, day)
                    else:
                        shown(part.done, event)
            case Again() if self.whole.pages:
                page = event.page % len(self.whole.pages)
                number = self.whole.pages[page][0]
                before = [one for one in self.whole.pages[:page] if one[0] == number]
                self.whole.again(event, day)
                self.parts[number].again(replace(event, page=len(before)), day)
            case Join():
                self.whole.join(event, day)
                number = next(one for one, site in SITES.items() if site == event.site)
                self.parts[number].join(event, day)

    @property
    def paths(self) -> list[Path]:
        return [part.db for part in self.parts.values() if part.db.exists()]

    def copy(self, path: Path) -> Path:
        return Path(shutil.copyfile(path, path.with_suffix(".early.db")))


def split(folder: str, world: Sequence[Any]) -> Split | None:
    """A world of which there is something to merge."""
    found = Split(Path(folder), world)
    return found if found.paths else None


def by_name(db: Path) -> dict[Any, Any]:
    """What a database has made of documents, with collections by their names."""
    with closing(sqlite3.connect(db)) as connection:
        names = dict(connection.execute("SELECT id, name FROM collections"))
    return {
        name: {
            **said,
            "members": {names[number]: one for number, one in said["members"].items()},
            "changes": sorted(
                (
                    (at, kind, names.get(number), *rest)
                    for at, kind, number, *rest in said["changes"]
                ),
                key=repr,
            ),
        }
        for name, said in documents(db).items()
    }


def untold(db: Path) -> Iterator[tuple[Any, ...]]:
    """The changes that no run of their collection tells."""
    with closing(sqlite3.connect(db)) as connection:
        yield from connection.execute(
            "SELECT changes.* FROM changes JOIN runs ON runs.id = run"
            " WHERE runs.collection <> coalesce(changes.collection, runs.collection)"
        )


@examples(4, most=60)
@given(right_worlds)
def test_merged_parts_are_what_one_harvest_of_all_has(world: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if found := split(folder, world):
            out = Path(folder) / "out.db"
            unite(out, [*found.early, *found.paths])
            assert by_name(out) == by_name(found.whole.db)
            assert list(untold(out)) == []


@examples(4, most=60)
@given(worlds)
def test_merged_parts_are_what_follows_from_all_facts_in_any_order(world: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if found := split(folder, world):
            out, other, step = (Path(folder) / f"{name}.db" for name in ("out", "other", "step"))
            unite(out, found.paths)
            assert documents(out) == plain(fold(facts(out), AFTER))
            unite(other, [*found.paths[::-1], *found.paths])
            for path in found.paths:
                unite(step, [path])
            assert out.read_bytes() == other.read_bytes() == step.read_bytes()
            unite(out, found.paths[:1])
            assert out.read_bytes() == step.read_bytes()
