"""Telling a check for robots from a page."""

import json
from pathlib import Path

import pytest
from make_fixtures import FIXTURES
from scrapy.http import HtmlResponse

from harvester.crawl.response_meta import challenge, login_instead

NETWORKS = {"akamai-interstitial": "Akamai", "cloudflare-challenge": "Cloudflare"}
FOLDERS = sorted(page.parent for page in FIXTURES.glob("*/*/page.json"))
AWS_WAF = '<script src="https://a.b.token.awswaf.com/a/challenge.js"></script>'
IMPERVA = '<script src="/_Incapsula_Resource?SWJIYLWA=5074"></script>'
DATADOME = '<script src="https://ct.captcha-delivery.com/c.js"></script>'
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
        (202, {"X-Amzn-Waf-Action": "challenge"}, "", "AWS WAF"),
        (405, {"x-amzn-waf-action": "captcha"}, "<html></html>", "AWS WAF"),
        (202, {}, "<script>window.gokuProps = {};</script>" + AWS_WAF, "AWS WAF"),
        (200, {}, HTML.format("Search", AWS_WAF), None),
        (200, {}, '<script id="anubis_challenge" type="application/json">{}</script>', "Anubis"),
        (200, {}, "<script src='/.within.website/x/cmd/anubis/static/js/main.mjs'>", "Anubis"),
        (200, {}, HTML.format("Search", "Papers on Anubis, anubis_challenge"), None),
        (403, {}, "<p>Request unsuccessful. Incapsula incident ID: 49-12</p>", "Imperva"),
        (200, {}, f"<html><head>{IMPERVA}</head><body></body></html>", "Imperva"),
        (200, {}, HTML.format("Search", f"{'word ' * 50}{IMPERVA}"), None),
        (200, {}, HTML.format("Pardon Our Interruption", ""), "Imperva"),
        (403, {}, f"<script>var dd={{'rt':'c'}}</script>{DATADOME}", "DataDome"),
        (200, {"X-DataDome": "protected"}, HTML.format("Search", DATADOME), None),
        (403, {}, "<script>window._pxAppId='PX1'</script><div id='px-captcha'>", "PerimeterX"),
        (200, {}, HTML.format("Search", "<script>window._pxAppId='PX1'</script>"), None),
        (307, {}, "<script>sucuri_cloudproxy_js=''</script>", "Sucuri"),
        (403, {}, HTML.format("DDoS-Guard", "<a href='//ddos-guard.net'>"), "DDoS-Guard"),
        (429, {}, HTML.format("Vercel Security Checkpoint", ""), "Vercel"),
    ],
)
def test_challenge(status: int, headers: dict[str, str], html: str, network: str | None) -> None:
    assert challenge(status, headers, html) == network


FIELD = "<form><input type='password'></form>"
LOGINS = [
    ("/search", HTML.format("Log in | Archive", FIELD), True),
    ("/user/login?to=/search", HTML.format("Archive", FIELD), True),
    ("/search", HTML.format("Archiv", f"<h1>Bitte anmelden</h1>{FIELD}"), True),
    ("/search", HTML.format("Archive", FIELD), False),
    ("/search", HTML.format("How to log in", ""), False),
    ("/search?q=login", HTML.format("Archive", FIELD), False),
]


@pytest.mark.parametrize(("place", "html", "is_login"), LOGINS)
def test_login_is_told_from_a_page_with_a_form(place: str, html: str, is_login: bool) -> None:
    page = HtmlResponse(f"https://x.example{place}", body=html, encoding="utf-8")
    assert (login_instead(page, page.url) is not None) == is_login


AKAMAI = '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=A\'">'
CLOUDFLARE = HTML.format("Just a moment...", "<script>_cf_chl_opt</script>")


@pytest.mark.parametrize("html", [AKAMAI, CLOUDFLARE])
def test_only_a_short_page_is_a_check_that_comes_as_a_page(html: str) -> None:
    """A check has some 2,500 characters, and no page of a site has fewer than 20,000."""
    assert challenge(200, {}, html.ljust(19_999))
    assert challenge(200, {}, html.ljust(20_000)) is None
