"""Searches: what finds what, what is shown of it, what it costs, and what is nowhere."""

import asyncio
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from costs import takes_at_most
from examples import ANYTHING, examples
from harvests import PROJECT
from hypothesis import given
from hypothesis import strategies as st
from stored import ARCHIVE, FETCHED, PUT, entry, store

from harvester.datasette.server import served
from harvester.runs import RunStart
from harvester.search.letters import aligned, composed, fold
from harvester.search.marks import marked, passage, quoted
from harvester.search.query import LONGEST, parse
from harvester.search.words import GAP, indexed, words
from harvester.store.index import index
from harvester.store.read.queries import add_functions
from harvester.store.read.search import doubt, match, passages
from harvester.store.read.suggestion import suggestion
from harvester.store.store import Rules, Store

LISTING = f"{ARCHIVE}/search?search_api_fulltext=listing"

SAID = {
    "Gomułka": ["Gomulka", "gomułka", "GOMUŁKA", "gomul*"],
    "Хрущёва": ["Хрущева", "хрущёва", "хрущ*"],
    "Đặng Tiểu Bình": ["Dang", "đang tieu binh", '"tieu binh"', "Đặng -Hồ"],
    "ʻAbd al-Nāṣir": ["Abd", "'Abd", "‘Abd", "abd nasir", "alnasir", '"al nasir"', "AL-NASIR"],
    "Ἑλλάδος": ["Ελλαδος", "ελλάδος", "ΕΛΛΑΔΟΣ"],
    "U.S.S.R.": ["USSR", "ussr", "U.S.S.R.", "u.s.s.r", "U. S. S. R."],
    "USSR today": ["U.S.S.R.", "U. S. S. R.", '"USSR today"', '"U.S.S.R. today"'],
    "U. N. policy": ["UN", "U.N.", '"UN policy"'],
    "N.S. Khrushchev's visit": ["Khrushchev", "N. Khrushchev", '"N. S. Khrushchev"', "khrushch*"],
    "日ソ交渉について": ["日ソ", "ソ交", "交渉", "日ソ交渉", "交渉につ", "いて", "渉"],
    "한국전쟁과 김일성은": ["김일성", "김일", "일성은", "전쟁", "한국 김일성"],
    "中华人民共和国": ["人民", "中华人民", "共和国"],
    "สงครามเย็น": ["สง", "สงคราม", "เย็น", "คราม"],
    "ﾆｷｰﾀ・ﾌﾙｼﾁｮﾌ": ["ニキータ", "フルシチョフ"],
    "昭和31年十月": ["昭和", "31年", "年十月", "十月"],
    "Kōno Ichirō": ["Kono", "kōno", "ichiro kono", '"kono ichiro"', "kon*", "Kono OR Sato"],
    "Cafe\u0301 Škoda": ["Café", "CAFE", "skoda", '"café škoda"', "Skoda or Tatra"],
    "co-operation": ["cooperation", "co-operation", "operation", "co‐operation"],  # noqa: RUF001
    "Cooperation": ["co-operation", "COOPERATION"],
    "the Qur'an": ["Quran", "Qurʼān", "Qur'an", "qur’an"],  # noqa: RUF001
    "Straße, Ærø, Łódź": ["strasse", "STRASSE", "aero", "lodz", "Lódz"],
    "İstanbul, Diyarbakır": ["istanbul", "ISTANBUL", "diyarbakir"],  # noqa: RUF001
    "مُحَمَّد علي": ["محمد", "على"],
    "أحمد إبراهيم آل سعود": ["احمد", "أحمد", "ابراهيم", "ال سعود", "آل"],
    "مؤتمر الدولـــية في القاهرة": ["موتمر", "الدولية", "القاهره"],
    "ایران و کشور": ["ايران", "كشور"],
    "שָׁלוֹם": ["שלום"],
    'דו"ח של צה״ל': ["דוח", 'דו"ח', "דו״ח", "צהל", 'צה"ל', '"דו"ח של"'],
    "ख़्रुश्चेव की ज़मीन": ["ख्रुश्चेव", "ख़्रुश्चेव", "जमीन", "ज़मीन"],
    "পাকিস্তান সরকার": ["পাকিস্তান", "পাকি*"],
    "தமிழ் நாடு": ["தமிழ்", '"தமிழ் நாடு"'],
    "Երևան": ["երևան", "Երեւան"],
    "København, Århus": ["Kobenhavn", "ARHUS", "købe*"],
    "Hồ Chí Minh, Đường": ["ho chi minh", "HỒ", "duong"],
    "Ceaușescu Ceauşescu": ["Ceausescu", "ceaușescu ceauşescu"],
    "naïve œuvre, Ægir, ﬁnance": ["naive", "oeuvre", "aegir", "finance"],
    "ＵＳＳＲ　ｔｒｅａｔｙ": ["ussr", "ｕｓｓｒ", '"USSR treaty"'],  # noqa: RUF001
    "Coöperation": ["cooperation", "co-operation"],
    "Mao Tse-tung and d’Estaing": ["tsetung", "tse tung", '"mao tse-tung"', "destaing", "estaing"],
    "the Sino-Soviet MiG-21": ["sinosoviet", "Sino–Soviet", "sino\u2011soviet", "mig21", "mig 21"],
    "1962–1963, № 5, C++": ["1962-1963", "1963", "№ 5", "c++"],
    "a peace treaty": [
        *('"peace treaty', 'peace" treaty', "“peace treaty”", "«peace treaty»", "peace - treaty"),
        *("peace treaty -", "peace treaty *", "(peace treaty)", "+peace +treaty", "peace/treaty"),
    ],
    "２８ October １９６２": ["28", "1962", "28 october"],  # noqa: RUF001
    "soft\u00adly and zero\u200bwidth": ["softly", "zerowidth"],
    "war and peace": [
        "war peace",
        "war and peace",
        "war & peace",
        '"war and peace"',
        "peace AND war",
    ],
}
"""What a document says, and the searches that find it."""
NOT_FOUND = {
    "Gomułka": ["gomulk", "Gomu*a x", '"gomulka wladyslaw"', "gomulka -gomułka", "title:gomulka"],
    "日ソ交渉": ["日交", "ソ日", "日ソx"],
    "U.S.S.R. policy": ['"s policy"', "us"],
    "war and peace": ['"war peace"', "war NOT peace", "war -peace", '"and war"'],
    "Qur'an": ['"qur an quran"'],
    "김일성": ["김성", "일김"],
    "cooperation": ["operation", "coop"],
    "Müller in Århus": ["mller", "hus", "Muller -Århus"],
}
ROW = re.compile(r"^\| ([^|`]+) \| (`[^|]+`) \|$", re.M)
TOLD = {
    said: re.findall("`([^`]+)`", queries)
    for said, queries in ROW.findall((PROJECT / "docs" / "searching.md").read_text("utf-8"))
}
"""The same, as the documentation tells it."""
EACH = [*dict.fromkeys((*SAID, *NOT_FOUND, *TOLD))]
PLACES = ("title", "summary", "text", "names")


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Each of SAID and NOT_FOUND, in one document as its title, in one as its summary ..."""
    path = tmp_path_factory.mktemp("search") / "harvest.db"
    entries = []
    for number, one in enumerate(EACH):
        entries += [entry(f"title-{number}", one), entry(f"summary-{number}", "-", None, one)]
        entries += [entry(f"text-{number}", "-"), entry(f"names-{number}", "-")]
    store(path, entries)
    with closing(sqlite3.connect(path)) as db:
        numbers = dict(db.execute("SELECT id, number FROM documents"))
        for number, one in enumerate(EACH):
            put_text(db, numbers[f"text-{number}"], one)
            put_name(db, numbers[f"names-{number}"], one)
        index(db)
        db.commit()
        yield db


def put_text(db: sqlite3.Connection, document: int, text: str) -> None:
    sql = "INSERT INTO texts (document, position, text) VALUES (?, 1, ?)"
    db.execute(sql, [document, text])


def put_name(db: sqlite3.Connection, document: int, name: str) -> None:
    db.execute("INSERT INTO terms (kind, name) VALUES ('author', ?)", [name])
    sql = "INSERT INTO document_terms SELECT ?, id, 1 FROM terms WHERE name = ?"
    db.execute(sql, [document, name])


def found(db: sqlite3.Connection, query: str) -> set[str]:
    """The documents that a search finds, by their ids."""
    asked = match(query, ranked=True)
    sql = f"SELECT id FROM ({asked.sql}) JOIN documents USING (number)"
    return {name for (name,) in db.execute(sql, asked.parameters)}


def named(said: str) -> list[str]:
    return [f"{place}-{EACH.index(said)}" for place in PLACES]


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(said, query) for said, queries in table.items() for query in queries]


@pytest.mark.parametrize(("said", "query"), pairs(SAID) + pairs(TOLD))
def test_search_finds_in_title_summary_text_and_names(
    said: str, query: str, everywhere: sqlite3.Connection
) -> None:
    for form in ("NFC", "NFD"):
        asked = unicodedata.normalize(form, query)
        assert found(everywhere, asked) >= {*named(said)}
        pieces = marked(unicodedata.normalize(form, said), asked)
        assert "".join(piece for piece, _ in pieces) == unicodedata.normalize(form, said)
        assert any(is_found for _, is_found in pieces)


@pytest.mark.parametrize(("said", "query"), pairs(NOT_FOUND))
def test_search_does_not_find(said: str, query: str, everywhere: sqlite3.Connection) -> None:
    assert found(everywhere, query).isdisjoint(named(said))


def test_words_in_several_places_are_found_together(db: Path) -> None:
    store(db, [entry("visit", "Kōno in Moscow", None, "On fishing")])
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        (number,) = by_hand.execute("SELECT number FROM documents").fetchone()
        put_text(by_hand, number, "The herring quota")
        put_name(by_hand, number, "Ishkov, Alexander")
        for query in ("kono fishing herring ishkov", "kono -tatra", "tatra OR herring moscow"):
            assert found(by_hand, query) == {"visit"}
        assert found(by_hand, "kono -herring") == found(by_hand, '"moscow fishing"') == set()


def test_names_of_languages_and_types_are_no_words(db: Path) -> None:
    store(db, [entry("a", "Note"), entry("b", "On Russian oil")])
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        by_hand.execute("INSERT INTO terms (id, kind, name) VALUES (1, 'language', 'Russian')")
        by_hand.execute("INSERT INTO document_terms SELECT number, 1, 1 FROM documents")
        index(by_hand)
        assert found(by_hand, "russian") == {"b"}


def test_best_is_what_has_it_in_its_title(db: Path) -> None:
    told = [entry("long", "Note", None, "Kono " + "and others " * 40)]
    told += [entry("short", "Note", None, "Kono"), entry("titled", "Kono", None, "Note")]
    store(db, [*told, *(entry(f"other-{n}", "Note") for n in range(20))])
    asked = match("kono", ranked=True)
    sql = f"SELECT id FROM ({asked.sql}) JOIN documents USING (number) ORDER BY rank, number"
    with closing(sqlite3.connect(db)) as opened:
        best = [name for (name,) in opened.execute(sql, asked.parameters)]
        unranked = opened.execute(match("kono", ranked=False).sql, asked.parameters).fetchall()
    assert best == ["titled", "short", "long"]
    assert [rank for _, rank in unranked] == [0, 0, 0]


DOUBTS = {
    "": "no word",
    "*** \" - ''": "no word",
    "*": "no word",
    "-": "no word",
    '"': "no word",
    "-kono": "must be there",
    'NOT "a b"': "must be there",
    "x" * (LONGEST + 1): f"{LONGEST} characters",
    "*" * 20_000: f"{LONGEST} characters",
    "e" + "\u0301" * 60_000: f"{LONGEST} characters",
    " ".join(map(str, range(41))): "40 words",
}


@pytest.mark.parametrize("query", DOUBTS)
def test_what_cannot_be_searched_for_gets_a_sentence(
    query: str, everywhere: sqlite3.Connection
) -> None:
    said = doubt(query)
    assert said is not None and DOUBTS[query] in said and said.endswith(".")
    assert found(everywhere, query) == set()
    assert doubt("kono") is None


@examples(200)
@given(st.text(ANYTHING) | st.text(alphabet="\"*()^:+-{}\\ab \0'.ORNT日 \ud800"))
def test_no_text_breaks_a_search(everywhere: sqlite3.Connection, text: str) -> None:
    assert isinstance(found(everywhere, text), set)
    assert "".join(piece for piece, _ in marked(text, text)) == text


@examples(200)
@given(st.text(alphabet="abéЁ.-' uS Đ日ソ한แา\u0301ʻ ’\n_1½ıİΣ\u3099が") | st.text(ANYTHING))  # noqa: RUF001
def test_a_text_is_marked_by_the_words_by_which_it_is_indexed(text: str) -> None:
    folded, places = aligned(text)
    assert (folded, len(places)) == (fold(text), len(folded) + 1)
    assert fold(folded) == folded == fold(unicodedata.normalize("NFD", text))
    found = list(words(folded))
    within = [word.text for word in found if not word.beside]
    beside = [word.text for word in found if word.beside]
    said = indexed(text.replace(GAP, "")).split(GAP)
    assert re.findall(r"[^\s.\-'’_⁄]+", said[0])[: len(within)] == within or not text.isalnum()  # noqa: RUF001
    assert [one.strip() for one in said[1:]] == beside or GAP in text


def test_passage_shows_what_was_found() -> None:
    filler = "Words that say nothing of it. " * 200
    text = f"{filler}treaty {filler}\n\nOf fish, treaty and ship. {filler}"
    (first, *_), shown = passage(text, "fish treaty"), quoted(text, "fish treaty")
    assert first == ("… ", False)
    assert shown is not None and "Of ‹fish›, ‹treaty› and ship." in shown and shown.endswith(" …")
    assert len(shown) < 320
    assert quoted("At the peace,\ntreaty. Peace treaty", '"peace treaty"') == (
        "At the ‹peace,\ntreaty›. ‹Peace treaty›"
    )
    assert passage(text, "herring") == passage("", "fish") == passage(text, "***") == []
    assert quoted(None, None) is None


def test_passages_are_of_the_documents_whose_texts_have_it(db: Path) -> None:
    store(db, [entry("a", "Kōno"), entry("b", "Kōno")])
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        numbers = dict(by_hand.execute("SELECT id, number FROM documents"))
        put_text(by_hand, numbers["b"], "<b>Kōno</b> said")
        said = {numbers["b"]: "<b>Kōno</b> said"}
        assert passages(by_hand, numbers.values(), "kono") == said


MISSPELT = {
    "Krushchev": "Khrushchev",
    "gomolka": "Gomułka",
    "Gomukla visit": "Gomułka visit",
    '"Nikita Kruschev"': '"Nikita Khrushchev"',
    "brezhnew": "Brezhnev",
    "Hrushchev": "Khrushchev",
    "Xhou": "Zhou",
    "Ceausescou": "Ceaușescu",
    "брежнёф": "Брежнев",
    "Khrushchev": None,
    "Zzyzx": None,
    "Krushchev Zzyzx": None,
    "日中": None,
    "": None,
    "-gomolka": None,
}


@pytest.mark.parametrize("query", MISSPELT)
def test_misspelt_name_suggests_one_that_is_there(query: str, misspelt: sqlite3.Connection) -> None:
    assert suggestion(misspelt, query) == MISSPELT[query]


@pytest.fixture(scope="module")
def misspelt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("misspelt") / "harvest.db"
    titles = ["Nikita Khrushchev", "Gomułka's visit", "On Brezhnev and Brezhnev", "Леонид Брежнев"]
    store(path, [*(entry(f"d{n}", title) for n, title in enumerate(titles)), entry("x", "x")])
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        (number,) = db.execute("SELECT number FROM documents WHERE id = 'x'").fetchone()
        put_text(db, number, "Ceaușescu told Zhou so.")
        index(db)
        yield db


BAITS = {
    "a mark on a mark": "e" + "\u0301" * 20_000,
    "kept marks in disorder": "か" + "\u3099\u0f39\u0f71" * 7_000,
    "marks of two": "\u0f73" * 20_000,
    "a long word": "a" * 20_000,
    "initials": "a." * 10_000,
    "initials with spaces": "a. " * 7_000,
    "hyphens": "a-" * 10_000,
    "apostrophes": "'a" * 10_000,
    "pairs": "日" * 20_000,
    "letters with marks": "é" * 20_000,
    "stars": "*" * 20_000,
    "quotes": '"' * 20_000,
    "spaces": " " * 20_000,
    "lines": "\n" * 20_000,
    "underscores": "_" * 20_000,
}
WORK: dict[str, Callable[[str], object]] = {
    "fold": fold,
    "composed": composed,
    "indexed": indexed,
    "parse": lambda text: parse.__wrapped__(text),
    "marked": lambda text: marked(text, 'a "a a" 日* e* か'),
    "passage": lambda text: passage(text, 'a "a a" 日* e* か'),
}


@pytest.mark.parametrize("bait", BAITS)
@pytest.mark.parametrize("work", WORK)
def test_no_text_is_slow(work: str, bait: str) -> None:
    """Eight times the text takes at most some ten times as long; a square would be 64 times."""
    long = BAITS[bait]
    short = long[: len(long) // 8]
    do = WORK[work]
    assert takes_at_most(16, lambda: do(long), lambda: do(short), floor=0.0005)


def test_documentation_tells_of_each_script() -> None:
    assert len(TOLD) > 15


OTHERS = {
    "reworded": "UPDATE documents SET title = 'Corrected' WHERE id = 'a'",
    "with a text": "INSERT INTO texts (document, position, text) VALUES (1, 1, 'Corrected')",
    "with another text": "UPDATE texts SET text = 'Corrected' WHERE document = 2",
    "numbered anew": "UPDATE documents SET number = 9, title = 'Corrected' WHERE id = 'a'",
    "new": PUT.replace("?", "'Corrected'", 5).replace("?", "'1962'", 6).replace("?", "1"),
}


@pytest.mark.parametrize("change", OTHERS)
def test_what_other_programs_write_is_found_at_once(db: Path, change: str) -> None:
    store(db, [entry("a", "Old"), entry("b", "Other")])
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        by_hand.execute("INSERT INTO texts (document, position, text) VALUES (2, 1, 'Said')")
        assert found(by_hand, "corrected") == set()
        by_hand.execute(OTHERS[change])
        assert len(found(by_hand, "corrected")) == 1
        by_hand.execute("DELETE FROM texts")
        by_hand.execute("DELETE FROM memberships")
        by_hand.execute("DELETE FROM documents WHERE id = 'a'")
        assert "a" not in found(by_hand, "old OR corrected OR other")
        by_hand.execute("INSERT INTO words_fts (words_fts) VALUES ('integrity-check')")


def test_rows_that_are_left_unused_go_at_last(db: Path) -> None:
    store(db, [entry(f"d{n}", f"Title {n} of the U.S.S.R.") for n in range(100)])
    used = "SELECT count(*) FROM words_fts_docsize"
    counted = []
    for turns in (1, 13):
        with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
            for turn in range(turns):
                by_hand.execute(f"UPDATE documents SET title = title || ' {turn}'")
        opened = Store(str(db), Rules())
        opened.start_run(RunStart("listing", LISTING, FETCHED, site="wilson-center"))
        opened.close()
        with closing(sqlite3.connect(db)) as by_hand:
            counted.append(by_hand.execute(used).fetchone()[0])
            assert len(found(by_hand, "ussr title")) == 100
            by_hand.execute("INSERT INTO words_fts (words_fts) VALUES ('integrity-check')")
    assert counted == [400, 100]


def test_names_that_another_program_writes_are_found(db: Path) -> None:
    store(db, [entry("a", "A"), entry("b", "B")])
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        put_name(by_hand, 1, "Brežněv")
        assert (found(by_hand, "brezhnev OR brežnev"), found(by_hand, "Novak")) == ({"a"}, set())
        by_hand.execute("UPDATE terms SET name = 'Cyrankiewicz of the U.S.S.R.'")
    store(db, [])
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        assert found(by_hand, "cyrankiewicz ussr") == {"a"}
        by_hand.execute("DELETE FROM document_terms")
        assert found(by_hand, "cyrankiewicz OR brezněv") == set()


def answered(db: Path, address: str) -> tuple[int, str]:
    """The status and the text of a page of the reading room."""
    answer = asyncio.run(served(db).client.get(address))
    return answer.status_code, answer.text


def test_page_of_results_marks_and_suggests(db: Path) -> None:
    store(db, [entry("a", "Gomułka's <i>visit</i>"), entry("b", "Plain")])
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        put_text(by_hand, 2, "It was <b>Wiesław Gomułka</b> who came.")
        index(by_hand)
    status, page = answered(db, "/documents?q=gomulka")
    assert status == 200
    for said in (
        "<mark>Gomułka</mark>&#39;s &lt;i&gt;visit",
        "&lt;b&gt;Wiesław <mark>Gomułka</mark>&lt;/b&gt;",
    ):
        assert said in page
    assert "<i>visit" not in page and "<b>Wies" not in page
    status, page = answered(db, "/documents?q=gomolka")
    assert (status, "q=Gomu%C5%82ka" in page) == (200, True)


@pytest.mark.parametrize("query", [query for query in DOUBTS if 0 < len(query) < 50_000])
def test_page_says_why_nothing_can_be_searched_for(query: str, kono: Path) -> None:
    status, page = answered(kono, f"/documents?{urlencode({'q': query})}")
    assert status == 400 and DOUBTS[query] in page


@pytest.fixture
def kono(db: Path) -> Path:
    store(db, [entry("a", "Kōno")])
    return db


FUNCTIONS = ("escape_fts(:text)", "plain(:text)", "nfc(:text)", "passage(:text, 'a 日* e* か')")


@pytest.mark.parametrize("bait", BAITS)
@pytest.mark.parametrize("function", [*FUNCTIONS, "passage('Kono', :text)"])
def test_no_function_of_sql_is_slow(function: str, bait: str) -> None:
    """Nothing else can be asked for while one runs: SQLite's time limit does not reach them."""
    with closing(sqlite3.connect(":memory:")) as db:
        add_functions(db)
        parse.cache_clear()
        sql, long = f"SELECT length({function})", BAITS[bait]
        ask = lambda text: db.execute(sql, {"text": text}).fetchone()  # noqa: E731
        assert takes_at_most(16, lambda: ask(long), lambda: ask(long[: len(long) // 8]), 0.0005)


def test_function_of_sql_takes_any_value() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        add_functions(db)
        for function in (*FUNCTIONS, "passage('Kono', :text)"):
            for value in (None, 1, 1.5, b"\xff", "", "x" * 200_000):
                db.execute(f"SELECT {function}", {"text": value}).fetchone()
