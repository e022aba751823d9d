"""Commands that are given wrongly say so in one sentence, before anything else is said or done."""

from pathlib import Path

import pytest
from harvests import FIXTURES, scrapy

from harvester.__main__ import main
from harvester.arguments import ARGUMENTS
from harvester.commands.export import Command as Export

SAVED = ["crawl", "collection", "-a", f"source={FIXTURES}"]

WRONG = {
    "no spider": (["crawl"], "crawl collection"),
    "unknown spider": (["crawl", "nothing"], 'no spider "nothing"; there is collection'),
    "two spiders": (["crawl", "collection", "collection"], "'collection'"),
    "unknown option": ([*SAVED, "--nonsense"], "'--nonsense'"),
    "unknown argument": ([*SAVED, "-a", "pages=3"], ", ".join(list(ARGUMENTS)[:-1])),
    "malformed argument": ([*SAVED, "-a", "full"], "NAME=VALUE"),
    "wrong answer": ([*SAVED, "-a", "full=perhaps"], "'perhaps'"),
    "no source": (["crawl", "collection", "-a", "source=/nowhere"], "/nowhere"),
    "malformed setting": ([*SAVED, "-s", "HARVEST_DB"], "NAME=VALUE"),
    "wrong setting": ([*SAVED, "-s", "HARVEST_WALKS=0"], "HARVEST_WALKS"),
    "wrong setting of Scrapy's": ([*SAVED, "-s", "DOWNLOAD_DELAY=soon"], "DOWNLOAD_DELAY"),
    "wrong switch of Scrapy's": ([*SAVED, "-s", "AUTOTHROTTLE_ENABLED=soon"], "0 or 1"),
    "level of the log": ([*SAVED, "-L", "LOUD"], "'LOUD'"),
    "level of the log, set": ([*SAVED, "-s", "LOG_LEVEL=LOUD"], "'LOUD'"),
    "place of the log": ([*SAVED, "--logfile", "/nowhere/log"], "/nowhere/log"),
    "place of the process id": ([*SAVED, "--pidfile", "/nowhere/pid"], "/nowhere/pid"),
    "feed without a format": ([*SAVED, "-s", 'FEEDS={"x.json": {}}'], "x.json"),
    "both ways to write": ([*SAVED, "-o", "x.json", "-O", "y.json"], "only one"),
    "no page": (["save-fixture"], "save-fixture URL"),
    **{
        f"{command[0]} of {url}": ([*command[:-1], command[-1] + url], url)
        for command in (["crawl", "collection", "-a", "url="], ["save-fixture", ""])
        for url in ("//[", "http://[", "http://[::1/search?a=1", "http://x.org:99999/search?a=1")
    },
    "page at no port": (["save-fixture", "http://x.org:http/document/a"], "http://x.org:http"),
    "level of the log of changes": (["changes", "-L", "LOUD"], "'LOUD'"),
    "process id of runs": (["runs", "--pidfile", "/nowhere/pid"], "/nowhere/pid"),
    "format that is none": (["export", "--format", "nothing"], "no format 'nothing': name another"),
    "no format": (["export"], "Name a format with --format: csv, "),
    "language that is none": (["dates", "--language", "xx", "1950"], "no language 'xx': use cs, "),
    "order that is none": (["dates", "--order", "ymd", "1950"], "no order 'ymd': use dmy or mdy"),
    "level of the log of reparse": (["reparse", "-L", "LOUD"], "'LOUD'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_gets_one_sentence(case: str, tmp_path: Path) -> None:
    arguments, named = WRONG[case]
    done = scrapy(*arguments, "-s", f"HARVEST_DB={tmp_path / 'x.db'}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (64, "", 1)
    assert done.stderr.startswith("harvester: ") and named in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_option_without_its_value_gets_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Export().start(["--format"])
    said = "argument --format: expected one argument"
    assert ended.value.code == 64
    assert capsys.readouterr() == (
        "",
        f"harvester: The options can't be read ({said}): see --help.\n",
    )


def test_option_of_a_crawl_without_its_value_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["harvester", "crawl", "collection", "-a"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 64
    assert "-a: expected one argument" in capsys.readouterr().err


def test_half_a_second_is_a_delay(tmp_path: Path) -> None:
    done = scrapy(*SAVED, "-s", f"HARVEST_DB={tmp_path / 'x.db'}", "-s", "DOWNLOAD_DELAY=0.5")
    assert done.returncode == 0


def test_help_has_a_line_for_each_argument() -> None:
    help_ = scrapy("crawl", "--help", COLUMNS="80").stdout
    told = [line for line in help_.splitlines() if line.startswith("  -a ") and "=" in line]
    lines = [line.split("=")[0].removeprefix("  -a ") for line in told if "NAME=VALUE" not in line]
    assert lines == list(ARGUMENTS)
    assert max(map(len, told)) <= 80


@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_argument_that_is_listed_is_taken(name: str, tmp_path: Path) -> None:
    """What is wrong with it is its value, of which the sentence speaks, not that there is none."""
    done = scrapy("crawl", "collection", "-a", f"{name}=//[", "-s", f"HARVEST_DB={tmp_path}/x.db")
    assert (done.returncode, len(done.stderr.splitlines())) == (64, 1)
    assert "//[" in done.stderr and "no argument" not in done.stderr
