"""What a page of the reading room says to programs: tags, unAPI, a IIIF manifest."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

import pytest
import rispy
from filled import hostile_record, real_records, store_details
from lxml import etree
from lxml.html import HtmlElement, document_fromstring
from reading_room import Answer, get, opened
from scans import pdf
from stored import ARCHIVE, SITE
from test_export_formats import HOSTILE

from harvester.record import Record, ScanLink, Term

CONTENT = pdf("a scan")
DIGEST = sha256(CONTENT).hexdigest()
SCANNED = Record(
    document="scanned",
    link=f"{ARCHIVE}/document/scanned",
    title="A Scan",
    date_text="c. 1950",
    files=[ScanLink(f"{ARCHIVE}/scan.pdf", "Original Scan")],
    terms=[Term("author", "TASS"), Term("author", "Satō, Eisaku"), Term("language", "Russian")],
    rights="Free: https://creativecommons.org/licenses/by/4.0/ and nothing else.",
)
BARE = Record(document="bare", link=f"{ARCHIVE}/document/bare", title="Nothing Said")
SILENT = replace(SCANNED, document="silent", link=f"{ARCHIVE}/document/silent", rights=None)
TEXTS = [*HOSTILE, "<script>alert(1)</script>", '"><script>alert(1)</script>', "]]>&lt;"]
EVIL = [
    replace(hostile_record(place, text), title=text.strip() or "x", files=SCANNED.files)
    for place, text in enumerate(TEXTS)
]
HIGHWIRE = {
    "citation_title": lambda one: [one.title],
    "citation_author": lambda one: one.names("author"),
    "citation_abstract": lambda one: [one.summary] if one.summary else [],
    "citation_public_url": lambda one: [one.link],
    "citation_language": lambda one: one.names("language"),
    "citation_keywords": lambda one: keywords(one),
}
DUBLIN_CORE = {
    "DC.title": lambda one: [one.title],
    "DC.creator": lambda one: one.names("author"),
    "DC.description": lambda one: described(one),
    "DC.language": lambda one: one.names("language"),
    "DC.coverage": lambda one: one.names("place"),
    "DC.rights": lambda one: [" ".join(one.rights.split())] if one.rights else [],
}


def keywords(record: Record) -> list[str]:
    kinds = ("subject", "topic", "place", "person")
    return list(dict.fromkeys(name for kind in kinds for name in record.names(kind)))


def described(record: Record) -> list[str]:
    said = record.classification
    return [one for one in (record.summary, said and f"Original classification: {said}") if one]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return [*real_records(), SCANNED, BARE]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> Iterator[str]:
    db = tmp_path_factory.mktemp("citing") / "harvest.db"
    store_details(db, [*records, SILENT, *EVIL])
    (db.parent / "files" / "aa").mkdir(parents=True)
    (db.parent / "files" / "aa" / "scanned.pdf").write_bytes(CONTENT)
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(
            "UPDATE files SET path = 'aa/scanned.pdf', sha256 = ? WHERE document ="
            " (SELECT number FROM documents WHERE id = 'scanned')",
            [DIGEST],
        )
    with opened(db) as url:
        yield url


def page(url: str) -> HtmlElement:
    answer = get(url)
    assert answer.status == 200
    return document_fromstring(answer.body.decode())


def read_manifest(answer: Answer) -> Any:
    from iiif_prezi3 import Manifest  # which takes long, and is needed by none but these tests

    return Manifest.model_validate_json(answer.body)


def tags(page: HtmlElement, name: str) -> list[str]:
    return page.xpath("//head/meta[@name=$name]/@content", name=name)


def test_tags_say_what_the_archive_says(room: str, records: list[Record]) -> None:
    for record in records:
        read = page(f"{room}/documents/{SITE[0]}/{record.document}")
        for name, said in (HIGHWIRE | DUBLIN_CORE).items():
            assert tags(read, name) == said(record), (name, record.document)
        assert tags(read, "z:itemType") == ["manuscript"]
    assert read.xpath("//link[@rel='schema.DC']/@href") == ["http://purl.org/dc/elements/1.1/"]


def test_tags_have_the_date_and_the_scan(room: str) -> None:
    read = page(f"{room}/documents/{SITE[0]}/scanned")
    assert tags(read, "citation_publication_date") == ["c. 1950"]
    assert tags(read, "DC.date") == ["1950~"]
    (address,) = tags(read, "citation_pdf_url")
    assert get(address).body == CONTENT
    assert tags(page(f"{room}/documents/{SITE[0]}/bare"), "citation_pdf_url") == []


def test_citations_are_on_the_page(room: str) -> None:
    read = page(f"{room}/documents/{SITE[0]}/scanned")
    styles = [one.text_content().strip() for one in read.xpath("//details[@name='cite']/summary")]
    assert styles == ["Chicago (note)", "Turabian (bibliography)", "MLA", "APA", "Plain"]
    said = [one.text_content() for one in read.find_class("citation")]
    assert said[0] == (
        "TASS and Eisaku Satō, “A Scan,” ca. 1950, Wilson Center Digital Archive,"
        f" {ARCHIVE}/document/scanned."
    )
    assert len(said) == len(styles)


def test_unapi_gives_each_document_that_a_page_shows(room: str, records: list[Record]) -> None:
    """As its specification has it: from the page to the server, to the formats, to the record."""
    shown = page(f"{room}/documents?q=japan")
    (server,) = shown.xpath("//link[@rel='unapi-server'][@type='application/xml']/@href")
    formats = etree.fromstring(get(server).body)
    assert {one.get("name"): one.get("type") for one in formats} == {
        "ris": "application/x-research-info-systems",
        "bibtex": "application/x-bibtex",
    }
    identities = shown.xpath("//abbr[@class='unapi-id']/@title")
    titles = {one.title for one in records}
    assert len(identities) == len(set(identities)) == 3
    for identity in identities:
        offered = get(f"{server}?id={identity}")
        assert (offered.status, etree.fromstring(offered.body).get("id")) == (300, identity)
        (found,) = rispy.loads(get(f"{server}?id={identity}&format=ris").text)
        assert found["title"] in titles
        assert found["type_of_reference"] == "MANSCPT"


def test_unapi_says_what_it_has_not_got(room: str) -> None:
    assert get(f"{room}/unapi?id=nobody/nothing&format=ris").status == 404
    assert get(f"{room}/unapi?id=nothing&format=ris").status == 404
    assert get(f"{room}/unapi?id={SITE[0]}/bare&format=mods").status == 406


def test_document_page_leads_to_its_own_unapi(room: str) -> None:
    read = page(f"{room}/documents/{SITE[0]}/scanned")
    (identity,) = read.xpath("//abbr[@class='unapi-id']/@title")
    (server,) = read.xpath("//link[@rel='unapi-server']/@href")
    (found,) = rispy.loads(get(f"{server}?id={identity}&format=ris").text)
    assert (found["title"], found["authors"]) == ("A Scan", ["TASS,", "Satō, Eisaku"])


def test_manifest_is_one_of_iiif_and_leads_to_the_scan(room: str) -> None:
    address = f"{room}/documents/{SITE[0]}/scanned/manifest.json"
    answer = get(address)
    assert answer.headers["content-type"].startswith("application/ld+json;profile=")
    manifest = read_manifest(answer)
    assert (str(manifest.id), manifest.label) == (address, {"none": ["A Scan"]})
    assert str(manifest.rights) == "http://creativecommons.org/licenses/by/4.0/"
    assert manifest.requiredStatement.value == {"none": [SCANNED.rights]}
    metadata = {one.label["en"][0]: one.value["none"] for one in manifest.metadata}
    assert metadata["Author"] == ["TASS", "Satō, Eisaku"]
    assert (metadata["Date"], metadata["Language"]) == (["c. 1950"], ["Russian"])
    (canvas,) = manifest.items
    ((annotation,),) = (one.items for one in canvas.items)
    assert str(annotation.target) == str(canvas.id)
    assert annotation.body.format == "application/pdf"
    assert get(str(annotation.body.id)).body == CONTENT
    assert [str(one.id) for one in manifest.rendering] == [str(annotation.body.id)]
    leads = page(f"{room}/documents/{SITE[0]}/scanned").xpath("//a[.='IIIF manifest']/@href")
    assert [urljoin(room, one) for one in leads] == [address]


def test_document_without_a_scan_has_no_manifest(room: str) -> None:
    assert get(f"{room}/documents/{SITE[0]}/bare/manifest.json").status == 404
    assert not page(f"{room}/documents/{SITE[0]}/bare").xpath("//a[.='IIIF manifest']")


def test_rights_that_nobody_states_are_not_invented(room: str) -> None:
    answer = get(f"{room}/documents/{SITE[0]}/silent/manifest.json")
    manifest = read_manifest(answer)
    assert manifest.rights is None
    assert "ask" in manifest.requiredStatement.value["none"][0]


@pytest.mark.parametrize("record", EVIL, ids=lambda record: record.document)
def test_hostile_text_stays_text(record: Record, room: str) -> None:
    """In tags, in citations and in manifests."""
    read = page(f"{room}/documents/{SITE[0]}/{record.document}")
    assert [one.get("src") for one in read.xpath("//script")] == ["/-/reading-room/copy.js"]
    assert len(read.find_class("citation")) == 5
    answer = get(f"{room}/documents/{SITE[0]}/{record.document}/manifest.json")
    manifest = read_manifest(answer)
    (label,) = manifest.label["none"]
    assert not (label.startswith("<") and label.endswith(">"))
