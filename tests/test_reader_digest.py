"""The digest of what reads a site's pages: what changes it, and what does not."""

import ast
import io
import os
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
from harvests import PROJECT
from sites import WILSON

from harvester.reader_digest import PACKAGE, code_of, reader_digest, reading_files
from harvester.sites import site_of
from harvester.sites.profile import read_profile
from harvester.sites.wording import use_words

PLAIN = 'def one(x):\n    if x:\n        x += 1\n    return x, "# a"\n'
WRITTEN_OTHERWISE = {
    "comment": PLAIN.replace("x += 1", "x += 1  # counts"),
    "line of a comment": "# Says why.\n" + PLAIN,
    "docstring": PLAIN.replace("(x):\n", '(x):\n    """Says "what".\n\n    # And why.\n    """\n'),
    "raw docstring": 'r"""Has a \\"""."""\n\n' + PLAIN,
    "docstring in the other marks": "'''Says \"\"\"what.'''\n" + PLAIN,
    "blank lines": PLAIN.replace("\n    return", "\n\n    \n    return"),
}
CHANGED = {
    "number": PLAIN.replace("1", "2"),
    "indentation": PLAIN.replace("        x", "    x"),
    "what looks like a comment in a text": PLAIN.replace("# a", "# b"),
    "blank line in a text": PLAIN.replace('"# a"', '"""a\n\nb"""'),
}
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


@pytest.mark.parametrize("source", WRITTEN_OTHERWISE.values(), ids=WRITTEN_OTHERWISE)
def test_what_is_said_of_code_does_not_count(source: str) -> None:
    assert code_of(source) == code_of(PLAIN)


@pytest.mark.parametrize("source", CHANGED.values(), ids=CHANGED)
def test_what_code_does_counts(source: str) -> None:
    assert code_of(source) != code_of(PLAIN)


def code(source: str) -> list[str]:
    """The tokens of a source but for those that only speak of it, as Python itself finds them."""
    spoken = {
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        token.string
        for token in tokens
        if token.type not in NO_CODE
        and not (token.type == tokenize.STRING and token.start[0] in spoken)
    ]


def test_nothing_but_words_is_left_out_of_what_reads() -> None:
    """Code is told from words by a pattern, as that is quicker than Python: it has to agree."""
    for file in reading_files():
        if file.suffix == ".py":
            source = file.read_text("utf-8")
            left = tokenize.generate_tokens(io.StringIO(code_of(source)).readline)
            said = [token.string for token in left if token.type not in NO_CODE]
            assert said == code(source), file


ELSEWHERE = {"budget.py", "items.py", "outcomes.py", "reader_digest.py"}
"""What readers build upon, and what decides nothing of what is read."""


def test_all_that_readers_build_upon_counts() -> None:
    reading = set(reading_files())
    used = set()
    for file in reading:
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("harvester"):
                    path = PACKAGE.parent.joinpath(*node.module.split("."))
                    used.add(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
    assert {file.relative_to(PACKAGE).as_posix() for file in used - reading} <= ELSEWHERE
    assert used & reading


def digest(package: Path, **environment: str) -> str:
    """The digest of the first site's readers, by a process of its own that has this package."""
    said = (
        "from harvester.reader_digest import reader_digest as digest\n"
        "from harvester.sites import known_sites\n"
        "print(digest(known_sites()['wilson-center']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(package.parent), **environment}
    done = subprocess.run(
        [sys.executable, "-c", said],
        cwd=package.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The program, in a place of its own."""
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PROJECT / "harvester", tmp_path / "harvester", ignore=ignored))


def test_digest_is_the_same_everywhere(package: Path) -> None:
    for file in package.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    (package / "pages" / ".page.py.swp").write_bytes(b"\0")
    assert digest(package, PYTHONHASHSEED="7", LC_ALL="C") == reader_digest(WILSON)


@pytest.mark.parametrize(
    ("file", "is_reader"),
    [
        ("pages/listing/pager.py", True),
        ("dates/grammar.py", True),
        ("dates/words.toml", True),
        ("sites/identity.py", True),
        ("normalize.py", True),
        ("__init__.py", False),
        ("store/pages.py", False),
    ],
)
def test_digest_changes_with_what_reads_alone(file: str, is_reader: bool, package: Path) -> None:
    with (package / file).open("a") as source:
        source.write("\nNEW = 1\n")
    assert (digest(package) != reader_digest(WILSON)) is is_reader


def test_digest_changes_with_what_a_profile_says(tmp_path: Path) -> None:
    file = tmp_path / "wilson-center.toml"
    text = (PACKAGE / "sites" / file.name).read_text("utf-8")
    file.write_text(f"# The same.\n{text}", "utf-8")
    assert reader_digest(read_profile(file)) == reader_digest(WILSON)
    file.write_text(text.replace('scans = ["pdf"]', 'scans = ["pdf", "tif"]'), "utf-8")
    assert reader_digest(read_profile(file)) != reader_digest(WILSON)
    assert reader_digest(site_of("https://archive.example/")) != reader_digest(WILSON)


def test_digest_changes_with_words_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "pl.toml").write_text('next = ["dalej"]\n', "utf-8")
    before = reader_digest(WILSON)
    try:
        use_words(tmp_path)
        assert reader_digest(WILSON) != before
    finally:
        use_words(tmp_path / "nowhere")
    assert reader_digest(WILSON) == before
