"""The sites that can be harvested."""

from urllib.parse import urlsplit

from harvester.sites.site import Site
from harvester.sites.wilson import WILSON

SITES = (WILSON,)


def site_of(url: str) -> Site:
    """The site an address belongs to; one on an unknown host is taken for a copy of the first.

    Copies are common: staging twins, mirrors, archives of the web, a server on loopback.
    """
    host = urlsplit(url).hostname
    return next((site for site in SITES if urlsplit(site.home).hostname == host), SITES[0])
