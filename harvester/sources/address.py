"""What tells one page from another, wherever and however it was saved."""

from urllib.parse import unquote, urlsplit

from harvester.pages.address import REPEATEDLY

Address = tuple[str, tuple[str, ...]]


def address(url: str) -> Address:
    """A page's path and query, however they are encoded and whatever host it was saved from.

    The order of the parameters, blank ones and the number of a first page mean nothing. Raises
    ValueError if it is no address at all.
    """
    parts = urlsplit(url)
    asked = (_decoded(part) for part in parts.query.split("&") if part.partition("=")[2])
    pairs = sorted(pair for pair in asked if pair != "page=0")
    return _decoded(parts.path).rstrip("/"), tuple(pairs)


def caseless(page: Address) -> Address:
    """The same for all spellings in upper and lower case."""
    path, pairs = page
    return path.casefold(), tuple(sorted(pair.casefold() for pair in pairs))


def host(url: str) -> str:
    """The host of an address, without its port."""
    return urlsplit(url).hostname or ""


def _decoded(text: str) -> str:
    text = text.replace("+", " ")
    for _ in range(REPEATEDLY):
        text = unquote(text)
    return text
