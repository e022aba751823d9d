"""One list of a listing's fields, one of a record's, one of the kinds of terms: no second one."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from functools import cache

import pytest
from harvests import PROJECT

from harvester.items import Entry
from harvester.record import KINDS, Fields, Record, Related, columns
from harvester.sites.profile import FIELDS as LABELLED
from harvester.store.history.facts import FIELDS as LISTED
from harvester.store.history.facts import Statement

PACKAGE = PROJECT / "harvester"
LISTS = {
    "of a listing": (set(columns(Entry)), {"Entry", "Statement"}),
    "of a record": (set(columns(Fields)), {"Fields"}),
    "of kinds": (set(KINDS), {"KINDS", "FACETS", "item"}),
    "of kinds' columns": ({kind.plural for kind in KINDS.values()}, {"KINDS"}),
}
"""What each list has, and what it is called where it is made; FACETS are a choice of kinds,
and an item of CSL has names of its own."""
MOST = 3
"""So many of a list may be named together: who names more, and not all, has a list of his own."""


def names(node: ast.AST) -> set[str]:
    """The fields that a class declares, or the texts that a collection has, at any depth."""
    if isinstance(node, ast.ClassDef):
        declared = (one.target for one in node.body if isinstance(one, ast.AnnAssign))
        return {target.id for target in declared if isinstance(target, ast.Name)}
    texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {text for text in texts if isinstance(text, str)}


@cache
def all_lists() -> list[tuple[str, str, set[str]]]:
    """Those of all modules: where each is, what it is called, and its names."""
    return [
        (f"{path.relative_to(PROJECT)}:{line}", name, there)
        for path in PACKAGE.rglob("*.py")
        for name, line, there in lists(path.read_text("utf-8"))
    ]


def lists(source: str) -> Iterator[tuple[str, int, set[str]]]:
    """The classes and collections of a module: what each is called, its line, and its names."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef():
                yield node.name, node.lineno, names(node)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if isinstance(node.value, ast.Tuple | ast.List | ast.Set | ast.Dict | ast.BinOp):
                    yield name, node.lineno, names(node.value)


@pytest.mark.parametrize("which", LISTS)
def test_there_is_no_second_list(which: str) -> None:
    said, own = LISTS[which]
    found = {
        f"{place} {name} {sorted(said & there)}"
        for place, name, there in all_lists()
        if len(said & there) > MOST and name not in own
    }
    assert found == set()


def test_second_list_is_found() -> None:
    copy = "class Copy:\n    credit: str\n    source: str\n    rights: str\n    node: int\n"
    ((name, line, there),) = lists(copy)
    assert (name, line, len(there & LISTS["of a record"][0]) > MOST) == ("Copy", 1, True)
    ((name, _, there),) = lists(f"COPY = {{'a': {[*KINDS]!r}}}")
    assert (name, there >= set(KINDS)) == ("COPY", True)


def test_statements_of_history_have_what_entries_say() -> None:
    said = {"url" if name == "link" else name for name in ("link", *columns(Entry))}
    assert set(LISTED) == said == {one.name for one in fields(Statement)} - {"address"}


def test_record_has_its_fields_once() -> None:
    assert set(columns(Record)) == set(columns(Fields)) <= {one.name for one in fields(Record)}
    assert set(LABELLED) - {"summary"} <= set(columns(Fields))
    assert {one.name for one in fields(Related)} & set(columns(Fields)) == {"node"}
