"""Reading a page of a listing: its range, its entries, the way to the next."""

from harvester.pages.listing.listing_reader import read_listing

__all__ = ["read_listing"]
