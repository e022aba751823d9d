"""Reading and checking a site's profile, a TOML file with all that is particular to an archive.

`site_in` takes all the keys that a profile can have; docs/profiles.md describes each.
"""

import re
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from harvester.dates import ORDERS
from harvester.record import KINDS, LABELS
from harvester.sites.identity import ANYWHERE, REST, SEGMENT, Identity
from harvester.sites.json_listing import JsonListing, read_json_listing
from harvester.sites.listing_page import ListingPage, read_listing_page
from harvester.sites.paging import PAGE, Form, Paging
from harvester.sites.phrases import Phrases
from harvester.sites.site import HINTS, DocumentPage, Site
from harvester.sites.table import Table
from harvester.sites.wording import languages, read_sayings

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FIELDS = (*LABELS, "summary")
"""The fields for which a label can stand, apart from kinds of terms."""
NUMBER = "number"
OPTIONAL = re.compile(r"[^\[\]]*(?:\[[^\[\]]+\{page\}[^\[\]]*\])?")
"""A path, in which brackets may hold the part with the page's number."""


def read_profile(file: Path) -> Site:
    """Reads the profile of a site or a kind of sites, whose key is the file's name. Raises BadUsage
    for any mistake."""
    table = Table.read(file)
    key = file.stem
    if not SLUG.fullmatch(key):
        raise table.named(f"{key!r} can't name a site: use small letters, digits and '-'")
    site = site_in(key, table)
    table.end()
    return site


def profile_in(key: str, text: str) -> Site:
    """Reads the text of a profile. Raises BadUsage for any mistake."""
    table = Table.of(Path(f"{key}.toml"), text)
    site = site_in(key, table)
    table.end()
    return site


def site_in(key: str, table: Table) -> Site:
    """Makes the site that a table describes."""
    name, home = table.text("name"), _home(table)
    listing = table.table("listing")
    json = read_json_listing(listing) if _is_json(listing) else None
    identity = _identity(home, table.table("documents"), json)
    paging = _paging(listing, json)
    html = _nothing_else if json else partial(read_listing_page, is_free=identity.is_free)
    return Site(
        key=key,
        name=name,
        keeper=table.text("keeper", name),
        home=home,
        hosts=table.texts("hosts"),
        language=_language(table),
        date_order=_date_order(table),
        date_conventions=table.answer("date_conventions", True),
        sayings=read_sayings(table.table("words")),
        identity=identity,
        paging=paging,
        json=json,
        listing_page=html(listing),
        document_page=_document_page(table.table("document")),
        profile_digest=table.digest,
    )


def _home(table: Table) -> str:
    """The beginning of the site's addresses; empty for a kind of sites."""
    if table.answer("kind", False):
        if table.text("home", ""):
            raise table.wrong("home", "is for a single site, and kind = true for those on any host")
        return ""
    home = table.text("home").rstrip("/")
    if urlsplit(home).scheme not in ("http", "https") or not urlsplit(home).hostname:
        raise table.wrong("home", "is the site's address with https://")
    return home


def _is_json(listing: Table) -> bool:
    said = listing.text("format", "html")
    if said not in ("html", "json"):
        raise listing.wrong("format", 'is "html" or "json"')
    return said == "json"


def _nothing_else(listing: Table) -> ListingPage:
    listing.end()
    return ListingPage()


def _language(table: Table) -> str | None:
    language = table.text("language", "")
    if language and language not in languages():
        raise table.wrong("language", f"is one of {', '.join(languages())}")
    return language or None


def _date_order(table: Table) -> str:
    order = table.text("date_order", "")
    if order not in ("", *ORDERS):
        raise table.wrong("date_order", f"is one of {', '.join(ORDERS)}")
    return order


def _identity(home: str, table: Table, json: JsonListing | None) -> Identity:
    if not home and json and json.link:
        table.end()
        return Identity(home, "")
    address = table.text("address")
    if address == ANYWHERE and home:
        identity = Identity(home, address)
        table.end()
        return identity
    marks = [mark for mark in (SEGMENT, REST) for _ in range(address.count(mark))]
    if not address.startswith("/") or len(marks) != 1:
        raise table.wrong(
            "address",
            f"begins with / and has {SEGMENT} or {REST} in it once"
            f", or is {ANYWHERE} for documents on any host",
        )
    query = address.partition("?")[2]
    if REST in marks and not address.endswith(REST):
        raise table.wrong("address", f"ends with {REST} if it has that")
    if SEGMENT in query and f"={SEGMENT}" not in query:
        raise table.wrong("address", f"has {SEGMENT} as the whole value of a parameter")
    earlier = table.table("earlier")
    field = earlier.text("field", "")
    if field and field not in FIELDS:
        raise earlier.wrong("field", f"is one of {', '.join(FIELDS)}")
    if earlier.text("ids", NUMBER) != NUMBER:
        raise earlier.wrong("ids", f'is "{NUMBER}"')
    earlier.end()
    identity = Identity(home, address, table.texts("files"), field or None)
    table.end()
    return identity


def _paging(listing: Table, json: JsonListing | None) -> Paging:
    forms = tuple(_form(one, json) for one in listing.tables("addresses"))
    if not forms:
        raise listing.wrong("addresses", 'is missing: add addresses = [{ path = "/..." }]')
    return Paging(forms)


def _form(table: Table, json: JsonListing | None) -> Form:
    path = table.text("path")
    if not path.startswith("/") or path.count(PAGE) > 1 or "?" in path:
        raise table.wrong("path", f"begins with /, has no query, and {PAGE} at most once")
    if not OPTIONAL.fullmatch(path):
        raise table.wrong("path", f"has brackets only around what stands with {PAGE}, at its end")
    form = Form(
        path,
        table.text("parameter", "") or None,
        table.number("first", 0),
        table.number("step", 1) or 1,
        table.answer("states_range", json is None or json.states_total),
        table.text("cursor", "") or None,
        table.text("value", "") or None,
        table.answer("states_total", True),
    )
    if form.value and (form.value.count(PAGE) != 1 or not form.parameter):
        raise table.wrong("value", f"has {PAGE} once, and there is a parameter that has it")
    if json and not form.states_total:
        raise table.wrong("states_total", "is for listings in HTML")
    if form.parameter and (form.in_path or form.cursor):
        raise table.wrong("parameter", f"is for a path without {PAGE} or a cursor")
    if json and not json.leads_on and not (form.in_path or form.parameter):
        raise table.wrong("parameter", "is missing: nothing says which page is the next one")
    if json and json.cursor and not form.cursor:
        raise table.wrong("cursor", "is missing: it is the parameter that a cursor goes into")
    table.end()
    return form


def _document_page(table: Table) -> DocumentPage:
    labels = table.words("labels")
    for label, meaning in labels.items():
        if meaning not in (*FIELDS, *KINDS):
            known = ", ".join((*FIELDS, *KINDS))
            raise table.table("labels").wrong(label, f"stands for one of {known}")
    hints = table.table("hints")
    proofs, scans = table.texts("proofs"), table.texts("scans") or ("pdf",)
    if unknown := set(proofs) - set(labels.values()):
        raise table.wrong("proofs", f"has {min(unknown)!r}, for which no label stands")
    page = DocumentPage(
        fields={label: said for label, said in labels.items() if said in FIELDS},
        terms={label: said for label, said in labels.items() if said in KINDS},
        runs=_runs(table.table("runs")),
        proofs=frozenset(proofs),
        hints={name: hints.selectors(name) for name in HINTS},
        credit=_phrases(table, "credit"),
        furniture=_phrases(table, "furniture"),
        related=_phrases(table, "related"),
        citation=_phrases(table, "citation", "title", "date", "source"),
        transcript=_phrases(table, "transcript", "before", "after"),
        pane=_phrases(table, "pane", "language"),
        file_path=re.compile(rf"\.(?:{'|'.join(map(re.escape, scans))})$", re.IGNORECASE),
    )
    hints.end()
    table.end()
    return page


def _runs(table: Table) -> dict[str, tuple[str, str]]:
    runs: dict[str, tuple[str, str]] = {}
    for kind in KINDS:
        if said := table.texts(kind):
            if len(said) != 2 or not set(KINDS).issuperset(said):
                raise table.wrong(kind, f"is a list of two of {', '.join(KINDS)}")
            runs[kind] = (said[0], said[1])
    table.end()
    return runs


def _phrases(table: Table, key: str, *groups: str) -> Phrases:
    said = table.texts(key)
    known = (*groups, "url") if "source" in groups else groups
    return table.made(key, partial(Phrases, said, known))
