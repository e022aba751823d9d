"""What is particular to the Wilson Center Digital Archive: its addresses."""

import re

import pytest
from sites import WILSON

from harvester.outcomes import BadUsage
from harvester.pages.address import document_of, is_same_listing
from harvester.sites import known_sites, site_for, site_of
from harvester.sites.identity import Identity

SITE = "https://digitalarchive.wilsoncenter.org"
JSON = "%7B%22publisher%22%3A%221%22%7D?recordType=Record"


@pytest.mark.parametrize("url", [f"{SITE}/search", "http://wilson-center.drivingcreative.com/"])
def test_a_known_host_is_that_site(url: str) -> None:
    assert site_of(url) is WILSON
    assert known_sites()["wilson-center"] is WILSON


@pytest.mark.parametrize(
    ("url", "key", "home"),
    [
        ("https://Archive.example/list?a=1", "archive.example", "https://archive.example"),
        ("https://archive.example:443/", "archive.example", "https://archive.example"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://me@[::1]:80/x", "[::1]", "http://[::1]"),
        ("https://archive.wilsoncenter.org/", "archive.wilsoncenter.org", None),
    ],
)
def test_an_unknown_host_is_a_site_of_its_own(url: str, key: str, home: str | None) -> None:
    site = site_of(url)
    assert (site.key, site.name) == (key, key)
    assert site.home == (home or f"https://{key}")
    assert site.is_listing_url(url)
    assert site == site_for(url, None) or site.key == site_for(url, None).key
    assert site_for(url, key).key == key
    assert site_for(url, "wilson-center") is WILSON


@pytest.mark.parametrize(
    ("url", "key", "sentence"),
    [
        ("http://127.0.0.1:8080/", "nobody", "There is no site 'nobody': use wilson-center"),
        (f"{SITE}/search", "archive.example", "There is no site 'archive.example'"),
    ],
)
def test_a_site_that_cannot_be(url: str, key: str, sentence: str) -> None:
    with pytest.raises(BadUsage, match=re.escape(sentence)):
        site_for(url, key)


@pytest.mark.parametrize(
    ("form", "url", "document", "shown"),
    [
        ("/view/{id}/full", "https://a.example/x/view/7/full", "7", "/view/7/full"),
        ("/view/{id}/full", "https://a.example/view/7", None, None),
        ("/{id}", "https://a.example/7", "7", "/7"),
        ("/{id}", "https://a.example/list/7", None, None),
        ("/{id}", "https://b.example/7", None, None),
        ("/item.php?id={id}", "https://a.example/item.php?q=x&id=7#top", "7", "/item.php?id=7"),
        ("/item.php?id={id}", "https://b.example/m/item.php?id=a%2fb", "a%2Fb", None),
        ("/item.php?id={id}", "https://a.example/item.php?pid=7", None, None),
        ("/item.php?id={id}", "https://a.example/items.php?id=7", None, None),
        ("/i?v=item&id={id}", "https://a.example/i?id=7&v=item", "7", "/i?v=item&id=7"),
        ("/i?v=item&id={id}", "https://a.example/i?id=7&v=list", None, None),
        ("/{+id}", "https://a.example/a/%7eb/?x=%e9+c&y", "a/~b/?x=%E9%20c&y", None),
        ("/{+id}", "https://a.example/a/b/?x=1#y", "a/b/?x=1", "/a/b/?x=1"),
        ("/{+id}", "https://a.example/", None, None),
        ("/{+id}", "https://a.example/?x=1", "?x=1", "/?x=1"),
        ("/{+id}", "https://b.example/a", None, None),
        ("/archives/{+id}", "https://b.example/m/archives/a/b", "a/b", "/archives/a/b"),
    ],
)
def test_identity(form: str, url: str, document: str | None, shown: str | None) -> None:
    identity = Identity("https://a.example", form)
    assert identity.document(url) == document
    assert identity.linked("https://a.example/list?page=2", url) == document
    if document is not None:
        assert identity.url(document) == "https://a.example" + (shown or "") or shown is None
        assert identity.document(identity.url(document)) == document


@pytest.mark.parametrize(
    ("form", "href", "document"),
    [
        ("/item.php?id={id}", "item.php?id=7", "7"),
        ("/item.php?id={id}", "/elsewhere/item.php?id=7", "7"),
        ("/{id}", "7", None),
        ("/{id}", "/7", "7"),
        ("/{+id}", "7?a=1", "list/7?a=1"),
        ("/{+id}", "mailto:a@b", None),
        ("/{+id}", "//[", None),
        ("/{+id}", "#top", "list/"),
    ],
)
def test_links_to_documents(form: str, href: str, document: str | None) -> None:
    """On a copy, too: there a link leads to the copy's host."""
    identity = Identity("https://a.example", form)
    assert identity.linked("https://a.example/list/", href) == document
    assert identity.linked("http://127.0.0.1:80/list/", href) == document


@pytest.mark.parametrize(
    ("url", "document"),
    [
        (f"{SITE}/document/a-slug", "a-slug"),
        ("http://wilson-center.drivingcreative.com/document/198181/?x=1#y", "198181"),
        (f"https://web.archive.org/web/2024id_/{SITE}/document/a-slug", "a-slug"),
        (f"{SITE}/document/A-Slug", "A-Slug"),
        (f"{SITE}/document/%c3%a9%2D%7e(1)", "%C3%A9-~%281%29"),
        (f"{SITE}/document/é-~(1)", "%C3%A9-~%281%29"),
        (f"{SITE}/document/a%2Fb", "a%2Fb"),
        (f"{SITE}/document/%FF", "%FF"),
        (f"{SITE}/document/99018/download", None),
        (f"{SITE}/document/119828.pdf?v=3d88", None),
        (f"{SITE}/document/119828.ris", None),
        (f"{SITE}/document/", None),
        (f"{SITE}/document/..", None),
        (f"{SITE}/documents/a", None),
        (f"{SITE}/search?next=/document/a", None),
    ],
)
def test_document(url: str, document: str | None) -> None:
    assert document_of(url, WILSON) == document


@pytest.mark.parametrize(
    ("url", "number", "following"),
    [
        (f"{SITE}/search", 0, f"{SITE}/search?page=1"),
        (f"{SITE}/search?page=0", 0, f"{SITE}/search?page=1"),
        (f"{SITE}/search?page=&a=1", 0, f"{SITE}/search?a=1&page=1"),
        (
            f"{SITE}/search?f%255B0%255D=p%3A1&page=5&f[0]=x:1&f[0]=x:1&b=#top",
            5,
            f"{SITE}/search?f%255B0%255D=p%3A1&f[0]=x:1&f[0]=x:1&b=&page=6",
        ),
        (f"{SITE}/search?items_per_page=10", 0, f"{SITE}/search?items_per_page=10&page=1"),
        (f"{SITE}/search-results/184/{JSON}", 183, f"{SITE}/search-results/185/{JSON}"),
        (f"{SITE}/search-results/1", 0, f"{SITE}/search-results/2"),
        (f"{SITE}/collection/42/horn/3", 2, f"{SITE}/collection/42/horn/4"),
        (f"{SITE}/collection/42/horn", 0, f"{SITE}/collection/42/horn/2"),
    ],
)
def test_pages(url: str, number: int, following: str) -> None:
    assert WILSON.page_number(url) == number
    assert WILSON.page_url(url, number + 1) == following
    assert WILSON.page_number(following) == number + 1


def test_first_page_has_no_number() -> None:
    assert WILSON.page_url(f"{SITE}/search?a=1&page=5&b=2", 0) == f"{SITE}/search?a=1&b=2"


@pytest.mark.parametrize(
    ("path", "is_listing", "states_range"),
    [
        ("/search", True, True),
        ("/search/?a=1", True, True),
        (f"/search-results/1/{JSON}", True, False),
        ("/collection/55/non-aligned-movement", True, False),
        ("/people/major-john", False, True),
        ("/places/pusan", False, True),
        ("/topics/soviet-nuclear-history", False, True),
        ("/document/a", False, True),
        ("/user/login?destination=/search", False, True),
        ("/", False, True),
    ],
)
def test_kinds_of_address(path: str, is_listing: bool, states_range: bool) -> None:
    assert WILSON.is_listing_url(SITE + path) is is_listing
    assert WILSON.states_range(SITE + path) is states_range


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("/search?f[0]=topics:1&fo[0]=1&page=3", True),
        ("/search?fo%5B0%5D=1&f%255B0%255D=topics%3A1&search_api_fulltext=", True),
        ("/search/?f%5B0%5D=topics:1&fo%5B0%5D=1", True),
        ("/search?f[0]=topics:2&fo[0]=1", False),
        ("/search?f[0]=topics:1&fo[0]=1&sort_by=created", False),
        ("/search", False),
    ],
)
def test_same_listing(other: str, same: bool) -> None:
    listing = f"{SITE}/search?f%5B0%5D=topics%3A1&fo%5B0%5D=1"
    assert is_same_listing(listing, SITE + other, WILSON) is same
    assert not is_same_listing(listing, f"http://elsewhere.example{other}", WILSON)
    shouted = SITE.replace("digitalarchive", "DigitalArchive")
    assert is_same_listing(listing, shouted + other, WILSON) is same
    assert is_same_listing(shouted + other, listing, WILSON) is same


def test_document_url() -> None:
    assert WILSON.document_url("a-slug") == f"{SITE}/document/a-slug"


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Source", "source"),
        ("Original Uploaded Date", "uploaded"),
        ("RECORD ID:", "record_id"),
        ("Author(s)", "author"),
        ("Associated People & Organizations", "person"),
        ("Associated People and Organizations : ", "person"),
        ("Document Contributor(s)", "contributor"),
        ("Sources", None),
        ("Source of the Nile", None),
        ("", None),
        (":", None),
    ],
)
def test_labels(label: str, meaning: str | None) -> None:
    assert WILSON.document_page.meaning(label) == meaning


TALKS = '"Record of Talks, 9 October 1973," October 09, 1973, '
OURS = "History and Public Policy Program Digital Archive"


@pytest.mark.parametrize(
    ("citation", "parts"),
    [
        (
            f"{TALKS}{OURS}, RGANI, fond 80, listy 26-43. Obtained by Sergey Radchenko.",
            (
                "Record of Talks, 9 October 1973",
                "October 09, 1973",
                "RGANI, fond 80, listy 26-43. Obtained by Sergey Radchenko.",
            ),
        ),
        (
            f'"Letter, "To All" ," November, 1985, {OURS}, AHMRE. https://x.org/document/1',
            ('Letter, "To All"', "November, 1985", "AHMRE."),
        ),
        (f"“Untitled,” {OURS}", ("Untitled", None, None)),
        ('"A", 1956, Wilson Center Digital Archive', ("A", "1956", None)),
        (f"Untitled, {OURS}, RGANI", None),
        ('"Untitled," 1956, Pravda', None),
    ],
)
def test_citations(citation: str, parts: tuple[str | None, ...] | None) -> None:
    found = WILSON.document_page.citation.fullmatch(citation)
    assert (found and found.group("title", "date", "source")) == parts


@pytest.mark.parametrize(
    ("label", "languages"),
    [
        ("English Translation", {"English"}),
        ("Serbo-Croatian Transcription", {"Serbo-Croatian"}),
        ("Original Language (Russian)", {"Russian"}),
        ("Transcript | Chinese", {"Chinese"}),
        ("Original Scan", set()),
        ("Translation", set()),
        ("Full text", set()),
        ("Read the text", None),
        ("[1]", None),
        ("Back to top", None),
        ("Source", None),
    ],
)
def test_names_of_texts(label: str, languages: set[str] | None) -> None:
    found = WILSON.document_page.transcript.fullmatch(label)
    assert (found and set(filter(None, found.groups()))) == languages


@pytest.mark.parametrize(
    ("url", "root"),
    [
        (f"{SITE}/search?search_api_fulltext=a/search", SITE),
        (f"{SITE}/search-results/2/%7B%22a%22%3A1%7D?recordType=Record", SITE),
        (f"{SITE}/collection/55/non-aligned-movement/2", SITE),
        ("http://localhost:8080/mirror/search/?page=1", "http://localhost:8080/mirror"),
    ],
)
def test_documents_are_where_their_listing_is(url: str, root: str) -> None:
    assert WILSON.root(url) == root
