"""Dates within a text of a listing: where one stands, and what may stand beside it."""

import pytest

from harvester.dates.phrases import find_date, is_date

MONTHS_OF_DAYS = (
    *("May 5, 2012", "5 May 2012", "5. May 2012", "5th of May 2012", "5 de mayo de 2012"),
    *("1st May 2012", "2nd May 2012", "3rd May 2012", "1er mai 2012", "12 d'octubre de 2012"),
    *("5 del mayo 2012", "the 5th of May, 2012", "den 5 maj 2012", "2012 May 5", "5 May '12"),
    *("2012-05-05", "2012/05/05", "2012.05.05", "5/5/2012", "5.5.2012", "31-12-2012", "5/5/12"),
    *("2012年5月5日", "2012년5월5일", "05052012", "5 May 1500", "5 May 2099", "31 May 2012"),
    *("1956년 2월 3일", "昭和31年2月3日", "平成元年1月8日", "民國45年12月31日"),
)
LESS = (
    *("May 2012", "May, 2012", "May of 2012", "Jan/Feb 2012", "spring 2012", "summer 2012"),
    *("fall 2012", "autumn 2012", "winter 2012", "May 5", "5 May", "2012-2013", "2012", "5/12"),
    *("3 minutes ago", "1 hour ago", "13 days ago", "2 weeks ago", "32 months ago", "1 year ago"),
    *("1 minute ago", "3 hours ago", "1 day ago", "1 week ago", "1 month ago", "2 years ago"),
    *("today", "yesterday", "1956年", "1956年2月", "昭和31年", "平成31年4月", "平成元年"),
)
NONE = (
    *("1499", "2100", "May", "32", "0/12", "3 days", "days ago", "A12/2012", "10.1234/2012"),
    *("1.2.3.4", "20:12", "spring", "5 x 2012", "2012-2013-2014", "13312012", "May2012x"),
    # How museums number what they are given.
    *("2019.1.1", "2019.12.1", "2019.1.12"),
)
BESIDE = """
    at on posted published updated filed issued released dated date added created c ca circa by
    the of monday tue
"""


@pytest.mark.parametrize("text", MONTHS_OF_DAYS)
def test_day_of_a_year_is_found(text: str) -> None:
    found = find_date(f"{text} (Ottawa)")
    assert found and found.is_whole
    assert is_date(text)


@pytest.mark.parametrize("text", LESS)
def test_less_than_a_day_of_a_year_is_found(text: str) -> None:
    found = find_date(text)
    assert found and (found.said, found.is_whole) == (text, False)
    assert is_date(text)


@pytest.mark.parametrize("text", NONE)
def test_numbers_and_words_of_other_things_are_no_date(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize("word", BESIDE.split())
def test_word_that_goes_along_with_a_date_does_not_count_as_text(word: str) -> None:
    """As many other letters may stand beside a date as it has itself, and no more than ten."""
    assert is_date(f"{word} 5 May 2012 Department")
    assert is_date(f"{word.upper()}: 5 May 2012 Department")
    assert not is_date(f"{word} 5 May 2012 Departments")
    assert not is_date(f"{word} 5 May 2012 {word}ly Department")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Posted Mon, 5 May 2012, 20:35 by A. Clerk", "Mon, 5 May 2012, 20:35"),
        ("Posted Lundi 5 mai 2012 at 8:35 pm EST", "Lundi 5 mai 2012 at 8:35 pm EST"),
        ("See 5 May 2012 - 20:35:10", "5 May 2012 - 20:35:10"),
        ("Moved 2012-05-05 Sat", "2012-05-05 Sat"),
        ("In May 2012 Satellites", "May 2012"),
        ("1950; May 5, 2012", "May 5, 2012"),
    ],
)
def test_date_is_shown_with_its_weekday_and_time(text: str, shown: str) -> None:
    found = find_date(text)
    assert found and found.shown == shown


def test_longest_text_in_which_a_date_is_looked_for() -> None:
    assert find_date(f"{'x ' * 195}2012-05-05")
    assert find_date(f"{'x ' * 195} 2012-05-05") is None
    assert is_date(f"{' ' * 50}5 May 2012") and not is_date(f"{' ' * 51}5 May 2012")
