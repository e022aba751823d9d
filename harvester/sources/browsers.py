"""What browsers save of pages in formats of their own: HAR, MHTML and Safari's webarchive.

A HAR (http://www.softwareishard.com/blog/har-12-spec/) is what the developer tools saw of the
network, in JSON. An MHTML (RFC 2557) is a page with all its parts, as an e-mail. A webarchive is
the same as a property list, with the keys of WebKit's WebArchive class.
"""

import base64
import json
import plistlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers.expat import ExpatError

from harvester.sources.captures import Capture, Payload, Skip
from harvester.sources.files import Spool, moment_of
from harvester.sources.warc import NO_PAGES
from harvester.timestamps import first_second
from harvester.warc.codings import TooLarge, decoded
from harvester.warc.headers import digest, status_in
from harvester.warc.members import ZSTD
from harvester.warc.stream import Damaged

LARGEST = 1 << 27
"""Bytes of the largest such file that is read, as it has to be read in one piece."""
TOO_LARGE = f"has more than {LARGEST >> 20} MiB: divide it"
NO_PLIST = (ValueError, ExpatError, OverflowError, RecursionError, MemoryError)
HAR = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}\{\s{0,99}\"log\"\s{0,99}:\s{0,99}\{")
FIELD = re.compile(rb"[!-9;-~]{1,60}:")
MULTIPART = re.compile(rb"^content-type:\s{0,9}multipart/", re.IGNORECASE | re.MULTILINE)
MOST_MULTIPARTS = 20
NOT_KEPT = ("content-encoding", "transfer-encoding", "content-length", "content-type")
NO_CONTENT = "holds no content of it: save the HAR with contents"
Headers = list[tuple[str, str]]


def is_har(head: bytes) -> bool:
    """Whether a file of these first bytes is a HAR."""
    return HAR.match(head) is not None


def is_mhtml(head: bytes) -> bool:
    """Whether a file of these first bytes is an MHTML."""
    fields = head.lower()
    return FIELD.match(head) is not None and b"\nmime-version:" in fields and b"html" in fields


def is_webarchive(head: bytes) -> bool:
    """Whether a file of these first bytes is a webarchive, binary or in XML."""
    return head.startswith((b"bplist00", b"<?xml")) and b"WebMainResource" in head


def captures_in_har(path: Path, name: str, skip: Skip) -> Iterator[Capture]:
    """The pages in a HAR, which the source calls `name`."""
    spool = Spool()
    try:
        entries = json.loads(_whole(path).decode("utf-8-sig"))["log"]["entries"]
        for number, entry in enumerate(entries):
            try:
                found = _in_entry(entry, name, spool)
            except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
                skip(
                    f"{name} holds an entry that can't be read, number {number + 1}: it is left out"
                )
                continue
            if found:
                yield found
    except Damaged as damage:
        skip(f"{name} {damage}: it is left out")
    except (ValueError, KeyError, TypeError, RecursionError, MemoryError) as error:
        skip(f"{name} is a HAR that can't be read ({error}): it is left out")


def _in_entry(entry: dict[str, Any], name: str, spool: Spool) -> Capture | None:
    request, response = entry["request"], entry["response"]
    content = response.get("content") or {}
    kind = str(content.get("mimeType") or "")
    if request.get("method", "GET") != "GET" or kind.lower().startswith(NO_PAGES):
        return None
    status = status_in(int(response.get("status") or 0))
    text = content.get("text")
    if not status and not text:
        return None  # it was never answered
    said = [(str(one["name"]), str(one["value"])) for one in response.get("headers") or []]
    body = _body(text or "", content.get("encoding"))
    headers = [one for one in said if one[0].lower() not in NOT_KEPT]
    decoded_kind = kind if content.get("encoding") == "base64" else _type(kind, "utf-8")
    headers.append(("Content-Type", decoded_kind))
    missing = not body and content.get("size")
    read = _missing if missing else partial(_spooled, spool, spool.put(body), len(body), headers)
    return Capture(
        url=str(request["url"]),
        moment=first_second(str(entry.get("startedDateTime"))),
        status=status or 200,
        file=name,
        read=read,
    )


def _body(text: str, encoding: str | None) -> bytes:
    """The bytes of a content. Browsers have decoded a text; so the mark says what it is now."""
    if encoding == "base64":
        return base64.b64decode(text)
    return text.encode("utf-8-sig", "replace") if text else b""


def _type(kind: str, charset: str | None) -> str:
    return f"{kind.partition(';')[0]}; charset={charset}" if charset else kind


def _spooled(spool: Spool, place: int, size: int, headers: Headers, limit: int) -> Payload:
    if size > limit:
        raise TooLarge
    body = spool.get(place, size)
    return Payload(headers, body, digest(body))


def _missing(_: int) -> NoReturn:
    raise Damaged(NO_CONTENT)


def captures_in_mhtml(path: Path, name: str, skip: Skip) -> Iterator[Capture]:
    """The page in an MHTML file, which the source calls `name`."""
    try:
        message = _message(path)
        url = _address(
            message.get("Snapshot-Content-Location")
            or _page_of(message).get("Content-Location")
            or message.get("Content-Location")
        )
    except (Damaged, ValueError, LookupError) as damage:
        skip(f"{name} is an MHTML that can't be read ({damage}): it is left out")
        return
    if not url.startswith("http"):
        skip(f"{name} does not say where its page is from: it is left out")
        return
    moment = first_second(str(message.get("Date") or ""))
    yield Capture(url, moment, 200, name, partial(_in_mhtml, path))


def _address(said: object) -> str:
    """An address in a header, which may be folded or encoded as a whole (RFC 2047)."""
    return "".join(str(make_header(decode_header(str(said or "")))).split())


def _in_mhtml(path: Path, limit: int) -> Payload:
    page = _page_of(_message(path))
    body = page.get_payload(decode=True)
    if not isinstance(body, bytes):
        raise Damaged("holds no page that can be read")
    if len(body) > limit:
        raise TooLarge
    return Payload([("Content-Type", str(page.get("Content-Type")))], body, digest(body))


def _message(path: Path) -> Message:
    """The e-mail in a file. Its parser looks, in each line, for the ends of all parts around it."""
    content = _whole(path)
    if sum(1 for _ in islice(MULTIPART.finditer(content), MOST_MULTIPARTS + 1)) > MOST_MULTIPARTS:
        raise Damaged(f"has more than {MOST_MULTIPARTS} parts that have parts of their own")
    return message_from_bytes(content)


def _page_of(message: Message) -> Message:
    """The part that is the page: the one that the head names, or the first that is HTML."""
    start = message.get_param("start")
    parts = [part for part in message.walk() if part.get_content_maintype() != "multipart"]
    for part in parts:
        if start and part.get("Content-ID") == start:
            return part
    pages = [part for part in parts if part.get_content_subtype() in ("html", "xhtml+xml")]
    if not pages:
        raise Damaged("holds no page that can be read")
    return pages[0]


def captures_in_webarchive(path: Path, name: str, skip: Skip) -> Iterator[Capture]:
    """The page in a webarchive, which the source calls `name`, and those in its frames."""
    try:
        pages = _pages_of(plistlib.loads(_whole(path)))
    except Damaged as damage:
        skip(f"{name} {damage}: it is left out")
        return
    except (*NO_PLIST, KeyError, TypeError, AttributeError) as error:
        skip(f"{name} is a webarchive that can't be read ({error}): it is left out")
        return
    spool, moment = Spool(), moment_of(path.stat().st_mtime)
    for url, kind, body in pages:
        headers = [("Content-Type", kind)]
        if not kind.lower().startswith(NO_PAGES):
            read = partial(_spooled, spool, spool.put(body), len(body), headers)
            yield Capture(url, moment, 200, name, read)


def _pages_of(archive: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    """The address, the type and the bytes of the page in an archive, and of those in its frames."""
    pages, size = [], 0
    for one in (archive, *archive.get("WebSubframeArchives", ())):
        said = one["WebMainResource"]
        kind, charset = said["WebResourceMIMEType"], said.get("WebResourceTextEncodingName")
        body = bytes(said["WebResourceData"])
        size += len(body)
        if size > LARGEST:  # a property list may name one content many times
            raise Damaged(TOO_LARGE)
        pages.append((str(said["WebResourceURL"]), _type(str(kind), charset), body))
    return pages


def _whole(path: Path) -> bytes:
    """The content of a file, which may be compressed as a whole."""
    try:
        if path.stat().st_size > LARGEST:
            raise TooLarge
        content = path.read_bytes()
        return decoded(["zstd"] if content.startswith(ZSTD) else [], content, LARGEST)
    except TooLarge:
        raise Damaged(TOO_LARGE) from None
