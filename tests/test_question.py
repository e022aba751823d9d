"""What an address of the reading room asks, and which documents that selects."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from filled import real_records, store_details
from stored import entry, store

from harvester.search.query import LONGEST
from harvester.store.read.queries import add_functions
from harvester.store.read.question import MOST, BadQuestion, Question

ADDRESSES = {
    "": "",
    "q=Kono": "q=Kono",
    "q=+Kono++": "q=Kono",
    "place=Japan&place=China&place=Japan": "place=Japan&place=China",
    "place=Japan&q=Kono&page=3": "q=Kono&place=Japan&page=3",
    "page=1": "",
    "page=-1": "",
    "page=99999999999999999999": "",
    "page=٣": "",
    "sort=newest&sort=date": "sort=newest",
    "sort=number;DROP": "",
    "year=1962": "year=1962",
    "year=1962-08": "year=1962-08",
    "from=1960&to=1961-12": "from=1960&to=1961-12",
    "unknown=1&decade=1960s": "decade=1960s",
    "more=place": "more=place",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_address_holds_the_whole_question(address: str) -> None:
    question = Question.of(parse_qsl(address))
    assert question.query == ADDRESSES[address]
    assert Question.of(parse_qsl(question.query)) == question


LONG = {
    "words": ([("q", "a" * (LONGEST + 1))], str(LONGEST)),
    "names": ([("place", str(number)) for number in range(MOST + 1)], str(MOST)),
}


@pytest.mark.parametrize("long", LONG)
def test_question_longer_than_a_persons_gets_a_sentence(long: str) -> None:
    pairs, most = LONG[long]
    with pytest.raises(BadQuestion, match=most):
        Question.of(pairs)
    Question.of(pairs[:MOST]) if long == "names" else Question.of([("q", "a" * LONGEST)])


NO_DATES = (
    "62",
    "yesterday",
    "1962-13",
    "1962-00",
    "1962-08-32",
    "9999-99-99",
    "-1",
    "1962-8",
    "١٩٦٢",
)


@pytest.mark.parametrize("parameter", ["year", "from", "to", "since"])
@pytest.mark.parametrize("said", [*NO_DATES, "1962-08-15"])
def test_date_that_is_none_gets_a_sentence(parameter: str, said: str) -> None:
    if parameter != "year" and said not in NO_DATES:
        assert Question.of([(parameter, said)]).pairs == [(parameter, said)]
        return
    with pytest.raises(BadQuestion, match=re.escape(f"“{said}” is no date here")):
        Question.of([(parameter, said)])


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The real records, in two collections, and some that were only listed."""
    path: Path = tmp_path_factory.mktemp("question") / "harvest.db"
    store_details(path, real_records())
    dates = {"day": "August 31, 1862", "year": "1862", "decade": "1860s", "none": None}
    store(path, [entry(name, f"Dated {name}", date) for name, date in dates.items()], "dated")
    with closing(sqlite3.connect(path)) as connection:
        add_functions(connection)
        yield connection


SELECTED = {
    "q=dated": {"day", "year", "decade", "none"},
    "q=dated&decade=1860s": {"day", "year", "decade"},
    "decade=1860s&decade=undated": {"day", "year", "decade", "none"},
    "year=1862": {"day", "year"},
    "year=1862-08": {"day"},
    "from=1862-08-31&to=1862-08-31": {"day", "year", "decade"},
    "to=1861": {"decade"},
    "collection=dated&collection=detailed": set(),
    "collection=dated&site=nobody": set(),
    "collection=dated&since=2000": {"day", "year", "decade", "none"},
    "collection=dated&since=9999": set(),
    "collection=dated&state=new&state=removed": set(),
    "collection=dated&has=text": set(),
    "collection=dated&has=odd": set(),
    "collection=dated&state=odd": set(),
    "q=' OR 1=1 --": set(),
}


@pytest.mark.parametrize("address", SELECTED)
@pytest.mark.parametrize("sort", ["", "date", "newest", "relevance"])
def test_question_selects_each_document_once(
    address: str, sort: str, db: sqlite3.Connection
) -> None:
    selection = Question.of([*parse_qsl(address), ("sort", sort)]).selection()
    ids = "SELECT id FROM ({}) AS chosen CROSS JOIN documents AS d USING (number)"
    found = [id for (id,) in db.execute(ids.format(selection.ordered), selection.parameters)]
    assert len(found) == len(set(found)) and set(found) == SELECTED[address]


def test_one_name_is_found_however_its_letters_are_composed(db: sqlite3.Connection) -> None:
    found = []
    for name in ("Sat\u014d, Eisaku", "Sato\u0304, Eisaku"):
        selection = Question.of([("person", name)]).selection()
        found.append(db.execute(selection.sql, selection.parameters).fetchall())
    assert found[0] == found[1] and len(found[0]) == 2
