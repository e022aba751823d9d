"""The pages of the reading room, each by its address."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from datasette import NotFound, Response
from datasette.utils import is_url, tilde_decode

from harvester.datasette import words
from harvester.datasette.citing import citing, unapi_identity
from harvester.datasette.downloads import offers
from harvester.datasette.room import Room
from harvester.datasette.serving import served_as
from harvester.record import KINDS
from harvester.store.connection import Row
from harvester.store.read.document import record
from harvester.store.read.narrowing import LABELS, VALUES, facets
from harvester.store.read.overview import harvests, news, overview
from harvester.store.read.question import ORDERS, RELEVANCE, Question
from harvester.store.read.results import results
from harvester.store.read.timeline import names, timeline

NOTE = re.compile(r"(\[\d{1,3}\])")
"""The mark of a note in a text, and before the note itself."""
PER_PAGE = 200
"""Names on a page."""
MOST_JOBS = 500
"""Collections on the page of jobs."""


async def home(room: Room) -> Response:
    """The home page: /."""

    def read(db: Any) -> dict[str, Any]:
        kinds = names(db, "", "", "").kinds
        known = [(kind, KINDS[kind].plural) for kind in KINDS if kind in kinds]
        return {**overview(db), "years": timeline(db, Question()), "kinds": known}

    return await room.show("room_home.html", **await room.read(read))


async def documents(room: Room) -> Response:
    """The results of a question: /documents."""
    asked = room.question

    def read(db: Any) -> dict[str, Any]:
        shown = results(db, asked)
        said = {"suggestion": shown.suggestion, "question": shown.question}
        return {"results": shown, "facets": facets(db, shown), **said}

    said = await room.read(read)
    orders = [one for one in (RELEVANCE, *ORDERS) if asked.words or one != RELEVANCE]
    return await room.show(
        "room_results.html",
        orders=list(dict.fromkeys(orders)),
        asked=_asked(asked),
        offers=offers(room, asked),
        identity=unapi_identity,
        **said,
    )


def _asked(question: Question) -> list[tuple[str, Question]]:
    """The filters in words, each with the question without it."""
    said = [
        (f"{LABELS[name]}: {VALUES.get(name, {}).get(value, value)}", question.toggled(name, value))
        for name, value in question.narrowed
    ]
    if question.year:
        said.append((f"in {words.day(question.year)}", replace(question, year="", page=1)))
    if question.first or question.last:
        dated = replace(question, first="", last="", page=1)
        said.append((f"dated {_span(question)}", dated))
    if question.since:
        since = replace(question, since="", page=1)
        said.append((f"here since {words.day(question.since)}", since))
    return said


def _span(question: Question) -> str:
    first, last = words.day(question.first), words.day(question.last)
    return f"{first} to {last}" if first and last else f"from {first}" if first else f"to {last}"


async def document(room: Room) -> Response:
    """One document: /documents/SITE/ID, after the question that led to it."""
    site, name = (tilde_decode(room.request.url_vars[part]) for part in ("site", "document"))
    said = await room.read(lambda db: record(db, site, name))
    if room.folder("files") is None:
        said["scans"], said["scan_links"] = [], [*said["scans"], *said["scan_links"]]
    for one in (*said["scans"], *said["scan_links"], *said["related"], said):
        one["url"] = one["url"] if is_url(one["url"] or "") else ""
    texts = [{**text, "paragraphs": paragraphs(text["text"])} for text in said["texts"]]
    return await room.show(
        "room_document.html",
        record=said,
        citing=await citing(room, said["number"]),
        texts=texts,
        question=room.question,
        meaning=_meaning(said),
        history=words.history(said["changes"]),
        lasting=room.document(said["site"], said["id"]),
    )


def _meaning(said: Mapping[str, Any]) -> str:
    """What a document's date means, if the date as written does not say the same."""
    meaning = words.meaning(said["date_edtf"], said["date_earliest"], said["date_latest"])
    return "" if words.is_said(meaning, said["date_text"]) else meaning


def paragraphs(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The paragraphs of a text, each with the number of the note that it is, or "".

    A paragraph is a list of pieces, each with the number of the note that it links to, or "". A
    note begins with its mark, and stands below another mark with the same number.
    """
    found, marked = list[tuple[str, list[tuple[str, str]]]](), set[str]()
    for paragraph in filter(None, map(str.strip, text.split("\n\n"))):
        pieces = [piece for piece in NOTE.split(paragraph) if piece]
        note = pieces[0][1:-1] if NOTE.fullmatch(pieces[0]) and pieces[0] in marked else ""
        leads = [(piece, piece[1:-1] if NOTE.fullmatch(piece) else "") for piece in pieces]
        found.append((note, leads[1:] if note else leads))
        marked.update(piece for piece, number in leads if number)
    noted = {note for note, _ in found if note}
    return [(note, [(p, n if n in noted else "") for p, n in leads]) for note, leads in found]


async def years(room: Room) -> Response:
    """The number of documents of each year, or month: /timeline."""
    question = room.question

    def read(db: Any) -> dict[str, Any]:
        return {"years": timeline(db, question), "collections": overview(db)["collections"]}

    said = await room.read(read)
    return await room.show("room_timeline.html", question=question, asked=_asked(question), **said)


async def terms(room: Room) -> Response:
    """The names of a kind: /names."""
    asked = dict(room.pairs)
    kind = asked.get("kind", "")
    letters, order = asked.get("letters", "")[:PER_PAGE], asked.get("order", "documents")
    there = await room.read(lambda db: names(db, kind, letters, order))
    kinds = [one for one in KINDS if one in there.kinds]
    if kind not in kinds and kinds:
        kind = kinds[0]
        there = await room.read(lambda db: names(db, kind, letters, order))
    return await room.show(
        "room_names.html",
        kind=kind,
        kinds=[(one, KINDS[one].plural) for one in kinds],
        letters=letters,
        order=order,
        names=there.found[:PER_PAGE],
        found=len(there.found),
    )


async def since(room: Room) -> Response:
    """What changed, and what is gone: /news."""
    question = room.question
    said = await room.read(lambda db: news(db, question.since or None))
    changed = [
        (rows[0], words.history(rows))
        for _, some in groupby(said["changed"], key=lambda row: (row["site"], row["id"], row["at"]))
        for rows in [list(some)]
    ]
    return await room.show("room_news.html", since=question, changed=changed, gone=said["gone"])


async def runs(room: Room) -> Response:
    """How the last harvests went: /harvests."""
    rows = await room.read(harvests)
    collections: dict[str, list[Row]] = {}
    for row in rows:
        collections.setdefault(row["collection"], []).append(row)
    return await room.show("room_harvests.html", collections=collections)


async def jobs(room: Room) -> Response:
    """What several machines harvest, those first to which something happened: /jobs."""
    if not room.shows_jobs:
        raise NotFound("There is no such page.")
    from harvester.jobs.schedule import STATES, NoJobs, Schedule

    schedule = Schedule(served_as(room.datasette).jobs)
    try:
        async with schedule.opened():
            rows = await schedule.status()
    except NoJobs as problem:
        return await room.show("room_said.html", 503, title="No jobs", said=str(problem))
    counts = Counter(row["state"] for row in rows)
    state = dict(room.pairs).get("state", "")
    shown = [row for row in rows if state in ("", row["state"])]
    shown.sort(key=lambda row: (row["sentence"] is None, STATES.index(row["state"]), row["name"]))
    return await room.show(
        "room_jobs.html",
        counts=[(one, counts[one]) for one in STATES if counts[one]],
        state=state,
        jobs=shown[:MOST_JOBS],
        left=len(shown[MOST_JOBS:]),
    )


async def data(room: Room) -> Response:
    """Datasette's own pages: /data."""
    described = room.datasette.metadata("tables", database=room.database) or {}
    shown = [(name, said) for name, said in described.items() if "description" in said]
    return await room.show("room_data.html", described=shown)
