"""The pages of the reading room, each by its address."""

from datasette import Response
from datasette.utils import tilde_decode

from harvester.datasette.citing import citing, unapi_identity
from harvester.datasette.downloads import offers
from harvester.datasette.room import Room
from harvester.store.read.document import record
from harvester.store.read.overview import overview
from harvester.store.read.results import results


async def home(room: Room) -> Response:
    """What is here: /."""
    return await room.show("room_home.html", **await room.read(overview))


async def documents(room: Room) -> Response:
    """What a question finds: /documents."""
    question = room.question
    shown = await room.read(lambda db: results(db, question))
    return await room.show(
        "room_results.html",
        question=question,
        results=shown,
        offers=offers(room, question),
        identity=unapi_identity,
    )


async def document(room: Room) -> Response:
    """One document: /documents/SITE/ID."""
    site, name = (tilde_decode(room.request.url_vars[part]) for part in ("site", "document"))
    shown = await room.read(lambda db: record(db, site, name))
    cited = await citing(room, shown["number"])
    return await room.show("room_document.html", record=shown, citing=cited)


async def data(room: Room) -> Response:
    """Datasette's own pages: /data."""
    return await room.show("room_data.html")
