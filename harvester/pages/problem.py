"""What can be wrong with a page, before it is said of which page."""


class Unclear(Exception):
    """Raised by the parts of this package when a page's own words don't settle what it says.

    `read_listing` and `read_document` add the page's address and raise Unreadable; nobody else
    sees it.
    """
