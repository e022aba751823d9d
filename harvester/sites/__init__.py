"""The sites that can be harvested: known ones, and any other by its host."""

from urllib.parse import urlsplit

from harvester.outcomes import BadUsage
from harvester.sites.general import general_site, host_of
from harvester.sites.site import Site
from harvester.sites.wilson import WILSON

SITES = (WILSON,)


def site_of(url: str) -> Site:
    """The site of an address by its host: one that no known site has is a site of its own."""
    return _known_site(url) or general_site(url)


def site_for(url: str, key: str | None) -> Site:
    """The site of an address that is said to be one of a site's, such as a copy of its pages.

    Raises BadUsage if there is no such site, or if the host belongs to another.
    """
    if key is None or key == host_of(url):
        return site_of(url)
    site = next((site for site in SITES if site.key == key), None)
    if site is None:
        there = ", ".join(site.key for site in SITES)
        raise BadUsage(f"There is no site {key!r}: use {there}, or leave it out.")
    other = _known_site(url)
    if other not in (None, site):
        raise BadUsage(f"{url} is on the site {other.key}, not {key}: leave the site out.")
    return site


def _known_site(url: str) -> Site | None:
    host = urlsplit(url).hostname
    return next((site for site in SITES if host in (*site.hosts, _host(site))), None)


def _host(site: Site) -> str | None:
    return urlsplit(site.home).hostname
