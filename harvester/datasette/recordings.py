"""The recording of a page: where it is, and how to look at it without asking the site.

A recorded page is somebody else's, so it is never shown as one of ours. The harvest's keeper can
read it as text, or take it along as a WARC of one record. Nobody else gets either.
"""

import asyncio
from typing import Any

from datasette import Response
from w3lib.encoding import html_to_unicode

from harvester.datasette.downloads import SAFE
from harvester.datasette.room import Room, view
from harvester.outcomes import Incomplete
from harvester.sources.recordings import Recordings
from harvester.store.read.document import NotThere
from harvester.store.read.files import recorded

LARGEST = 64 * 1024 * 1024


async def recording(room: Room) -> Response:
    """Where a page is recorded, and how to open it: /recordings/PAGE. Raises NotThere."""
    page = await _page(room)
    return await room.show("room_recording.html", page=page, number=room.request.url_vars["page"])


async def taken(room: Room) -> Response:
    """The recording itself: /recordings/PAGE.txt as text, .warc.gz as a WARC. Raises NotThere."""
    folder = room.folder("warc")
    if room.is_public or folder is None:
        raise NotThere("Recordings are not given away here: ask the keeper of this harvest.")
    page, ending = await _page(room), room.request.url_vars["ending"]
    recordings = Recordings([folder], LARGEST)
    read = recordings.warc if ending == "warc.gz" else recordings.page
    try:
        found: Any = await asyncio.to_thread(read, page)
    except Incomplete as error:
        raise NotThere(str(error)) from None
    finally:
        recordings.close()
    name = f"page-{room.request.url_vars['page']}.{ending}"
    if ending == "txt":
        said = {header.lower(): value for header, value in found.headers}
        _, text = html_to_unicode(said.get("content-type"), found.body)
        return Response.text(
            text, headers={**SAFE, "content-disposition": f'inline; filename="{name}"'}
        )
    headers = {**SAFE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(found, headers=headers, content_type="application/warc")


async def _page(room: Room) -> Any:
    number = int(room.request.url_vars["page"])
    page = await room.read(lambda db: recorded(db, number))
    if page.file is None or page.offset is None:
        raise NotThere(f"{page.url} was read, and not recorded.")
    return page


ROUTES = [
    (r"/recordings/(?P<page>\d{1,15})$", view(recording)),
    (r"/recordings/(?P<page>\d{1,15})\.(?P<ending>txt|warc\.gz)$", view(taken)),
]
