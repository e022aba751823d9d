"""Telling a network's check for robots from a page: silence would look like an empty site."""

import re
from collections.abc import Mapping

LONGEST = 20_000
"""Characters of a check that comes with status 200: Akamai's has some 2,500, a listing 50,000."""

REFUSALS = frozenset((403, 429, 503))

JUST_A_MOMENT = re.compile(r"<title>\s*Just a moment\W*</title>", re.IGNORECASE)
CLOUDFLARE_CHECK = re.compile(r"\b_cf_chl_opt\b|challenge-error-(?:title|text)")
"""Not the address of its scripts, which stand in ordinary pages of its customers too."""
AKAMAI_REFRESH = re.compile(r"<meta\b(?=[^<>]*\brefresh\b)[^<>]*\bbm-verify=", re.IGNORECASE)
AKAMAI_CHECK = re.compile(r"/_sec/(?:verify|cp_challenge)\b")


def challenge(status: int, headers: Mapping[str, str], text: str) -> str | None:
    """The network that asks for proof of not being a robot; None if this is a page, or an error.

    Two are likely here: Cloudflare's, with status 403, 429 or 503, and Akamai's, with 200. Ordinary
    pages carry scripts of both networks, so that no single word decides.
    """
    if _is_cloudflare(status, headers, text):
        return "Cloudflare"
    return "Akamai" if _is_akamai(text) else None


def _is_cloudflare(status: int, headers: Mapping[str, str], text: str) -> bool:
    said = {name.lower(): value.lower() for name, value in headers.items()}
    if "challenge" in said.get("cf-mitigated", ""):
        return True
    if status not in REFUSALS and len(text) >= LONGEST:
        return False
    signs = [bool(JUST_A_MOMENT.search(text)), bool(CLOUDFLARE_CHECK.search(text))]
    return any(signs) if status in REFUSALS else all(signs)


def _is_akamai(text: str) -> bool:
    """Its page reloads itself with a token, or sends one to be verified, and holds nothing else."""
    if len(text) >= LONGEST:
        return False
    return bool(AKAMAI_REFRESH.search(text) or ("bm-verify" in text and AKAMAI_CHECK.search(text)))
