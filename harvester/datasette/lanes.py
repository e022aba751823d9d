"""Turns on a public server: slow questions wait for quick ones.

Quick questions are answered at once. A question that proves slow in its first moments moves to a
lane of its own: one at a time, with a rest in between. So a slow question waits only for other slow
ones, and a quick one for nobody. Datasette's own tables are always on the slow lane; downloads give
way to pages.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from harvester.datasette.serving import harvest_of

App = Callable[[Any, Any, Any], Awaitable[None]]
QUICK = 0.5
"""Seconds of CPU after which a question is no longer quick: most pages of an archive of 160,000
documents take less."""
STEPS = 1000
"""SQLite's steps between two looks at the clock."""
LONGEST_WAIT = 30.0
"""Seconds that a visitor waits on the slow lane before being asked to come again."""
LONGEST_REST = 1.0
MOST_TURNS = 2
"""So many pages are answered at a time to one address."""
UNKNOWN = ("", "127.0.0.1", "::1")
"""Addresses that stand for everybody if the web server in front does not pass on visitors' own."""
MOST_KNOWN = 1_000
PAUSE = 0.05
MOST_PAUSES = 20
"""So often a download gives way before each piece."""
BUSY = "Others ask for what takes long just now: try again in a minute."


class NotQuick(Exception):
    """Raised in a question that takes more than QUICK."""


class Lanes:
    """The pages that a server is answering."""

    def __init__(self) -> None:
        self._lane = asyncio.Semaphore(1)
        self._quick = 0
        self._slow: dict[Hashable, None] = {}
        self._visitors: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def visitor(self, address: str) -> AsyncIterator[None]:
        """A turn of a visitor, who has only so many at a time; whose next ones are waiting rests as
        long as the last one took."""
        if address in UNKNOWN:
            yield
            return
        turns = self._visitors.setdefault(address, asyncio.Semaphore(MOST_TURNS))
        async with turns:
            began = time.monotonic()
            yield
            if turns.locked():
                await asyncio.sleep(min(time.monotonic() - began, LONGEST_REST))

    def is_slow(self, question: Hashable) -> bool:
        """Whether a question was slow the last time."""
        return question in self._slow

    def note_slow(self, question: Hashable) -> None:
        """Remembers that a question is slow."""
        if len(self._slow) >= MOST_KNOWN:
            self._slow.pop(next(iter(self._slow)))
        self._slow[question] = None

    @asynccontextmanager
    async def slow(self) -> AsyncIterator[None]:
        """A turn on the slow lane. Raises TimeoutError if others take too long."""
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._lane.acquire()
        except TimeoutError:
            raise TimeoutError(BUSY) from None
        began = time.monotonic()
        try:
            yield
        finally:
            rest = min(time.monotonic() - began, LONGEST_REST)
            asyncio.get_running_loop().call_later(rest, self._lane.release)

    @contextmanager
    def quick(self) -> Iterator[None]:
        """A turn for a page that is answered at once."""
        self._quick += 1
        try:
            yield
        finally:
            self._quick -= 1

    async def give_way(self) -> None:
        """Waits while pages are being answered, but not forever."""
        for _ in range(MOST_PAUSES):
            if not self._quick:
                break
            await asyncio.sleep(PAUSE)


_lanes: WeakKeyDictionary[Any, Lanes] = WeakKeyDictionary()


def lanes_of(datasette: Any) -> Lanes:
    """The lanes of a server."""
    return _lanes.setdefault(datasette, Lanes())


def in_lanes(app: App, datasette: Any) -> App:
    """An ASGI application that puts Datasette's own tables on the slow lane."""

    async def answered(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        async with lanes_of(datasette).visitor((scope.get("client") or ("",))[0]):
            if _is_table(scope["path"], datasette):
                await on_slow_lane(scope, receive, send)
            else:
                await app(scope, receive, send)

    async def on_slow_lane(scope: Any, receive: Any, send: Any) -> None:
        try:
            async with lanes_of(datasette).slow():
                await app(scope, receive, send)
        except TimeoutError as error:
            await _send_busy(send, str(error))

    return answered


def _is_table(path: str, datasette: Any) -> bool:
    tables = datasette.urls.path(f"/{harvest_of(datasette)}")
    return path == tables or path.startswith((f"{tables}/", f"{tables}."))


async def _send_busy(send: Any, said: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"60")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})


@contextmanager
def quickly(db: sqlite3.Connection) -> Iterator[None]:
    """Reads from a connection while that is quick. Raises NotQuick.

    Only this thread's CPU time counts: a busy machine does not make a quick question slow.
    """
    end = time.thread_time() + QUICK
    db.set_progress_handler(lambda: time.thread_time() > end, STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.args == ("interrupted",):
            raise NotQuick from error
        raise
    finally:
        db.set_progress_handler(None, STEPS)
