"""What pages say on a terminal, in a log and in a mail: none of it is obeyed, nothing reordered."""

import csv
import json
import logging
import unicodedata
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from archive import Archive, html, japan
from harvests import COPY, HASTE, rows
from terminal import elsewhere, ended, forked_on, terminal

from harvester import console
from harvester.clean_text import CleanRecord, CleanWriter, as_json, clean, one_line
from harvester.extensions.progress import Bar

BIDI = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\u061c\u200e\u200f"
NASTY = {
    "title of the window": "a\x1b]0;owned\x07b",
    "cleared screen": "a\x1b[2J\x1b[Hb",
    "C1 introducer": "a\u009b31mb",
    "C1 command": "a\u009d0;owned\u009cb",
    "carriage return": "harmless\rwicked",
    "backspaces": "ab\x08\x08wicked",
    "overridden order": "a\u202egpj.exe\u202cb",
    "isolated order": "a\u2067b\u2069c",
    "separators of lines": "a\u2028b\u2029c\x85d",
    "tags": "a" + "".join(chr(0xE0000 + ord(letter)) for letter in "hidden") + "b",
    "null": "a\0b",
}
HARMLESS = {
    "several lines": "one\n\ttwo\r\nthree",
    "joiners": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f469\u200d\U0001f4bb",
    "soft hyphen": "Bundes\u00adkanzler",
    "Hebrew": "\u05d0\u05d1\u05d2",
}


def is_control(letter: str) -> bool:
    """Whether Unicode says that a character changes how others are shown, or where, or that it is
    an annotation or a tag, which nobody sees."""
    kind, direction = unicodedata.category(letter), unicodedata.bidirectional(letter)
    unseen = 0xFFF9 <= ord(letter) <= 0xFFFB or 0xE0000 <= ord(letter) <= 0xE007F
    if kind == "Cc":
        return letter not in "\t\n"
    return kind in ("Zl", "Zp") or direction in BIDI or letter in MARKS or unseen


def obeyed(text: str) -> list[str]:
    """The controls in a text that is shown to people."""
    return [letter for letter in text.replace("\r\n", "\n") if is_control(letter)]


def test_every_control_of_unicode_is_replaced_and_nothing_else() -> None:
    letters = [chr(code) for code in range(0x110000)]
    cleaned = clean(" ".join(letters))[::2]
    wrong = [
        one for one, left in zip(letters, cleaned, strict=True) if (left != one) != is_control(one)
    ]
    assert wrong == []


@pytest.mark.parametrize("case", HARMLESS)
def test_what_people_need_stays(case: str) -> None:
    assert clean(HARMLESS[case]) == HARMLESS[case]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_one_line_stays_one(text: str) -> None:
    assert len(one_line(f"{text}\nb").splitlines()) == 1 and obeyed(one_line(text)) == []


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_json_says_all_and_does_nothing(text: str) -> None:
    said = as_json({text: [text]})
    assert json.loads(said) == {text: [text]} and obeyed(said) == []


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pieces_are_cleaned_like_the_whole(size: int) -> None:
    text = "".join([*NASTY.values(), *HARMLESS.values(), "\r\n", "\u05d0\r"])
    writer = CleanWriter(out := BytesIO())
    data = text.encode() + b"\xd7"
    for start in range(0, len(data), size):
        writer.write(data[start : start + size])
    writer.end()
    assert out.getvalue().decode() == clean(text + "\ufffd")


def log(*said: object, **failure: object) -> None:
    logging.getLogger("web").error(*said, **failure)  # type: ignore[arg-type]


def log_failure(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        log("It failed", exc_info=True)


def draw(text: str) -> None:
    bar = Bar(text, 3).begin()
    bar.advance(1)
    bar.end()


PRINTED: dict[str, Callable[[str], object]] = {
    "result": console.tell,
    "sentence": console.complain,
    "note": console.note,
    "message of the log": log,
    "argument of the log": lambda text: log("%s", text),
    "named argument of the log": lambda text: log("%(it)s", {"it": text}),
    "exception in the log": lambda text: log("%s", OSError(text)),
    "traceback in the log": log_failure,
    "progress": draw,
}


@pytest.mark.parametrize("way", PRINTED)
def test_nothing_printed_commands_a_terminal(
    way: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    factory, handler = logging.getLogRecordFactory(), logging.StreamHandler()
    logging.setLogRecordFactory(CleanRecord)
    logging.getLogger("web").addHandler(handler)
    try:
        for text in NASTY.values():
            PRINTED[way](text)
    finally:
        logging.setLogRecordFactory(factory)
        logging.getLogger("web").removeHandler(handler)
    said = "".join(capfd.readouterr())
    assert len(said) > len("".join(NASTY.values())) / 2
    assert obeyed(said) == []


def test_argument_can_not_forge_a_line_of_the_log() -> None:
    record = CleanRecord(
        "web", 40, "", 1, "%s: %s", ("a\n2026 [core] ERROR: b", OSError("\nc")), None
    )
    assert "\n" not in record.getMessage()


TITLES = [*NASTY.values()]


@pytest.fixture
def hostile(archive: Archive) -> Archive:
    """A site whose titles, labels and headers have escapes, of which the second page fails."""
    named = zip(japan(), TITLES, strict=False)
    archive.entries = [{**one, "title": f"T {text} T", "date_text": text} for one, text in named]
    return archive


def test_site_can_not_command_the_terminal_of_a_harvest(hostile: Archive, db: Path) -> None:
    packed = {"Content_Encoding": "\x1b]0;owned\x07, \u009b31m"}
    hostile.answers[1] = lambda _: html("x" * 50, 200, **packed)
    settings = [f"-s{name}={value}" for name, value in {**HASTE, "HARVEST_DB": str(db)}.items()]
    commands = (
        ["crawl", "collection", "-a", f"url={hostile.url}", "-a", "name=it", *COPY, "-L", "DEBUG"],
        ["runs"],
        ["changes", "--all"],
        ["export", "--format", "csv"],
        ["export", "--format", "jsonl"],
        ["inspect", hostile.url],
        ["inspect", "--json", hostile.url],
    )
    for command in commands:
        with (
            terminal(250) as screen,
            forked_on(screen, *command, *settings, TERM="dumb") as process,
        ):
            ended(screen, process)
        told = {"crawl": "owned", "runs": "it"}.get(command[0], "gpj.exe")
        assert told in screen.written, command
        written = screen.written.replace("\r\r\n", "\n")  # a terminal's own ends of lines
        assert obeyed(written) == [], command
    (failure,) = rows(db, "SELECT detail FROM failures")
    assert "\x1b]0;owned\x07" in failure["detail"]
    stored = [row["title"] for row in rows(db, "SELECT title FROM documents")]
    assert sum(bool(obeyed(title)) for title in stored) > len(NASTY) / 2
    code, piped = elsewhere("export", "--format", "csv", f"-sHARVEST_DB={db}")
    told = [row["title"] for row in csv.DictReader(StringIO(piped.removeprefix("\ufeff"), ""))]
    assert (code, sorted(told)) == (0, sorted(stored))
