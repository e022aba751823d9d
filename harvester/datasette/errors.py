"""Pages for errors: one sentence instead of Datasette's traceback.

With the library rich installed, as here, Datasette 0.65 prints a traceback of some hundred lines
for every address that a stranger makes up, and fails at some of them. So `serve` replaces
Datasette's own hook `handle_exception` by this one.
"""

import sqlite3
import traceback
from typing import Any

from datasette import Response
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError
from markupsafe import Markup
from pluggy import HookimplMarker

from harvester.datasette.room import Room
from harvester.datasette.serving import harvest_of

hookimpl = HookimplMarker("datasette")
TITLES = {404: "Not here", 500: "Something went wrong here"}
MADE_UP_ARGUMENT = (
    *(ValueError, TypeError, LookupError, OverflowError),
    *(sqlite3.IntegrityError, sqlite3.ProgrammingError),
)
"""What Datasette 0.65 raises for a `_next` that it has not given itself, a `_facet` that is no
column's, and numbers and JSON in its address that are none."""
MADE_UP = "There is no such page: go to the next one by the link of the page before."
NO_QUESTION = "Nothing here is asked like this: take away what the address has after its “?”."
NOWHERE = ("404", "", "Database not found")
"""What Datasette says of an address at which nothing is."""
UNKNOWN = "What went wrong is written where this server runs."


@hookimpl
async def handle_exception(datasette: Any, request: Any, exception: Exception) -> Response:
    """Answers a failed request: with JSON if its address asks for that, otherwise with a page."""
    status, said = _said(exception, request, harvest_of(datasette) or "")
    if status == 500:
        traceback.print_exception(exception)
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": said, "status": status}, status=status)
    room = Room(datasette, request, harvest_of(datasette) or "")
    title = TITLES.get(status, "Ask otherwise")
    return await room.show("room_said.html", status, title=title, said=said)


def _said(exception: Exception, request: Any, harvest: str) -> tuple[int, str]:
    """The status and the sentence of an exception; what Datasette refuses was asked wrongly."""
    is_own = f"/{harvest}/" in request.path and request.query_string
    if isinstance(exception, MADE_UP_ARGUMENT) and is_own:
        return 400, MADE_UP if "_next" in request.args else NO_QUESTION
    if isinstance(exception, DatasetteError):
        status = 400 if exception.status == 500 else exception.status
        return status, Markup(exception.message).striptags()
    if isinstance(exception, Base400):
        said = str(exception)
        return exception.status, "There is no such page." if said in NOWHERE else said
    return 500, UNKNOWN
