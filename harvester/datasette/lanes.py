"""Turns on a public server: slow questions wait for quick ones.

Quick questions are answered at once. A question that proves slow in its first moments moves to a
lane of its own: one at a time, with a rest in between. So a slow question waits only for other slow
ones, and a quick one for nobody. Datasette's own tables are always on the slow lane; downloads give
way to pages. A visitor who asks without a pause rests while others ask.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from datasette.utils import sqlite_timelimit

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
SHARE = 0.25
"""How much of the time an address is answered at most, while others ask."""
CREDIT = 2.0
"""Seconds for which it is answered before that counts: some twenty pages, one after another."""
MOST_OWED = 1.0
"""Seconds beyond that are forgotten, so that nobody rests longer than four seconds."""
NEAR = 5.0
"""Seconds after which who asked is no longer there: a school behind one address has the server to
itself if nobody else asks."""
UNKNOWN = ("", "127.0.0.1", "::1")
"""Addresses that stand for everybody if the web server in front does not pass on visitors' own."""
MOST_KNOWN = 1_000
PAUSE = 0.05
MOST_PAUSES = 20
"""So often a download gives way before each piece."""
BUSY = "Others ask for what takes long just now: try again in a minute."


class NotQuick(Exception):
    """Raised in a question that takes more than QUICK."""


@dataclass(slots=True)
class Visitor:
    """Who asks from an address: its turns, and the seconds for which it was answered, less its
    share of the time since then."""

    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_TURNS))
    owed: float = 0.0
    seen: float = field(default_factory=lambda: time.monotonic())

    def note(self, took: float = 0.0) -> None:
        """Notes that it is there, and was answered for so many seconds."""
        now = time.monotonic()
        left = max(0.0, self.owed - SHARE * (now - self.seen))
        self.owed, self.seen = min(left + took, CREDIT + MOST_OWED), now

    @property
    def rest(self) -> float:
        """Seconds until it has had no more than its share."""
        return max(0.0, self.owed - CREDIT) / SHARE


class Lanes:
    """The pages that a server is answering."""

    def __init__(self) -> None:
        self._lane = asyncio.Semaphore(1)
        self._quick = 0
        self._slow: dict[Hashable, None] = {}
        self.visitors: dict[str, Visitor] = {}
        """By their addresses, who asked last at the end."""

    @asynccontextmanager
    async def visitor(self, address: str) -> AsyncIterator[None]:
        """A turn of a visitor, who has only so many at a time, and rests before it if others are
        there and this one had more than its share."""
        if address in UNKNOWN:
            yield
            return
        visitor = self._arrived(address)
        async with visitor.turns:
            visitor.note()
            if visitor.rest and self._has_others(address):
                await asyncio.sleep(visitor.rest)
            began = time.monotonic()
            try:
                yield
            finally:
                visitor.note(time.monotonic() - began)

    def _arrived(self, address: str) -> Visitor:
        visitor = self.visitors.pop(address, None) or Visitor()
        if len(self.visitors) >= MOST_KNOWN:
            self.visitors.pop(next(iter(self.visitors)))
        self.visitors[address] = visitor
        visitor.note()
        return visitor

    def _has_others(self, address: str) -> bool:
        """Whether anybody else has asked just now."""
        others = (one for name, one in reversed(self.visitors.items()) if name != address)
        last = next(others, None)
        return last is not None and time.monotonic() - last.seen < NEAR

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


@contextmanager
def timely(db: sqlite3.Connection, longest: int) -> Iterator[None]:
    """Limits reading from a connection to so many milliseconds.

    Raises TimeoutError, with a sentence.
    """
    try:
        with sqlite_timelimit(db, longest):
            yield
    except sqlite3.OperationalError as error:
        if error.args == ("interrupted",):
            raise TimeoutError("This takes too long to find: ask for less.") from error
        raise
