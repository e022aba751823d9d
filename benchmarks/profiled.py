"""How many real listing pages are read with a profile each: `make profiles CORPUS=FOLDER`.

The profiles are what `harvester learn` writes, corrected by hand. They stand in
`tests/corpus_profiles/` under the page's id, without the page. Where a script turns the pages, the
parameter with the page's number is a guess: a single page can't tell it. The corpus is as in
`benchmarks.corpus`; its last level, pages that are to be refused, has no profiles.
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.corpus import Row, page_of, scored
from benchmarks.learned import address_of
from harvester.items import Listing
from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.pages.address import absolute, base_of, linked_document
from harvester.pages.markup import tree
from harvester.sites.profile import profile_in
from harvester.sites.site import Site

PROFILES = Path(__file__).parents[1] / "tests" / "corpus_profiles"
REFUSED = "5"
"""The level of pages that have no list to read."""


def main(folder: Path) -> None:
    """Prints the corpus' own score of all pages that are to be read, and why others are not."""
    if not (folder / "index.json").is_file():
        sys.exit(f"There is no corpus in {folder}: say make profiles CORPUS=FOLDER.")
    lines = [(row, read(folder, row)) for row in rows_of(folder)]
    print(scored(folder, lines), end="")
    for row, line in lines:
        if line["refused"]:
            print(f"{row['id']}: {line['refused']}")


def rows_of(folder: Path) -> list[Row]:
    """What the corpus says of each page that is to be read."""
    rows: list[Row] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [row for row in rows if not row["level"].startswith(REFUSED)]


def read(folder: Path, row: Row) -> Row:
    """A page by its profile, as the corpus' script wants it."""
    profile = PROFILES / f"{row['id']}.toml"
    line: Row = {"id": row["id"], "refused": None, "next": None, "entries": []}
    if not profile.is_file():
        return {**line, "refused": "there is no profile"}
    html = page_of(folder / row["file"]).decode(row["charset"], "replace")
    url = url_of(folder, row)
    site = profile_in(row["id"], profile.read_text(encoding="utf-8"))
    try:
        listing = read_listing(html, url, site)
    except Unreadable as problem:
        return {**line, "refused": str(problem)}
    return {**line, **as_written(html, url, site, listing)}


def url_of(folder: Path, row: Row) -> str:
    """The address of a page; where it is not known, one on the host that its links name."""
    truth = json.loads((folder / row["truth"]).read_text(encoding="utf-8"))
    following = (truth["next"] or {}).get("href") or ""
    is_link = following and not following.startswith(("#", "javascript:"))
    if following.startswith("/"):
        following = f"https://{row['site']}{following}"
    return address_of(row, following if is_link else None, [one["url"] for one in truth["entries"]])


def as_written(html: str, url: str, site: Site, listing: Listing) -> dict[str, Any]:
    """What was read, with addresses as the page writes them: the corpus has them so."""
    root = tree(html).root
    base = base_of(root, url)
    hrefs = [href.strip() for link in root.iter("a", "link") if (href := link.get("href"))]
    hrefs = sorted(dict.fromkeys(hrefs), key=len, reverse=True)
    pages = {leads: href for href in hrefs if (leads := absolute(base, href))}
    documents = {linked_document(url, site, leads): href for leads, href in pages.items()}
    return {
        "next": pages.get(listing.next_url, listing.next_url),
        "entries": [
            {
                "title": one.title,
                "url": documents.get(one.document),
                "date": one.date_text,
                "summary": one.summary,
            }
            for one in listing.entries
        ],
    }


if __name__ == "__main__":
    main(Path(*sys.argv[1:2] or ("../shared/corpus",)))
