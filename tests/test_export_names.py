"""Which names the exports take apart: a person's that is one for certain, and never a body's."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from filled import real_records, store_details
from pybtex.database import parse_string
from pybtex.richtext import Text
from test_export import written

from harvester.exports.names import parted
from harvester.record import Term

BODIES = [
    "Japan. Foreign Ministry",
    "Japan. Foreign Ministry, Asian Affairs",
    "Japan-China Import-Export Association",
    "Central Committee of the Communist Party of the Soviet Union",
    "Barnes and Noble, Inc.",
    "TASS, Moscow",
    "Radio Free Europe, Munich",
    "KGB, First Chief",
    "Stasi (Ministerium für Staatssicherheit)",
    "United States. Department of State. Bureau of East Asian Affairs",
    "Hungary. Embassy (Korea)",
    "Ministry of Foreign Affairs, Japan",
    "Xinhua, Beijing",
    "Reuters, London",
    "Solidarność, Gdańsk",
    "Solidarnosc, Gdansk",
    "NATO, Brussels",
    "Friedrich-Ebert-Stiftung, Bonn",
    "Friedrich-Ebert-Stiftung, Vorstand",
    "Konrad-Adenauer-Haus, Vorstand",
    "Politburo, CC CPSU",
    "Czechoslovak Embassy, Pyongyang",
    "History and Public Policy Program",
    "Gosplan, USSR",
    "Aeroflot, U.S.S.R.",
    "Party, Central Committee",
    "Pravda, Moscow",
    "Deutsche Welle, Köln",
    "Neues Deutschland, East Berlin",
    "Comecon, Moscow Center",
    "Granma, La Habana",
    "ТАСС, Москва",  # noqa: RUF001
    "Правда, Москва",
    "Bundesarchiv, Abteilung Potsdam",
    "Germany, East",
    "Smith, Jones and Brown",
    "others",
    "",
]
WHOLE = [
    "Sukarno",
    "Mao Zedong",
    "King, Martin Luther, Jr.",
    "Elizabeth II, Queen of Great Britain",
    "Pius XII, Pope, 1876-1958",
    "Bush, George, 1924-",
    "Sun, Yat-sen, 1866-1925",
    "Adenauer, Konrad, Dr.",
    "Ḥusayn ibn Ṭalāl, King of Jordan",
    "Sihanouk, Prince",
    "Carrillo, Santiago",
]
"""Persons that have no two parts, or whose parts are not certain."""
PERSONS = [
    "Satō, Eisaku",
    "Sato\u0304, Eisaku",
    "Chiang, Ching-kuo (Jiang Jingguo)",
    "Guterres, António Manuel de Oliveira",
    "von Brentano, Heinrich",
    "Khrushchev, N. S.",
    "von Braun, Wernher",
    "de Gaulle, Charles",
    "van der Stoel, Max",
    "al-Assad, Hafez",
    "bin Laden, Usama",
    "Giscard d’Estaing, Valéry",
    "Castro Ruz, Fidel",
    "Ortega y Gasset, José",
    "Thant, U",
    "Zhou, Enlai",
    "Kim, Il Sung",
    "Pérez de Cuéllar, Javier",
    "de la Madrid Hurtado, Miguel",
    "Saunders, John Bertrand de Cusance Morant",
    "O’Neill, Thomas P. (“Tip”)",
    "Gromyko, A.A.",
    "Khrushchev, Nikita S.",
    "D'Aubuisson, Roberto",
    "Nguyễn, Văn Thiệu",
    "ʻAbd al-Nāṣir, Jamāl",
    "Brandt, Willy (Frahm, Herbert)",
    "Tito, Josip Broz",
    "Allende, Salvador",
    "Putin, Vladimir",
    "Washington, George",
    "London, Jack",
    "Rimsky-Korsakov, Nikolai",
    "Сталин, Иосиф Виссарионович",
]


@pytest.mark.parametrize("name", [*BODIES, *WHOLE])
def test_name_that_may_be_a_bodys_stays_whole(name: str) -> None:
    assert parted(name) is None


@pytest.mark.parametrize("name", PERSONS)
def test_name_of_a_person_is_taken_apart_at_its_comma(name: str) -> None:
    assert parted(name) == tuple(name.split(", ", 1))


def test_programs_read_bodies_whole_and_persons_in_their_parts(tmp_path: Path) -> None:
    names = [name for name in (*BODIES, *PERSONS) if name]
    terms = [Term("author", name) for name in names]
    store_details(tmp_path / "it.db", [replace(real_records()[0], terms=terms)])
    (entry,) = parse_string(
        written(tmp_path / "it.db", "bibtex").decode(), "bibtex"
    ).entries.values()
    (item,) = json.loads(written(tmp_path / "it.db", "csl-json"))
    read = zip(names, entry.persons["author"], item["author"], strict=True)
    for name, person, csl in read:
        is_body = name in BODIES
        assert bool(person.first_names) != is_body
        assert person.lineage_names == []
        given = Text.from_latex(" ".join([*person.first_names, *person.middle_names]))
        assert is_body or letters(str(given)) == letters(name.split(", ", 1)[1])
        assert ("literal" in csl) == is_body
        assert csl == {"literal": name} or f"{csl['family']}, {csl['given']}" == name


def letters(text: str) -> str:
    """Signs such as quotation marks are TeX's commands, which pybtex does not read."""
    return re.sub(r"\W", "", text)
