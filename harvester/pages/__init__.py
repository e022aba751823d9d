"""Reading pages: what a listing says, and whether a page is a network's check for robots."""

from harvester.pages.challenge import challenge
from harvester.pages.listing import read_listing

__all__ = ["challenge", "read_listing"]
