"""No pattern takes longer than in proportion to the text it looks at, whatever the text.

All patterns of the program are found by importing it, and how each is used by reading its source;
the bait is made of the pattern's own words and characters. Times are compared within one run.
"""

import ast
import importlib
import itertools
import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from costs import seconds, takes_at_most
from sites import WILSON

import harvester
from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.sites import known_kinds, known_sites
from harvester.sites.phrases import Phrases
from harvester.sites.wording import Words, languages, sayings_of

PACKAGE = Path(harvester.__file__).parent
METHODS = ("search", "match", "fullmatch", "findall", "finditer", "sub", "split")
SAME = {"finditer": "findall"}
"""What looks at a text in the same way as another, which tells all that it finds at once."""
CHARACTERS = "a Z0\xa0\n-–._,;:!?/\\@=%#&<>()[]{}\"'’*+|~^$é"
ENDS = ("", "\0", "a\0")
FEW, FACTOR = 500, 4
BOUND = 9
"""Times as long for FACTOR times the text: in proportion it is 4, with the square 16."""
NOTICEABLE = 1e-4
"""Seconds for FEW characters; what takes the square of their time takes longer."""

REPEATS = {*"*+{"}
"""What a pattern is written with in which anything may come again and again."""

KINDS = re.compile(r"\\[^wWdDsS]|(\\.|\[\^?\]?(?:\\.|[^\]\\])*+\])")
"""What a pattern is written with that stands for one of many characters, in the group."""
ALWAYS = (r"\w", r"\d", r"\s", "[a-z]", "[A-Z]", "[0-9]", r"[\x00-\x7f]", r"\n")
"""Kinds of characters that may make a difference to any pattern."""

Pattern = re.Pattern[Any]
Bait = Callable[[int], Any]


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages([str(PACKAGE)], "harvester."):
        if not found.name.startswith("harvester.jobs."):  # not all is installed that these need
            yield importlib.import_module(found.name)


def is_made_once(value: Any) -> bool:
    """Whether it is a function that makes a pattern when that is first needed."""
    said = getattr(value, "__annotations__", None) if hasattr(value, "cache_info") else None
    return isinstance(said, dict) and "Pattern" in str(said.get("return"))


def patterns_in(value: Any, name: str) -> Iterator[tuple[str, Pattern]]:
    """The patterns in what a module holds, each with the name that it is used by."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif is_made_once(value):
        yield name, value()
    elif isinstance(value, dict):
        for one in value.values():
            yield from patterns_in(one, name)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from patterns_in(one, name)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from patterns_in(getattr(value, field.name), field.name)


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    found = sorted(PACKAGE.rglob("*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in found]


@cache
def within(node: ast.AST) -> tuple[ast.AST, ...]:
    """A node with all that is in it, which many look through: to walk there anew takes long."""
    return tuple(ast.walk(node))


@cache
def uses() -> dict[str, set[str]]:
    """The methods that are called of what has a name, also where it has another."""
    found: dict[str, set[str]] = defaultdict(set)
    for _, tree in trees():
        for node in within(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                of = node.value
                if isinstance(of, ast.Subscript | ast.Call):
                    of = of.value if isinstance(of, ast.Subscript) else of.func
                if isinstance(of, ast.Name | ast.Attribute):
                    name = of.id if isinstance(of, ast.Name) else of.attr
                    found[name].add(SAME.get(node.attr, node.attr))
    for _, tree in trees():
        for name, other in (*given_to_functions(tree), *taken_from(tree)):
            found[name] |= found[other]
    return found


def given_to_functions(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that are given to functions of the same module, and what they are called there."""
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    for call in within(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            function = functions.get(call.func.id)
            parameters = function.args.args if function else []
            for given, parameter in zip(call.args, parameters, strict=False):
                if isinstance(given, ast.Name):
                    yield given.id, parameter.arg


def taken_from(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The names of what holds others, and those under which one is taken from it: in a loop, or as
    a value of a table."""
    for node in within(module):
        if isinstance(node, ast.For | ast.comprehension):
            holder, target = node.iter, node.target
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            get = node.value.func
            is_get = isinstance(get, ast.Attribute) and get.attr == "get"
            holder, target = get.value if is_get else node.value, node.targets[0]  # type: ignore[attr-defined]
        else:
            continue
        if isinstance(holder, ast.Name | ast.Attribute):
            name = holder.id if isinstance(holder, ast.Name) else holder.attr
            yield from ((name, one.id) for one in within(target) if isinstance(one, ast.Name))


def calls_of_re() -> Iterator[tuple[str, ast.Call]]:
    """Where the module re itself is called."""
    for path, tree in trees():
        for call in within(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                of = call.func.value
                if isinstance(of, ast.Name) and of.id == "re":
                    yield f"{path.relative_to(PACKAGE)}:{call.lineno}", call


def of_profiles() -> Iterator[tuple[Pattern, str]]:
    """The patterns that are made of the built-in profiles and languages, and how they are used."""
    said = [Words([sayings_of(language)]) for language in languages()]
    sites = [*known_sites().values(), *known_kinds().values()]
    for one in (*said, *(site.words() for site in sites), *(site.document_page for site in sites)):
        for made in vars(one).values():
            if isinstance(made, Phrases):
                yield from ((pattern, "fullmatch") for pattern in made.patterns)
            elif isinstance(made, re.Pattern):
                yield made, "search"
    for site in sites:
        yield site.identity.path, "search"
        yield from ((form.pattern, "search") for form in site.paging.forms)


@cache
def patterns() -> dict[Pattern, set[str]]:
    """All patterns, each with the methods by which it is used."""
    found: dict[Pattern, set[str]] = defaultdict(set)
    for module in modules():
        for name, value in vars(module).items():
            for used, pattern in patterns_in(value, name):
                found[pattern] |= uses()[used]
    for pattern, method in of_profiles():
        found[pattern].add(method)
    for _, call in calls_of_re():
        method, said = call.func.attr, call.args[0]  # type: ignore[attr-defined]
        if method in METHODS and isinstance(said, ast.Constant):
            found[re.compile(said.value)].add(method)
    return found


def plain(pattern: Pattern) -> str:
    """How a pattern is written."""
    said = pattern.pattern
    return said if isinstance(said, str) else said.decode("latin-1")


def units(pattern: Pattern) -> Iterator[str]:
    """What a text can be made of that the pattern may like: its words, characters, and pairs."""
    said = re.sub(r"\(\?[a-zA-Z<=!:#-]+|\\.", " ", plain(pattern))
    words = list(dict.fromkeys(re.findall(r"[^\W_][\w /-]*|[<\"'&]+[\w!/-]*", said)))[:12]
    yield from CHARACTERS
    yield from words
    yield from (one + other for one in words for other in " -<>")
    yield from map("".join, itertools.permutations("a 0-.,<>/=\"'", 2))


def alike(pattern: Pattern) -> Callable[[str], tuple[object, ...]]:
    """What a unit is to the pattern: the same for two of which each character is one of the same
    kinds, and none is written in the pattern itself."""
    said = plain(pattern)
    kinds = [re.compile(kind) for kind in {*ALWAYS, *filter(None, KINDS.findall(said))}]

    @cache
    def of_one(character: str) -> object:
        by_itself = character.lower() in said.lower()
        return character if by_itself else tuple(bool(kind.match(character)) for kind in kinds)

    return lambda unit: tuple(map(of_one, unit))


def baits(pattern: Pattern) -> Iterator[list[Bait]]:
    """Texts of any size that the pattern might be slow with, those of the same unit together."""
    told_apart = alike(pattern)
    all_units = list({told_apart(unit): unit for unit in units(pattern)}.values())
    words = ["", *[unit for unit in all_units if len(unit) > 2][:3]]
    is_text = isinstance(pattern.pattern, str)
    for unit in all_units:

        def bait(begin: str, end: str, size: int, unit: str = unit) -> Any:
            text = begin + unit * (size // len(unit)) + end
            return text if is_text else text.encode()

        yield [partial(bait, begin, end) for begin in words for end in ENDS]


def looking(pattern: Pattern, method: str, text: Any) -> Callable[[], object]:
    """Uses the pattern on a text."""
    look = getattr(pattern, method)
    return partial(look, text[:0], text) if method == "sub" else partial(look, text)


def slow_baits(pattern: Pattern, method: str) -> Iterator[str]:
    """The texts with which a pattern is slow. One that repeats nothing looks at each place for so
    long at most, and need not be tried; and where many texts take no time, none of them does."""
    if not REPEATS & {*plain(pattern)}:
        return
    for alike in baits(pattern):
        looks = [looking(pattern, method, bait(FEW)) for bait in alike]
        if seconds(partial(all_of, looks)) >= NOTICEABLE:
            yield from (bait(60) for bait in alike if is_slow(pattern, method, bait))


def all_of(looks: list[Callable[[], object]]) -> None:
    for look in looks:
        look()


def is_slow(pattern: Pattern, method: str, bait: Bait) -> bool:
    """Whether a text that is FACTOR times as long takes much more than FACTOR times as long. Where
    one go of each shows that it does not, as nearly everywhere, no more are made."""
    short = looking(pattern, method, bait(FEW))
    once = seconds(short)
    if once < NOTICEABLE:
        return False
    long = looking(pattern, method, bait(FACTOR * FEW))
    return seconds(long) > BOUND * once and not takes_at_most(BOUND, long, short)


SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=x"
PAGE = """<html><p>1 - 1 of 1</p><ul><li><b>{date}</b><a href="/document/a">{link}</a>
<a href="/document/a">{more}</a><p>{summary}</p></li></ul><p>{behind}</p></html>"""
PARTS = ("date", "link", "more", "summary", "behind")


def test_every_pattern_is_found_with_its_use() -> None:
    assert len(patterns()) > 50
    assert [pattern.pattern for pattern, methods in patterns().items() if not methods] == []


def makes_a_pattern_once(function: ast.FunctionDef) -> bool:
    made = function.returns and "Pattern" in ast.unparse(function.returns)
    return bool(made) and [ast.unparse(one) for one in function.decorator_list] == ["cache"]


def calls_within(nodes: Iterable[ast.AST]) -> set[ast.Call]:
    return {call for node in nodes for call in within(node) if isinstance(call, ast.Call)}


def calls_on_the_way(module: ast.Module) -> set[ast.Call]:
    """The calls in functions, but for those that are called only while the module is imported."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    functions = [node for node in within(module) if isinstance(node, kinds)]
    late = {ast.unparse(call.func) for call in calls_within(functions)}
    early = {ast.unparse(call.func) for call in calls_within([module])} - late
    return calls_within(
        function
        for function in functions
        if not (
            isinstance(function, ast.FunctionDef)
            and (function.name in early or makes_a_pattern_once(function))
        )
    )


def test_no_pattern_is_made_on_the_way() -> None:
    """What is not there when the program is imported, nor written out, would not be tried; but of
    profiles, whose patterns are, and what a function makes once and for all."""
    functions = {call for _, tree in trees() for call in calls_on_the_way(tree)}
    for place, call in calls_of_re():
        method = call.func.attr  # type: ignore[attr-defined]
        if place.startswith("sites/"):
            continue
        if method == "compile":
            assert call not in functions, place
        elif method != "escape":
            assert isinstance(call.args[0], ast.Constant), place


def test_no_pattern_is_slow_with_any_bait() -> None:
    slow = [
        (pattern.pattern, method, text)
        for pattern, methods in patterns().items()
        for method in sorted(methods)
        for text in slow_baits(pattern, method)
    ]
    assert slow == []


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\s+$", "search"),
        (r"[-\s]+read more", "search"),
        (r"(?:\w+,)+ end", "findall"),
        (r"\d{2,}x", "sub"),
        (r"a*a*b", "match"),
        (rb"(?:\(|-)*\)$", "split"),
    ],
)
def test_slow_pattern_is_noticed(pattern: str | bytes, method: str) -> None:
    assert any(slow_baits(re.compile(pattern), method))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "unit", ["-", "&nbsp;- ", "read more ", "1,000 ", "(", "May ", "&lt;", "<b>"]
)
def test_page_is_not_slow_with_bait_in_any_part(part: str, unit: str) -> None:
    def reading(size: int) -> Callable[[], object]:
        said = {**dict.fromkeys(PARTS, "A"), part: unit * (size // len(unit)) + "\u2603"}
        page = PAGE.format(**said)

        def read() -> None:
            with suppress(Unreadable):
                read_listing(page, SEARCH, WILSON)

        return read

    assert takes_at_most(BOUND, reading(FACTOR * 8_000), reading(8_000))


@pytest.mark.parametrize("thousands", [1, 5_000])
def test_range_of_any_length_is_no_bug(thousands: int) -> None:
    said = f"1 - 1 of 1{',000' * thousands}"
    page = f'<html><p>{said}</p><ul><li><a href="/document/a">A</a></li></ul></html>'
    if thousands == 1:
        assert read_listing(page, SEARCH, WILSON).total == 1_000
    else:
        with pytest.raises(Unreadable, match="states no range"):
            read_listing(page, SEARCH, WILSON)
