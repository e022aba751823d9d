"""Dates: each form that is read, each that is not, and that nothing is invented."""

import json
import re
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from examples import ANYTHING, examples
from hypothesis import assume, example, given
from hypothesis import strategies as st

from harvester.dates import ArchiveDate, Habits, read_date, says_undated
from harvester.dates.vocabulary import languages, vocabulary

LISTINGS = Path(__file__).parent / "listings"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FORMS = {
    # Days
    "June 10, 1991": ("1991-06-10", "1991-06-10", "1991-06-10"),
    "July 05, 1947": ("1947-07-05", "1947-07-05", "1947-07-05"),
    "12 March 1962": ("1962-03-12", "1962-03-12", "1962-03-12"),
    "March 12,1962": ("1962-03-12", "1962-03-12", "1962-03-12"),
    "12 March, 1962": ("1962-03-12", "1962-03-12", "1962-03-12"),
    "1962 March 12": ("1962-03-12", "1962-03-12", "1962-03-12"),
    "12th March 1962": ("1962-03-12", "1962-03-12", "1962-03-12"),
    "Sept. 5, 1991": ("1991-09-05", "1991-09-05", "1991-09-05"),
    "Sept 5, 1991": ("1991-09-05", "1991-09-05", "1991-09-05"),
    "Sep. 5, 1991": ("1991-09-05", "1991-09-05", "1991-09-05"),
    "SEPT.5,1991": ("1991-09-05", "1991-09-05", "1991-09-05"),
    "may 1, 1950": ("1950-05-01", "1950-05-01", "1950-05-01"),
    "February 29, 1960": ("1960-02-29", "1960-02-29", "1960-02-29"),
    "Monday, June 10, 1991": ("1991-06-10", "1991-06-10", "1991-06-10"),
    "Mon. 10 June 1991": ("1991-06-10", "1991-06-10", "1991-06-10"),
    "June\u00a010,\u00a01991": ("1991-06-10", "1991-06-10", "1991-06-10"),
    "\n  June 10,\n  1991\t": ("1991-06-10", "1991-06-10", "1991-06-10"),
    "1956-10-19": ("1956-10-19", "1956-10-19", "1956-10-19"),
    "1956\u201310\u201319": ("1956-10-19", "1956-10-19", "1956-10-19"),
    # Months
    "August, 1962": ("1962-08", "1962-08-01", "1962-08-31"),
    "November 1967": ("1967-11", "1967-11-01", "1967-11-30"),
    "NOVEMBER 1967": ("1967-11", "1967-11-01", "1967-11-30"),
    "Feb. 1960": ("1960-02", "1960-02-01", "1960-02-29"),
    "February 1961": ("1961-02", "1961-02-01", "1961-02-28"),
    "1967 November": ("1967-11", "1967-11-01", "1967-11-30"),
    "1956-10": ("1956-10", "1956-10-01", "1956-10-31"),
    "1905-01": ("1905-01", "1905-01-01", "1905-01-31"),
    "1905-05": ("1905-05", "1905-05-01", "1905-05-31"),
    "1912-12": ("1912-12", "1912-12-01", "1912-12-31"),
    # Years
    "1955": ("1955", "1955-01-01", "1955-12-31"),
    " 1955. ": ("1955", "1955-01-01", "1955-12-31"),
    "[1958]": ("1958", "1958-01-01", "1958-12-31"),
    "0850": ("0850", "0850-01-01", "0850-12-31"),
    # Days, months and years in a row
    "September 24-26, 1956": ("1956-09-24/1956-09-26", "1956-09-24", "1956-09-26"),
    "September 24 \u2013 26, 1956": ("1956-09-24/1956-09-26", "1956-09-24", "1956-09-26"),
    "24-26 September 1956": ("1956-09-24/1956-09-26", "1956-09-24", "1956-09-26"),
    "24 to 26 Sept. 1956": ("1956-09-24/1956-09-26", "1956-09-24", "1956-09-26"),
    "1956 September 24-26": ("1956-09-24/1956-09-26", "1956-09-24", "1956-09-26"),
    "1956-09-24 - 1956-09-26": ("1956-09-24/1956-09-26", "1956-09-24", "1956-09-26"),
    "30 September - 2 October 1956": ("1956-09-30/1956-10-02", "1956-09-30", "1956-10-02"),
    "September 30\u2014October 2, 1956": ("1956-09-30/1956-10-02", "1956-09-30", "1956-10-02"),
    "December 30, 1956 - January 2, 1957": (
        "1956-12-30/1957-01-02",
        "1956-12-30",
        "1957-01-02",
    ),
    "Sunday, December 30, 1956 through Wednesday, January 2, 1957": (
        "1956-12-30/1957-01-02",
        "1956-12-30",
        "1957-01-02",
    ),
    "August - September 1962": ("1962-08/1962-09", "1962-08-01", "1962-09-30"),
    "August-September, 1962": ("1962-08/1962-09", "1962-08-01", "1962-09-30"),
    "December 1961 - February 1962": ("1961-12/1962-02", "1961-12-01", "1962-02-28"),
    "1945-1947": ("1945/1947", "1945-01-01", "1947-12-31"),
    "1945 \u2013 1947": ("1945/1947", "1945-01-01", "1947-12-31"),
    "1945 \u2212 1947": ("1945/1947", "1945-01-01", "1947-12-31"),
    "[1945-1947]": ("1945/1947", "1945-01-01", "1947-12-31"),
    "1913-14": ("1913/1914", "1913-01-01", "1914-12-31"),
    "1945-47": ("1945/1947", "1945-01-01", "1947-12-31"),
    "1945 - June 10, 1947": ("1945/1947-06-10", "1945-01-01", "1947-06-10"),
    # Approximate, uncertain, both
    "circa 1950": ("1950~", "1950-01-01", "1950-12-31"),
    "c. 1950": ("1950~", "1950-01-01", "1950-12-31"),
    "c.1950": ("1950~", "1950-01-01", "1950-12-31"),
    "Ca. 1950": ("1950~", "1950-01-01", "1950-12-31"),
    "[ca. 1950]": ("1950~", "1950-01-01", "1950-12-31"),
    "about 1950": ("1950~", "1950-01-01", "1950-12-31"),
    "ca. March 1950": ("1950-03~", "1950-03-01", "1950-03-31"),
    "circa March 5, 1950": ("1950-03-05~", "1950-03-05", "1950-03-05"),
    "1958?": ("1958?", "1958-01-01", "1958-12-31"),
    "[1958?]": ("1958?", "1958-01-01", "1958-12-31"),
    "1958 (?)": ("1958?", "1958-01-01", "1958-12-31"),
    "June 1958?": ("1958-06?", "1958-06-01", "1958-06-30"),
    "[c. 1958?]": ("1958%", "1958-01-01", "1958-12-31"),
    # A sign before a range is meant for both ends, unless the other one has its own
    "c. 1945-1947": ("1945~/1947~", "1945-01-01", "1947-12-31"),
    "? 1945-1947": ("1945?/1947?", "1945-01-01", "1947-12-31"),
    "c. 1945?-1947": ("1945%/1947%", "1945-01-01", "1947-12-31"),
    "c. 24-26 September 1956": ("1956-09-24~/1956-09-26~", "1956-09-24", "1956-09-26"),
    "c. 1945 - 1947?": ("1945~/1947?", "1945-01-01", "1947-12-31"),
    "c. 1945 - ?1947": ("1945~/1947?", "1945-01-01", "1947-12-31"),
    "c. 1945 to 1947": ("1945~/1947", "1945-01-01", "1947-12-31"),
    "1945?-1947": ("1945?/1947", "1945-01-01", "1947-12-31"),
    "24?-26 September 1956": ("1956-09-24?/1956-09-26", "1956-09-24", "1956-09-26"),
    # Years in Roman numbers, and before and since the birth of Christ
    "MCMLVI": ("1956", "1956-01-01", "1956-12-31"),
    "MCD": ("1400", "1400-01-01", "1400-12-31"),
    "MMXCIX": ("2099", "2099-01-01", "2099-12-31"),
    "XXI century": ("20XX", "2000-01-01", "2099-12-31"),
    "1 BC": ("0000", "0000-01-01", "0000-12-31"),
    "450 to 200 BC": ("-0449/-0199", "-0449-01-01", "-0199-12-31"),
    "1st century BC": ("-00XX", "-0099-01-01", "0000-12-31"),
    # Parts by number
    "winter 1953-54": ("[1953-12..1954-02]", "1953-12-01", "1954-02-28"),
    "4th quarter of 1950": ("1950-36", "1950-10-01", "1950-12-31"),
    "2nd half of 1950": ("1950-41", "1950-07-01", "1950-12-31"),
    "2nd half of the 1950s": ("[1955..1959]", "1955-01-01", "1959-12-31"),
    "1st quarter of the 19th century": ("[1800..1824]", "1800-01-01", "1824-12-31"),
    # Decades and centuries
    "1950s": ("195X", "1950-01-01", "1959-12-31"),
    "2010s": ("201X", "2010-01-01", "2019-12-31"),
    "1910s": ("191X", "1910-01-01", "1919-12-31"),
    "1990s": ("199X", "1990-01-01", "1999-12-31"),
    "the 1950s": ("195X", "1950-01-01", "1959-12-31"),
    "1950's": ("195X", "1950-01-01", "1959-12-31"),
    "1950\u2019s": ("195X", "1950-01-01", "1959-12-31"),
    "2nd century": ("01XX", "0100-01-01", "0199-12-31"),
    "11th century": ("10XX", "1000-01-01", "1099-12-31"),
    "19th century": ("18XX", "1800-01-01", "1899-12-31"),
    "the 20th Century": ("19XX", "1900-01-01", "1999-12-31"),
    # Seasons
    "Spring 1953": ("1953-21", "1953-03-01", "1953-05-31"),
    "Summer, 1953": ("1953-22", "1953-06-01", "1953-08-31"),
    "autumn 1953": ("1953-23", "1953-09-01", "1953-11-30"),
    "Fall 1953": ("1953-23", "1953-09-01", "1953-11-30"),
    "Winter 1953": ("1953-24", "1953-01-01", "1953-12-31"),
    # Open on one side
    "before 1950": ("[..1949]", None, "1949-12-31"),
    "Before March 1950": ("[..1950-02]", None, "1950-02-28"),
    "before January 1, 1950": ("[..1949-12-31]", None, "1949-12-31"),
    "after 1950": ("[1951..]", "1951-01-01", None),
    "after December 1950": ("[1951-01..]", "1951-01-01", None),
    "[after 28 February 1960]": ("[1960-02-29..]", "1960-02-29", None),
}

DOCUMENT = (Path(__file__).parents[1] / "docs" / "dates.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([^|]+?) \|(?: ([a-z]{2}) \|)? `([^`]+)` \| ([-\d]*) ?\| ([-\d]*) ?\|", re.M)
DOCUMENTED = {
    (text, language or "en"): (edtf, first or None, last or None)
    for text, language, edtf, first, last in ROW.findall(DOCUMENT)
}
"""The tables of the documentation, by text and language."""
DIFFERENCES = re.findall(r"^\| ([^|]+) \| `([^|]+) \| `([^`|]+)` \| [^|]+ \|$", DOCUMENT, re.M)

NOT_UNDERSTOOD = {
    "nothing there": ["", " ", "\u00a0", ".", "-", "[]", "?", "Moscow", "Document 5"],
    "numbers that may be a day or a month": [
        "03/04/1962",
        "3.4.1962",
        "03-04-1962",
        "ca. 3/4/1962",
    ],
    "no such day": [
        "February 30, 1960",
        "February 29, 1961",
        "September 31",
        "September 31, 1956",
        "June 0, 1991",
        "0 June 1991",
        "1956-13-01",
        "1956-02-30",
        "1956-00",
        "September 29-31, 1956",
        "1950-02-29",
        "1950-02-29/1951",
        "[1949,1950-02-29]",
        "31.IV.1950",
    ],
    "no such day of an era, or another calendar": [
        *("昭和65年", "昭和64年1月8日", "平成元年1月7日", "昭和31年2月30日", "明治5年3月2日"),
        *("昭和31年度", "昭和30年代", "元年", "12年3月", "昭和31.2.3", "昭和十十年", "昭和0年"),
    ],
    "years that go backwards": ["between 1955 and 1950", "between 1950s and 1940s"],
    "the wrong weekday": ["Tuesday, June 10, 1991", "Monday 1991", "Monday, June 1991"],
    "no year": ["June 10", "June", "September 24-26", "June 10 - 12"],
    "years out of reach": ["0000", "0000s", "Spring 0000", "0000-05", "91", "'91", "19561", "956"],
    "one day, in a year that was counted in two ways": [
        "5 Feb 1699/1700",
        "5 February 1699/1700",
        "May 1699/1700",
    ],
    "no day before the first or after the last": [
        "before 0001",
        "before 1 January 0001",
        "after 9999",
    ],
    "reversed or of no length": [
        "1947-1945",
        "1945-1945",
        "September 26-24, 1956",
        "September 24-24, 1956",
        "2 October - 30 September 1956",
        "December 30 - January 2, 1957",
        "December - January 1957",
        "1950 - March 1950",
        "1956-56",
        "1947-45",
    ],
    "one of two things": [
        "1905-06",
        "1905/06",
        "1905/6",
        "5-6/7/1950",
        "1900s",
        "-1947",
        "Summer 1953-54",
        "June 1, 1950 or 1951",
        "May 1950, 1951",
        "1809 [ca. 1810]",
        "1950 (1951)",
        "1946 [1945-1947]",
        "c1950-1955",
    ],
    "half of a range": ["1945-1946-1947", "September - 1956", "24 - 1956", "1897-19??"],
    "half of a set": ["..1984", "1984..", "1950, 1952,", "1950 or", "1952, 1950", "between 1950"],
    "a century that is not said": ["the '60s", "November '73", "12/25/00", "10-Mar-11", "- 3/99"],
    "not beside its whole": [
        "1785-1960, bulk 1700-1958",
        "1785-1960, bulk",
        "bulk",
    ],
    "sides that do not fit": ["September 24 - October 1956", "June 10, 1956 - 12", "24 - 26, 1956"],
    "what EDTF cannot say": ["circa Winter 1953", "c. 1803, 1805", "Winter 1953 - Spring 1954"],
    "more than a date": [
        "June 10, 1991 (draft)",
        "Boston, June 10, 1991",
        "1955\u00a01955",
        "June June 1991",
        "1956-10-19T24:00:00Z",
        "1956-10 10:00",
        "1956-10-19 25:00",
        "c. 1956-10-19 10:00",
        "birthday in 1872",
        "1914-18 war",
        "MDCCLXXXVII [1788]",
    ],
    "thirds of what has none, or in no order": [
        "early 5 May 1950",
        "late spring 1950",
        "late to early 1950s",
    ],
    "parts that are not there": [
        "3rd half of the 1950s",
        "5th quarter of 1950",
        "1st quarter of the 1950s",
        "winter 1953-55",
        "2nd half of c. 1950",
    ],
    "numbers of no year or century": [
        "MCCCXCIX",
        "MMC",
        "XXII century",
        "0 BC",
        "0 AD",
        "1st century",
        "0th century",
    ],
    "placeholders": ["9999", "9999-12-31"],
    "numbers that are no years: of pages, sizes, items, shelves, folios": [
        *("pp. 1950-1999", "p. 1950", "1950 p.", "1950 pp.", "ff. 1950-1999", "1950 ff."),
        *("1,950 items", "1950 items", "1950 x 1200", "1950 \u00d7 1200", "1950 cm", "1950 in."),
        *("1950-316", "1950.316", "1950/316", "MS 1950", "no. 1950", "Box 1950", "#1950"),
        *("v. 1950", "vol. 1950", "1950 v", "XII 1950", "H1 1950", "C18", "t. 1950", "d. 1950"),
        *("$1950", "1950 $", "1950 km", "1950 B", "ISBN 19501112", "1950111", "195011121"),
        *("19501312", "13501112", "19500230", "1950-W54", "1950-W00", "1950-W10-8", "fol. 1950"),
    ],
    "terms, feasts and years that begin elsewhere": [
        *("Michaelmas 1690", "Easter 1950", "FY 1962", "FY1962-63", "school year 1950", "Q5 1950"),
        *("1369 AH", "5710 AM", "1329 SH", "5 Nisan 5710", "10 Thermidor an II", "2493 BE"),
    ],
    "periods of another scheme, or with more in them": [
        *("start=Cambrian; scheme=Geological timescale", "start=1950; scheme=x", "name=1950"),
        *("start=; end=", "start=1955; end=1950", "start=1950-02-30", "start=1950; x=1"),
        *("start=1950; 1955", "=", "=" * 70, "start=1950; start=1955"),
    ],
    "years of no era": [
        "\u662d\u548c70\u5e74",
        "\u662d\u548c25\u5e74(1951)",
        "\u5149\u7dd2\u4e09\u5e74",
    ],
    "letters and digits of other scripts": [
        "\u0661\u0669\u0665\u0665",
        "Augu\u017ft 1962",
        "10 \u0438\u044e\u043d\u044f 1991",
        "1955\u200b",
    ],
    "longer than any date": [" " * 80 + "1955", "1955" * 30, "1" * 10**6, "- " * 10**5],
}

UNDATED = [
    "undated",
    "Undated",
    "[undated]",
    "(undated)",
    "n.d.",
    "n. d.",
    "N.D.",
    "nd",
    "[n.d.]",
    "no date",
    "No date.",
    "not dated",
    "date unknown",
    "unknown",
]
NOT_UNDATED = ["", "  ", "1955", "n.d. 1955", "undated, probably 1955", "un\u00adknown", "?", "-"]

PEERS = Path(__file__).parents[2] / "shared" / "dates.json"
SEEN = Habits().by("2026-01-01T00:00:00Z")
WITH_REASONS = tomllib.loads(
    (Path(__file__).parent / "date_differences.toml").read_text(encoding="utf-8")
)
REASONS = {text: reason for reason, texts in WITH_REASONS.items() for text in texts}
"""Expressions that a peer reads otherwise, each with the reason for our choice."""

ARCHIVES: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "archive_dates.toml").read_text(encoding="utf-8")
)
"""Dates in the languages and manners of archives, and what each means; empty if it is not read."""

DAYS = st.dates(date(1000, 1, 1), date(9998, 12, 31))
PAIRS = st.lists(DAYS, min_size=2, max_size=2, unique=True).map(sorted)
PIECE = re.compile(r"\s+|[^\w\s]|\d+|[^\W\d]+")
COMPACT = r"\b(\d{4})(\d\d)(\d\d)\b"
"""A day as ISO 8601 writes it in its basic format."""
JOINTS = [" - ", " to ", " and ", " or ", ", ", "/", "-", "?", "circa ", " BC", "before ", "-?"]
WORDS = [*MONTHS, *WEEKDAYS, "Sept.", "circa", "c.", "before", "after", "to", "the", "Winter"]
SIGNS = [*"-?[](),./'\u2013", " - ", "(?)", "s", "th", "1950s", "19th century", "n.d.", "\u00a0"]
NUMBERS = ["1", "05", "12", "29", "30", "31", "1899", "1900", "1956", "1957", "0000", "47", "00"]
JUMBLES = st.lists(st.sampled_from([*WORDS, *SIGNS, *NUMBERS, " "]), max_size=9).flatmap(
    lambda words: st.sampled_from(["".join(words), " ".join(words)])
)
PARTS = st.sampled_from([*MONTHS[7:], "Feb.", "Fall", *NUMBERS, "2nd", "1956", "1957", "1958"])
SIDES = st.lists(PARTS, min_size=1, max_size=3).map(" ".join)
NEARLY = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "", "", "[", "c. ", "before ", "after ", "Sunday, "]),
    SIDES,
    st.sampled_from(["-", " - ", " to ", "/", ", "]),
    st.one_of(st.just(""), SIDES),
    st.sampled_from(["", "", "", "]", "?", "s", " (?)"]),
)


def iso(bound: object) -> str | None:
    """A bound as the `edtf` library gives it, infinite where open, as we write it."""
    if isinstance(bound, float):
        return None
    year, month, day = bound[:3]  # type: ignore[index]
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04}-{month:02}-{day:02}"


@cache
def libraries() -> tuple[Callable[[str], Any], Callable[[str], bool]]:
    """Those that parse and that validate EDTF; they are loaded where they are used, as building
    their grammars takes long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old names of pyparsing
        from edtf import parse_edtf
        from edtf_validate.valid_edtf import is_valid
    return parse_edtf, is_valid


@cache
def by_the_libraries(edtf: str) -> tuple[str | None, str | None]:
    """The bounds of what has to be valid."""
    parse, is_valid = libraries()
    assert is_valid(edtf)
    parsed = parse(edtf)
    return iso(parsed.lower_strict()), iso(parsed.upper_strict())


def assert_right(found: ArchiveDate) -> None:
    """Valid EDTF, with the library's bounds; a winter of ours has the library's within it, and so
    has a summer of the south."""
    lower, upper = by_the_libraries(found.edtf)
    if re.fullmatch(r"\d{4}-(?:24|28|30)", found.edtf):
        assert found.earliest and found.latest and lower and upper
        assert found.earliest <= lower <= upper <= found.latest
    else:
        assert (found.earliest, found.latest) == (lower, upper)
    years = [int(day[:-6]) for day in (found.earliest, found.latest) if day]
    assert years == sorted(years)


def of_roman(letters: str) -> int:
    """The number of a Roman numeral: a letter before a larger one is taken away."""
    values = [(1000, 500, 100, 50, 10, 5, 1)["MDCLXVI".index(one)] for one in letters.upper()]
    return sum(-one if one < two else one for one, two in pairwise([*values, 0]))


def assert_said(text: str, point: str) -> None:
    """Each part of a plain date stands in the text: as a number, or as the name of a month.

    Brackets in a number only mark the digits that somebody supplied: "189[5".
    """
    whole = re.sub(r"[][()]", "", text)
    numbers = {int(number) for said in (text, whole) for number in re.findall(r"\d+", said)}
    numbers |= {int(part) for day in re.findall(COMPACT, text) for part in day}
    numbers |= {of_roman(letters) for letters in re.findall(r"(?i)\b[MDCLXVI]{3,}\b", text)}
    year, *parts = map(int, point.split("-"))
    if re.search(r"0'?s", text, re.I):  # a decade that is given as a span
        numbers |= {number + 9 for number in numbers if number % 10 == 0}
    if re.search(r"\bc(?:ent|entury|enturies)?\b", text, re.I):  # a century
        numbers |= {end for n in numbers if n < 100 for end in ((n - 1) * 100, n * 100 - 1)}
    assert year in numbers or (re.search(r"\d{4}-\d\d", point) is None and year % 100 in numbers)
    is_season = re.search("spring|summer|fall|autumn", text, re.I)  # whose months are a span
    if parts and parts[0] <= 12 and not is_season:
        assert MONTHS[parts[0] - 1][:3].lower() in text.lower() or parts[0] in numbers
    assert set(parts[1:]) <= numbers


def day_forms(day: date) -> list[str]:
    name, year = MONTHS[day.month - 1], f"{day.year:04}"
    weekday = WEEKDAYS[day.weekday()]
    return [
        f"{name} {day.day}, {year}",
        f"{name} {day.day:02}, {year}",
        f"{name[:3]}. {day.day}, {year}",
        f"{day.day} {name} {year}",
        f"{day.day:02} {name[:3]} {year}",
        f"{year} {name} {day.day}",
        f"{weekday}, {name} {day.day}, {year}",
        f"{weekday[:3]}. {day.day} {name} {year}".upper(),
        f"[{name.lower()} {day.day},{year}]",
        day.isoformat(),
    ]


def month_forms(day: date) -> list[str]:
    name, year = MONTHS[day.month - 1], f"{day.year:04}"
    return [f"{name} {year}", f"{name}, {year}", f"{name[:3]}. {year}", f"{year} {name}"]


def gives_date(row: dict[str, Any]) -> bool:
    """Whether a peer's test expects a date of an expression."""
    days = [row[end] for end in ("lo", "hi") if re.fullmatch(r"-?\d{4}-\d\d-\d\d", row[end] or "")]
    return bool(row["edtf"] or row["year"] or days)


def differs(row: dict[str, Any]) -> bool:
    """Whether we say something else than a peer's test."""
    found = read_date(row["text"], SEEN)
    assert found
    ends = [(row["lo"], found.earliest), (row["hi"], found.latest)]
    days = [(said, ours) for said, ours in ends if re.fullmatch(r"-?\d{4}-\d\d-\d\d", said or "")]
    return bool(row["edtf"] and row["edtf"] != found.edtf) or any(one != two for one, two in days)


@pytest.mark.parametrize(("text", "expected"), FORMS.items())
def test_form(text: str, expected: tuple[str, str | None, str | None]) -> None:
    assert read_date(text) == ArchiveDate(*expected)
    assert not says_undated(text)


@pytest.mark.parametrize(("text", "expected"), FORMS.items())
def test_form_has_the_meaning_that_the_libraries_give_it(
    text: str, expected: tuple[str, str | None, str | None]
) -> None:
    assert_right(ArchiveDate(*expected))


@pytest.mark.parametrize(("said", "expected"), DOCUMENTED.items(), ids=map(str, DOCUMENTED))
def test_documented_form(
    said: tuple[str, str], expected: tuple[str, str | None, str | None]
) -> None:
    text, language = said
    found = read_date(text, Habits(language))
    assert found and (found.edtf, found.earliest, found.latest) == expected
    assert_right(found)


def test_the_documentation_names_each_language_and_what_our_convention_decides() -> None:
    assert {language for _, language in DOCUMENTED} == set(languages())
    assert len(DOCUMENTED) > 150
    ours = set(re.findall(r"^\| ([^|]+) \| `.* our convention \|$", DOCUMENT, re.M))
    assert ours == {text for text, code in DOCUMENTED if made_by_us(text, code)}
    for text, _, here in DIFFERENCES:
        found = read_date(text)
        assert found and here in (found.edtf, "March to May"), text


def made_by_us(text: str, language: str) -> bool:
    """Whether a date has bounds by a convention of ours, and none without it."""
    found = read_date(text, Habits(language))
    without = read_date(text, Habits(language, conventions=False))
    assert found and (found.convention == "thirds") is (without is None)
    return found.convention is not None


@pytest.mark.parametrize(
    "text",
    [pytest.param(t, id=f"{why}: {t[:30]!r}") for why, ts in NOT_UNDERSTOOD.items() for t in ts],
)
def test_not_understood(text: str) -> None:
    assert read_date(text) is None
    assert not says_undated(text)


@pytest.mark.parametrize("language", languages())
def test_words_alone_are_no_date(language: str) -> None:
    """Without a number nothing says in which year: "by", "circa not after", "by spring"."""
    words, habits = list(vocabulary(language).words), Habits(language)
    for one in words:
        for text in (one, *(f"{one} {other}" for other in ("by", "not after"))):
            assert read_date(text, habits) is None, text


@pytest.mark.parametrize("text", UNDATED)
def test_undated(text: str) -> None:
    assert says_undated(text)
    assert read_date(text) is None


@pytest.mark.parametrize("text", NOT_UNDATED)
def test_not_undated(text: str) -> None:
    assert not says_undated(text)


@pytest.mark.parametrize("language", ARCHIVES)
def test_dates_of_archives(language: str) -> None:
    for text, edtf in ARCHIVES[language].items():
        found = read_date(text, Habits(language, latest=2027))
        assert (found.edtf if found else "") == edtf, text


def test_longest_text_is_looked_at() -> None:
    text = "1955".rjust(80)
    assert read_date(text) == ArchiveDate("1955", "1955-01-01", "1955-12-31")
    assert read_date(text + " ") is None


def test_dates_of_the_listings() -> None:
    """`strptime` is told the form by its look, and so gives the same precision and no more."""
    forms = {
        r"[A-Z][a-z]+ \d\d?, \d{4}": ("%B %d, %Y", 10),
        r"[A-Z][a-z]+, \d{4}": ("%B, %Y", 7),
        r"[A-Z][a-z]+ \d{4}": ("%B %Y", 7),
        r"\d{4}": ("%Y", 4),
    }
    read = 0
    for path in sorted(LISTINGS.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")).get("entries", []):
            text = entry.get("date_text")
            if not text or not text.strip():
                continue
            form, length = next(f for look, f in forms.items() if re.fullmatch(look, text))
            found = read_date(text)
            assert found is not None, text
            assert found.edtf == datetime.strptime(text, form).date().isoformat()[:length]
            read += 1
    assert read >= 200


def test_plain_dates_do_not_load_the_library() -> None:
    program = """
import sys
from harvester.dates import read_date
for text in "June 10, 1991", "August, 1962", "1955", "", "n.d.", "Winter 1953", "no date at all":
    read_date(text)
sys.exit("edtf" in sys.modules)
"""
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", program], cwd=root).returncode == 0


@examples(100)
@given(DAYS)
def test_a_day_in_every_form(day: date) -> None:
    expected = day.isoformat()
    for text in day_forms(day):
        assert read_date(text) == ArchiveDate(expected, expected, expected), text


@examples(100)
@given(DAYS)
def test_a_month_in_every_form(day: date) -> None:
    first = day.replace(day=1)
    found = {read_date(text) for text in month_forms(day)}
    assert len(found) == 1
    month = found.pop()
    assert month is not None and month.latest is not None
    assert (month.edtf, month.earliest) == (day.isoformat()[:7], first.isoformat())
    last = date.fromisoformat(month.latest)
    assert last.month == day.month and (last == date.max or (last + timedelta(1)).day == 1)


@examples(100)
@given(DAYS)
def test_the_wrong_weekday_in_front(day: date) -> None:
    for weekday in set(WEEKDAYS) - {WEEKDAYS[day.weekday()]}:
        assert read_date(f"{weekday}, {day.isoformat()}") is None
        assert read_date(f"{weekday}, {day_forms(day)[0]}") is None


@examples(20)
@given(PAIRS, st.sampled_from([" - ", "-", " \u2013 ", "\u2014", " to "]))
def test_two_days_in_every_form(pair: list[date], dash: str) -> None:
    first, last = pair
    expected = ArchiveDate(f"{first}/{last}", f"{first}", f"{last}")
    for start, end in zip(day_forms(first)[:8], day_forms(last)[:8], strict=True):
        assert read_date(start + dash + end) == expected
        assert read_date(end + dash + start) is None


@examples(20)
@given(DAYS, st.integers(1, 31))
def test_two_days_of_a_month(day: date, other: int) -> None:
    name, year = MONTHS[day.month - 1], f"{day.year:04}"
    found = read_date(f"{name} {day.day}-{other}, {year}")
    assert found == read_date(f"{day.day}-{other} {name} {year}")
    try:
        last = day.replace(day=other)
    except ValueError:
        assert found is None
    else:
        assert found == (ArchiveDate(f"{day}/{last}", f"{day}", f"{last}") if day < last else None)


@examples(400)
@given(st.one_of(st.text(ANYTHING, max_size=100), JUMBLES, NEARLY))
@example("circa 1956-10-19?")
@example("[..1949]")
@example("\x1c1956\x00")
@example("JANUARY001[0")
@example("0010S CIRCA")
@example("circa 19th century")
@example("MD")
@example("MDCLX")
def test_any_text_is_read_rightly_or_not_at_all(text: str) -> None:
    found = read_date(text)
    if found is None:
        return
    assert not says_undated(text)
    assert_right(found)
    if re.fullmatch(r"[\d~?%/-]+", found.edtf) and not found.convention:
        for point in re.sub("[~?%]", "", found.edtf).split("/"):
            assert_said(text, point)


@examples(20)
@given(DAYS)
def test_before_and_after_leave_out_the_day_itself(day: date) -> None:
    before, after = read_date(f"before {day}"), read_date(f"after {day}")
    assert before is not None and before.earliest is None
    assert before.latest == (day - timedelta(1)).isoformat()
    if day < date.max:
        assert after is not None and after.latest is None
        assert after.earliest == (day + timedelta(1)).isoformat()


@pytest.mark.parametrize(
    ("language", "order", "expected"),
    [
        ("en", "", None),
        ("de", "", "1962-04-03"),
        ("de-AT", "", "1962-04-03"),
        ("en", "mdy", "1962-03-04"),
        ("en", "dmy", "1962-04-03"),
        ("fr", "mdy", "1962-03-04"),
        ("xx", "", None),
    ],
)
def test_dates_in_numbers_follow_the_source(
    language: str, order: str, expected: str | None
) -> None:
    for text in ("03/04/1962", "3.4.1962", "03-04-1962"):
        found = read_date(text, Habits(language, order))
        assert (found.edtf if found else None) == expected


def test_a_number_above_12_or_twice_the_same_is_certain_in_any_order() -> None:
    for text in ("13/05/1962", "05/13/1962", "05/05/1962"):
        assert read_date(text)
    assert read_date("05/13/1962", Habits(order="dmy")) is None


def test_words_of_another_language_are_read_where_it_is_said() -> None:
    for (text, language), _ in DOCUMENTED.items():
        if language != "en" and not text.isascii():
            assert read_date(text) is None, text


def test_no_date_is_later_than_the_year_after_its_page_was_fetched() -> None:
    seen = Habits().by("2030-05-01T00:00:00Z")
    for text in (
        "2032",
        "May 2032",
        "2032-05-05",
        "2032/2033",
        "2031 - 2032",
        "since 2032",
        "2032?",
        "24-26 September 2032",
        "30 September - 2 October 2032",
        "31 December 2032 - 2 January 2033",
    ):
        assert read_date(text, seen) is None
        assert read_date(text)
    assert read_date("2031", seen) and read_date("2029 or later", seen)
    assert read_date("2026", Habits().by("1970-01-01T00:00:00Z"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("o. D.", "de"),
        ("o.J.", "de"),
        ("s.d.", "fr"),
        ("s. f.", "es"),
        ("\u0431. \u0434.", "ru"),
        ("n.d.", "de"),
    ],
)
def test_undated_in_any_language_is_undated_on_every_page(text: str, language: str) -> None:
    assert says_undated(text, language) and says_undated(text)


@examples(60)
@given(st.data())
def test_a_word_that_is_not_known_leaves_no_date(data: st.DataObject) -> None:
    text, language = data.draw(st.sampled_from(sorted(DOCUMENTED)))
    known = vocabulary(language)
    word = data.draw(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9))
    assume(word not in known.words and not set(word) <= set("mdclxvi"))
    words = text.split(" ")
    words.insert(data.draw(st.integers(0, len(words))), word)
    assert read_date(" ".join(words), Habits(language)) is None


@examples(15)
@given(st.data())
def test_pieces_of_forms_are_read_rightly_or_not_at_all(data: st.DataObject) -> None:
    """Parts of one form in the place of parts of another, as no table has them."""
    text, language = data.draw(st.sampled_from(sorted(DOCUMENTED)))
    other = data.draw(st.sampled_from([said for said, code in sorted(DOCUMENTED) if code == "en"]))
    pieces, others = PIECE.findall(text), [*PIECE.findall(other), *JOINTS]
    start = data.draw(st.integers(0, len(pieces)))
    stop = data.draw(st.integers(start, min(len(pieces), start + 2)))
    pieces[start:stop] = data.draw(st.lists(st.sampled_from([other, *others]), max_size=3))
    found = read_date("".join(pieces), Habits(language))
    if found:
        assert_right(found)


@pytest.mark.skipif(not PEERS.exists(), reason="the peers' expressions are no part of the project")
def test_expressions_of_the_suites_of_others() -> None:
    """Of those that a peer gives a date, so many are read; what a peer calls no date is read only
    where it cannot read it itself, and each other difference has its reason in the table."""
    rows = json.loads(PEERS.read_text(encoding="utf-8"))
    dated = [row for row in rows if gives_date(row)]
    read = [row for row in dated if read_date(row["text"], SEEN)]
    assert len(read) >= 0.75 * len(dated)
    invented = {row["text"] for row in rows if row["none"] and read_date(row["text"], SEEN)}
    assert invented <= {"19th century"}
    differing = {row["text"] for row in read if differs(row)}
    assert differing <= set(REASONS), differing - set(REASONS)
