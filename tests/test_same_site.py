"""Where a redirect may lead: to the site itself, never to whoever shares the end of its name."""

import socket
from collections.abc import Callable

import pytest

from harvester.crawl.hosts import same_site

SAME = (
    ("https://wilsoncenter.org/", "https://digitalarchive.wilsoncenter.org/"),
    ("https://www.archives.gov.uk/", "https://archives.gov.uk/"),
    ("https://a.b.example.co.uk/", "https://example.co.uk/"),
    ("http://example.org/", "https://example.org/"),
    ("http://example.org:80/", "https://example.org/"),
    ("http://EXAMPLE.org/", "http://example.ORG/elsewhere"),
    ("http://example.org:8080/", "http://example.org:8080/x"),
    ("http://xn--e1afmkfd.xn--p1ai/", "http://www.xn--e1afmkfd.xn--p1ai/"),
    ("http://papers.github.io/", "http://www.papers.github.io/"),
    ("http://archive.intern/", "http://www.archive.intern/"),
    ("http://localhost:1/", "http://localhost:1/"),
    ("http://127.0.0.1/", "http://127.0.0.1/"),
    ("http://[::1]/", "http://[::1]/"),
)
OTHER = (
    ("https://wilsoncenter.org/", "https://org/"),
    ("https://example.co.uk/", "https://co.uk/"),
    ("https://example.co.uk/", "https://uk/"),
    ("https://papers.github.io/", "https://github.io/"),
    ("https://papers.github.io/", "https://others.github.io/"),
    ("https://city.a.kobe.jp/", "https://a.kobe.jp/"),
    ("https://xn--e1afmkfd.xn--p1ai/", "https://xn--p1ai/"),
    ("http://archive.intern/", "http://intern/"),
    ("http://www.localhost/", "http://localhost/"),
    ("https://example.org/", "https://notexample.org/"),
    ("https://example.org/", "https://example.org.evil.com/"),
    ("https://example.org/", "https://example.org@evil.com/"),
    ("https://a.example.org/", "https://b.example.org/"),
    ("http://127.0.0.1/", "http://1/"),
    ("http://127.0.0.1/", "http://0.0.1/"),
    ("http://127.0.0.1/", "http://0.127.0.0.1/"),
    ("http://10.127.1/", "http://127.1/"),
    ("http://a.0x7f/", "http://0x7f/"),
    ("http://[::1]/", "http://1/"),
    ("http://[fe80::1]/", "http://[::1]/"),
)
ONE_WAY = (
    ("https://example.org/", "http://example.org/"),
    ("http://example.org/", "http://example.org:8080/"),
    ("http://example.org/", "ftp://example.org/"),
    ("http://example.org/", "file:///etc/passwd"),
    ("http://example.org/", "http:///"),
)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Callable[[], None]:
        raise AssertionError("the list must not be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(("url", "other"), SAME)
def test_same_site(url: str, other: str) -> None:
    assert same_site(url, other)


@pytest.mark.parametrize(("url", "other"), OTHER)
def test_other_site(url: str, other: str) -> None:
    assert not same_site(url, other) and not same_site(other, url)


@pytest.mark.parametrize(("url", "other"), ONE_WAY)
def test_same_host_in_another_way(url: str, other: str) -> None:
    assert not same_site(url, other)
