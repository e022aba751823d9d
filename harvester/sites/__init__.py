"""The sites that can be harvested: those that have a profile, and any other by its host."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from harvester.outcomes import BadUsage
from harvester.sites.profile import read_profile
from harvester.sites.site import Site, general_site, host_of
from harvester.sites.wording import use_words

BUILT_IN = Path(__file__).parent
_folders = [BUILT_IN]


def use_profiles(folder: Path) -> None:
    """Takes the profiles of a user's own folder, too, if it is there, and the languages in its
    folder `words`; they win over built-in ones.

    Raises BadUsage if one of them is wrong.
    """
    if folder.is_dir():
        _folders[1:] = [folder]
        use_words(folder / "words")
        known_sites.cache_clear()
        _sites_by_host.cache_clear()
        known_sites()


@cache
def known_sites() -> dict[str, Site]:
    """The sites that have a profile, by their keys; a user's own come first."""
    sites: dict[str, Site] = {}
    for folder in reversed(_folders):
        for file in sorted(folder.glob("*.toml")):
            sites.setdefault(file.stem, read_profile(file))
    return sites


def site_of(url: str) -> Site:
    """The site of an address by its host: one that no profile knows is a site of its own."""
    return _known_site(url) or general_site(url)


def site_for(url: str, key: str | None) -> Site:
    """The site of an address that is said to be one of a site's, such as a copy of its pages.

    Raises BadUsage if there is no such site, or if the host belongs to another.
    """
    if key is None or key == host_of(url):
        return site_of(url)
    site = known_sites().get(key)
    if site is None:
        raise BadUsage(
            f"There is no site {key!r}: use {', '.join(known_sites())}, or leave it out."
        )
    other = _known_site(url)
    if other is not None and other is not site:
        raise BadUsage(f"{url} is on the site {other.key}, not {key}: leave the site out.")
    return site


def _known_site(url: str) -> Site | None:
    return _sites_by_host().get(urlsplit(url).hostname)


@cache
def _sites_by_host() -> dict[str | None, Site]:
    """The first site that has a host counts."""
    hosts: dict[str | None, Site] = {}
    for site in known_sites().values():
        for host in (urlsplit(site.home).hostname, *site.hosts):
            hosts.setdefault(host, site)
    return hosts
