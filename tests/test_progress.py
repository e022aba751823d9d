"""The progress bars, on a real terminal; how they stand to all else is in test_terminal.py."""

from pathlib import Path

from archive import PER_PAGE, Archive, japan
from harvests import FIXTURES
from rereading import Harvested
from terminal import on_terminal

ALL = len(japan())
PAGES = -(-ALL // PER_PAGE)


def test_harvest_shows_documents_and_pages(db: Path) -> None:
    given = ("-a", f"source={FIXTURES}", f"-sHARVEST_DB={db}")
    seen = on_terminal("crawl", "collection", *given)
    (bar,) = (seen.rows[number] for number in seen.bars)
    assert bar.startswith("japan-boundaries-soviet-union ")
    assert f" {ALL}/{ALL} {PAGES} pages" in bar
    assert not any("INFO" in row for row in seen.rows), "the bar takes the log's place"


def test_reparse_shows_pages(archive: Archive, db: Path, tmp_path: Path) -> None:
    harvested = Harvested(db, tmp_path / "warc")
    harvested.crawl(archive)
    seen = on_terminal("reparse", f"-sHARVEST_DB={db}", f"-sHARVEST_WARC={harvested.warc}")
    (bar,) = (seen.rows[number] for number in seen.bars)
    assert bar.startswith("pages read again ") and f" {PAGES}/{PAGES}" in bar
