"""Addresses on a document's page: its own, and others of the same document."""

from urllib.parse import urlsplit

from harvester.pages.address import absolute, document_of
from harvester.sites.site import Site


def documents_of(url: str, said: list[str], site: Site) -> list[str]:
    """The document's identities: that of the page's address, then those that its head gives."""
    leads = [absolute(url, address) for address in said]
    own = [lead for lead in leads if lead and is_same_site(url, lead, site)]
    found = [document_of(address, site) for address in (url, *own)]
    return list(dict.fromkeys(document for document in found if document))


def is_same_site(url: str, other: str, site: Site) -> bool:
    """Whether an address is on the page's host, or on the site's own."""
    hosts = {_host(url), _host(site.home)}
    return _host(other) in hosts


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
