"""What listings say in each language: words in files, chosen by the page or the profile."""

from pathlib import Path

import pytest
from harvests import scrapy
from sites import WILSON

from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.pages.markup import language_of
from harvester.pages.page import Looks, looks
from harvester.reader_digest import reader_digest
from harvester.sites.wording import languages, sayings_of, use_words, words_in

SEARCH = "https://digitalarchive.wilsoncenter.org/search?a=1"
LOAD = {
    # What a button says that shows further entries.
    **{"en": "Load more", "de": "Weitere Treffer anzeigen", "fr": "Afficher plus de résultats"},
    **{"es": "Cargar más", "it": "Mostra altri", "sv": "Visa fler", "fi": "Näytä lisää"},
    **{"pt": "Ver mais resultados", "nl": "Meer laden", "pl": "Pokaż więcej", "da": "Vis flere"},
    **{"nb": "Last inn flere", "uk": "Показати ще", "ko": "더보기", "hu": "További találatok"},
    **{"cs": "Načíst další", "ru": "Показать ещё", "ja": "もっと見る", "zh": "加载更多"},
}
SAID = {
    # A range, the label of the link to the next page, that of a second link to a document.
    "en": ("Displaying 11 to 20 of 1,027", "Go to next page ››", "Read more about this"),
    "de": ("Treffer 11 – 20 von 1.027", "Nächste Seite >", "Weiterlesen"),
    "fr": ("Résultats 11 à 20 sur 1 027", "Page suivante", "Lire la suite"),
    "es": ("Mostrando 11 - 20 de 1.027 resultados", "Siguiente »", "Leer más"),
    "it": ("Risultati 11-20 di 1.027", "Pagina successiva »", "Leggi tutto"),
    "sv": ("Visar 11–20 av 1 027 träffar", "Nästa sida", "Läs mer"),
    "fi": ("Tulokset 11-20 / 1 027", "seuraava ›", "Lue lisää"),
    "cs": ("Výsledky 11 až 20 z 1 027", "následující ›", "Číst dál"),
    "ru": ("Показаны с 11 по 20 из 1 027", "Следующая страница", "Читать далее"),
    "ja": ("全1,027件中 11-20件を表示", "次のページへ", "続きを読む"),
    "zh": ("第11-20条，共1,027条", "下一页", "阅读全文"),
    "pt": ("A mostrar resultados 11 a 20 de um total de 1.027", "Página seguinte", "Leia mais"),
    "nl": ("Resultaten 11 t/m 20 van 1.027", "Volgende pagina", "Lees verder"),
    "pl": ("Wyniki od 11 do 20 z 1 027", "Następna strona", "Czytaj dalej"),
    "da": ("Viser 11 - 20 af 1.027 resultater", "Næste side", "Læs mere"),
    "nb": ("Viser 11–20 av totalt 1 027 treff", "Neste side", "Les mer"),
    "uk": ("Показано з 11 по 20 із 1 027", "Наступна сторінка", "Читати далі"),
    "ko": ("총 1,027건 중 11-20건", "다음 페이지", "자세히 보기"),
    "hu": ("Találatok: 11 - 20 / 1 027", "Következő oldal", "Tovább olvasom"),
}


@pytest.mark.parametrize("language", SAID)
def test_what_is_said_in_a_language(language: str) -> None:
    words, others = words_in(language), words_in("en")
    stated, label, more = SAID[language]
    assert words.range_in(stated) == (11, 20, 1027)
    assert words.is_next(label)
    assert words.is_more(more)
    assert words.is_load(LOAD[language])
    assert not words.is_next(more) and not words.is_more(label)
    for said in (f"{stated} 5", f"1956, {stated}"):
        assert words.range_in(said) is None
    if language != "en":
        assert not others.is_next(label) and not others.is_more(more)
        assert language in ("fi", "hu") or others.range_in(stated) is None


def test_every_language_has_a_case_and_months() -> None:
    assert set(languages()) == {*SAID, "und"}
    for language in SAID:
        assert len(sayings_of(language).dates) >= 4
        assert all(sayings_of(language)[:5])


@pytest.mark.parametrize("language", [None, "tlh", "en-GB", "de"])
def test_english_and_what_needs_no_words_hold_in_any_language(language: str | None) -> None:
    words = words_in(language)
    assert words.range_in("1 - 10 of 15") == words.range_in("1 – 10 / 15") == (1, 10, 15)
    assert words.is_next("Next page")
    assert words.range_in("1 - 10 of about 15") is None
    assert words.range_in("1 - 10 von 15") == ((1, 10, 15) if language == "de" else None)


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<!doctype html><html lang=de>", "de"),
        ('<HTML class="x" xml:lang="de-AT" LANG="de-AT">', "de"),
        ("<html\ndir='ltr' lang = 'pt-BR'>", "pt"),
        ('<html data-lang="de" hreflang="fr">', None),
        ("<html><p lang=de>", None),
        ("<p>no html", None),
        ("<html lang=''>", None),
        ("<!-- " + "x" * 9000 + "--><html lang=de>", None),
    ],
)
def test_language_that_a_page_says_it_is_in(html: str, language: str | None) -> None:
    assert language_of(html) == language


@pytest.mark.parametrize(
    "text",
    [
        "Now showing items 11-20 of 1,027",
        "You are viewing 11 through 20 out of 1027 matching records.",
        # With a pager beside it, in whatever order.
        "« Previous | 11 - 20 of 1,027 | Next »",
        "Showing results 11 to 20 of 1027 next >",
        "(11 - 20 of 1027)",
    ],
)
def test_ranges_as_they_stand_beside_a_pager(text: str) -> None:
    assert words_in("en").range_in(text) == (11, 20, 1027)


@pytest.mark.parametrize(
    "text",
    [
        "11 - 20 of 1,027 | 50 per page",
        "Page 2 | 11 - 20 of 1027",
        "(11 - 20 of 1027",
        "Letters of the embassy in Lima | 11 - 20 of 1027",
        "11 - 20 of 1027 letters next",
        "Next",
    ],
)
def test_a_text_that_says_more_is_no_range(text: str) -> None:
    assert words_in("en").range_in(text) is None


def test_a_code_of_a_wider_scope_has_the_words_of_its_language() -> None:
    assert words_in("no").is_next("Neste side")


PAGE = """<html lang="{}"><p>{}</p><ul>{}</ul><p><a href="?a=1&amp;page=7">{}</a></p></html>"""
ROW = '<li><p>1956</p><a href="/document/{0}">Cable</a> <a href="/document/{0}">{1}</a></li>'


@pytest.mark.parametrize("language", SAID)
def test_page_is_read_by_the_words_of_its_language(language: str) -> None:
    stated, label, more = SAID[language]
    rows = "".join(ROW.format(number, more) for number in range(10))
    read = read_listing(PAGE.format(language, stated, rows, label), SEARCH, WILSON)
    assert (read.first, read.last, read.total) == (11, 20, 1027)
    assert {(entry.title, entry.date_text, entry.summary) for entry in read.entries} == {
        ("Cable", "1956", None)
    }
    assert read.next_url == f"{SEARCH}&page=7"
    if language not in ("en", "fi", "hu"):
        with pytest.raises(Unreadable, match="states no range"):
            read_listing(PAGE.format("en", stated, rows, label), SEARCH, WILSON)


@pytest.mark.parametrize(
    ("language", "text", "seen"),
    [
        ("de", "Frühjahr", Looks.UNCLEAR),
        ("en", "Frühjahr", Looks.PROSE),
        ("de", "Brief", Looks.PROSE),
        ("ru", "без даты", Looks.DATE),
        ("en", "без даты", Looks.DATE),
        ("sv", "Spring", Looks.UNCLEAR),
    ],
)
def test_words_that_dates_have(language: str, text: str, seen: Looks) -> None:
    assert looks(text, words_in(language)) is seen


@pytest.fixture
def own(tmp_path: Path) -> "Path":
    """A folder of words of a user's own, which count until the test ends."""
    folder = tmp_path / "sites" / "words"
    folder.mkdir(parents=True)
    yield folder
    use_words(tmp_path / "nothing")


def test_words_of_a_user_win(own: Path) -> None:
    before = reader_digest(WILSON)
    (own / "de.toml").write_text('next = ["vorwärts"]\n', encoding="utf-8")
    (own / "tlh.toml").write_text('range = ["{first} - {last} vo\' {total}"]\n')
    use_words(own)
    assert words_in("tlh").range_in("1 - 2 vo' 3") == (1, 2, 3)
    assert words_in("de").is_next("Vorwärts") and not words_in("de").is_next("Nächste Seite")
    assert reader_digest(WILSON) != before


def test_wrong_words_of_a_user_end_with_a_sentence(own: Path, tmp_path: Path) -> None:
    (own / "de.toml").write_text('next = ["vorwärts"]\nnxt = []\n', encoding="utf-8")
    (tmp_path / "collections.toml").write_text('[it]\nurl = "https://a.example/list"\n')
    settings = f"-sHARVEST_COLLECTIONS={tmp_path}/collections.toml", f"-sHARVEST_DB={tmp_path}/x.db"
    done = scrapy("crawl", "collection", *settings)
    assert (done.returncode, done.stderr.count("\n")) == (64, 1)
    assert done.stderr.startswith(f"harvester: {own}/de.toml, line 2: 'nxt' is not known")
    assert not (tmp_path / "x.db").exists()
