"""An OAI-PMH repository on loopback, which misbehaves as a test asks; its records are made up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

NOW = "2026-11-20T10:00:00Z"
OAI = "http://www.openarchives.org/OAI/2.0/"
DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/">{}</oai_dc:dc>'
)
Answer = Callable[[Request], Response | None]


@dataclass
class Item:
    """A record: its number, of which its identifiers are made, and what it says."""

    number: int
    stamp: str
    title: str
    date: str | None = None
    deleted: bool = False
    sets: tuple[str, ...] = ()
    page: bool = True
    more: str = ""

    @property
    def id(self) -> str:
        return f"oai:x.example:{self.number}"


def items(number: int, start: int = 1) -> list[Item]:
    """So many records, a day apart."""
    return [
        Item(n, f"2026-0{1 + n // 28}-{1 + n % 28:02}", f"Letter {n}", f"{1900 + n % 90}")
        for n in range(start, start + number)
    ]


@dataclass
class Repository:
    """Lists `items` by their datestamps, `size` at a time. `tampered` may answer otherwise."""

    items: list[Item] = field(default_factory=list)
    size: int = 4
    states_size: bool = True
    cursor: bool = True
    seconds: bool = False
    deleted: str = "persistent"
    now: str = NOW
    formats: tuple[str, ...] = ("oai_dc",)
    tampered: Answer = lambda _: None
    asked: list[dict[str, str]] = field(default_factory=list)
    base: str = ""
    host: str = ""

    def serve(self, server: HTTPServer) -> None:
        """Answers there from now on."""
        self.base, self.host = server.url_for("/oai"), f"{server.host}:{server.port}"
        server.expect_request("/robots.txt").respond_with_data("")
        server.expect_request("/oai").respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        """The address of the list of all records."""
        return f"{self.base}?verb=ListRecords&metadataPrefix=oai_dc"

    @property
    def pages(self) -> list[dict[str, str]]:
        """What was asked for of lists of records."""
        return [one for one in self.asked if one.get("verb") == "ListRecords"]

    def _answer(self, request: Request) -> Response:
        self.asked.append(dict(request.args))
        if (other := self.tampered(request)) is not None:
            return other
        match request.args.get("verb"):
            case "Identify":
                return xml(self.whole(self._identity()))
            case "ListMetadataFormats":
                return xml(self.whole(self._formats()))
            case "ListRecords" | "ListIdentifiers" as verb:
                return xml(self.whole(self.listed(dict(request.args), verb)))
        return xml(self.whole(error("badVerb", "Illegal verb")))

    def listed(self, asked: dict[str, str], verb: str = "ListRecords") -> str:
        """A page of a list."""
        since, until, name, place = "", "", "", 0
        if token := asked.get("resumptionToken"):
            since, until, name, number = token.split("|")
            place = int(number)
        else:
            since, until = asked.get("from", ""), asked.get("until", "")
            name = asked.get("set", "")
        found = sorted(
            (one for one in self.items if self._fits(one, since, until, name)),
            key=lambda one: (one.stamp, one.number),
        )
        if not found:
            return error("noRecordsMatch", "Nothing.")
        some = found[place : place + self.size]
        one_of = record if verb == "ListRecords" else header
        said = "".join(one_of(one, self.host) for one in some)
        following = place + self.size
        if len(found) > self.size:
            token = f"{since}|{until}|{name}|{following}" if following < len(found) else ""
            size = f' completeListSize="{len(found)}"' if self.states_size else ""
            cursor = f' cursor="{place}"' if self.cursor else ""
            said += f"<resumptionToken{size}{cursor}>{escape(token)}</resumptionToken>"
        return f"<{verb}>{said}</{verb}>"

    def _fits(self, one: Item, since: str, until: str, name: str) -> bool:
        return (
            one.stamp[: len(since)] >= since
            and (not until or one.stamp[: len(until)] <= until)
            and (not name or name in one.sets)
        )

    def whole(self, part: str) -> str:
        """A part in its envelope."""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{OAI}">'
            f"<responseDate>{self.now}</responseDate><request>{self.base}</request>{part}</OAI-PMH>"
        )

    def _identity(self) -> str:
        granularity = "YYYY-MM-DDThh:mm:ssZ" if self.seconds else "YYYY-MM-DD"
        return (
            "<Identify><repositoryName>Letters</repositoryName><protocolVersion>2.0"
            "</protocolVersion><earliestDatestamp>2000-01-01</earliestDatestamp>"
            f"<deletedRecord>{self.deleted}</deletedRecord><granularity>{granularity}</granularity>"
            "</Identify>"
        )

    def _formats(self) -> str:
        return "".join(
            f"<metadataFormat><metadataPrefix>{one}</metadataPrefix></metadataFormat>"
            for one in self.formats
        ).join(("<ListMetadataFormats>", "</ListMetadataFormats>"))


def header(one: Item, _: str = "") -> str:
    status = ' status="deleted"' if one.deleted else ""
    sets = "".join(f"<setSpec>{name}</setSpec>" for name in one.sets)
    return (
        f"<header{status}><identifier>{one.id}</identifier>"
        f"<datestamp>{one.stamp}</datestamp>{sets}</header>"
    )


def record(one: Item, host: str) -> str:
    if one.deleted:
        return f"<record>{header(one)}</record>"
    said = [f"<dc:title>{escape(one.title)}</dc:title>", one.more]
    said += [f"<dc:date>{one.date}</dc:date>"] if one.date else []
    page = f"http://{host}/letters/{one.number}"
    said += [f"<dc:identifier>{page}</dc:identifier>"] if one.page else []
    return f"<record>{header(one)}<metadata>{DC.format(''.join(said))}</metadata></record>"


def error(code: str, text: str = "") -> str:
    return f'<error code="{code}">{escape(text)}</error>'


def xml(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/xml; charset=utf-8")


def on_page(number: int, answer: Callable[[Request], Response]) -> Answer:
    """Has something else answer what asks for the page that begins after so many records."""

    def answers(request: Request) -> Response | None:
        asked = request.args
        place = int(asked.get("resumptionToken", "|||0").split("|")[3])
        is_it = asked.get("verb") == "ListRecords" and place == number
        return answer(request) if is_it else None

    return answers


def numbers(of: Iterable[Item]) -> list[str]:
    """The ids that the database has of these."""
    return sorted(f"letters/{one.number}" if one.page else one.id for one in of)
