"""Reading pages: listings, and documents' own."""

from harvester.pages.document.document_reader import read_document as read_proved
from harvester.pages.general.general_document import read_general_document
from harvester.pages.listing.listing_reader import read_listing
from harvester.record import Record
from harvester.sites.site import Site

__all__ = ["read_document", "read_listing"]


def read_document(html: str, url: str, site: Site) -> Record:
    """Reads a document's own page: by what the profile says only such pages have, or else by its
    labels. Raises Unreadable if the page is not a document's."""
    read = read_proved if site.document_page.proves else read_general_document
    return read(html, url, site)
