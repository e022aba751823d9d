"""Sites that answer as JSON, on loopback: each has the shape that its software's documentation says
(which its profile in harvester/sites names); its records are made up."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SIZE = 4
"""Entries on a page."""

Answer = tuple[Any, dict[str, str]]
"""What is sent as JSON, and with which headers."""


@dataclass(frozen=True)
class Item:
    """A document as a site has it; its number is all of its id that differs."""

    number: int
    title: str
    date: str | None = None
    summary: str | None = None


@dataclass(frozen=True)
class Asked:
    """A page that was asked for: its number from 0, and which items are on it, of how many."""

    base: str
    url: str
    number: int
    items: Sequence[Item]
    total: int

    @property
    def more(self) -> bool:
        return (self.number + 1) * SIZE < self.total


@dataclass
class JsonSite:
    """A site of one kind; `id` makes of an item's number what the database knows it by."""

    kind: str
    first: str
    media_type: str
    number: Callable[[Request], int]
    render: Callable[[Asked], Answer]
    id: Callable[[int], str]
    states_total: bool = True
    items: list[Item] = field(default_factory=list)
    url: str = ""
    host: str = ""
    accepted: set[str] = field(default_factory=set)
    tampered: Callable[[str, dict[str, str], int], Response | None] = lambda *_: None
    """May answer otherwise: of a page's text, its headers, and its number from 0."""

    def serve(self, server: HTTPServer) -> None:
        """Answers there from now on."""
        self.url, self.host = server.url_for(self.first), f"{server.host}:{server.port}"
        server.expect_request("/robots.txt").respond_with_data("")
        server.expect_request(self.first.partition("?")[0]).respond_with_handler(self._answer)
        if self.kind == "contentdm":
            server.expect_request("").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.accepted.add(request.headers.get("Accept", ""))
        number = self.number(request)
        items = self.items[number * SIZE : (number + 1) * SIZE]
        base = f"http://{self.host}"
        said, headers = self.render(Asked(base, request.url, number, items, len(self.items)))
        text = json.dumps(said, ensure_ascii=False)
        other = self.tampered(text, headers, number)
        return other or Response(text, headers=headers, content_type=self.media_type)


def of_omeka(page: Asked) -> Answer:
    def value(term: str, text: str | None) -> dict[str, Any]:
        return {term: [{"type": "literal", "is_public": True, "@value": text}]} if text else {}

    said = [
        {
            "@context": f"{page.base}/api-context",
            "@id": f"{page.base}/api/items/{one.number}",
            "@type": "o:Item",
            "o:id": one.number,
            "o:is_public": True,
            "o:title": one.title,
            **value("dcterms:title", one.title),
            **value("dcterms:date", one.date),
            **value("dcterms:description", one.summary),
        }
        for one in page.items
    ]
    here = f"{page.base}/api/items?sort_by=id&per_page={SIZE}&page="
    links = [f'<{here}1>; rel="first"']
    links += [f'<{here}{page.number}>; rel="prev"'] if page.number else []
    links += [f'<{here}{page.number + 2}>; rel="next"'] if page.more else []
    links += [f'<{here}{-(-page.total // SIZE)}>; rel="last"']
    return said, {"Link": ", ".join(links), "Omeka-S-Total-Results": str(page.total)}


def of_dspace(page: Asked) -> Answer:
    def field(name: str, text: str | None) -> dict[str, Any]:
        return {name: [{"value": text, "language": None, "place": 0}]} if text else {}

    api = f"{page.base}/server/api"
    objects = [
        {
            "hitHighlights": None,
            "type": "discover",
            "_links": {"indexableObject": {"href": f"{api}/core/items/{uuid(one.number)}"}},
            "_embedded": {
                "indexableObject": {
                    "uuid": uuid(one.number),
                    "name": one.title,
                    "handle": f"123456789/{one.number}",
                    "metadata": {
                        **field("dc.title", one.title),
                        **field("dc.date.issued", one.date),
                        **field("dc.description.abstract", one.summary),
                    },
                    "type": "item",
                }
            },
        }
        for one in page.items
    ]
    here = f"{api}/discover/search/objects?query=peace&size={SIZE}&page="
    links = {"first": {"href": f"{here}0"}, "self": {"href": f"{here}{page.number}"}}
    if page.more:
        links["next"] = {"href": f"{here}{page.number + 1}"}
    numbers = {"number": page.number, "size": SIZE, "totalElements": page.total}
    result = {
        "_embedded": {"objects": objects},
        "page": {**numbers, "totalPages": -(-page.total // SIZE)},
        "_links": links,
    }
    return {"type": "discover", "query": "peace", "_embedded": {"searchResult": result}}, {}


def uuid(number: int) -> str:
    return f"9f3288b2-f2ad-454f-9f4c-{number:012}"


def of_contentdm(page: Asked) -> Answer:
    items = [
        {
            "collectionAlias": "letters",
            "itemId": str(one.number),
            "title": one.title,
            "itemLink": f"/singleitem/collection/letters/id/{one.number}",
            "filetype": "jp2",
            "metadataFields": [
                {"field": name, "label": name.capitalize(), "value": said}
                for name, said in (("date", one.date), ("descri", one.summary))
                if said
            ],
        }
        for one in page.items
    ]
    return {"totalResults": page.total, "items": items, "filters": {}, "fields": []}, {}


def of_dmquery(page: Asked) -> Answer:
    """What has no value is an empty object there, and numbers are texts or numbers."""
    records = [
        {
            "collection": "/maps",
            "pointer": one.number,
            "filetype": "jp2",
            "parentobject": -1,
            "title": one.title,
            "date": one.date or {},
            "descri": one.summary or {},
            "find": f"{one.number + 1}.jp2",
        }
        for one in page.items
    ]
    start = page.number * SIZE + 1
    pager = {"start": str(start), "maxrecs": str(SIZE), "total": page.total}
    return {"pager": pager, "records": records}, {}


def of_blacklight(page: Asked) -> Answer:
    def field(name: str, label: str, value: str | None, url: str) -> dict[str, Any]:
        said = {"value": value, "label": label}
        whole = {"id": f"{url}#{name}", "type": "document_value", "attributes": said}
        return {name: whole} if value else {}

    data = []
    for one in page.items:
        url = f"{page.base}/catalog/letter-{one.number}"
        fields = {
            **field("normalized_date_ssm", "Date", one.date, url),
            **field("abstract_or_scope", "Abstract", one.summary and f"<p>{one.summary}</p>", url),
        }
        attributes = {"title": one.title, **fields}
        data.append(
            {"id": f"letter-{one.number}", "attributes": attributes, "links": {"self": url}}
        )
    here = f"{page.base}/catalog.json?q=peace&per_page={SIZE}&page="
    links = {"self": page.url} | ({"next": f"{here}{page.number + 2}"} if page.more else {})
    pages = {
        "current_page": page.number + 1,
        "next_page": page.number + 2 if page.more else None,
        "total_pages": -(-page.total // SIZE),
        "limit_value": SIZE,
        "offset_value": page.number * SIZE,
        "total_count": page.total,
    }
    return {"links": links, "meta": {"pages": pages}, "data": data, "included": []}, {}


def of_drupal(page: Asked) -> Answer:
    data = [
        {
            "type": "node--letter",
            "id": uuid(one.number),
            "links": {"self": {"href": f"{page.base}/jsonapi/node/letter/{uuid(one.number)}"}},
            "attributes": {
                "drupal_internal__nid": one.number,
                "title": one.title,
                "created": "2024-01-01T00:00:00+00:00",
                "path": {"alias": None, "pid": None, "langcode": "en"},
                "field_date": one.date,
                "body": {"processed": f"<p>{one.summary}</p>", "summary": ""}
                if one.summary
                else None,
            },
        }
        for one in page.items
    ]
    here = f"{page.base}/jsonapi/node/letter?page%5Boffset%5D={{}}&page%5Blimit%5D={SIZE}"
    links = {"self": {"href": page.url}}
    if page.more:
        links["next"] = {"href": here.format((page.number + 1) * SIZE)}
    return {"jsonapi": {"version": "1.0"}, "data": data, "links": links}, {}


def _in_value(request: Request) -> int:
    return (int(request.args["q"].split("/")[6]) - 1) // SIZE


def _in_path(request: Request) -> int:
    return int((request.path.split("/page/")[1:] or ["1"])[0]) - 1


def json_sites() -> list[JsonSite]:
    """One of each kind, with ten documents: three pages."""
    sites = [
        JsonSite(
            "omeka-s",
            f"/api/items?per_page={SIZE}",
            "application/ld+json",
            lambda request: int(request.args.get("page", 1)) - 1,
            of_omeka,
            lambda number: f"api/items/{number}",
        ),
        JsonSite(
            "dspace",
            f"/server/api/discover/search/objects?query=peace&size={SIZE}",
            "application/hal+json;charset=UTF-8",
            lambda request: int(request.args.get("page", 0)),
            of_dspace,
            lambda number: f"items/{uuid(number)}",
        ),
        JsonSite(
            "contentdm",
            f"/digital/api/search/collection/letters/searchterm/peace/maxRecords/{SIZE}",
            "application/json; charset=utf-8",
            _in_path,
            of_contentdm,
            lambda number: f"digital/collection/letters/id/{number}",
        ),
        JsonSite(
            "contentdm-dmquery",
            "/digital/bl/dmwebservices/index.php?q=dmQuery/maps/0/title!date!descri/title"
            f"/{SIZE}/1/0/0/0/0/0/0/json",
            "application/json",
            _in_value,
            of_dmquery,
            lambda number: f"digital/collection/maps/id/{number}",
        ),
        JsonSite(
            "blacklight",
            f"/catalog.json?q=peace&per_page={SIZE}",
            "application/json; charset=utf-8",
            lambda request: int(request.args.get("page", 1)) - 1,
            of_blacklight,
            lambda number: f"catalog/letter-{number}",
        ),
        JsonSite(
            "drupal-jsonapi",
            f"/jsonapi/node/letter?page[limit]={SIZE}",
            "application/vnd.api+json",
            lambda request: int(request.args.get("page[offset]", 0)) // SIZE,
            of_drupal,
            lambda number: f"node/{number}",
            states_total=False,
        ),
    ]
    for site in sites:
        site.items = letters()
    return sites


def letters() -> list[Item]:
    """Ten documents; some lack a date, some a summary."""
    return [
        Item(
            number,
            f"Letter {number} to the Ministry, “with signs”",
            None if number % 4 == 3 else f"{number} March 1951",
            None if number % 5 == 4 else f"On the price of {number} boats.",
        )
        for number in range(11, 21)
    ]


def changed(items: Sequence[Item]) -> list[Item]:
    """The same with one that is new, one that has another title, and without one."""
    new = replace(items[0], number=99, title="New", date="1 May 1960")
    renamed = replace(items[2], title=f"{items[2].title} anew")
    return [new, *items[:2], renamed, *items[4:]]
