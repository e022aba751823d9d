"""A harvest as its readers meet it: `make read` in a folder of their own, in a real browser."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harvests import DIES_WITH_US, PATIENCE, PROJECT
from parsel import Selector
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Has Chromium find no other host. To route requests would do, too, but costs its cache."""


def configured(folder: Path) -> Path:
    """A folder for a harvest, beside the program."""
    for name in ("harvester", "Makefile"):
        (folder / name).symlink_to(PROJECT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "data").mkdir()
    return folder / "data"


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The address at which `make read` serves; its packages are those that are installed here."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    command = [*DIES_WITH_US, "make", "-o", ".venv/harvest", "-o", ".venv/read", "read", "PORT=0"]
    server = subprocess.Popen(
        command, cwd=data.parent, env=outside, text=True, start_new_session=True, **quiet
    )
    try:
        assert server.stderr is not None
        yield next(filter(None, map(_address, server.stderr)))
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.communicate(timeout=PATIENCE)


def _address(line: str) -> str | None:
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    return found and found[0]


def chromium() -> str:
    """The browser's path. Raises RuntimeError if there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise RuntimeError("Chromium is needed: install it (Debian: apt install chromium).")
    return found


def read(url: str) -> Selector:
    """A page of that server, where nothing but its source is looked at. Raises HTTPError if it has
    another status than 200."""
    with urllib.request.urlopen(url) as answer:
        return Selector(answer.read().decode())


def is_within(asked: str, url: str) -> bool:
    """Whether a request goes to that server, or to Chromium itself, which shows PDFs by a page."""
    return asked.startswith((url, "chrome:", "chrome-extension:"))


@contextmanager
def browsed(url: str) -> Iterator[Page]:
    """A page of Chromium at an address, which may ask that server only.

    AssertionError at the end if a page logged an error or ran a dialogue.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", ALONE]
        )
        with looked_at(browser, url) as page:
            yield page
        browser.close()


@contextmanager
def looked_at(browser: Browser, url: str, *, amiss: str = "") -> Iterator[Page]:
    """The same in a browser that is there already. Errors that begin with `amiss` are none."""
    errors: list[str] = []
    page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE * 1000)
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.on("request", lambda it: is_within(it.url, url) or errors.append(it.url))
    yield page
    page.close()
    assert not [one for one in errors if not amiss or not one.startswith(amiss)]
