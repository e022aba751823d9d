"""Downloading one scan: the request, and the checks of its answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from scrapy.http import Request, Response, TextResponse

from harvester.crawl.response_meta import check_welcome, texts_of, validators
from harvester.items import PAGE_SOURCE, PageSource
from harvester.outcomes import Reason, Unreadable
from harvester.scans.folder import Folder
from harvester.scans.part import Part
from harvester.scans.scan import AROUND, Scan, WantedScan, begins_pdf, is_whole

FetchFile = Callable[[Callable[[], Request]], Awaitable[Response]]
"""Fetches a file; the request is made anew for each try. Raises RunProblem."""
PART = "scan_part"
"""Key in a request's meta: the Part that receives the bytes of the answer."""
PARTIAL = (206, 416)
"""Statuses of an answer with the rest of a scan, or of a range beyond its end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest size of a scan in bytes, and the longest time of an answer in seconds."""

    size: int
    time: float


async def download(wanted: WantedScan, fetch: FetchFile, folder: Folder, limits: Limits) -> Scan:
    """Puts a scan into the folder.

    It takes what an interrupted run has fetched, or the known file if it has not changed; otherwise
    it asks the site for the missing bytes only.

    Raises RunProblem with a sentence that names the address, OSError if the scan can't be kept.
    """
    part = folder.part(wanted.url)
    if scan := folder.taken_up(part, wanted):
        return scan
    known = wanted.known if wanted.known and folder.has(wanted.known) else None
    try:
        response = await _answer(wanted.url, fetch, part, known, limits)
        if known and response.status == 304:
            return known
        _complete(part, response, wanted.url, limits)
    except Unreadable:
        part.discard()
        raise
    return folder.keep(part, wanted.document)


async def _answer(
    url: str, fetch: FetchFile, part: Part, known: Scan | None, limits: Limits
) -> Response:
    """Fetches the missing bytes, or the whole file if the site no longer has the same scan."""
    meta = {
        PART: part,
        "download_maxsize": limits.size,
        "download_warnsize": 0,
        "download_timeout": limits.time,
    }

    def ask() -> Request:
        if part.error:
            raise part.error
        asked = part.headers() or (validators(known.etag, known.last_modified) if known else {})
        # Parts are those of the content as it is transferred, so it must not be packed.
        headers = {**asked, "Accept-Encoding": "identity"}
        return Request(url, headers=headers, meta=meta, dont_filter=True)

    try:
        response = await fetch(ask)
        if response.status in PARTIAL and not part.fits(texts_of(response.headers)):
            part.discard()
            response = await fetch(ask)
            if response.status in PARTIAL:
                raise _unfit(response, url)
    except Unreadable as problem:
        raise _too_large(url, limits) if problem.why is Reason.TOO_LARGE else problem from None
    if part.error:
        raise part.error
    return response


def _complete(part: Part, response: Response, url: str, limits: Limits) -> None:
    """Completes the part. Raises Refused or Unreadable if the answer is no whole scan."""
    check_welcome(response, url)
    if response.status in (404, 410):
        sentence = f"{url} is not there: the site answers {response.status}."
        raise Unreadable(sentence, Reason.NOT_FOUND, url)
    if response.status not in (200, *PARTIAL):
        raise _unfit(response, url)
    if response.status == 200:
        if not begins_pdf(response.body):
            raise Unreadable(f"{url} is no scan: {_what(response)}.", Reason.NO_SCAN, url)
        part.fill(response.body, texts_of(response.headers))
    if part.size > limits.size:
        raise _too_large(url, limits)
    if not is_whole(part.path):
        sentence = f"{url} is not whole: the PDF that the site sends lacks its end."
        raise Unreadable(sentence, Reason.BROKEN_OFF, url)
    source: PageSource | None = response.meta.get(PAGE_SOURCE)
    part.complete(source.captured if source else None)


def _unfit(response: Response, url: str) -> Unreadable:
    reason = Reason.REDIRECT if 300 <= response.status < 400 else Reason.NO_SCAN
    return Unreadable(f"{url} can't be read: the site answers {response.status}.", reason, url)


def _what(response: Response) -> str:
    if not response.body.strip():
        return "what the site sends is empty"
    html = isinstance(response, TextResponse) and b"<" in response.body[:AROUND]
    return f"what the site sends is {'HTML' if html else 'something else'}, not a PDF"


def _too_large(url: str, limits: Limits) -> Unreadable:
    sentence = f"{url} is larger than {limits.size:,} bytes, which HARVEST_FILE_MAXSIZE allows."
    return Unreadable(sentence, Reason.TOO_LARGE, url)
