"""What is read of an OAI-PMH repository's answers, and why one is refused: no server here."""

import re
import time
from contextlib import suppress

import pytest
from oai_repository import DC, NOW, OAI, error

from harvester.interfaces import read_listing
from harvester.interfaces.oai_answer import (
    best_format,
    read_formats,
    read_headers,
    read_identity,
)
from harvester.items import Entry, Listing
from harvester.normalize import date, page_item
from harvester.outcomes import Reason, TokenRefused, Unreadable
from harvester.sites import site_for, site_of
from harvester.sites.oai_address import OaiRequest, is_oai, may_be_base

BASE = "https://a.example/oai"
URL = f"{BASE}?verb=ListRecords&metadataPrefix=oai_dc"
NEXT = f"{BASE}?verb=ListRecords&resumptionToken="
HEADER = (
    "<header><identifier>oai:a.example:1</identifier><datestamp>2020-01-01</datestamp>{}</header>"
)
RECORD = f"<record>{HEADER.format('')}<metadata>{{}}</metadata></record>"
GET = f"{BASE}?verb=GetRecord&metadataPrefix=oai_dc&identifier="


def whole(part: str) -> str:
    """A part of an answer in its envelope."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{OAI}"><responseDate>{NOW}'
        f"</responseDate><request>{BASE}</request>{part}</OAI-PMH>"
    )


def records(*some: str, token: str = "") -> str:
    return whole(f"<ListRecords>{''.join(some)}{token}</ListRecords>")


def read(text: str, url: str = URL) -> Listing:
    listing = read_listing(text, url, site_of(url), {})
    date(page_item(listing, collection="", fetched="", status=200, sha256=""))
    return listing


def entry(metadata: str, url: str = URL) -> Entry:
    """The entry of a record with this metadata."""
    (found,) = read(records(RECORD.format(metadata)), url).entries
    return found


def dc(*said: tuple[str, str]) -> str:
    """A record in Dublin Core; a name may have an attribute."""
    return DC.format("".join(f"<dc:{n}>{text}</dc:{n.split()[0]}>" for n, text in said))


LETTER = dc(("title", "A letter"))
DATES = {
    # What the elements dc:date say; the date as it is written; what that means.
    "none": ([], None, None),
    "a year": (["1950"], "1950", "1950"),
    "a day": (["1950-05-12"], "1950-05-12", "1950-05-12"),
    "in words": (["12 May 1950"], "12 May 1950", "1950-05-12"),
    "circa": (["ca. 1950"], "ca. 1950", "1950~"),
    "twice": (["1950", " 1950 "], "1950", "1950"),
    "an interval": (["1914/1918"], "1914/1918", "1914/1918"),
    "a span": (["1914-1918"], "1914-1918", "1914/1918"),
    "one in another": (["1950", "1950-05", "1950-05-12"], "1950-05-12", "1950-05-12"),
    "two": (["1914", "1918"], "1914; 1918", "{1914,1918}"),
    "no date": (["unknown"], "unknown", None),
    "put on the web": (["2010-05-05T12:34:56Z", "2010-05-05T12:40:00Z", "1950"], "1950", "1950"),
    "with a blank": (["2010-05-05 12:34:56", "May 1950"], "May 1950", "1950-05"),
    "only when it came": (["2010-05-05T12:34:56Z", "2010-05-05T12:40:00Z"], None, None),
    "a moment alone": (["1969-07-20T20:17:40Z"], "1969-07-20T20:17:40Z", "1969-07-20"),
}


@pytest.mark.parametrize("case", DATES)
def test_date_is_as_the_record_says(case: str) -> None:
    """And never the record's datestamp."""
    said, written, meant = DATES[case]
    found = entry(dc(("title", "A"), *(("date", one) for one in said)))
    assert (found.date_text, found.date_edtf) == (written, meant)


def test_dates_of_other_kinds_are_kept() -> None:
    found = entry(
        '<qdc xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        "<dc:title>A</dc:title><t:created>1950</t:created><t:issued>1999</t:issued>"
        "<dc:date>2001</dc:date><t:spatial>Bonn</t:spatial></qdc>"
    )
    assert found.date_text == "1950"
    assert found.other == {
        "dc:issued": ["1999"],
        "dc:date": ["2001"],
        "dcterms:spatial": ["Bonn"],
        "oai:identifier": ["oai:a.example:1"],
    }


PLACES = {
    # The identifiers; the document, its link, its other name.
    "a page of the site": (["https://a.example/doc/7"], "doc/7", "https://a.example/doc/7", True),
    "by http": (["http://A.example/doc/7?x=1"], "doc/7?x=1", "https://a.example/doc/7?x=1", True),
    "twice": (["https://a.example/doc/7"] * 2, "doc/7", "https://a.example/doc/7", True),
    "and others": (["Ms. 12", "https://doi.example/10.1/2", "https://a.example/d/7"], "d/7",
                   "https://a.example/d/7", True),
    "two pages": (["https://a.example/1", "https://a.example/2"], None, "https://a.example/1",
                  False),
    "elsewhere": (["https://hdl.example/1/2"], None, "https://hdl.example/1/2", False),
    "no page": (["Ms. 12", "urn:nbn:de:1"], None, f"{GET}oai:a.example:1", False),
    "a script": (["javascript:alert(1)"], None, f"{GET}oai:a.example:1", False),
    "no address": (["http://[a", "https:///x", "https://a b/c"], None, f"{GET}oai:a.example:1",
                   False),
    "itself": ([f"{GET}x"], None, f"{GET}x", False),
}  # fmt: skip


@pytest.mark.parametrize("case", PLACES)
def test_document_is_known_by_its_page_or_its_identifier(case: str) -> None:
    said, document, link, named = PLACES[case]
    found = entry(dc(("title", "A"), *(("identifier", one) for one in said)))
    assert (found.document, found.link) == (document or "oai:a.example:1", link)
    assert found.alias == ("oai:a.example:1" if named else None)


def test_page_that_two_records_have_is_neithers() -> None:
    page = ("identifier", "https://a.example/")
    two = [RECORD.format(dc(("title", "A"), page)) for _ in range(2)]
    listing = read(records(two[0], two[1].replace("example:1<", "example:2<")))
    assert [one.document for one in listing.entries] == ["oai:a.example:1", "oai:a.example:2"]
    assert {one.alias for one in listing.entries} == {None}


def test_sites_own_rule_makes_the_id() -> None:
    url = "http://127.0.0.1:1/oai?verb=ListRecords&metadataPrefix=oai_dc"
    site = site_for(url, "wilson-center")
    page = ("identifier", "https://digitalarchive.wilsoncenter.org/document/a-letter?x=1")
    listing = read_listing(records(RECORD.format(dc(("title", "A"), page))), url, site, {})
    assert [one.document for one in listing.entries] == ["a-letter"]
    other = ("identifier", "https://other.example/document/a-letter")
    listing = read_listing(records(RECORD.format(dc(("title", "A"), other))), url, site, {})
    assert [one.document for one in listing.entries] == ["oai:a.example:1"]


def test_all_that_a_record_says_is_kept() -> None:
    found = entry(
        dc(
            ('title xml:lang="de"', "Ein Brief"),
            ('title xml:lang="en"', "A letter"),
            ("title", "Letter no. 5"),
            ("creator", "Satō, Eisaku"),
            ("creator", "Doe, Jane"),
            ("subject", "Fishing &amp; boats"),
            ('description xml:lang="de"', "Über Boote.\n \nUnd Netze."),
            ('description xml:lang="en"', "On boats."),
            ("description", "12 leaves"),
            ("rights", "Public domain"),
            ("publisher", " "),
        )
    )
    assert (found.title, found.summary) == ("Ein Brief", "Über Boote.\n\nUnd Netze.\n\n12 leaves")
    assert found.other == {
        "dc:title [en]": ["A letter"],
        "dc:title": ["Letter no. 5"],
        "dc:creator": ["Satō, Eisaku", "Doe, Jane"],
        "dc:subject": ["Fishing & boats"],
        "dc:description [en]": ["On boats."],
        "dc:rights": ["Public domain"],
        "oai:identifier": ["oai:a.example:1"],
    }


def test_record_without_a_title_is_called_by_its_identifier() -> None:
    assert entry(dc(("title", " "), ("creator", "A"))).title == "oai:a.example:1"


def test_deleted_record_is_withdrawn() -> None:
    gone = HEADER.format("").replace("<header>", '<header status="deleted">')
    listing = read(records(f"<record>{gone}</record>", RECORD.format(LETTER)))
    assert [(one.document, one.title, one.withdrawn) for one in listing.entries] == [
        ("oai:a.example:1", "", True),
        ("oai:a.example:1", "A letter", False),
    ]


MODS = """<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<relatedItem><titleInfo><title>The papers</title></titleInfo></relatedItem>
<titleInfo type="translated" xml:lang="de"><title>Der Brief</title></titleInfo>
<titleInfo><nonSort>The</nonSort><title>letter</title><subTitle>a copy</subTitle></titleInfo>
<name><namePart>Doe, Jane</namePart><namePart type="date">1900-1970</namePart>
<role><roleTerm type="text">Author</roleTerm></role></name>
<name><namePart>Roe, Richard</namePart><role><roleTerm>addressee</roleTerm></role></name>
<originInfo>{}</originInfo>
<abstract>On boats.</abstract><subject><topic>Boats</topic><geographic>Bonn</geographic></subject>
<location><url usage="primary display">https://a.example/doc/7</url></location>
<identifier type="local">Ms. 12</identifier></mods>"""
ISSUED = "<dateIssued>1999</dateIssued>"
MODS_DATES = {
    "written": ("<dateCreated>circa 1950</dateCreated>", "circa 1950", "1950~"),
    "written and encoded": (
        '<dateCreated>May 1950</dateCreated><dateCreated encoding="w3cdtf">1950-05</dateCreated>',
        "May 1950",
        "1950-05",
    ),
    "a span": (
        '<dateCreated encoding="w3cdtf" point="start">1950</dateCreated>'
        '<dateCreated encoding="w3cdtf" point="end">1955</dateCreated>',
        "1950/1955",
        "1950/1955",
    ),
    "doubtful": (
        '<dateCreated encoding="edtf" qualifier="approximate">1950</dateCreated>',
        "1950~",
        "1950~",
    ),
    "supplied": ('<dateCreated encoding="iso8601" qualifier="inferred">1950</dateCreated>',
                 "[1950]", "1950"),
    "issued alone": ("", "1999", "1999"),
}  # fmt: skip


@pytest.mark.parametrize("case", MODS_DATES)
def test_mods_is_read(case: str) -> None:
    dates, written, meant = MODS_DATES[case]
    found = entry(MODS.format(dates + ISSUED))
    assert (found.title, found.document) == ("The letter: a copy", "doc/7")
    assert (found.date_text, found.date_edtf, found.summary) == (written, meant, "On boats.")
    other = found.other
    assert other["dc:creator"] == ["Doe, Jane"] and other["dc:contributor"] == ["Roe, Richard"]
    assert other["dc:title [de]"] == ["Der Brief"] and other["dc:relation"] == ["The papers"]
    assert (other["dc:subject"], other["dcterms:spatial"]) == (["Boats"], ["Bonn"])
    assert other["dc:identifier"] == ["https://a.example/doc/7", "Ms. 12"]


EAD = """<ead xmlns="urn:isbn:1-931666-22-9"><eadheader>
<eadid url="https://a.example/fa/7">fa7</eadid>
<filedesc><titlestmt><titleproper>Guide to the papers</titleproper></titlestmt></filedesc>
</eadheader>
<archdesc level="collection"><did><unittitle>Papers of Jane Doe</unittitle>
<unitdate type="inclusive" normal="1900/1970">1900-1970</unitdate>
<unitdate type="bulk">1950</unitdate>
<unitid>Ms. 12</unitid><origination><persname>Doe, Jane</persname></origination></did>
<scopecontent><head>Scope</head><p>Letters.</p><p>And maps.</p></scopecontent>
<controlaccess><subject>Boats</subject><geogname>Bonn</geogname></controlaccess></archdesc></ead>"""


def test_ead_is_read() -> None:
    found = entry(EAD)
    assert (found.title, found.document) == ("Papers of Jane Doe", "fa/7")
    assert (found.date_text, found.date_edtf) == ("1900-1970", "1900/1970")
    assert found.summary == "Letters.\n\nAnd maps."
    assert found.other["dc:title"] == ["Guide to the papers"]
    assert found.other["dc:creator"] == ["Doe, Jane"]
    assert found.other["dcterms:spatial"] == ["Bonn"]


TOKENS = {
    # The token; first, last, total; the next page.
    "whole": ('<resumptionToken completeListSize="9" cursor="3">a/b+c|</resumptionToken>',
              (4, 4, 9), f"{NEXT}a/b%2Bc%7C"),
    "the last": ('<resumptionToken completeListSize="4" cursor="3"/>', (4, 4, 4), None),
    "bare": ("<resumptionToken>x</resumptionToken>", (None, None, None), f"{NEXT}x"),
    "blank": ("<resumptionToken> \n</resumptionToken>", (None, None, None), None),
    "without numbers": ('<resumptionToken completeListSize="-1" cursor="many">x</resumptionToken>',
                        (None, None, None), f"{NEXT}x"),
    "none": ("", (None, None, None), None),
}  # fmt: skip


@pytest.mark.parametrize("case", TOKENS)
def test_token_says_what_follows_and_how_many_there_are(case: str) -> None:
    token, numbers, following = TOKENS[case]
    listing = read(records(RECORD.format(LETTER), token=token), f"{NEXT}before")
    assert (listing.first, listing.last, listing.total) == numbers
    assert listing.next_url == following
    assert (listing.answered, listing.datestamps) == (NOW, "2020-01-01/2020-01-01")


def test_datestamps_count_only_in_order() -> None:
    one, two = (RECORD.format(LETTER).replace("2020-01-01", day) for day in ("2020-02-01", "2019"))
    late = one.replace("2020-02-01", "2020-03-01T00:00:00Z")
    assert read(records(one, late)).datestamps == "2020-02-01/2020-03-01T00:00:00Z"
    assert read(records(late, one)).datestamps is None
    assert read(records(one, two)).datestamps is None


def test_nothing_is_said_by_its_error() -> None:
    listing = read(whole(error("noRecordsMatch")))
    assert (listing.first, listing.total, listing.entries) == (0, 0, [])
    later = read(whole(error("noRecordsMatch")), f"{NEXT}x")
    assert (later.total, later.entries, later.next_url) == (None, [], None)
    assert read(records(), f"{NEXT}x").entries == []


CARELESS = {
    "space before": ("<?xml", "\n \ufeff<?xml"),
    "no declaration": ('<?xml version="1.0" encoding="UTF-8"?>', ""),
    "another charset said": ('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
    "a stylesheet": ("?>\n", '?>\n<?xml-stylesheet href="x.xsl"?><!-- a - b -->\n'),
    "prefixes": (f'xmlns="{OAI}"', 'xmlns="urn:other"'),
    "control characters": ("A letter", "A\x0b\x00letter"),
    "references to them": ("A letter", "A&#11;&#x1F;letter"),
    "HTML's entities": ("A letter", "A&nbsp;letter"),
    "comments": ("A letter", "A<!-- x --> letter"),
    "no namespaces": (' xmlns:dc="http://purl.org/dc/elements/1.1/"',
                      ' xmlns:dc="http://purl.example/dc"'),
}  # fmt: skip


@pytest.mark.parametrize("case", CARELESS)
def test_careless_xml_is_read(case: str) -> None:
    right, careless = CARELESS[case]
    text = records(RECORD.format(LETTER))
    assert right in text
    (found,) = read(text.replace(right, careless)).entries
    assert found.title == "A letter"


def test_lone_ampersand_is_one() -> None:
    assert entry(dc(("title", "Smith & Sons"))).title == "Smith & Sons"
    assert entry(dc(("title", "A &amp; B & C &copy; D"))).title == "A & B & C © D"
    assert entry(dc(("title", "<![CDATA[A & B]]>"))).title == "A & B"


WRONG = {
    "HTML": ("<!DOCTYPE html><html><p>Down</p></html>", "it has a document type", None),
    "other HTML": ("<html><p>Down</p></html>", 'it is no answer of OAI-PMH, but "html"', None),
    "no markup": ("Down for maintenance", "it is no XML", None),
    "JSON": ('{"a": 1}', "it is no XML", None),
    "cut": (records(RECORD.format(LETTER))[:-30], "its XML breaks off", Reason.BROKEN_OFF),
    "cut in its end": (records(RECORD.format(LETTER))[:-3], "breaks off", Reason.BROKEN_OFF),
    "unclosed": (records(RECORD.format("<dc>")), "its XML is broken", None),
    "more behind it": (records(RECORD.format(LETTER)) + "<p>W</p>", "its XML is broken", None),
    "an unknown entity": (records(RECORD.format(dc(("title", "&w;")))), "its XML is broken", None),
    "entities of its own": (
        whole("").replace("?>\n", '?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n'),
        "it has a document type",
        None,
    ),
    "too deep": (records(RECORD.format("<a>" * 999 + "</a>" * 999)), "to its end",
                 Reason.TOO_COMPLEX),
    "another verb": (whole("<Identify/>"), "it has no ListRecords", None),
    "nothing in it": (records(), "it has no records, and does not say noRecordsMatch", None),
    "no header": (records("<record/>"), "record 1 has no header", None),
    "no identifier": (records("<record><header/></record>"), "record 1 has no identifier", None),
    "no metadata": (records(f"<record>{HEADER.format('')}</record>"), "record 1 has no metadata",
                    None),
    "empty metadata": (records(RECORD.format("")), 'record 1 ("oai:a.example:1") has no metadata',
                       None),
    "another format": (records(RECORD.format('<marc xmlns="urn:x"><a/></marc>')),
                       'is in the format "marc"', None),
    "an error": (whole(error("badArgument", "No such set.")),
                 'the repository answers "badArgument", "No such set."', Reason.PROTOCOL),
    "an unnamed error": (whole("<error/>"), 'answers "", ""', Reason.PROTOCOL),
    "one of two": (whole(error("noRecordsMatch") + error("cannotDisseminateFormat")),
                   '"cannotDisseminateFormat"', Reason.PROTOCOL),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_answer_is_refused_by_name(case: str) -> None:
    text, sentence, reason = WRONG[case]
    with pytest.raises(Unreadable) as told:
        read(text)
    said = str(told.value)
    assert sentence in said and said.startswith(URL) and said.endswith(".") and len(said) < 400
    assert "\n" not in said
    assert told.value.why is (reason or Reason.NO_LISTING)


def test_token_that_is_refused_is_told_from_other_errors() -> None:
    with pytest.raises(TokenRefused, match="does not know its resumption token") as told:
        read(whole(error("badResumptionToken", "expired")), f"{NEXT}x")
    assert told.value.why is Reason.TOKEN


def test_wherever_an_answer_is_cut_nothing_is_read() -> None:
    """And it is asked for again wherever that may help."""
    text = records(RECORD.format(LETTER), token="<resumptionToken>x</resumptionToken>")
    assert len(read(text).entries) == 1
    start = text.index("<OAI-PMH") + len("<OAI-PMH x")
    for length in range(1, len(text)):
        with pytest.raises(Unreadable) as told:
            read(text[:length])
        assert (told.value.why is Reason.BROKEN_OFF) or length < start


BAIT = {
    "spaces before": lambda n: " " * n + "<x",
    "processing instructions": lambda n: "<?x?>" * n,
    "comments": lambda n: "<!--x-->" * n + "<!--",
    "one long name": lambda n: "<" + "a" * n,
    "ampersands": lambda n: whole("&" * n),
    "control characters": lambda n: whole("\x01" * n),
    "references": lambda n: whole("&#1;" * n),
    "ends": lambda n: "<OAI-PMH>" + "</OAI-PMH" * n,
    "attributes": lambda n: "<OAI-PMH " + " a=''" * (n // 6) + "></OAI-PMH>",
    "headers": lambda n: records("<record><header>" * (n // 300)),
    "texts": lambda n: records(RECORD.format(dc(("title", "A"), *[("subject", "x")] * (n // 40)))),
    "blank lines": lambda n: records(RECORD.format(dc(("title", "A"), ("description", "\n " * n)))),
}


@pytest.mark.parametrize("case", BAIT)
def test_long_answers_take_no_longer_than_their_length(case: str) -> None:
    def seconds(size: int) -> float:
        text, began = BAIT[case](size), time.process_time()
        for _ in range(3):
            with suppress(Unreadable):
                read(text)
        return time.process_time() - began

    seconds(1000)
    assert seconds(80_000) < 40 * max(seconds(10_000), 0.004)


def test_entities_are_never_expanded_and_no_file_is_opened() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    for old, new in zip("abcdefg", "bcdefgh", strict=True):
        bomb += f'<!ENTITY {new} "' + f"&{old};" * 10 + '">'
    for kind in (f"{bomb}]>", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'):
        text = records(RECORD.format(dc(("title", "&h;")))).replace("?>\n", f"?>\n{kind}\n")
        with pytest.raises(Unreadable, match="it has a document type"):
            read(text)


def test_repository_says_what_it_is() -> None:
    text = whole(
        "<Identify><repositoryName>Letters</repositoryName><earliestDatestamp>2001-01-01T00:00:00Z"
        "</earliestDatestamp><deletedRecord>transient</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
    )
    found = read_identity(text, BASE)
    assert (found.name, found.earliest) == ("Letters", "2001-01-01T00:00:00Z")
    assert (found.deleted, found.seconds) == ("transient", True)
    assert not read_identity(text.replace("Thh:mm:ssZ", ""), BASE).seconds
    for wrong in (whole(error("badVerb")), "<html/>", whole("<ListSets/>")):
        with pytest.raises(Unreadable):
            read_identity(wrong, BASE)


def test_best_format_is_chosen() -> None:
    def offers(*names: str) -> str | None:
        some = "".join(f"<metadataFormat><metadataPrefix>{n}</metadataPrefix></metadataFormat>"
                       for n in names)  # fmt: skip
        text = whole(f"<ListMetadataFormats>{some}</ListMetadataFormats>")
        return best_format(read_formats(text, BASE))

    assert offers("marcxml", "mods", "oai_dc") == "oai_dc"
    assert offers("OAI_EAD", "mods") == "mods"
    assert offers("OAI_EAD") == "OAI_EAD"
    assert offers("marcxml") is None


def test_identifiers_are_counted_by_their_headers() -> None:
    url = f"{BASE}?verb=ListIdentifiers&metadataPrefix=oai_dc"
    gone = HEADER.format("").replace("<header>", '<header status="deleted">')
    part = f"<ListIdentifiers>{HEADER.format('')}{gone}<resumptionToken>t</resumptionToken>"
    found, following = read_headers(whole(f"{part}</ListIdentifiers>"), url)
    assert found == ["oai:a.example:1"] * 2
    assert following == f"{BASE}?verb=ListIdentifiers&resumptionToken=t"
    assert read_headers(whole(error("noRecordsMatch")), url) == ([], None)


ADDRESSES = {
    URL: URL,
    f"{BASE}?set=a%3Ab&metadataPrefix=mods&verb=ListRecords":
        f"{BASE}?verb=ListRecords&metadataPrefix=mods&set=a:b",
    f"{BASE}?verb=Identify": URL,
    f"{BASE}?verb=ListRecords&resumptionToken=x": URL,
    f"{BASE}?verb=ListIdentifiers&metadataPrefix=oai_dc&from=2020-01-01":
        f"{URL}&from=2020-01-01",
    "https://a.example/index.php?page=oai&verb=ListSets":
        "https://a.example/index.php?page=oai&verb=ListRecords&metadataPrefix=oai_dc",
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_address_is_that_of_a_list_of_records(address: str) -> None:
    assert is_oai(address)
    site = site_of(address)
    assert site.is_listing_url(address)
    assert site.page_url(address, 0) == OaiRequest.of(address).url == ADDRESSES[address]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *((path, True) for path in ("/oai", "/oai/", "/cgi/oai2", "/oai/request", "/OAIHandler")),
        *((path, True) for path in ("/a/oai-pmh-repository/request", "/oai/oai2.php", "/oai2d")),
        *((path, False) for path in ("/", "/oai-reports", "/boai", "/oai/letters", "/oai?page=2")),
    ],
)
def test_repositorys_own_address_is_known_by_its_path(path: str, expected: bool) -> None:
    assert may_be_base(f"https://a.example{path}") is expected


def test_answer_of_a_repository_is_no_page_of_html() -> None:
    with pytest.raises(Unreadable, match=re.escape("give the address of the list, with verb=")):
        read(whole(error("badVerb")), f"{BASE}/x")
