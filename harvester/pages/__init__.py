"""Reading pages: listings, and documents' own."""

from harvester.pages.document.document_reader import read_document
from harvester.pages.listing.listing_reader import read_listing

__all__ = ["read_document", "read_listing"]
