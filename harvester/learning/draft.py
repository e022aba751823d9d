"""A profile as it is proposed, and as the TOML file that a person reads and corrects."""

from dataclasses import dataclass

from harvester.learning.addresses import Documents, Pages
from harvester.learning.profile_text import Value, lines
from harvester.learning.selectors import Selectors
from harvester.sites.profile import profile_in
from harvester.sites.site import Site


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a learned profile says."""

    name: str
    documents: Documents
    pages: tuple[Pages, ...]
    states_range: bool
    selectors: Selectors
    hosts: tuple[str, ...] = ()
    links: str = ""

    def as_toml(self) -> str:
        """The file's text, without keys that have their defaults."""
        head: dict[str, Value] = {"name": self.name, "home": self.documents.home}
        if self.hosts:
            head["hosts"] = list(self.hosts)
        listing: dict[str, Value] = {"links": self.links} if self.links else {}
        listing.update(self.selectors.said())
        said = [
            *lines(head),
            "",
            "[documents]",
            *lines({"address": self.documents.address}),
            "",
            "[listing]",
            f"addresses = [{', '.join(map(self._form, self.pages))}]",
            *lines(listing),
        ]
        return "".join(f"{line}\n" for line in said)

    def _form(self, form: Pages) -> str:
        said: dict[str, Value] = {"path": form.path}
        if form.parameter:
            said["parameter"] = form.parameter
        if form.first:
            said["first"] = form.first
        if form.step != 1:
            said["step"] = form.step
        if not self.states_range:
            said["states_range"] = False
        return f"{{ {', '.join(lines(said))} }}"

    def site(self, key: str) -> Site:
        """The site that the profile describes. Raises BadUsage if it can't be one."""
        return profile_in(key, self.as_toml())
