"""The citations that a reader copies: dates, names and titles in each style."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filled import store_details
from harvests import PROJECT
from stored import ARCHIVE

from harvester.exports.citation import citations
from harvester.exports.records import records
from harvester.record import Record, Term
from harvester.store.connection import reading

Cited = dict[object, dict[str, str]]
CHICAGO, TURABIAN, MLA, APA = "Chicago (note)", "Turabian (bibliography)", "MLA", "APA"
DATES = {
    "October 9, 1956": ("October 9, 1956", "October 9, 1956", "9 Oct. 1956", "1956, October 9"),
    "November 1967": ("November 1967", "November 1967", "Nov. 1967", "1967, November"),
    "May 1967": ("May 1967", "May 1967", "May 1967", "1967, May"),
    "1956": ("1956", "1956", "1956", "1956"),
    "c. 1950": ("ca. 1950", "Ca. 1950", "Circa 1950", "ca. 1950"),
    "1957?": ("1957?", "1957?", "1957?", "1957?"),
    "Spring 1962": ("Spring 1962", "Spring 1962", "Spring 1962", "1962, Spring"),
    "1950s": ("1950s", "1950s", "1950s", "1950s"),
    "1958-1961": ("1958–1961", "1958–1961", "1958–1961", "1958–1961"),
    "before 1950": ("before 1950", "Before 1950", "Before 1950", "before 1950"),
    "September 24-26, 1956": (
        *("September 24–26, 1956", "September 24–26, 1956"),
        *("24–26 Sept. 1956", "1956, September 24–26"),
    ),
    "September 24 - October 3, 1956": (
        *("September 24–October 3, 1956", "September 24–October 3, 1956"),
        *("24 Sept.–3 Oct. 1956", "1956, September 24–October 3"),
    ),
    "December 30, 1956 - January 2, 1957": (
        *("December 30, 1956–January 2, 1957", "December 30, 1956–January 2, 1957"),
        *("30 Dec. 1956–2 Jan. 1957", "1956, December 30–1957, January 2"),
    ),
    "September-October 1956": (
        *("September–October 1956", "September–October 1956"),
        *("Sept.–Oct. 1956", "1956, September–October"),
    ),
    "first week of May": (
        *("first week of May", "First week of May"),
        *("First week of May", "first week of May"),
    ),
    "44 BC": ("44 BC",) * 4,
    "since 1930": ("since 1930", "Since 1930", "Since 1930", "since 1930"),
    "circa 1945-1947": (
        *("ca. 1945–1947", "Ca. 1945–1947"),
        *("Circa 1945–1947", "ca. 1945–1947"),
    ),
}
"""In Chicago, Turabian, MLA and APA."""


def cited(folder: Path, notes: Iterable[Record]) -> list[dict[str, str]]:
    """The citations of documents, which are stored first; each without its address at the end."""
    notes = [
        replace(one, document=f"n{place:02}", link=f"{ARCHIVE}/document/n{place:02}")
        for place, one in enumerate(notes)
    ]
    store_details(folder / "harvest.db", notes)
    with reading(folder / "harvest.db") as db:
        return [
            {name: text.replace(record.url, "URL") for name, text in citations(record).items()}
            for record in records(db)
        ]


def fixture(notes: Iterable[tuple[object, Record]]) -> Any:
    """A fixture of citations by what differs in the documents, which are stored once."""
    notes = dict(notes)

    @pytest.fixture(scope="module")
    def found(tmp_path_factory: pytest.TempPathFactory) -> dict[object, dict[str, str]]:
        folder = tmp_path_factory.mktemp("cited")
        return dict(zip(notes, cited(folder, notes.values()), strict=True))

    return found


NOTE = Record(
    document="note",
    link=f"{ARCHIVE}/document/note",
    title="A Note",
    date_text="1956",
    source="RGANI, f. 52.",
    terms=[Term("author", "Satō, Eisaku"), Term("type", "Memorandum")],
)
BARE = replace(NOTE, terms=[], source=None)
CABLE = replace(NOTE, terms=[Term("type", "Cable")])
dated = fixture((date, replace(NOTE, date_text=date)) for date in DATES)
undated = fixture((date, replace(BARE, date_text=date)) for date in (None, "undated", "n.d."))


@pytest.mark.parametrize("date", DATES)
def test_date_in_each_style(date: str, dated: Cited) -> None:
    found = dated[date]
    chicago, turabian, mla, apa = DATES[date]
    rest = "RGANI, f. 52, Wilson Center Digital Archive"
    assert found == {
        CHICAGO: f"Eisaku Satō, “A Note,” Memorandum, {chicago}, {rest}, URL.",
        TURABIAN: f"Satō, Eisaku. “A Note.” Memorandum. {turabian}. RGANI, f. 52."
        " Wilson Center Digital Archive. URL.",
        MLA: f"Satō, Eisaku. “A Note.” Memorandum. {mla}, Wilson Center Digital Archive,"
        " RGANI, f. 52, URL.",
        APA: f"Satō, E. ({apa}). A Note [Memorandum]. Wilson Center Digital Archive"
        " (RGANI, f. 52). URL",
        "Plain": f"Satō, Eisaku. A Note. {ended(date)} RGANI, f. 52."
        " Wilson Center Digital Archive. URL (read on 2026-11-24)",
    }


def ended(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


@pytest.mark.parametrize("date", [None, "undated", "n.d."])
def test_undated_document_says_so_and_when_it_was_read(date: str | None, undated: Cited) -> None:
    found = undated[date]
    archive = "Wilson Center Digital Archive"
    assert found == {
        CHICAGO: f"“A Note,” n.d., {archive}, accessed November 24, 2026, URL.",
        TURABIAN: f"“A Note.” n.d. {archive}. Accessed November 24, 2026. URL.",
        MLA: f"“A Note.” {archive}, URL. Accessed 24 Nov. 2026.",
        APA: f"A Note. (n.d.). {archive}. Retrieved November 24, 2026, from URL",
        "Plain": f"A Note. undated. {archive}. URL (read on 2026-11-24)",
    }


NAMES = {
    ("Satō, Eisaku",): ("Eisaku Satō", "Satō, Eisaku", "Satō, E."),
    ("Japan. Ministry of Foreign Affairs",): ("Japan. Ministry of Foreign Affairs",) * 3,
    ("TASS",): ("TASS",) * 3,
    ("TASS, Moscow",): ("TASS, Moscow",) * 3,
    ("Khrushchev, Nikita Sergeevich", "Kōno, Ichirō"): (
        "Nikita Sergeevich Khrushchev and Ichirō Kōno",
        "Khrushchev, Nikita Sergeevich, and Ichirō Kōno",
        "Khrushchev, N. S., & Kōno, I.",
    ),
    ("Chiang, Ching-kuo (Jiang Jingguo)",): (
        "Ching-kuo Chiang",
        "Chiang, Ching-kuo",
        "Chiang, C.-K.",
    ),
    ("Nasser, ʻAbd al-Raḥmān",): (
        "ʻAbd al-Raḥmān Nasser",
        "Nasser, ʻAbd al-Raḥmān",
        "Nasser, A. al-R.",
    ),
    ("佐藤, 栄作",): ("栄作 佐藤", "佐藤, 栄作", "佐藤, 栄作"),
    ("A, B", "C, D", "E, F", "G, H"): (
        *("B A et al.", "A, B, D C, F E, and H G"),
        "A, B., C, D., E, F., & G, H.",
    ),
}
"""In a note of Chicago, an entry of Turabian, and APA."""
authored = fixture(
    (names, replace(NOTE, terms=[Term("author", name) for name in names])) for names in NAMES
)


@pytest.mark.parametrize("names", NAMES)
def test_authors_in_each_style(names: tuple[str, ...], authored: Cited) -> None:
    found = authored[names]
    chicago, turabian, apa = NAMES[names]
    assert found[CHICAGO].startswith(f"{chicago}, “A Note,” ")
    assert found[TURABIAN].startswith(f"{turabian.rstrip('.')}. “A Note.” ")
    assert found[APA].startswith(f"{apa.rstrip('.')}. (1956). A Note. ")


TITLES = {
    "A Note": ("“A Note,”", "“A Note.”"),
    "What Now?": ("“What Now?”", "“What Now?”"),
    "Khrushchev’s Note": ("“Khrushchev’s Note,”", "“Khrushchev’s Note.”"),
    "A note.": ("“A note.,”", "“A note.”"),
    "On “Trade” and “Peace”": ("“On ‘Trade’ and ‘Peace,’”", "“On ‘Trade’ and ‘Peace.’”"),
    'He said "no"': ("“He said ‘no,’”", "“He said ‘no.’”"),
    "“Kono ‘the bear’ Ichiro” of the Soviets’": (
        "“‘Kono “the bear” Ichiro’ of the Soviets’,”",
        "“‘Kono “the bear” Ichiro’ of the Soviets’.”",
    ),
    "<i>&amp;</i> {x} \\n": ("“<i>&amp;</i> {x} \\n,”", "“<i>&amp;</i> {x} \\n.”"),
    "the USSR and iPhones": ("“the USSR and iPhones,”", "“the USSR and iPhones.”"),
}
"""In a note of Chicago, and in an entry of Turabian and MLA."""
titled = fixture((title, replace(CABLE, title=title)) for title in TITLES)


@pytest.mark.parametrize("title", TITLES)
def test_title_keeps_its_letters_and_gets_the_marks_of_the_style(title: str, titled: Cited) -> None:
    found = titled[title]
    note, entry = TITLES[title]
    assert found[CHICAGO].startswith(f"{note} Cable, 1956, ")
    assert found[TURABIAN].startswith(f"{entry} Cable. 1956. ")
    assert found[MLA].startswith(f"{entry} Cable. 1956, ")
    assert found[APA].startswith(f"{title} [Cable]. (1956). ")


def test_text_of_many_lines_is_cited_on_one(tmp_path: Path) -> None:
    (found,) = cited(tmp_path, [replace(NOTE, title="A\nNote\x00", source="RGANI,\r\nf. 52")])
    assert all(
        "\n" not in text and "\r" not in text and "\0" not in text for text in found.values()
    )
    assert "A Note" in found["Plain"]


def test_dates_of_the_documentation_are_those_of_the_styles() -> None:
    page = (PROJECT / "docs" / "taking-along.md").read_text("utf-8")
    rows = page.partition("| the archive | Chicago |")[2].splitlines()
    told = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows[2:9]]
    dated = {date: said for date, *said in told if date != "undated"}
    assert len(dated) == 6
    assert dated == {
        date: [DATES[date][0], DATES[date][2], f"({DATES[date][3]})"] for date in dated
    }
