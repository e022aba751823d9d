"""Checks for robots, which stand in for a page, by the signs of the networks that make them.

Ordinary pages carry scripts of all these networks, so that no single word decides: a check is short
and has nothing else on it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_CHECK = 20_000
"""Characters of a check that comes with status 200: Akamai's has some 2,500, a listing 50,000."""
EMPTY = 100
"""Characters of text that a page without content may have."""

REFUSALS = frozenset((403, 429, 503))

JUST_A_MOMENT = re.compile(r"<title>\s*Just a moment\W*</title>", re.IGNORECASE)
CLOUDFLARE_CHECK = re.compile(r"\b_cf_chl_opt\b|challenge-error-(?:title|text)")
"""Not the address of its scripts, which stand in ordinary pages of its customers too."""
AKAMAI_REFRESH = re.compile(r"<meta\b(?=[^<>]*\brefresh\b)[^<>]*\bbm-verify=", re.IGNORECASE)
AKAMAI_CHECK = re.compile(r"/_sec/(?:verify|cp_challenge)\b")
INCAPSULA = re.compile(r"/_Incapsula_Resource\b", re.IGNORECASE)
CONTENT = re.compile(r"<(script|style|noscript)\b[^<]*(?:(?!</\1)<[^<]*)*|<[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Check:
    """Signs of a network's check, all of which are on its page."""

    network: str
    signs: tuple[re.Pattern[str], ...]


def _check(network: str, *signs: str) -> Check:
    return Check(network, tuple(re.compile(sign, re.IGNORECASE) for sign in signs))


CHECKS = (
    _check("AWS WAF", r"\bgokuProps\b", r"awswaf\.com/"),
    _check("Anubis", r"\bid=[\"']anubis_(?:challenge|version)\b"),
    _check("Anubis", r"/\.within\.website/x/cmd/anubis/"),
    _check("Imperva", r"Incapsula incident ID|<title>\s*Pardon Our Interruption"),
    _check("DataDome", r"\bvar\s+dd\s*=", r"captcha-delivery\.com"),
    _check("PerimeterX", r"\b_?px(?:AppId|-captcha|Block)", r"px-captcha|_pxBlock|has been denied"),
    _check("Sucuri", r"\bsucuri_cloudproxy_js\b|Sucuri Website Firewall"),
    _check("DDoS-Guard", r"<title>\s*DDoS-Guard", r"ddos-guard"),
    _check("Vercel", r"<title>\s*Vercel Security Checkpoint"),
    _check("Radware", r"perfdrive\.com|<title>\s*Radware (?:Bot|Captcha)"),
)
HEADERS = {
    "cf-mitigated": ("Cloudflare", re.compile("challenge")),
    "x-amzn-waf-action": ("AWS WAF", re.compile("challenge|captcha")),
    "x-vercel-mitigated": ("Vercel", re.compile("challenge|deny")),
}
"""Headers that say of themselves that an answer is a check."""


def challenge(status: int, headers: Mapping[str, str], text: str) -> str | None:
    """The network that asks for proof of not being a robot; None if this is a page, or an error."""
    for name, said in headers.items():
        network, sign = HEADERS.get(name.lower(), ("", None))
        if sign and sign.search(said.lower()):
            return network
    if _is_cloudflare(status, text):
        return "Cloudflare"
    if len(text) >= LONGEST_CHECK:
        return None
    if _is_akamai(text):
        return "Akamai"
    if INCAPSULA.search(text) and _is_empty(text):
        return "Imperva"
    return next(
        (one.network for one in CHECKS if all(sign.search(text) for sign in one.signs)), None
    )


def _is_cloudflare(status: int, text: str) -> bool:
    if status not in REFUSALS and len(text) >= LONGEST_CHECK:
        return False
    signs = [bool(JUST_A_MOMENT.search(text)), bool(CLOUDFLARE_CHECK.search(text))]
    return any(signs) if status in REFUSALS else all(signs)


def _is_akamai(text: str) -> bool:
    """Its page reloads itself with a token, or sends one to be verified, and holds nothing else."""
    return bool(AKAMAI_REFRESH.search(text) or ("bm-verify" in text and AKAMAI_CHECK.search(text)))


def _is_empty(text: str) -> bool:
    return len("".join(CONTENT.sub("", text).split())) < EMPTY
