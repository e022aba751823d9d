"""OAI-PMH servers that others wrote, on loopback. Usage: oai_servers.py KIND RECORDS SIZE.

The kinds are `oaipmh`, pyoai's server as it is kept today; `pyoai` itself; and `oai_repo`. RECORDS
is a file in JSON, which is read for each answer. The port is printed first, then each query.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

Record = dict[str, Any]
Answer = Callable[[dict[str, str]], bytes]
PREFIX = "oai_dc"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
NAME, EMAIL, EARLIEST = "Letters", "keeper@archive.example", datetime(2000, 1, 1)


def wanted(file: Path, since: Any, until: Any, name: str | None) -> Iterator[Record]:
    """The records in order that a request asks for."""
    for one in sorted(json.loads(file.read_text()), key=lambda one: (one["stamp"], one["id"])):
        stamp = datetime.fromisoformat(one["stamp"]).replace(tzinfo=since.tzinfo if since else None)
        fits = (since is None or stamp >= since) and (until is None or stamp <= until)
        if fits and (not name or name in one["sets"]):
            yield one


def pyoai(file: Path, size: int, base: str) -> Answer:
    """pyoai's server, or that of its successor: both are the package `oaipmh`."""
    from oaipmh import common, metadata
    from oaipmh.server import Server, oai_dc_writer

    def header(one: Record) -> Any:
        stamp = datetime.fromisoformat(one["stamp"])
        return common.Header(None, one["id"], stamp, one["sets"], one["deleted"])

    class Letters(common.OAIPMH):
        def identify(self) -> Any:
            said = NAME, base, "2.0", [EMAIL], EARLIEST, "persistent", "YYYY-MM-DD", ["identity"]
            return common.Identify(*said)

        def listMetadataFormats(self, identifier: str | None = None) -> Any:  # noqa: N802
            return [(PREFIX, SCHEMA, NAMESPACE)]

        def listRecords(self, metadataPrefix: str, set: Any = None, from_: Any = None,  # noqa: N802, N803
                        until: Any = None) -> Any:  # fmt: skip
            found = wanted(file, from_, until, set)
            return [(header(one), common.Metadata(None, one["dc"]), None) for one in found]

        def listIdentifiers(self, metadataPrefix: str, set: Any = None, from_: Any = None,  # noqa: N802, N803
                            until: Any = None) -> Any:  # fmt: skip
            return [header(one) for one in wanted(file, from_, until, set)]

    registry = metadata.MetadataRegistry()
    registry.registerWriter(PREFIX, oai_dc_writer)
    server = Server(Letters(), registry, resumption_batch_size=size)
    return lambda asked: bytes(server.handleRequest(asked))


def old_pyoai(file: Path, size: int, base: str) -> Answer:
    """The last pyoai that pip finds. It calls a function that Python 3.8 has moved elsewhere."""
    import cgi
    from urllib.parse import parse_qs

    cgi.parse_qs = parse_qs  # type: ignore[attr-defined]
    return pyoai(file, size, base)


def oai_repo(file: Path, size: int, base: str) -> Answer:
    """Another one, which states the size of lists and keeps no deleted records."""
    import oai_repo
    from lxml import etree

    class Letters(oai_repo.DataInterface):  # type: ignore[misc]
        limit = size

        def get_identify(self) -> Any:
            said = NAME, base, [EMAIL], "2000-01-01", "no", "YYYY-MM-DD"
            return oai_repo.Identify(*said)

        def get_metadata_formats(self, identifier: str | None = None) -> Any:
            return [oai_repo.MetadataFormat(PREFIX, SCHEMA, NAMESPACE)]

        def list_identifiers(self, metadataprefix: str, filter_from: Any = None,
                             filter_until: Any = None, filter_set: Any = None,
                             cursor: int = 0) -> Any:  # fmt: skip
            found = list(wanted(file, filter_from, filter_until, filter_set))
            self.known = {one["id"]: one for one in found if not one["deleted"]}
            some = [*self.known][cursor : cursor + size]
            return some, len(self.known), None

        def get_record_header(self, identifier: str) -> Any:
            one = self.known[identifier]
            return oai_repo.RecordHeader(identifier, one["stamp"], one["sets"])

        def get_record_metadata(self, identifier: str, metadataprefix: str) -> Any:
            root = etree.Element(f"{{{NAMESPACE}}}dc", nsmap={"oai_dc": NAMESPACE, "dc": DC})
            for name, values in self.known[identifier]["dc"].items():
                for value in values:
                    etree.SubElement(root, f"{{{DC}}}{name}").text = value
            return root

        def get_record_abouts(self, identifier: str) -> Any:
            return []

    def answer(asked: dict[str, str]) -> bytes:
        return bytes(oai_repo.OAIRepository(Letters()).process(asked))

    return answer


KINDS = {"oaipmh": pyoai, "pyoai": old_pyoai, "oai_repo": oai_repo}


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def main(kind: str, file: str, size: str) -> None:
    answer: Answer

    def serve(environment: dict[str, Any], begin: Any) -> list[bytes]:
        query = environment["QUERY_STRING"]
        if environment["PATH_INFO"] != "/oai":
            begin("404 Not Found", [])
            return [b""]
        print(query, flush=True)
        begin("200 OK", [("Content-Type", "text/xml; charset=utf-8")])
        return [answer(dict(parse_qsl(query)))]

    with make_server("localhost", 0, serve, handler_class=Quiet) as server:
        answer = KINDS[kind](Path(file), int(size), f"http://localhost:{server.server_port}/oai")
        print(server.server_port, flush=True)
        server.serve_forever()


def records(number: int, host: str) -> list[Record]:
    """So many records: some have a page on the host, some are deleted, all are in a set or two."""
    return [
        {
            "id": f"oai:letters.example:{n}",
            "stamp": f"20{10 + n % 10}-0{1 + n % 9}-1{n % 9}",
            "sets": ["letters", "even"] if n % 2 == 0 else ["letters"],
            "deleted": n % 10 == 9,
            "dc": {
                "title": [f"Letter {n} & “signs” <é>"],
                "creator": [f"Doe, Jane {n % 7}"],
                "date": [f"{1850 + n % 100}"],
                "description": [f"On the price of {n} boats."],
                "identifier": [f"http://{host}/letters/{n}"] if n % 3 else [f"Ms. {n}"],
            },
        }
        for n in range(1, number + 1)
    ]


def today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


if __name__ == "__main__":
    main(*sys.argv[1:])
