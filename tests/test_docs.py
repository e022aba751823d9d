"""The documentation: it leaves out nothing that a user can meet, and what it shows is true."""

import re
import runpy
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import documented
import make_commands
import pytest
from conftest import SLOW
from first_harvests import first_harvest
from harvests import FIXTURES, HASTE, PROJECT, harvester, raw_rows
from tutorial import Done, alike, follow

from harvester import console, settings
from harvester.__main__ import SCRAPYS, ours
from harvester.arguments import ARGUMENTS
from harvester.datasette.metadata import facts_text, tables_text
from harvester.exports import FORMATS
from harvester.outcomes import EXIT_CODES, BadDatabase, BadUsage, Busy, Reason
from harvester.sites import BUILT_IN
from harvester.sites.profile import read_profile
from harvester.sites.table import Table
from harvester.store.database import open_database
from harvester.store.history.state import Kind

DOCS = PROJECT / "docs"
TEXTS = {
    path.relative_to(PROJECT).as_posix(): path.read_text("utf-8")
    for path in (*PROJECT.glob("*.md"), PROJECT / "fixtures/README.md", *DOCS.glob("*.md"))
}
"""All that is written for people, by its path."""
EXAMPLE = PROJECT / "harvester" / "collections.toml"
COLLECTIONS = tomllib.loads(EXAMPLE.read_text("utf-8"))
LONGEST = 35
"""Words of a sentence."""


def page(name: str) -> str:
    return TEXTS[f"docs/{name}.md"]


def table(name: str, heading: str) -> list[list[str]]:
    """The cells of each row of a page's first table below such a head."""
    part = page(name).partition(f"| {heading}")[2].partition("\n\n")[0]
    rows = (re.split(r" ?\| ?", row.removeprefix("| ")) for row in part.splitlines()[2:])
    return [row[:-1] for row in rows]


# --- Nothing is left out --------------------------------------------------------------------------


def test_every_page_is_in_the_contents() -> None:
    listed = [line for block in toctrees() for line in block.splitlines() if line.strip()]
    names = [line for line in listed if not line.startswith(":")]
    assert sorted(names) == sorted(path.stem for path in DOCS.glob("*.md") if path.stem != "index")


def toctrees() -> list[str]:
    return re.findall(r"^```{toctree}\n(.*?)^```$", page("index"), re.M | re.S)


def test_every_exit_code_and_outcome_is_told() -> None:
    for outcome, code in EXIT_CODES.items():
        assert f"| {code} | `{outcome}` |" in page("exit-codes")
    for problem in (BadUsage, BadDatabase, Busy):
        assert f"| {problem.exit_code} | (no run" in page("exit-codes")


def test_every_reason_is_told_and_no_other() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| [A-Z]", page("exit-codes"), re.M)
    assert told == list(Reason)


def test_every_statistic_is_told() -> None:
    code = "".join(file.read_text() for file in (PROJECT / "harvester").rglob("*.py"))
    found = set(re.findall(r'"(harvest/\w+)"', code))
    assert found == {name.strip("`") for name, _ in table("harvesting", "statistic")}


def test_every_setting_is_told_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "is_terminal", lambda: False)
    defaults = runpy.run_path(str(PROJECT / "harvester" / "settings.py"))
    rows = {name.strip("`"): said for name, said, _ in table("settings", "setting")}
    assert {*rows} >= {"DOWNLOAD_DELAY", "DOWNLOAD_MAXSIZE", "DOWNLOAD_TIMEOUT"}
    known = {name for name in vars(settings) if name.startswith("HARVEST_")}
    assert {name for name in rows if name.startswith("HARVEST_")} == known
    for name, said in rows.items():
        assert said.strip("`") == shown(defaults.get(name)), name


def shown(value: object) -> str:
    """A setting as the page writes it."""
    if isinstance(value, bool):
        return f"{value:d}"
    if value is None or value == "":
        return "none"
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def test_settings_of_the_environment_are_told() -> None:
    source = (PROJECT / "harvester" / "defaults.py").read_text()
    named = set(re.findall(r'os\.environ\.get\("(\w+)"', source))
    opening = page("settings").partition("| setting")[0]
    assert named == set(re.findall(r"`(HARVEST_\w+)`", opening))


def test_every_command_is_as_its_help_says() -> None:
    assert page("commands") == make_commands.text(), "say make metadata"


def test_every_format_of_export_is_told() -> None:
    told = [
        name for row in table("exporting", "format") for name in re.findall(r"`([\w-]+)`", row[0])
    ]
    assert sorted(told) == sorted(FORMATS)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The columns of each table and view that people may read, as a new database has them."""
    db = tmp_path_factory.mktemp("schema") / "harvest.db"
    open_database(db).close()
    found = raw_rows(
        db,
        "SELECT m.name AS of, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
        " WHERE m.type IN ('table', 'view') AND substr(m.name, 1, 1) <> '_'"
        " AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '%_fts%'",
    )
    return {row["of"]: {one["name"] for one in found if one["of"] == row["of"]} for row in found}


def test_every_column_is_told(schema: dict[str, set[str]]) -> None:
    assert documented.columns(page("tables")) == schema
    assert page("tables") == tables_text(), "say make metadata"
    assert page("facts") == facts_text(), "say make metadata"


def test_every_table_and_view_is_told(schema: dict[str, set[str]]) -> None:
    listed = {name.strip("`") for name, _ in table("reading", "table")}
    views = set(re.findall(r"view\s+`(\w+)`", page("reading")))
    assert listed | views == set(schema)


def test_column_that_is_not_told_of_is_noticed(schema: dict[str, set[str]]) -> None:
    text = tables_text()
    for line in ("| `missed` |", "| `duplicates` |"):
        start = text.index(line)
        without = text[:start] + text[text.index("\n", start) + 1 :]
        assert documented.columns(without) != schema
    assert documented.columns(text.replace("`slug`", "`slog`")) != schema
    assert documented.columns(text.replace("| `old` | What", "| `old` | \nWhat")) != schema


def test_every_kind_of_change_is_told() -> None:
    assert [kind.strip("`") for kind, _ in table("history", "kind")] == [*Kind]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The keys that are looked for in profiles, each with the table that it is in."""
    keys: set[tuple[str, str]] = set()
    take = Table._take

    def noted(self: Table, key: str, default: object) -> object:
        keys.add((".".join(re.sub(r"#\d+", "", part) for part in self._path), key))
        return take(self, key, default)

    monkeypatch.setattr(Table, "_take", noted)
    for name in ("wilson-center", "omeka-s"):
        read_profile(BUILT_IN / f"{name}.toml")
    return keys


SECTIONS = {
    "The site": "",
    "`[documents]`": "documents",
    "`[listing]`": "listing",
    "Listings that need more": "listing",
    "Listings as JSON": "listing",
    "`[document]`": "document",
    "`[words]`": "words",
}


def test_every_key_of_a_profile_is_told(asked: set[tuple[str, str]]) -> None:
    told = set()
    for part in page("profiles").split("\n## ")[1:]:
        within = SECTIONS[part.partition("\n")[0]]
        for key in re.findall(r"^\| `([\w.]+)` \| \S", part.partition("| kind |")[0], re.M):
            *inner, name = key.split(".")
            told.add((".".join(filter(None, (within, *inner))), name))
    tables = {"documents", "listing", "document", "words"}
    given = {
        *(("document.hints", name) for name in re.findall(r"`(\w+)`", hints())),
        *(one for one in asked if one[0] in ("document.labels", "document.runs")),
    }
    assert told | given == {one for one in asked if one not in {("", name) for name in tables}}


def hints() -> str:
    return page("profiles").partition("`hints` can have ")[2].partition(".\n")[0]


def test_every_kind_of_sites_is_told() -> None:
    kinds = [path.stem for path in BUILT_IN.glob("*.toml") if "kind = true" in path.read_text()]
    assert sorted(name.strip("`") for name, _ in table("profiles", "kind |")) == sorted(kinds)


def test_every_dependency_is_told() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    needed = [re.split(r"[<>=;]", one)[0] for one in project["dependencies"]]
    assert sorted(name.strip("`") for name, _ in table("dependencies", "package")) == sorted(needed)
    extras = [
        (extra, re.split(r"[<>=;]", one)[0])
        for extra, packages in project["optional-dependencies"].items()
        for one in packages
    ]
    told = [
        (extra.strip("`"), name.strip("`")) for extra, name, _ in table("dependencies", "extra")
    ]
    assert told == extras


def test_what_make_quick_leaves_out_is_there() -> None:
    assert [name for name in SLOW if not [*Path(__file__).parent.glob(f"test_{name}.py")]] == []


# --- What is shown is true ------------------------------------------------------------------------


def test_tutorial_is_as_it_says(tmp_path: Path) -> None:
    """Word for word, in a folder beside the fixtures."""
    steps = follow("tutorial", tmp_path, harvester)
    assert len(steps) > 5
    for commands, told, expected in steps:
        assert told == expected, commands
    assert (tmp_path / "mine" / "harvest.ris").read_text().count("TY  - ") == 15


def test_archive_of_your_own_is_as_it_says(tmp_path: Path) -> None:
    """Word for word, but for the port, with the server that the page has its readers begin."""
    steps = follow("own-archive", tmp_path, hasty)
    assert len(steps) > 7
    for commands, told, expected in steps:
        assert told == expected, commands


def hasty(folder: Path, *arguments: str) -> Done:
    """The program, which does not wait between pages."""
    haste = [f"-s{name}={HASTE[name]}" for name in ("DOWNLOAD_DELAY", "AUTOTHROTTLE_ENABLED")]
    return harvester(folder, *arguments, *(() if arguments[0] == "init" else haste))


GIVEN = {
    "NAME": "japan-boundaries-soviet-union",
    "SITE": "wilson-center",
    "URL": COLLECTIONS["japan-boundaries-soviet-union"]["url"],
    "PATH": "fixtures/listing",
    "DIRECTORY": "frozen",
}
"""What pages leave to their readers, who have harvested the first collection."""


@pytest.mark.parametrize(
    "name", ["dates", "exporting", "harvesting", "publishing", "rereading", "scheduling"]
)
def test_commands_of_a_page_work(name: str, tmp_path: Path) -> None:
    """In a folder with a harvest, where saved pages stand for the site."""
    shutil.copy(EXAMPLE, tmp_path)
    (tmp_path / "data").mkdir()
    first_harvest(None, tmp_path / "data" / "harvest.db", [f"-asource={FIXTURES}"])
    steps = follow(name, tmp_path, saved, GIVEN)
    assert steps
    for commands, told, expected in steps:
        assert told == expected or not expected, commands


def saved(folder: Path, *arguments: str) -> Done:
    """The program, which harvests from the saved pages, and logs only what is wrong."""
    if arguments[0] == "crawl":
        source = ["-a", f"source={FIXTURES}"] * ("source=" not in " ".join(arguments))
        arguments = (*arguments, *source, "-L", "WARNING")
    return harvester(folder, *arguments)


def test_search_in_sql_finds_what_it_says(tmp_path: Path) -> None:
    db = tmp_path / "harvest.db"
    first_harvest(None, db, [f"-asource={FIXTURES}"])
    (sql,) = documented.blocks(page("searching"), "sql")
    every = raw_rows(db, "SELECT * FROM documents")
    found = [row for row in every if re.search(r"\b(k[oō]no|sat[oō])\b", f"{row}", re.I)]
    assert found
    assert raw_rows(db, sql) == found


def test_output_that_is_not_as_shown_is_noticed() -> None:
    assert alike("2 runs  at 2026-11-24T14:43:03Z") == alike("2 runs at 2026-01-01T00:00:00Z")
    assert alike("complete, 15 of 15") != alike("complete, 14 of 15")


def commands() -> Iterator[tuple[str, list[str]]]:
    for name, text in TEXTS.items():
        for words in documented.command_lines(text):
            yield name, words


TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.M))
OTHERS = {
    *(
        ".",
        "cat",
        "cd",
        "cp",
        "export",
        "pip",
        "python3",
        "sed",
        "spark-submit",
        "sqlite-utils",
        "sqlite3",
        "touch",
        "venv-pack",
    ),
}
"""Programs that are not ours."""


def wrong(words: list[str]) -> str | None:
    """What is wrong with a command that a text shows."""
    name, *arguments = words
    if name == "make":
        unknown = {one for one in arguments if "=" not in one} - TARGETS
        return f"no target {unknown}" if unknown else None
    if name not in ("harvester", "scrapy"):
        return None if name in OTHERS else f"no program {name}"
    if not arguments or arguments[0] not in ours():
        known = not arguments or arguments[0] in SCRAPYS or arguments[0].startswith("-")
        return None if known else f"no command {arguments[0]}"
    return wrong_options(arguments[0], arguments[1:])


def wrong_options(command: str, arguments: list[str]) -> str | None:
    options, rest = make_commands.parser_of(command).parse_known_args(arguments)
    if unknown := [one for one in rest if one.startswith("-")]:
        return f"no option {unknown[0]}"
    if unknown := {one.split("=")[0] for one in getattr(options, "spargs", [])} - {*ARGUMENTS}:
        return f"no argument {unknown}"
    if unknown := {one.split("=")[0] for one in options.set} - {*vars(settings)} - {"LOG_FILE"}:
        return f"no setting {unknown}"
    return None


def test_commands_that_are_shown_can_be_typed() -> None:
    found = {" ".join(words): wrong(words) for _, words in commands()}
    assert len(found) > 60
    assert {line: said for line, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "line",
    [
        *("make tests", "harvester crawls collection", "harvester export --form ris -x"),
        *(
            "harvester crawl collection -a sauce=x",
            "harvester runs -s HARVEST_DATABASE=x",
            "wgot x",
        ),
    ],
)
def test_command_that_cannot_be_typed_is_noticed(line: str) -> None:
    assert wrong(line.split())


@pytest.mark.parametrize("name", TEXTS)
def test_blocks_of_toml_are_toml(name: str) -> None:
    for block in documented.blocks(TEXTS[name], "toml"):
        assert tomllib.loads(block)


# --- Links, paths, prose --------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_no_link_is_dead(name: str) -> None:
    assert documented.dead_links(PROJECT / name, TEXTS[name]) == set()


@pytest.mark.parametrize("link", ["nowhere.md", "docs/dates.md#nowhere", "docs/nowhere.png", "#no"])
def test_dead_link_is_noticed(link: str) -> None:
    assert documented.dead_links(PROJECT / "README.md", f"A [link]({link}).") == {link}


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "CHANGELOG.md"])
def test_no_sentence_has_to_be_read_twice(name: str) -> None:
    assert documented.too_long(TEXTS[name], LONGEST) == []


def test_long_sentence_is_noticed() -> None:
    words = " ".join(["word"] * LONGEST)
    for text in (f"A {words}.", f"Short. A {words}.", f"- A {words}", f"| x | A {words} |"):
        assert len(documented.too_long(text, LONGEST)) == 1
        assert documented.too_long(text.replace("A word", "A. Word"), LONGEST) == []


NO_PATHS = {"message/http", "1948/1950", "Talks/", "s/Record", "Talks/Record"} | {
    f"harvest/{name}" for name in ("exit_code", "retries", "read_again", "asked_again")
}
MADE = {
    *(
        ".venv/bin",
        ".venv/bin/harvester",
        ".venv/bin/scrapy",
        "./environment/bin/python",
        "~/harvester-environment/bin/activate",
    ),
    *("data/harvest.db", "data/warc", "data/warc/", "other.db", "harvest.db", "backup.db"),
    *("data/files", "data/files/", "data/feeds", "all.atom", "datapackage.json"),
    *(
        "benchmarks/results.json",
        "OUT.db",
        "all.db",
        "mine/collections.toml",
        "corrected/*page-1/page.html",
    ),
    "3f/record-of-soviet-japanese-talks-9-october-1973-3fa9c2d1e0b74a51.pdf",
    *(
        ".mutants_cache/",
        "page.html",
        "page.json",
        "pl.toml",
        "sites/NAME.toml",
        *("sites/NAME/", "sites/NAME/earlier/"),
        *("sites/harbour.toml", "sites/harbour/", "sites/harbour/earlier/", "harbour/."),
        "archive/papers/index.html",
        "harvester.timer",
        "dates.txt",
        "tests/test_FEATURE.py",
    ),
}
"""What our texts name and no checkout has: our commands make it, or those who use it do."""


@pytest.mark.parametrize("name", TEXTS)
def test_paths_that_are_named_exist(name: str) -> None:
    roots = (PROJECT, PROJECT / "harvester", (PROJECT / name).parent)
    assert documented.missing(TEXTS[name], roots, MADE | NO_PATHS) == set()


BAD_PATHS = {
    "See `harvester/nowhere.py`.": "harvester/nowhere.py",
    "See `nowhere.py`.": "nowhere.py",
    "In `store/nowhere/`, so": "store/nowhere/",
    "With `scrapy crawl x -s HARVEST_DB=data/nowhere.db`": "data/nowhere.db",
    "A [link](docs/nowhere.md).": "docs/nowhere.md",
    "A [part](docs/nowhere.md#part).": "docs/nowhere.md",
    "![A picture](docs/nowhere.png)": "docs/nowhere.png",
    "A span that is\n`cat\ndocs/nowhere.txt`": "docs/nowhere.txt",
    "```sh\nmake x   # writes fixtures/nowhere, too\n```": "fixtures/nowhere",
}


@pytest.mark.parametrize("text", BAD_PATHS)
def test_path_that_is_not_there_is_noticed(text: str) -> None:
    roots = (PROJECT, PROJECT / "harvester")
    assert documented.missing(text, roots, MADE) == {BAD_PATHS[text]}
