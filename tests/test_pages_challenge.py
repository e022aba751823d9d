"""Telling a check for robots from a page."""

import json
from pathlib import Path

import pytest
from make_fixtures import FIXTURES

from harvester.crawl.response_meta import challenge

NETWORKS = {"akamai-interstitial": "Akamai", "cloudflare-challenge": "Cloudflare"}
FOLDERS = sorted(page.parent for page in FIXTURES.glob("*/*/page.json"))
HTML = "<html><head><title>{}</title></head><body>{}</body></html>"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.stem)
def test_saved_pages(folder: Path) -> None:
    said = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    html = (folder / "page.html").read_text(encoding="utf-8")
    found = challenge(said.get("status", 200), said.get("headers", {}), html)
    assert found == NETWORKS.get(folder.name)


@pytest.mark.parametrize(
    ("status", "headers", "html", "network"),
    [
        (403, {"CF-Mitigated": "challenge"}, "", "Cloudflare"),
        (200, {"cf-mitigated": "challenge"}, "", "Cloudflare"),
        (503, {}, HTML.format("Just a moment...", ""), "Cloudflare"),
        (403, {}, "<script>window._cf_chl_opt = {};</script>", "Cloudflare"),
        (429, {}, HTML.format("Just a moment...", ""), "Cloudflare"),
        (429, {}, HTML.format("Too Many Requests", "Ask again later."), None),
        (404, {}, HTML.format("Just a moment...", ""), None),
        (200, {}, HTML.format("Just a moment...", "<script>_cf_chl_opt</script>"), "Cloudflare"),
        (200, {}, '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=A\'">', "Akamai"),
        (200, {}, 'open("POST", "/_sec/verify?provider=interstitial"); "bm-verify"', "Akamai"),
        (403, {"Server": "cloudflare"}, HTML.format("Forbidden", "No."), None),
        (200, {}, HTML.format("Just a moment...", "A memoir"), None),
        (200, {}, HTML.format("Search", '<script src="/cdn-cgi/challenge-platform/x">'), None),
        (503, {}, HTML.format("Down", '<script src="/cdn-cgi/challenge-platform/x">'), None),
        (200, {}, HTML.format("Search", "Akamai's /_sec/verify explained, Cloudflare too"), None),
        (200, {}, HTML.format("Just a moment...", "_cf_chl_opt " + "word " * 5_000), None),
        (200, {}, "", None),
    ],
)
def test_challenge(status: int, headers: dict[str, str], html: str, network: str | None) -> None:
    assert challenge(status, headers, html) == network


AKAMAI = '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=A\'">'
CLOUDFLARE = HTML.format("Just a moment...", "<script>_cf_chl_opt</script>")


@pytest.mark.parametrize("html", [AKAMAI, CLOUDFLARE])
def test_only_a_short_page_is_a_check_that_comes_as_a_page(html: str) -> None:
    """A check has some 2,500 characters, and no page of a site has fewer than 20,000."""
    assert challenge(200, {}, html.ljust(19_999))
    assert challenge(200, {}, html.ljust(20_000)) is None
