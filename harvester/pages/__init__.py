"""Reading pages: listings, documents, and whether a page is a network's check for robots."""

from harvester.pages.challenge import challenge
from harvester.pages.document import read_document
from harvester.pages.listing import read_listing

__all__ = ["challenge", "read_document", "read_listing"]
