"""The rooms of the package: which there are, and that each imports only from those below it.

The table of rooms in CONTRIBUTING.md is their order, so that what people read is what holds.
"""

import ast
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import documented
import pytest
from harvests import PROJECT

PACKAGE = PROJECT / "harvester"
PAGE = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PURE = ("pages", "sites", "dates")
"""The rooms that read: bytes and a profile in, a Listing or a Record or a refusal out."""
IMPURE = {
    *("scrapy", "twisted", "sqlite3", "sqlite_utils", "socket", "ssl", "http", "asyncio", "time"),
    *("urllib.request", "subprocess", "threading", "random"),
}
"""Network, databases and clocks."""
HARMLESS = {"time.struct_time"}
CLOCKS = {"now", "utcnow", "today"}


@dataclass(frozen=True)
class Import:
    """A name that a module imports from another; `late` if it does so only when it needs it."""

    module: str
    source: str
    name: str
    late: bool

    @property
    def full(self) -> str:
        return f"{self.source}.{self.name}" if self.name else self.source


def modules(package: Path) -> dict[str, ast.Module]:
    """The modules of a package, by their dotted names."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = parsed(path.read_text("utf-8"))
    return found


@cache
def parsed(source: str) -> ast.Module:
    """A module; copies of the package differ in one."""
    return ast.parse(source)


@cache
def imports(module: str, tree: ast.Module) -> list[Import]:
    """What a module imports."""
    return list(imported(module, tree))


def imported(module: str, tree: ast.AST, late: bool = False) -> Iterator[Import]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (Import(module, node.module or "", one.name, late) for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (Import(module, one.name, "", late) for one in node.names)
        else:
            lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
                isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            )
            yield from imported(module, node, late or lazy)


def ours(package: Path) -> list[tuple[Import, str]]:
    """What our modules import from each other, and from which module each name is."""
    known = modules(package)
    return [
        (one, one.full if one.full in known else one.source)
        for name, tree in known.items()
        for one in imports(name, tree)
        if one.source.partition(".")[0] == package.name
    ]


def room(module: str) -> str:
    """The folder below the package that a module is in, or the module itself."""
    return module.split(".")[1] if "." in module else ""


def table(heading: str) -> list[tuple[str, str]]:
    """The two cells of each row of that page's table below such a heading."""
    part = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in part.splitlines()[2:]]
    return [(one, two) for one, two in rows]


def order() -> list[str]:
    """The rooms of that table, from the highest to the lowest."""
    named = [re.fullmatch(r"`(\w+)(?:/|\.py)`", cell) for cell, _ in table("room")]
    return [found[1] for found in named if found]


def upward(package: Path) -> list[str]:
    """The imports that go up the table of rooms, or to a room that is not in it."""
    ranks = {name: rank for rank, name in enumerate(order())}
    found = []
    for one, source in ours(package):
        here, there = room(one.module), room(source)
        if there and here != there and ranks.get(there, -1) <= ranks.get(here, -1):
            found.append(f"{one.module} imports {source}")
    return found


def impure(package: Path) -> list[str]:
    """The imports of network, databases and clocks in what reading is made of."""
    known, within, found = modules(package), ours(package), []
    reading = {name for name in known if room(name) in PURE}
    while more := {two for one, two in within if one.module in reading} - reading:
        reading |= more
    for name in sorted(reading - {package.name}):
        for one in imports(name, known[name]):
            names = {one.full, one.source, one.source.partition(".")[0]}
            if names & IMPURE and one.full not in HARMLESS:
                found.append(f"{name} imports {one.full}")
        found += [f"{name} asks a clock: {clock}" for clock in clocks(known[name])]
    return found


@cache
def clocks(tree: ast.Module) -> list[str]:
    """The clocks that a module asks."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return [ast.unparse(node) for node in nodes if node.attr in CLOCKS]


def cycle(package: Path) -> list[str]:
    """Modules that import each other in a circle when they are loaded, if any do."""
    graph: dict[str, set[str]] = {}
    for one, source in ours(package):
        if not one.late and source != one.module:
            graph.setdefault(one.module, set()).add(source)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_arrows_point_down_the_table_of_rooms() -> None:
    assert upward(PACKAGE) == []


def test_reading_is_pure() -> None:
    assert impure(PACKAGE) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycle(PACKAGE) == []


BROKEN = {
    "a room below imports one above": (
        "dates/grammar.py",
        "from harvester.store.aliases import find",
        "harvester.dates.grammar imports harvester.store.aliases",
    ),
    "only when it needs it": (
        "store/aliases.py",
        "def late():\n    from harvester.commands import crawl",
        "harvester.store.aliases imports harvester.commands.crawl",
    ),
    "only for its types": (
        "warc/files.py",
        "if TYPE_CHECKING:\n    from harvester.crawl.harvest import Harvest",
        "harvester.warc.files imports harvester.crawl.harvest",
    ),
    "somebody imports the spider": (
        "commands/crawl.py",
        "from harvester.spiders.collection import CollectionSpider",
        "harvester.commands.crawl imports harvester.spiders.collection",
    ),
    "a room that nobody knows": (
        "exports/citation_parts.py",
        "from harvester.helpers import help",
        "harvester.exports.citation_parts imports harvester.helpers",
    ),
    "a page asks the network": (
        "pages/elements.py",
        "from scrapy.http import Request",
        "harvester.pages.elements imports scrapy.http.Request",
    ),
    "a profile asks a database": (
        "sites/paging.py",
        "import sqlite3",
        "harvester.sites.paging imports sqlite3",
    ),
    "a date asks a clock": (
        "dates/grammar.py",
        "TODAY = date.today()",
        "harvester.dates.grammar asks a clock: date.today",
    ),
    "what pages build upon asks one": (
        "items.py",
        "from time import time",
        "harvester.items imports time.time",
    ),
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package in another place."""
    package = tmp_path_factory.mktemp("rooms") / "harvester"
    return shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))


@contextmanager
def with_line(file: Path, line: str) -> Iterator[None]:
    """Adds a line to a module, until the end of the block."""
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n{line}\n", encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("case", BROKEN)
def test_import_that_breaks_the_rules_is_noticed(copied: Path, case: str) -> None:
    file, line, said = BROKEN[case]
    with with_line(copied / file, line):
        assert said in upward(copied) + impure(copied)


def test_circle_is_noticed(copied: Path) -> None:
    with with_line(copied / "outcomes.py", "from harvester.interrupt import interrupt"):
        assert {"harvester.outcomes", "harvester.interrupt"} <= {*cycle(copied)}


def test_table_has_every_room_once() -> None:
    found = {path.stem for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    found |= {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert sorted(order()) == sorted(found)
    assert all(meaning.strip() for _, meaning in table("room"))


QUESTIONS = (
    *("where is a page of a listing read", "where is a document's own page read"),
    *("what decides that a document was removed", "how do I add a site", "where is SQL"),
    *("where is a harvest's exit code decided", "where is printing"),
)


def test_one_file_name_answers_each_question() -> None:
    answers = dict(table("question"))
    assert {*QUESTIONS} <= {*answers}
    for question, answer in answers.items():
        assert len(documented.paths(answer)) == 1, question
        assert (PACKAGE / answer.strip("`")).is_file(), question


SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|PRAGMA)\s")
COUNTING = {"harvester.snapshot.freeze", "harvester.snapshot.verify"}
"""What counts the rows of a snapshot, which may be anybody's database."""


STATEMENTS = "harvester.jobs.statements"
"""What speaks with PostgreSQL."""


def test_sql_is_in_the_store() -> None:
    found = {
        name
        for name, tree in modules(PACKAGE).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if SQL.match(node.value)
    }
    assert {name for name in found if room(name) != "store"} == COUNTING | {STATEMENTS}


def test_printing_is_in_the_console() -> None:
    found = {
        name
        for name, tree in modules(PACKAGE).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        if re.match(
            r"print$|sys\.(?:stdout|stderr|__\w+__)\.(?:write|buffer)", ast.unparse(node.func)
        )
    }
    assert found == {"harvester.console"}


def test_no_module_names_a_site() -> None:
    named = [
        line
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if "wilson" in line.lower()
    ]
    assert named == []


MOST = 306
"""Modules, but for files that hold only a docstring; 120 are aimed at."""


def test_modules_are_few() -> None:
    with_code = [
        name
        for name, tree in modules(PACKAGE).items()
        if any(not isinstance(node, ast.Expr) for node in tree.body)
    ]
    assert len(with_code) <= MOST
