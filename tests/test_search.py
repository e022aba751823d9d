"""What is typed into a search box, as SQLite's full-text search is asked for it."""

import pytest

from harvester.store.read.queries import expression, plain

ASKED = {
    "kono": '"kono"',
    "kono*": '"kono"*',
    "kono peace": '"kono" "peace"',
    '"peace treaty"': '"peace treaty"',
    '"peace treaty"*': '"peace treaty"*',
    'a "b c': '"a" "b c"',
    'a"b"c': '"a" "b" "c"',
    '"a""b"': '"a" "b"',
    '""fish*': '"fish"*',
    '"" kono': '"kono"',
    "*a": '"*a"',
    "a*b": '"a*b"',
    "a**b*": '"a**b"*',
    "a\0b": '"a" "b"',
    "  a \t b ": '"a" "b"',
    "***": '""',
    "-": '""',
    '"': '""',
    "": '""',
    "Satō": '"Satō"',
}


@pytest.mark.parametrize("text", ASKED)
def test_what_is_typed_is_asked_for(text: str) -> None:
    assert expression(text) == ASKED[text]


@pytest.mark.parametrize(
    ("text", "said"), [("Satō", "sato"), ("ß", "ss"), ("Ⅷ", "viii"), (None, "")]
)
def test_capitals_and_diacritics_make_no_difference(text: str | None, said: str) -> None:
    assert plain(text) == said
