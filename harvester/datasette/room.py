"""What every page of the reading room needs: the harvest, addresses, templates and safe answers."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from datasette import NotFound, Response
from datasette.utils import tilde_encode

from harvester.datasette import words
from harvester.datasette.lanes import NotQuick, lanes_of, quickly, timely
from harvester.datasette.public import hide, told, unhide
from harvester.datasette.serving import harvest_of, served_as
from harvester.store.read.document import NotThere
from harvester.store.read.narrowing import LABELS
from harvester.store.read.overview import offers
from harvester.store.read.question import BadQuestion, Question
from harvester.store.read.search import marked

STATIC = Path(__file__).parent / "static"
STYLE = STATIC / "room.css"
POLICY = "; ".join(
    (
        *(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "frame-src 'self'",
        ),
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)
"""Our pages run no script but ours, and load nothing from elsewhere (https://www.w3.org/TR/CSP3/)."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
LONGEST, PUBLIC_LONGEST = 10_000, 3_000
"""Milliseconds that a page may take to be read from the database; on a public server, fewer."""


T = TypeVar("T")
Within = Callable[[sqlite3.Connection], AbstractContextManager[None]]
"""Lets a block read from a connection for a limited time."""


@dataclass(frozen=True, slots=True)
class Room:
    """The reading room of a harvest, for one request to Datasette."""

    datasette: Any
    request: Any
    database: str

    async def read(self, reading: Callable[[sqlite3.Connection], T]) -> T:
        """Calls a function that reads the database, as of a single moment.

        Strangers wait for their turn if it takes long. Raises TimeoutError if it takes too long.
        """
        return await self.in_turn(lambda within: self._read(reading, within))

    async def in_turn(self, work: Callable[[Within], Awaitable[T]]) -> T:
        """Does what reads from a connection within a time.

        On a public server, slow reading starts again when its turn has come. Raises TimeoutError.
        """

        def longest(db: sqlite3.Connection) -> AbstractContextManager[None]:
            return timely(db, self.longest)

        if not self.is_public:
            return await work(longest)
        lanes, question = lanes_of(self.datasette), (self.request.path, self.request.query_string)
        if not lanes.is_slow(question):
            try:
                with lanes.quick():
                    return await work(quickly)
            except NotQuick:
                lanes.note_slow(question)
        async with lanes.slow():
            return await work(longest)

    async def _read(self, reading: Callable[[sqlite3.Connection], T], within: Within) -> T:
        def read(db: sqlite3.Connection) -> T:
            if self.is_public:
                unhide(db)
            db.execute("BEGIN")
            try:
                with within(db):
                    return reading(db)
            finally:
                if db.in_transaction:  # what is interrupted while it writes is rolled back at once
                    db.execute("ROLLBACK")
                if self.is_public:
                    hide(db)

        answer: T = await self.datasette.get_database(self.database).execute_fn(read)
        return answer

    @property
    def is_public(self) -> bool:
        """Whether strangers read here."""
        return served_as(self.datasette).public

    @property
    def shows_jobs(self) -> bool:
        """Whether there is a page of the jobs of several machines."""
        return served_as(self.datasette).shows_jobs

    def why(self, reason: str | None) -> str:
        """Why a run ended, as far as visitors may know."""
        return told(reason) if self.is_public else reason or ""

    @property
    def longest(self) -> int:
        """Milliseconds that a page may take to be read from the database."""
        return PUBLIC_LONGEST if self.is_public else LONGEST

    def folder(self, kind: str) -> Path | None:
        """The folder of "files" (scans) or "warc" (recordings); None if there is none.

        It is the one that `serve` was told, or that Datasette's configuration of the plugin
        "harvester" names, or else the folder of that name beside the database.
        """
        told = getattr(served_as(self.datasette), kind)
        if told is None:
            configured = self.datasette.plugin_config("harvester") or {}
            told = str(configured.get(kind, self.path_of_database.with_name(kind)))
        return Path(told) if told else None

    @property
    def path_of_database(self) -> Path:
        """The file of the harvest."""
        return Path(self.datasette.get_database(self.database).path)

    def absolute(self, path: str) -> str:
        """An address of this server as others know it."""
        return str(self.datasette.absolute_url(self.request, path))

    @property
    def question(self) -> Question:
        """What the address asks. Raises BadQuestion."""
        return Question.of(self.pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address."""
        return parse_qsl(self.request.query_string)

    def path(self, path: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """An address of this server, with parameters."""
        query = urlencode(list(pairs))
        return f"{self.datasette.urls.path(path)}{'?' if query else ''}{query}"

    def results(self, question: Question) -> str:
        """The address of a question's results."""
        return self.path("/documents", question.pairs)

    def document(self, site: str, document: str, question: Question | None = None) -> str:
        """The address of a document's page, the same in every harvest that has it.

        With a question, the address also says what led there.
        """
        path = f"/documents/{tilde_encode(site)}/{tilde_encode(document)}"
        return self.path(path, question.pairs if question else ())

    def feeds(self) -> list[str]:
        """The addresses of the feeds, the one of all documents first."""
        return [path for mount in self.datasette.static_mounts for path in _feeds(*mount)]

    def timeline(self, question: Question) -> str:
        """The address of the timeline of what a question finds."""
        return self.path("/timeline", question.pairs)

    def named(self, kind: str, name: str) -> str:
        """The address of the documents that have a name."""
        return self.path("/documents", [(kind, name)])

    async def show(self, template: str, status: int = 200, **variables: Any) -> Response:
        """Renders a page from its template and the template's variables."""
        said: dict[str, Any] = {
            "room": self,
            "style": self.path(f"/-/reading-room/{STYLE.name}", [("v", version())]),
            "name": self.datasette.metadata("title"),
            "there": await self.read(offers) if self.database else {},
            "question": Question(),
            "number": words.number,
            "day": words.day,
            "size": words.size,
            "period": words.period,
            "labels": LABELS,
        }
        said |= variables
        asked = said["question"].words
        said["marked"] = lambda text: marked(text, asked) if asked else [(text, False)]
        html = await self.datasette.render_template(template, said, request=self.request)
        return Response.html(html, status=status, headers=HEADERS)


def view(answer: Callable[[Room], Any]) -> Callable[..., Any]:
    """Makes a view of Datasette, which answers with a page, or with a sentence that says why
    not."""

    async def answered(request: Any, datasette: Any) -> Response:
        room = Room(datasette, request, harvest_of(datasette) or "")
        if not room.database:
            raise NotFound("No harvest is served here.")
        try:
            response: Response = await answer(room)
            return response
        except BadQuestion as error:
            return await room.show("room_said.html", 400, title="Ask otherwise", said=str(error))
        except NotThere as error:
            return await room.show("room_said.html", 404, title="Not here", said=str(error))
        except TimeoutError as error:
            return await room.show("room_said.html", 503, title="Too much", said=str(error))

    return answered


def _feeds(mount: str, folder: str) -> list[str]:
    names = (path.name for path in Path(folder).glob("*.atom"))
    return [
        f"/{mount}/{name}" for name in sorted(names, key=lambda name: (name != "all.atom", name))
    ]


def version() -> str:
    """A version that changes whenever the style does."""
    return sha256(STYLE.read_bytes()).hexdigest()[:8]


async def static(request: Any) -> Response:
    """A style, by one of the names in its route."""
    style = STATIC / f"{request.url_vars['name']}.css"
    headers = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}
    return Response(style.read_bytes(), headers=headers, content_type="text/css; charset=utf-8")
