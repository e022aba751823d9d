"""A site of which nothing is known but its host."""

import re
from urllib.parse import urlsplit

from harvester.sites.identity import REST, Identity
from harvester.sites.paging import Form, Paging
from harvester.sites.phrases import Phrases
from harvester.sites.site import HINTS, DocumentPage, Site

PORTS = {"http": 80, "https": 443}
NONE = Phrases(())


def general_site(url: str) -> Site:
    """The site at an address: named by its host, each document by its path and query.

    What its pages are like is not stated: a listing that can't be read by what is certain, or that
    shows no link to its next page, is refused.
    """
    host = host_of(url)
    home = f"{urlsplit(url).scheme}://{host}"
    return Site(
        key=host,
        name=host,
        keeper=host,
        home=home,
        identity=Identity(home, f"/{REST}"),
        paging=Paging((Form("/{+rest}", "page"),)),
        row_hints=(),
        nothing_found=NONE,
        teasers=NONE,
        document_page=DOCUMENT_PAGE,
        reckons=False,
    )


def host_of(url: str) -> str:
    """The host of an address, with its port if that is not the usual one."""
    parts = urlsplit(url)
    usual = parts.port in (None, PORTS.get(parts.scheme))
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if usual else f"{host}:{parts.port}"


DOCUMENT_PAGE = DocumentPage(
    fields={},
    terms={},
    runs={},
    proofs=frozenset(),
    hints=dict.fromkeys(HINTS, ()),
    credit=NONE,
    furniture=NONE,
    related=NONE,
    citation=NONE,
    transcript=NONE,
    pane=NONE,
    file_path=re.compile(r"\.pdf$", re.IGNORECASE),
)
