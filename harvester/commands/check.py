"""`harvester check [SITE…]`: reads the proofs of profiles again, and says what differs."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from harvester.clean_text import one_line
from harvester.command import ProjectCommand, profiles_beside
from harvester.console import program, tell
from harvester.outcomes import BadUsage, Outcome, Reason, Unreadable
from harvester.sites import known_kinds, known_sites, use_profiles


class Command(ProjectCommand):
    """Reads the saved pages of sites with their profiles as they are now."""

    form = "[options] [SITE ...]"
    summary = "Read the pages again that prove the profiles of sites, and say what differs"

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options and the user's profiles. Raises BadUsage if one is wrong."""
        super().take_in(args, opts)
        use_profiles(self.profiles)

    @property
    def profiles(self) -> Path:
        """The user's folder of profiles, beside collections.toml."""
        return profiles_beside(self.settings["HARVEST_COLLECTIONS"])

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Checks these sites, or all. Exits with 65 if a page is read differently now."""
        with self.telling_problems():
            known = [*known_sites(), *known_kinds()]
            for key in args:
                if key not in known:
                    raise BadUsage(f"There is no site {key!r}: use {', '.join(known)}.")
            differing = [key for key in args or known if not self._is_proved(key, bool(args))]
            if differing:
                raise Unreadable(
                    f"Pages of {', '.join(differing)} are read otherwise than they were: correct"
                    f" the profile, or learn it anew from what is shown now ({program()} learn).",
                    Reason.NO_LISTING,
                )
            self.exitcode = Outcome.COMPLETE.exit_code

    def _is_proved(self, key: str, is_asked_for: bool) -> bool:
        """Prints what differs in a site's proofs, and returns whether nothing does. Raises BadUsage
        if the site was asked for and has no proofs."""
        from harvester.learning.proofs import proofs

        number, differing = 0, 0
        for proof in proofs(key, self.profiles):
            number += 1
            lines = list(_lines(proof.differences(key), f"{key}: {proof.place.name}"))
            differing += bool(lines)
            tell("\n".join(lines))
        if not number and is_asked_for:
            raise BadUsage(f"There are no pages that prove the profile of {key}.")
        if number:
            tell(f"{key}: {number - differing} of {number} pages are read as they were")
        return not differing


def _lines(sentences: Iterator[str], where: str) -> Iterator[str]:
    return (f"{where}: {one_line(sentence)}" for sentence in sentences)
