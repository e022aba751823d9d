"""Commands of Scrapy's in processes of their own that need not import everything anew.

`python tests/forks.py` imports what a harvest needs, or the modules that are named, then waits for
lines of JSON on its standard input. One with a command line has it fork: the child runs that as
`scrapy` or `harvester` would, and the answer is a line with its process id. One that waits for such
a process is answered by its exit code. Where all three streams are one terminal, it is the child's
own. Nearly all the time of a short harvest is spent with importing.
"""

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import platform
import resource
import runpy
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

# Scrapy and lxml would import what only other packages of the tests need: a tenth of all there is.
sys.modules |= dict.fromkeys(("pydantic", "pydantic.v1", "rnc2rng"))  # type: ignore[arg-type]

import scrapy.cmdline
import scrapy.commands
from scrapy.settings import Settings, SettingsAttribute
from scrapy.utils.project import get_project_settings

import harvester.__main__
from harvester import console, defaults, settings, timestamps
from harvester.outcomes import BadUsage
from harvester.pages import read_listing
from harvester.reader_digest import reader_digest
from harvester.sites import known_sites, site_of

LISTINGS = Path(__file__).parents[1] / "fixtures" / "listing"
OTHERS = (
    *("harvester.datasette", "harvester.exports.parquet", "harvester.exports.bibtex"),
    *("harvester.jobs.", "harvester.exports.facts", "harvester.exports.bulk"),
    *("harvester.reparse.bulk", "harvester.reparse.facts"),
)
"""What no harvest uses: all that is imported makes each fork dearer."""
CLOSED = "-"
"""In place of a stream's file: the stream is closed."""
PLAIN = (str, int, float, type(None))
LONGEST = 300
"""Seconds that a command may take if it is not said otherwise; 0 is for no end."""


def main() -> None:
    """Answers until there is nothing more to read, and ends what is still running then."""
    preload(sys.argv[1:])
    children: set[int] = set()
    for asked in map(json.loads, sys.stdin):
        if child := asked.get("wait"):
            children.discard(child)
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        child = os.fork()
        if child == 0:
            os._exit(run(asked))
        children.add(child)
        print(child, flush=True)
    for child in children:
        os.kill(child, signal.SIGTERM)


def preload(named: Sequence[str] = ()) -> None:
    """Imports the modules that are named, or what harvests use; a reactor must not be among it, for
    each process has its own."""
    for name in named:
        importlib.import_module(name)
    if not named:
        preload_harvests()
    assert "twisted.internet.reactor" not in sys.modules
    gc.collect()
    gc.freeze()  # or each child would look through all of it, and have pages of its own for that


def preload_harvests() -> None:
    for package in (harvester, scrapy.commands):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(OTHERS):
                with suppress(ImportError, BadUsage):  # of an extra that is not installed
                    importlib.import_module(module.name)
    parts = {**settings.EXTENSIONS_BASE, **settings.DOWNLOADER_MIDDLEWARES_BASE}
    for path in parts:
        importlib.import_module(path.rpartition(".")[0])
    for name in (
        *("core.engine", "core.scheduler", "core.downloader.handlers.http11", "squeues"),
        *("dupefilters", "pqueues", "statscollectors"),
    ):
        importlib.import_module(f"scrapy.{name}")
    importlib.import_module("encodings.idna")  # for the names of hosts
    warm_up()


def warm_up() -> None:
    """Does once what is the same in each process."""
    platform.platform()  # which asks another program the first time, and Scrapy logs it each time
    for page in LISTINGS.glob("*/page.html"):
        url = json.loads(page.with_name("page.json").read_text(encoding="utf-8"))["url"]
        read_listing(page.read_text(encoding="utf-8"), url, site_of(url))
    for site in known_sites().values():
        reader_digest(site)
        site.words()
    # Which read files of each package there is, and the folders of commands.
    scrapy.cmdline.entry_points = cache(scrapy.cmdline.entry_points)
    scrapy.cmdline.entry_points(group="scrapy.commands")
    walk = scrapy.cmdline.walk_modules_iter
    scrapy.cmdline.walk_modules_iter = cache(lambda path: tuple(walk(path)))
    SettingsAttribute.__deepcopy__ = copied  # type: ignore[attr-defined]
    with redirect_stdout(io.StringIO()), suppress(SystemExit):
        scrapy.cmdline.execute(["scrapy"])  # which lists the commands
    project_settings()


@cache
def project_settings() -> Settings:
    """The project's settings, as Scrapy finds them in its folder."""
    return get_project_settings()


def copied(setting: SettingsAttribute, memo: dict[int, Any]) -> SettingsAttribute:
    """A copy of one of the hundreds of settings, which all are copied twice for each harvest; as
    copy.deepcopy makes it of a class that it knows nothing of, for a third of its time."""
    new = object.__new__(SettingsAttribute)
    value, new.priority = setting.value, setting.priority
    new.value = value if isinstance(value, PLAIN) else deepcopy(value, memo)
    return new


def run(asked: dict[str, Any]) -> int:
    """The command line, in a child that the system ends if it hangs; returns its exit code."""
    signal.alarm(asked.get("longest", LONGEST))
    os.setsid()
    take_streams(asked)
    for name, most in asked.get("limits", {}).items():
        resource.setrlimit(getattr(resource, name), (most, most))
    os.environ.clear()
    os.environ.update(asked["environment"])
    if encoding := os.environ.get("PYTHONIOENCODING"):  # which Python obeys when it begins
        sys.stdout = os.fdopen(1, "w", encoding=encoding, closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding=encoding, errors="backslashreplace", closefd=False)
    os.chdir(asked.get("folder", "."))
    if console.is_terminal() or any(name.startswith("HARVEST_") for name in os.environ):
        importlib.reload(defaults)  # which looks at the environment
        importlib.reload(settings)  # and which at the terminal
        project_settings.cache_clear()
    set_clock()
    take_path()
    try:
        program = asked.get("program", "scrapy")
        sys.argv = [str(Path(sys.executable).parent / program), *asked["arguments"]]
        if program == "scrapy":
            scrapy.cmdline.execute(settings=None if "folder" in asked else project_settings())
        else:
            harvester.__main__.main()
        code: Any = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()  # as Python does at the end of a process that was not forked
    for stream in (sys.stdout, sys.stderr):
        if stream and not stream.closed:
            stream.flush()
    return int(code or 0)


def take_streams(asked: dict[str, Any]) -> None:
    """Has its streams be the files that are named, or closed."""
    for number, name in enumerate((asked.get("in", os.devnull), asked["out"], asked["err"])):
        if name == CLOSED:
            os.close(number)
            stream = ("stdin", "stdout", "stderr")[number]
            vars(sys).update({stream: None, f"__{stream}__": None})  # as Python has it then
            continue
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY)
        if file != number:
            os.dup2(file, number)
            os.close(file)


def set_clock() -> None:
    """Lets the machine's clock be ahead by so many seconds as the file WRONG_CLOCK says."""
    if path := os.environ.get("WRONG_CLOCK"):
        right = time.time
        time.time = lambda: right() + float(Path(path).read_text() or 0)
        importlib.reload(timestamps)


def take_path() -> None:
    """Imports from the folders of PYTHONPATH first, as Python does that begins with them."""
    folders = [name for name in os.environ.get("PYTHONPATH", "").split(os.pathsep) if name]
    sys.path[:0] = folders
    for file in (Path(folder, "sitecustomize.py") for folder in folders):
        if file.exists():
            runpy.run_path(str(file))


if __name__ == "__main__":
    main()
