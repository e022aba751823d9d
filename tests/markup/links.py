"""Addresses: of documents, and of the pages of a listing."""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from itertools import count
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

SLUG_LENGTH = 90
STOP_WORD = re.compile(
    "a|an|as|at|before|but|by|for|from|is|in|into|like|of|off|on|onto|per|since|than|the|this|that|"
    "to|up|via|with"
)
EARLIER_PAGE = re.compile(r"(?<=/search-results/)\d+(?=/)")


def slugs(titles: Iterable[str]) -> list[str]:
    """Paths of documents as today's site makes them; titles of one stem get different suffixes."""
    return list(_paths(_slug_candidates(title) for title in titles))


def numbers(titles: Iterable[str]) -> list[str]:
    """Paths of documents as the earlier site had them; the numbers are invented, but steady."""
    return list(_paths(_number_candidates(title) for title in titles))


def page_of(url: str) -> int:
    """Number of a listing's page, counted from 0."""
    if earlier := EARLIER_PAGE.search(url):
        return int(earlier[0]) - 1
    return int(dict(parse_qsl(urlsplit(url).query)).get("page", 0))


def page_href(url: str, page: int) -> str:
    """The link from one page of a listing to another, as the site writes it."""
    parts = urlsplit(url)
    if EARLIER_PAGE.search(parts.path):
        path = EARLIER_PAGE.sub(str(page + 1), parts.path)
        return f"{path}?{parts.query}" if parts.query else path
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if name != "page"]
    return "?" + urlencode([*kept, ("page", str(page))], quote_via=quote, safe="")


def _paths(candidates: Iterable[Iterator[str]]) -> Iterator[str]:
    taken: set[str] = set()
    for names in candidates:
        name = next(name for name in names if name not in taken)
        taken.add(name)
        yield f"/document/{name}"


def _slug_candidates(title: str) -> Iterator[str]:
    yield _slug(title, SLUG_LENGTH)
    for number in count():
        suffix = f"-{number}"
        yield _slug(title, SLUG_LENGTH - len(suffix)) + suffix


def _number_candidates(title: str) -> Iterator[str]:
    return map(str, count(100_000 + zlib.crc32(title.encode()) % 100_000))


def _slug(title: str, length: int) -> str:
    """Words in lower case and plain letters, stop words left out, cut at the end of a word."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9\s-]", "", plain).replace("-", " ").split()
    slug = "-".join(word for word in words if not STOP_WORD.fullmatch(word))
    return slug if len(slug) <= length else slug[: length + 1].rpartition("-")[0]
