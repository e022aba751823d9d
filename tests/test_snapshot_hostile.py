"""`scrapy snapshot --verify` on folders that strangers have made: sentences and 65, never more."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from examples import ANYTHING, examples
from harvests import Harvest, scrapy
from hypothesis import given
from hypothesis import strategies as st
from stored import entry, store

from harvester.snapshot.freeze import freeze
from harvester.snapshot.verify import differences

DESCRIPTION = "datapackage.json"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot as it should be, with a cell and a line longer than csv reads."""
    folder = tmp_path_factory.mktemp("whole")
    db = folder / "harvest.db"
    summary = 'x "quoted"\n' * 20_000
    store(db, [entry("a", "A title", None, summary), entry("b", '"', None, None)])
    freeze(db, folder / "frozen")
    return folder / "frozen"


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return shutil.copytree(whole, tmp_path / "frozen")


def verified(folder: Path) -> Harvest:
    done = scrapy("snapshot", "--verify", str(folder))
    return Harvest(done.returncode, done.stdout, done.stderr, folder)


def test_whole_one_is_as_it_was_frozen(folder: Path) -> None:
    done = verified(folder)
    assert (done.code, done.err) == (0, "")


def described(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / DESCRIPTION).read_bytes())
    return said


def describe(folder: Path, text: str | bytes) -> None:
    (folder / DESCRIPTION).write_bytes(text if isinstance(text, bytes) else text.encode())


def changed(resource: str, /, **changes: Any) -> Callable[[Path], None]:
    """Has the description say something else of a resource; what is ... is left out."""

    def change(folder: Path) -> None:
        said = described(folder)
        (one,) = (one for one in said["resources"] if one["name"] == resource)
        one |= changes
        for key in [key for key, value in changes.items() if value is ...]:
            del one[key]
        describe(folder, json.dumps(said))

    return change


def sealed_anew(folder: Path, file: str) -> None:
    """Has the description say that a file is what it has become."""
    content = (folder / file).read_bytes()
    said = described(folder)
    (one,) = (one for one in said["resources"] if one["path"] == file)
    one |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    describe(folder, json.dumps(said))


def garbage(folder: Path) -> None:
    (folder / "harvest.db").write_bytes(b"no database " * 1000)
    sealed_anew(folder, "harvest.db")


def endless(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "harvest.db")) as db:
        db.executescript(f"DROP TABLE pages; CREATE VIEW pages AS {ENDLESS}")
    sealed_anew(folder, "harvest.db")


def fewer(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "harvest.db", isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DELETE FROM documents WHERE id = 'a'")
    sealed_anew(folder, "harvest.db")


def shorter(folder: Path) -> None:
    file = folder / "documents.csv"
    file.write_bytes(file.read_bytes().rpartition(b"\r\nb,")[0] + b"\r\n")
    sealed_anew(folder, "documents.csv")


def in_place(name: str, put: Callable[[Path], object]) -> Callable[[Path], None]:
    def replace(folder: Path) -> None:
        (folder / name).unlink()
        put(folder / name)

    return replace


def named(name: str) -> Callable[[Path], None]:
    """Has a table and its file another name."""

    def rename(folder: Path) -> None:
        changed("pages", name=name, path=f"{name}.csv")(folder)
        (folder / "pages.csv").rename(folder / f"{name}.csv")

    return rename


def twice(folder: Path) -> None:
    said = described(folder)
    describe(folder, json.dumps({**said, "resources": said["resources"] * 2}))


DEEP = 100_000
HOSTILE: dict[str, Callable[[Path], object]] = {
    "a resource without a name": changed("pages", name=...),
    "one without a path": changed("pages", path=...),
    "one without a hash": changed("pages", hash=...),
    "a table without its number of rows": changed("pages", rows=...),
    "one that is no object": lambda folder: describe(folder, '{"resources": [1]}'),
    "resources that are none": lambda folder: describe(folder, '{"resources": {"a": 1}}'),
    "no resources": lambda folder: describe(folder, '{"resources": []}'),
    "nested lists": lambda folder: describe(folder, "[" * DEEP + "]" * DEEP),
    "nested objects": lambda folder: describe(folder, '{"resources":' * DEEP + "1" + "}" * DEEP),
    "nested where a number should be": changed("pages", rows=[[[[[[[[]]]]]]]]),
    "unclosed lists": lambda folder: describe(folder, "[" * DEEP),
    "a description that is text": lambda folder: describe(folder, '"resources"'),
    "one that is empty": lambda folder: describe(folder, ""),
    "one in no UTF-8": lambda folder: describe(folder, b'{"resources": [{"path": "\xff\xfe"}]}'),
    "one of many megabytes": lambda folder: describe(folder, b" " * 17_000_000),
    "one that is a pipe": in_place(DESCRIPTION, os.mkfifo),
    "one that is a folder": in_place(DESCRIPTION, os.mkdir),
    "one that is a device": in_place(DESCRIPTION, lambda path: path.symlink_to("/dev/zero")),
    "one that is a link to itself": in_place(DESCRIPTION, lambda path: path.symlink_to(path)),
    "a number of 4,000 digits": changed("pages", rows=10**4000),
    "one of 5,000": lambda folder: describe(folder, '{"resources": [' + "1" * 5000 + "]}"),
    "an infinite one": changed("pages", rows=float("inf")),
    "a negative one": changed("pages", rows=-1),
    "no number": changed("pages", rows="1"),
    "true for one": changed("collections", rows=True),
    "a hash that is a number": changed("pages", hash=1),
    "a hash of megabytes": changed("pages", hash="x" * 1_000_000),
    "bytes that are a list": changed("pages", bytes=[]),
    "a table without a number of rows": changed("pages", rows=...),
    "a table by the name of another": changed("pages", name="collections"),
    "a table of an odd name": named('x" UNION SELECT 1; --'),
    "one that the database lacks": named("leaves"),
    "one with a zero in it": changed("pages", name="pages\0"),
    "one in half a character": changed("pages", name="\ud800"),
    "a path outside": changed("pages", path="../harvest.db"),
    "an absolute path": changed("pages", path="/etc/passwd"),
    "the folder itself": changed("pages", path="."),
    "the folder around": changed("pages", path=".."),
    "an empty path": changed("pages", path=""),
    "a path with a zero in it": changed("pages", path="pages.csv\0"),
    "one in half a character, too": changed("pages", path="\ud800.csv"),
    "a very long path": changed("pages", path="x" * 100_000),
    "the description as a resource": changed("pages", path=DESCRIPTION),
    "the same resource twice": twice,
    "a pipe as a resource": in_place("pages.csv", os.mkfifo),
    "a folder as one": in_place("pages.csv", os.mkdir),
    "a device as one": in_place("pages.csv", lambda path: path.symlink_to("/dev/zero")),
    "a link as one": in_place("pages.csv", lambda path: path.symlink_to("runs.csv")),
    "a link to nothing": in_place("pages.csv", lambda path: path.symlink_to("nothing")),
    "a database that is none": garbage,
    "one that is a pipe, too": in_place("harvest.db", os.mkfifo),
    "a view that never ends": endless,
    "a row less in the database": fewer,
    "a row less in the file": shorter,
    "a file of an odd name": lambda folder: (folder / os.fsdecode(b"\xff\n\x1b[31m")).touch(),
    "a journal beside the database": lambda folder: (folder / "harvest.db-journal").touch(),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_hostile_gets_sentences(what: str, folder: Path) -> None:
    HOSTILE[what](folder)
    before = listed(folder)
    done = verified(folder)
    lines = done.err.splitlines()
    assert (done.code, done.out) == (65, "") and lines
    assert all(line.startswith(f"harvester: {folder}") and len(line) < 1000 for line in lines)
    assert listed(folder) == before


def listed(folder: Path) -> list[tuple[str, int]]:
    return sorted((one.name, one.lstat().st_size) for one in folder.iterdir())


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(ANYTHING)
    | st.just("pages.csv")
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(ANYTHING), inner), max_leaves=20
)


@st.composite
def descriptions(draw: st.DrawFn, said: dict[str, Any]) -> Any:
    """A description of which a value somewhere is another one, or is not there."""
    copy = json.loads(json.dumps(said))
    place: Any = copy
    for _ in range(draw(st.integers(1, 4))):
        inner = sorted(nodes(place))
        if not inner:
            break
        holder, key = place, draw(st.sampled_from(inner))
        place = place[key]
    if draw(st.booleans()):
        holder[key] = draw(JSON)
    else:
        del holder[key]
    return copy


def nodes(value: Any) -> Iterator[Any]:
    """The keys of an object, or the places of a list."""
    if isinstance(value, dict):
        yield from value
    elif isinstance(value, list):
        yield from range(len(value))


@examples(100)
@given(data=st.data())
def test_any_description_ends_in_sentences(data: st.DataObject, whole: Path) -> None:
    said = described(whole)
    folder = whole.with_name("any")
    if not folder.exists():
        shutil.copytree(whole, folder)
    other = data.draw(st.one_of(JSON, descriptions(said)))
    describe(folder, json.dumps(other))
    found = list(differences(folder))
    assert all(line.startswith(str(folder)) for line in found)
    assert bool(found) == (checked(other) != checked(said))


def checked(said: Any) -> object:
    """What of a description is compared with the files, in an order of its own."""
    if not isinstance(said, dict) or not isinstance(said.get("resources"), list):
        return None
    keys = ("path", "bytes", "hash", "rows", "name")
    found = []
    for one in said["resources"]:
        if not isinstance(one, dict):
            return None
        of_table = one.get("path") != "harvest.db"
        kept = {key: one[key] for key in keys[: 5 if of_table else 3] if key in one}
        found.append(json.dumps(kept, sort_keys=True))
    return sorted(found)
