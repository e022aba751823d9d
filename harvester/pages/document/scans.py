"""The scans that a document's page shows or links to, and their labels."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from harvester.pages.address import absolute, is_same_site
from harvester.pages.document.document_context import is_frame
from harvester.pages.document.panes import LONGEST_LABEL, Pane, text_of
from harvester.pages.elements import Element, is_landmark
from harvester.pages.selectors import Index
from harvester.record import ScanLink
from harvester.sites.site import DocumentPage, Site

SHOWN = {"embed": "src", "iframe": "src", "object": "data"}
"""Elements that show a scan, with the attribute that has its address."""
LINKS = {"a": "href"}
"""Elements that link to one."""


@dataclass(frozen=True, slots=True)
class FileLink:
    """An element that shows a scan or leads to it: the link as written, and its address."""

    element: Element
    link: str
    url: str


def file_links(index: Index, url: str, site: Site) -> list[FileLink]:
    """The links to scans on the same site, in reading order: to those that the page shows, or else
    to those that it only links to."""
    return _links(index, url, site, SHOWN) or _links(index, url, site, LINKS)


def scan_links(
    files: Iterable[FileLink], panes: Iterable[Pane], index: Index, form: DocumentPage
) -> list[ScanLink]:
    """The scans, each once, as the first of its links that says so calls it."""
    by_element = {pane.element: pane for pane in panes}
    labels: dict[str, str | None] = {}
    for file in files:
        labels[file.url] = labels.get(file.url) or _label(file.element, by_element, index, form)
    return [ScanLink(url, label) for url, label in labels.items()]


def _label(
    element: Element, panes: dict[Element, Pane], index: Index, form: DocumentPage
) -> str | None:
    """The label of the pane around a link; without a pane, the link's own text may be one."""
    around = next((panes[up] for up in element.iterancestors() if up in panes), None)
    if around:
        return around.label
    if element.tag not in LINKS:
        return None
    said = text_of(element, index)
    return said if len(said) <= LONGEST_LABEL and form.transcript.fullmatch(said) else None


def _links(index: Index, url: str, site: Site, by: dict[str, str]) -> list[FileLink]:
    may_be = site.document_page.file_path.search
    return [
        FileLink(element, link, urldefrag(lead).url)
        for element in index.ordered(index.tagged(by))
        if (link := element.get(by[str(element.tag)], ""))
        and may_be(link.partition("?")[0].partition("#")[0].strip())
        and (lead := absolute(url, link))
        and _is_file(lead, url, site)
        and not _is_in_frame(element)
    ]


def _is_file(lead: str, url: str, site: Site) -> bool:
    path = urlsplit(lead).path
    return is_same_site(url, lead, site) and bool(site.document_page.file_path.search(path))


def _is_in_frame(element: Element) -> bool:
    return any(is_landmark(up) and is_frame(up) for up in element.iterancestors())
