"""Addresses on a document's page: its own, others of the same document, and those of its scans."""

from urllib.parse import urldefrag, urlsplit

from lxml.etree import _Element as Element

from harvester.pages.address import absolute, document_of
from harvester.pages.document.sheet import is_frame
from harvester.pages.page import is_landmark
from harvester.sites.site import Site

SHOWN = {"embed": "src", "iframe": "src", "object": "data"}
"""What shows a scan."""
LINKS = {"a": "href"}
"""What leads to one."""


def documents_of(url: str, said: list[str], site: Site) -> list[str]:
    """The document's identities: that of the page's address, then those that its head gives."""
    leads = [absolute(url, address) for address in said]
    own = [lead for lead in leads if lead and _is_same_site(url, lead, site)]
    found = [document_of(address, site) for address in (url, *own)]
    return list(dict.fromkeys(document for document in found if document))


def file_links(root: Element, url: str, site: Site) -> dict[str, str]:
    """The addresses of scans on the same site, by the links that lead there, in reading order: of
    those that the page shows, or else of those that it only links to."""
    return _leads(root, url, site, SHOWN) or _leads(root, url, site, LINKS)


def _leads(root: Element, url: str, site: Site, by: dict[str, str]) -> dict[str, str]:
    return {
        link: urldefrag(lead).url
        for element in root.iter(*by)
        if (link := element.get(by[str(element.tag)], ""))
        and (lead := absolute(url, link))
        and _is_file(lead, url, site)
        and not _is_in_frame(element)
    }


def _is_file(lead: str, url: str, site: Site) -> bool:
    path = urlsplit(lead).path
    return _is_same_site(url, lead, site) and bool(site.document_page.file_path.search(path))


def _is_same_site(url: str, other: str, site: Site) -> bool:
    """Whether an address is on the page's host, or on the site's own."""
    hosts = {_host(url), _host(site.home)}
    return _host(other) in hosts


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _is_in_frame(element: Element) -> bool:
    return any(is_landmark(up) and is_frame(up) for up in element.iterancestors())
