"""Which hosts belong to one site."""

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

DEFAULT_PORTS = {"http": 80, "https": 443}
NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)$")
"""The last part of an IPv4 address, however it is spelled (https://url.spec.whatwg.org, 3.5)."""


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one site: equal hosts, or one is the other's subdomain.

    What anybody may register names under is no site: "org" is none, nor "co.uk" or "github.io", by
    the Public Suffix List (https://publicsuffix.org) as tldextract brings it. An IP address has no
    subdomains. http may change to https, but no other scheme or port may change.
    """
    one, two = urlsplit(url), urlsplit(other)
    if two.scheme not in DEFAULT_PORTS or (one.scheme, two.scheme) == ("https", "http"):
        return False
    return _same_port(url, other) and _same_host(one.hostname or "", two.hostname or "")


def _same_host(one: str, two: str) -> bool:
    if one == two:
        return True
    parent, child = sorted((one, two), key=len)
    return child.endswith(f".{parent}") and not _is_address(child) and _is_registered(parent)


def _is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    return ":" in host or NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _is_registered(host: str) -> bool:
    """Whether a host is below a public suffix; where the list has none, that is the last label."""
    suffix = _suffixes()(host).suffix or host.rpartition(".")[2]
    return host != suffix


@cache
def _suffixes() -> "TLDExtract":
    # Most harvests meet one host: they do without what this loads.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _same_port(url: str, other: str) -> bool:
    ports = []
    for parts in (urlsplit(url), urlsplit(other)):
        usual = DEFAULT_PORTS.get(parts.scheme)
        ports.append(None if parts.port in (None, usual) else parts.port)
    return ports[0] == ports[1]
