"""The known sites, which have profiles, and any other site by its host. One that a known software
makes is read by the profile of its kind."""

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from harvester.outcomes import BadUsage
from harvester.sites.oai_address import OaiPaging, is_oai
from harvester.sites.profile import profile_in, read_profile
from harvester.sites.site import Site, general_site, host_of
from harvester.sites.wording import use_words

BUILT_IN = Path(__file__).parent
_folders = [BUILT_IN]


def use_profiles(folder: Path) -> None:
    """Adds the profiles in a user's folder, if it is there, and the languages in its `words`.

    They win over built-in ones. Raises BadUsage if one is wrong.
    """
    if folder.is_dir():
        _folders[1:] = [folder]
        use_words(folder / "words")
        _profiles.cache_clear()
        _sites_by_host.cache_clear()
        site_read_by.cache_clear()
        _profiles()


@cache
def _profiles() -> dict[str, Site]:
    """All profiles by key; a user's own come first."""
    sites: dict[str, Site] = {}
    for folder in reversed(_folders):
        for file in sorted(folder.glob("*.toml")):
            sites.setdefault(file.stem, read_profile(file))
    return sites


def known_sites() -> dict[str, Site]:
    """The sites with profiles, by key; a user's own come first."""
    return {key: site for key, site in _profiles().items() if not site.is_kind}


def known_kinds() -> dict[str, Site]:
    """The kinds of sites with profiles, by key; a user's own come first."""
    return {key: site for key, site in _profiles().items() if site.is_kind}


def site_of(url: str) -> Site:
    """The site of an address by its host. An unknown host is a site of its own, and of a known kind
    if only listings of that kind have such addresses."""
    if is_oai(url):
        return as_oai(_known_site(url) or general_site(url))
    site = _known_site(url) or _kind_of(url)
    return site.at(url) if site else general_site(url)


def site_for(url: str, key: str | None) -> Site:
    """The site of an address, which may be a copy of the site with this key, or of this kind.

    Raises BadUsage if there is no such site or kind, or if the address belongs to another.
    """
    if key is None or key == host_of(url):
        return site_of(url)
    site = _profiles().get(key)
    if site is None:
        known = f"{', '.join(known_sites())}, or a kind of sites ({', '.join(known_kinds())})"
        raise BadUsage(f"There is no site {key!r}: use {known}, or leave it out.")
    other = _known_site(url) or (_kind_of(url) if site.is_kind else None)
    if other is not None and other is not site:
        raise BadUsage(f"{url} is on the site {other.key}, not {key}: leave the site out.")
    return as_oai(site.at(url)) if is_oai(url) else site.at(url)


def as_oai(site: Site) -> Site:
    """The site, where its listings are what a repository answers by OAI-PMH."""
    return replace(site, oai=True, json=None, paging=OaiPaging(), is_known=True)


@lru_cache(maxsize=64)
def site_read_by(url: str, key: str, profile: str | None) -> Site:
    """The site of a listing, read by the profile that is kept with its collection, if one is."""
    return profile_in(key, profile) if profile else site_for(url, key)


def _known_site(url: str) -> Site | None:
    return _sites_by_host().get(host_of(url))


def _kind_of(url: str) -> Site | None:
    """The first kind of sites that has listings at addresses of such a form."""
    return next((kind for kind in known_kinds().values() if kind.is_listing_url(url)), None)


@cache
def _sites_by_host() -> dict[str, Site]:
    """The first site with each host; the same host with another port is another."""
    hosts: dict[str, Site] = {}
    for site in known_sites().values():
        for host in (host_of(site.home), *map(str.lower, site.hosts)):
            hosts.setdefault(host, site)
    return hosts
