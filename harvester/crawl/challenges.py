"""Bot checks that are sent in place of a page, recognised by the marks of the networks that serve
them.

Ordinary pages carry scripts of all these networks, so no single word decides: a check is short and
has nothing else on it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_CHECK = 20_000
"""Characters of a check that comes with status 200: Akamai's has some 2,500, a listing 50,000."""
EMPTY = 100
"""Most characters of text on a page without content."""

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
    """The marks of a network's check: its page has all of the signs and one of the words.

    The words, in lower case, are searched first: the regular expressions take three times as long
    as reading a listing.
    """

    network: str
    words: tuple[str, ...]
    signs: tuple[re.Pattern[str], ...]

    def shows(self, text: str, small: str) -> bool:
        """Whether a page is this check; `small` is its text in lower case."""
        return any(word in small for word in self.words) and all(
            sign.search(text) for sign in self.signs
        )


def _check(network: str, words: str, *signs: str) -> Check:
    compiled = tuple(re.compile(sign, re.IGNORECASE) for sign in signs)
    return Check(network, tuple(words.split("|")), compiled)


CHECKS = (
    _check("AWS WAF", "gokuprops", r"\bgokuProps\b", r"awswaf\.com/"),
    _check("Anubis", "anubis_", r"\bid=[\"']anubis_(?:challenge|version)\b"),
    _check("Anubis", "/.within.website/x/cmd/anubis/"),
    _check("Imperva", "incapsula incident id"),
    _check("Imperva", "pardon our interruption", r"<title>\s*Pardon Our Interruption"),
    _check("DataDome", "captcha-delivery.com", r"\bvar\s+dd\s*="),
    _check(
        "PerimeterX",
        "pxappid|px-captcha|pxblock",
        r"\b_?px(?:AppId|-captcha|Block)",
        r"px-captcha|_pxBlock|has been denied",
    ),
    _check("Sucuri", "sucuri_cloudproxy_js", r"\bsucuri_cloudproxy_js\b"),
    _check("Sucuri", "sucuri website firewall"),
    _check("DDoS-Guard", "ddos-guard", r"<title>\s*DDoS-Guard"),
    _check("Vercel", "vercel security checkpoint", r"<title>\s*Vercel Security Checkpoint"),
    _check("Radware", "perfdrive.com"),
    _check("Radware", "radware", r"<title>\s*Radware (?:Bot|Captcha)"),
)
HEADERS = {
    "cf-mitigated": ("Cloudflare", re.compile("challenge")),
    "x-amzn-waf-action": ("AWS WAF", re.compile("challenge|captcha")),
    "x-vercel-mitigated": ("Vercel", re.compile("challenge|deny")),
}
"""Headers that mark an answer as a check by themselves."""


def challenge(status: int, headers: Mapping[str, str], text: str) -> str | None:
    """The network whose bot check this is; None if it is a page or an error."""
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
    small = text.lower()
    return next((one.network for one in CHECKS if one.shows(text, small)), None)


def _is_cloudflare(status: int, text: str) -> bool:
    if status not in REFUSALS and len(text) >= LONGEST_CHECK:
        return False
    signs = (JUST_A_MOMENT.search(text), CLOUDFLARE_CHECK.search(text))
    return any(signs) if status in REFUSALS else all(signs)


def _is_akamai(text: str) -> bool:
    """Its page reloads itself with a token, or sends one to be verified, and holds nothing else."""
    return bool(AKAMAI_REFRESH.search(text) or ("bm-verify" in text and AKAMAI_CHECK.search(text)))


def _is_empty(text: str) -> bool:
    return len("".join(CONTENT.sub("", text).split())) < EMPTY
