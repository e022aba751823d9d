"""What the tests share: a loopback archive, and harvests run on the command line as users do."""

import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from archive import Archive
from first_harvests import first_harvest
from harvests import Harvest, harvest
from pytest_httpserver import HTTPServer

# Some machines tell Python not to keep what it compiles: these tests begin it hundreds of times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Where libcst is installed, Hypothesis makes a patch of a property's failing example; libcst can't
# look at classes that zope.interface has marked, so that pytest would end with an INTERNALERROR.
sys.modules["hypothesis.extra._patching"] = None  # type: ignore[assignment]
# Under nohup hangups are ignored, by all that is begun, too; one that is handled is not.
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)

# The thousands of tests that a worker holds are no garbage; to look through them takes long.
gc.set_threshold(100_000, 20, 100)

SLOW = (
    *("terminal", "browser*", "signals", "fuzz", "json_sites", "sources*", "mutants", "reparse*"),
    *("slow_bait", "network", "readers", "packaging", "learn", "repair", "history*", "datasette"),
    *(
        "*property",
        "wayback",
        "oai_pmh",
        "oai_servers",
        "commoncrawl",
        "database",
        "export*",
        "details_*",
        "files*",
        "snapshot*",
        "warc",
    ),
    *(
        "unknown_host",
        "sitemaps",
        "read_feeds",
        "limits",
        "corpus_profiles",
        "captures",
        "made_listings",
        "other_sites",
        "ten_sites",
        "reader_digest",
    ),
    *("lost_items", "pages_broken", "moments", "past", "sites_apart", "shape", "readers"),
    *("telling_faults", "migrations", "misplaced", "recording", "cron", "clock", "*kill*", "lock"),
    *("downloads", "public", "citing", "stored_scans"),
    *("feed_exports", "feeds", "planted", "progress", "readme", "save_fixture", "usage"),
)
"""Files of tests (test_NAME.py) that `make quick` leaves out; those that take longest come first,
so that no process is left alone with one of them at the end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Has `make quick` leave files out before anything of them is imported."""
    parser.addoption("--quick", action="store_true", help="leave out what takes long")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whether a file is left out; None if that is not for us to say."""
    if is_of_jobs(collection_path) and config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        return True  # it needs PostgreSQL or Spark: make test-jobs, make test-spark
    return True if config.getoption("quick") and is_slow(collection_path) else None


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests wait for servers, for disks and for each other."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection(session: pytest.Session) -> None:
    """Has each worker begin with other files: what one has compiled, the others need not compile.

    Where nothing is compiled yet, that would be a third of what it takes to import them all.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1 or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    share = files[len(files) * number // workers : len(files) * (number + 1) // workers]
    for file in share:
        left_out = session.config.getoption("quick") and is_slow(file)
        if not (left_out or is_of_jobs(file)):
            with suppress(Exception):  # which is told when it is collected
                importlib.import_module(file.stem)


def pytest_collection_finish() -> None:
    """Has nobody look for garbage among the tests."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Has what is slow come first."""
    items.sort(key=lambda item: slowness(item.path.stem))


def is_of_jobs(file: Path) -> bool:
    """Whether it is a file of tests of many machines."""
    return file.name.startswith(("test_jobs", "test_spark"))


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Has a worker tell of a test once, and of what went wrong before and after it.

    To tell, too, that it begins, is prepared, cleared away and over takes longer than most tests.
    """
    if not hasattr(item.config, "workerinput"):
        return None
    for report in runtestprotocol(item, nextitem=nextitem, log=False):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


def is_slow(file: Path) -> bool:
    """Whether it is a file of tests that take long."""
    return file.suffix == ".py" and slowness(file.stem) < len(SLOW)


@cache
def slowness(file: str) -> int:
    """Where in SLOW a file of tests stands."""
    found = (rank for rank, name in enumerate(SLOW) if fnmatch(file, f"test_{name}"))
    return next(found, len(SLOW))


@pytest.fixture
def httpserver(httpserver: HTTPServer) -> HTTPServer:
    """A server that answers 404 to what it lacks, as sites do, and not 500: not even robots.txt."""
    httpserver.no_handler_status_code = 404
    return httpserver


@pytest.fixture
def archive(httpserver: HTTPServer) -> Archive:
    """A site on loopback, whose pages a test decides."""
    return Archive(httpserver)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Where a test's harvest goes."""
    return tmp_path / "harvest.db"


@pytest.fixture
def crawl(db: Path, request: pytest.FixtureRequest) -> Callable[..., Harvest]:
    """Runs `scrapy crawl collection` with arguments; keyword arguments are settings.

    A first harvest of a site that is as another test had it may be a copy of that one.
    """
    site = request.getfixturevalue("archive") if "archive" in request.fixturenames else None

    def run(*arguments: str, **settings: object) -> Harvest:
        match settings:
            case {"HARVEST_FILES": Path() as scans} if len(settings) == 1:
                return first_harvest(site, db, arguments, scans)
            case {} if not settings:
                return first_harvest(site, db, arguments)
        return harvest(*arguments, HARVEST_DB=db, **settings)

    return run
