"""All small changes of a module that a test should notice, one at a time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

import libcst as cst
from mutmut.mutation.mutators import (
    mutation_operators,
    operator_arg_removal,
    operator_assignment,
    operator_string,
)

SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|PRAGMA|ORDER BY|CREATE|BEGIN)\b")
SQL_CHANGES = (
    *((r"\bAND\b", "OR"), (r"\bOR\b(?! (REPLACE|IGNORE|ABORT))", "AND")),
    *((r"\bIS NOT\b", "IS"), (r"\bIS\b(?! NOT)", "IS NOT"), (r"\bNOT (?=IN|EXISTS)", "")),
    *((r"\b(WHERE|AND|OR|ON|WHEN) ([\w.]+) = ", r"\1 \2 <> "), (r" <> ", " = ")),
    *((r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > ")),
    *((r"\bmin\(", "max("), (r"\bmax\(", "min("), (r"\bDESC\b", "ASC"), (r"\bDISTINCT ", "")),
    *((r"= ON\b", "= OFF"), (r"\bIMMEDIATE\b", "DEFERRED"), (r" \+ ", " - "), (r" - ", " + ")),
    (r"(ORDER BY [\w.]+)(?! DESC)(?=[,\s)]|$)", r"\1 DESC"),
)
"""Mistakes that one makes in SQL: what is looked for, and what is put in its place."""
NUMBER = re.compile(r"(?<![\w.:])(?<!SELECT )(?<!LIMIT )\d+(?![\w.])")
"""Not that of SELECT 1 or LIMIT 1: whoever asks so looks at one row, or whether there is any."""
PATTERN_CHANGES = ((r"(?<=[])])\+", "*"), (r"(?<=[])])\*", "+"))
COUNT = re.compile(r"(?<=[{,])\d+(?=[,}])")
WORD = re.compile(r"\"[\w./:-]+\"")


@dataclass(frozen=True, slots=True)
class Change:
    """A module with one mistake in it."""

    file: str
    """The module, as a path below the project."""
    code: str
    """All of it, with the mistake."""
    line: int
    diff: str

    @property
    def id(self) -> str:
        """What it is known by as long as the module is as it is otherwise."""
        return sha256(f"{self.file}\n{self.code}".encode()).hexdigest()[:16]

    @property
    def words(self) -> tuple[str, str]:
        """The lines that are taken away, and those that come in their place, without indents."""
        lines = self.diff.splitlines()[2:]
        return tuple(  # type: ignore[return-value]
            "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a module can be changed, and to what: cheap to list, as a tree is not written anew."""

    file: str
    number: int
    module: cst.Module
    old: cst.CSTNode
    new: cst.CSTNode

    def draw(self, seed: int) -> bytes:
        """The lot that it draws: those with the smallest are a random sample."""
        return sha256(f"{seed} {self.file} {self.number}".encode()).digest()

    def change(self) -> Change:
        """The module with this mistake in it."""
        code = self.module.deep_replace(self.old, self.new)
        assert isinstance(code, cst.Module)
        before, after = (one.code.splitlines(keepends=True) for one in (self.module, code))
        diff = list(unified_diff(before, after, self.file, self.file, n=0))
        line = int(re.split(r"[-,+ ]+", diff[2])[1]) if diff else 0
        return Change(self.file, code.code, line, "".join(diff))


def places(project: Path, file: str) -> list[Place]:
    """Everything in a module that can be changed."""
    module = cst.parse_module((project / file).read_text("utf-8"))
    finder = _Finder()
    module.visit(finder)
    return [Place(file, n, module, old, new) for n, (old, new) in enumerate(finder.found)]


class _Finder(cst.CSTVisitor):
    """Collects what can be put in the place of what; types and docstrings are left as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, SKIPPED) or _is_docstring(node) or _is_strict(node):
            return False
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self.found += [(node, new) for new in operator(node)]
        return True


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(
        node.value, cst.SimpleString | cst.ConcatenatedString
    )


def _is_strict(node: cst.CSTNode) -> bool:
    """Whether this is the `strict=True` of a zip, which asserts what is so anyhow."""
    return isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict"


def _without_keyword(node: cst.Call) -> Iterator[cst.CSTNode]:
    """A call that leaves an argument with a name to its default."""
    for number, one in enumerate(node.args):
        if one.keyword is not None and not _is_strict(one):
            yield node.with_changes(args=[*node.args[:number], *node.args[number + 1 :]])


def _in_text(node: cst.SimpleString | cst.FormattedStringText) -> Iterator[cst.CSTNode]:
    """SQL with a mistake; a pattern with another number or repetition; a word that is another."""
    text = node.value
    if isinstance(node, cst.SimpleString) and "r" in node.prefix:
        changes, number = PATTERN_CHANGES, COUNT
    elif SQL.search(text):
        changes, number = SQL_CHANGES, NUMBER
    elif isinstance(node, cst.SimpleString) and WORD.fullmatch(text):
        yield node.with_changes(value=f'"XX{text[1:-1]}XX"')
        return
    else:
        return
    for pattern, other in changes:
        for match in re.finditer(pattern, text):
            new = text[: match.start()] + match.expand(other) + text[match.end() :]
            yield node.with_changes(value=new)
    for match in number.finditer(text):
        new = text[: match.start()] + str(int(match[0]) + 1) + text[match.end() :]
        yield node.with_changes(value=new)


LEFT_OUT = (operator_string, operator_arg_removal, operator_assignment)
"""Mistakes of mutmut's that are not made: in the letters of a sentence, which no test should pin;
and a None for any argument or value, which nearly always only crashes, and would flatter the share.
"""
SKIPPED = cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom

Operator = Callable[[cst.CSTNode], Iterator[cst.CSTNode]]

OPERATORS: list[tuple[type[cst.CSTNode], Operator]] = [
    *((kind, operator) for kind, operator in mutation_operators if operator not in LEFT_OUT),
    (cst.Call, _without_keyword),
    (cst.SimpleString, _in_text),
    (cst.FormattedStringText, _in_text),
]
