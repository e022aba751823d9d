"""Proofs of a profile: saved pages of its site, each with what was read from it.

A proof is a folder with `page.html` and `page.json`, as fixtures are: those of a learned profile
stand below `sites/NAME/`, those of built-in ones are the project's own fixtures.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from harvester.disk import whole_file
from harvester.fixture import Fixture, as_data, reading
from harvester.interfaces import read_listing
from harvester.outcomes import BadOutput, BadUsage, HarvestProblem
from harvester.pages.markup import Unclear, decoded
from harvester.sites import BUILT_IN, site_for
from harvester.sites.site import Site
from harvester.timestamps import utc_now
from harvester.visit import SavedPage

Data = dict[str, Any]
FIXTURES = Path(__file__).parents[2] / "fixtures"
"""Proofs of the built-in profiles; only a checkout of this project has them."""
NOTE = "A proof of the profile: what it read of the page when that was saved."
OURS = {"listing", "earlier"}
"""What a site's folder has: its proofs, and those from before."""
CHALLENGE, EMPTY = "challenge", "empty-listing"
"""Problems of saved pages: the first shows before a page is read, the second is a listing."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A saved page in the folder `place`, and what must be read from it."""

    place: Path
    said: Data

    @property
    def url(self) -> str:
        """The address of the page."""
        return str(self.said["url"])

    def differences(self, key: str) -> Iterator[str]:
        """What the profile of a site reads differently today, one sentence each."""
        site = site_for(self.url, key)
        try:
            found = self._read(site)
        except (HarvestProblem, Unclear) as problem:
            if "problem" not in self.said:
                yield f"it can't be read any more: {problem}"
            return
        if problem_said := self.said.get("problem"):
            if problem_said != EMPTY or found.get("entries") != []:
                yield f"it is read, and was none that can be ({problem_said})"
            return
        yield from _differences(self.url, self.said, found)

    def _read(self, site: Site) -> Data:
        headers = {str(k).lower(): str(v) for k, v in self.said.get("headers", {}).items()}
        body = (self.place / "page.html").read_bytes()
        text = decoded(headers.get("content-type", "text/html"), body)[1]
        return reading(self.url, site).read(text, headers)


def _differences(url: str, said: Data, found: Data) -> Iterator[str]:
    """The differences between what is read and what the proof says."""
    if "record" in said:
        for name, value in said["record"].items():
            if found["record"].get(name) != value:
                yield f"{name} was {_shown(value)}, and is {_shown(found['record'].get(name))}"
        return
    for name in ("first", "last", "total", "next"):
        if found[name] != said[name]:
            yield f"{name} was {_shown(said[name])}, and is {_shown(found[name])}"
    if len(found["entries"]) != len(said["entries"]):
        yield f"it had {len(said['entries'])} entries, and has {len(found['entries'])}"
        return
    for number, (one, now) in enumerate(zip(said["entries"], found["entries"], strict=True), 1):
        whole = {**one, "href": urljoin(url, one["href"])}
        for name in ("title", "href", "date_text", "summary"):
            if whole.get(name) != now[name]:
                was, is_now = _shown(whole.get(name)), _shown(now[name])
                yield f"{name} of entry {number} was {was}, and is {is_now}"


def _shown(value: object) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= 100 else f"{said[:99]}…"


def proofs(key: str, folder: Path) -> Iterator[Proof]:
    """The proofs of a site's profile: those below the user's folder `sites`, or built-in ones.

    Raises BadUsage if one can't be read.
    """
    own = sorted((folder / key).glob("*/*/page.json"))
    if not own and not (folder / f"{key}.toml").is_file():
        own = [one for one in sorted(FIXTURES.glob("*/*/page.json")) if _is_of(key, one)]
    for file in own:
        said = _said(file)
        if said.get("problem") != CHALLENGE:
            yield Proof(file.parent, said)


def _is_of(key: str, file: Path) -> bool:
    """Whether a fixture is a page of a site that has a built-in profile."""
    if not (BUILT_IN / f"{key}.toml").is_file():
        return False
    return site_for(str(_said(file)["url"]), None).key == key


def _said(file: Path) -> Data:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(said, dict) and isinstance(said.get("url"), str):
            return said
        raise ValueError("it has no url")
    except (OSError, ValueError) as error:
        raise BadUsage(f"{file} is no proof ({error}): correct or remove it.") from None


def is_taken(folder: Path, key: str) -> bool:
    """Whether a folder `sites` has a profile of this name, or something else that is called so.

    Proofs alone are what a killed program has left, or whoever removed their profile.
    """
    there = folder / key
    others = {one.name for one in there.iterdir()} - OURS if there.is_dir() else there.exists()
    return bool(others) or (folder / f"{key}.toml").exists()


def write(folder: Path, key: str, profile: str, pages: Mapping[str, SavedPage], site: Site) -> Path:
    """Writes a new profile into the user's folder `sites`, and its pages below; returns its place.

    The profile comes last: with it, all is there. Raises BadOutput if they can't be written.
    """
    place = folder / f"{key}.toml"
    try:
        keep(folder, key, pages, site)
        with whole_file(place) as out:
            out.write(profile.encode())
    except OSError as error:
        raise BadOutput(f"{place} can't be written ({error.strerror}).") from error
    return place


def keep(folder: Path, key: str, pages: Mapping[str, SavedPage], site: Site) -> None:
    """Saves the pages that a new profile reads as its proofs, and moves those from before, which it
    need not read, to the folder `earlier`. Raises OSError."""
    moment = re.sub(r"\D", "", utc_now())
    new = {page.body for page in pages.values()}
    for proof in sorted((folder / key / "listing").glob("*/page.html")):
        if proof.read_bytes() not in new:  # else a program that was killed has saved it
            earlier = folder / key / "earlier" / moment / proof.parent.name
            earlier.parent.mkdir(parents=True, exist_ok=True)
            proof.parent.rename(earlier)
    for case, page in pages.items():
        _proof(case, page, site).write(folder / key)


def _proof(case: str, page: SavedPage, site: Site) -> Fixture:
    headers = {"Content-Type": page.headers.get("content-type", "text/html")}
    about = {"url": page.url, "note": NOTE, "fetched": utc_now(), "headers": headers}
    listing = read_listing(page.html, page.url, site, page.headers)
    return Fixture("listing", case, page.body, {**about, **as_data(listing)})
