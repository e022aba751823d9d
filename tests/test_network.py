"""All that can go wrong on the way: how a harvest ends, how often it asks, what it leaves alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from archive import japan
from captured import content
from certificates import self_signed
from databases import data
from faults import FAULTS, LIMIT
from faulty import Site, serving
from harvests import HASTE, PATIENCE, PROJECT, Harvest, Row, harvest, rows

RETRIES = 2
REDIRECTS = 5
EVER = float("inf")
LIMITS = {"HARVEST_RETRIES": RETRIES, "DOWNLOAD_MAXSIZE": LIMIT, "DOWNLOAD_WARNSIZE": 0}
HURRY = {**LIMITS, "DOWNLOAD_TIMEOUT": 0.5, "HARVEST_RETRIES": 1}

UNREACHABLE = {
    "silent": "timeout",
    "stalls in head": "timeout",
    "stalls in body": "timeout",
    "drips": "timeout",
    "resets at once": "no-answer",
    "resets in head": "no-answer",
    "resets in body": "broken-off",
    "closes at once": "no-answer",
    "length too long": "broken-off",
    "length no number": "no-answer",
    "chunks without end": "broken-off",
    "chunks of garbage": "broken-off",
    # only what is missing on the page shows that something is
    "length too short": "broken-off",
    "http 1.0 cut": "broken-off",
    "garbage": "no-answer",
    "gzip cut": "broken-off",
    "gzip wrong sum": "broken-off",
    "gzip garbled": "broken-off",
    "gzip lie": "broken-off",
    "408": "server-error",
    "500": "server-error",
    "429": "busy",
    "429, wait 0": "busy",
    "503, wait garbage": "busy",
    "503, wait past": "busy",
    "503, no such date": "busy",
    "503, wait long": "busy",
    "503, wait absurd": "busy",
    "503, wait for years": "busy",
}
UNREADABLE = {
    "length absurd": "too-large",
    "too long": "too-large",
    "endless": "too-large",
    "gzip bomb": "too-large",
    "deflate": "no-listing",
    "deflate lie": "no-listing",
    "unknown encoding": "no-listing",
    "utf-8 said, latin-1 meant": "no-listing",
    "no text": "no-listing",
    "redirect loop": "redirect",
    "redirect chain": "redirect",
    "redirect to host": "redirect",
    "redirect to port": "redirect",
    "redirect to no port": "redirect",
    "redirect to scheme": "redirect",
    "redirect to file": "redirect",
    "redirect to nonsense": "redirect",
    "redirect to nowhere": "redirect",
    "not modified": "redirect",
}
HARMLESS = (
    "http 1.0",
    "gzip",
    "latin-1 said, utf-8 meant",
    "no charset, utf-8 meant",
    "unknown charset",
    "latin-1 said and meant",
    "utf-16 said",
)
SLOW = ("silent", "stalls in head", "stalls in body", "drips")
PATIENT = ("503, wait long", "503, wait absurd", "503, wait for years")

GROUPS = {
    "unreachable": ([case for case in UNREACHABLE if case not in SLOW], LIMITS, 69),
    "slow": (SLOW, HURRY, 69),
    "unreadable": (UNREADABLE, LIMITS, 65),
    "harmless": (HARMLESS, LIMITS, 0),
}
GROUP_OF = {case: group for group, (cases, _, _) in GROUPS.items() for case in cases}


def slug(case: str) -> str:
    return case.replace(" ", "-").replace(",", "").replace(".", "")


def requests(case: str) -> int:
    """How often a page of a case is asked for."""
    if case in SLOW:
        return 2
    if case in UNREACHABLE and case not in PATIENT:
        return 1 + RETRIES
    return 1 + REDIRECTS if case in ("redirect loop", "redirect chain") else 1


@dataclass
class Group:
    """What a harvest of several faulty listings did: how it ended, and what changed by it."""

    done: Harvest
    runs: dict[str, Row]
    """The row of each listing's run by the listing's name, whatever is harvested after it."""
    asked: dict[str, int]
    data_before: list[str]
    data_after: list[str]


class Collections:
    """Listings that were harvested well, before the site began to fail."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.db = folder / "harvest.db"
        self._file = folder / "collections.toml"
        self._groups: dict[str, Group] = {}
        assert self.harvest(list(FAULTS), 0, LIMITS).code == 0

    def harvest(self, cases: list[str], faults: float, settings: dict[str, object]) -> Harvest:
        """A harvest of some cases, each of which fails so many times."""
        self.site.asked.clear()
        self.site.faults = faults
        tables = (f'[{slug(case)}]\nurl = "{self.site.url(case)}"\n' for case in cases)
        self._file.write_text("".join(tables))
        told = {"HARVEST_DB": self.db, "HARVEST_COLLECTIONS": self._file, **settings}
        return harvest(**told)

    def harvest_again(self, source: Path, db: Path) -> Harvest:
        """A harvest of the same cases from what was recorded of them."""
        told = {"HARVEST_DB": db, "HARVEST_COLLECTIONS": self._file}
        return harvest(f"-asource={source}", **told)

    def group(self, name: str) -> Group:
        """What became of a group, harvested once."""
        if name not in self._groups:
            cases, settings, _ = GROUPS[name]
            before = data(self.db)
            done = self.harvest(list(cases), EVER, dict(settings))
            asked, after = dict(self.site.asked), data(self.db)
            self._groups[name] = Group(done, self._last_runs(), asked, before, after)
        return self._groups[name]

    def _last_runs(self) -> dict[str, Row]:
        last = rows(
            self.db,
            "SELECT runs.*, name FROM runs JOIN collections ON collections.id = collection"
            " WHERE runs.id IN (SELECT max(id) FROM runs GROUP BY collection)",
        )
        return {row["name"]: row for row in last}


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collections]:
    with serving(Site(FAULTS)) as site:
        yield Collections(site, tmp_path_factory.mktemp("network"))


def test_every_fault_is_in_one_table() -> None:
    assert sorted(GROUP_OF) == sorted(FAULTS)


@pytest.mark.parametrize("case", FAULTS)
def test_fault_ends_as_the_readme_says(case: str, collections: Collections) -> None:
    group = collections.group(GROUP_OF[case])
    run = group.runs[slug(case)]
    outcome = "complete" if case in HARMLESS else GROUP_OF[case].replace("slow", "unreachable")
    assert run["outcome"] == outcome
    assert group.asked[case] == requests(case)
    said = [line for line in group.done.complaints if line.startswith(f"{slug(case)}: ")]
    if case in HARMLESS:
        assert (said, run["reason"]) == ([], None)
    else:
        assert said == [f"{slug(case)}: {run['reason']}"]
        assert collections.site.url(case) in said[0]
        assert said[0].endswith(".")


@pytest.mark.parametrize("name", GROUPS)
def test_faults_leave_earlier_data_as_it_was(name: str, collections: Collections) -> None:
    group = collections.group(name)
    cases, _, code = GROUPS[name]
    assert group.done.code == code
    assert "Traceback" not in group.done.err
    assert len(group.done.complaints) == (0 if code == 0 else len(cases))
    documents = [line for line in group.data_after if '"documents"' in line]
    assert documents == [line for line in group.data_before if '"documents"' in line]
    assert len(documents) == 10
    if code:
        assert group.data_after == group.data_before


def test_letters_are_as_the_site_means_them(collections: Collections) -> None:
    texts = {(str(entry["title"]), entry["summary"]) for entry in japan()[:10]}
    assert not str(texts).isascii()
    collections.group("harmless")
    stored = rows(collections.db, "SELECT title, summary FROM documents")
    assert {(row["title"], row["summary"]) for row in stored} == texts


def test_fault_that_passes_is_got_over_and_the_recording_gives_the_same(
    collections: Collections, tmp_path: Path
) -> None:
    cases = [case for case in UNREACHABLE if case not in (*SLOW, *PATIENT)]
    recorded = {"HARVEST_WARC": tmp_path / "warc", "HARVEST_DB": tmp_path / "live.db"}
    done = collections.harvest([*cases, *HARMLESS], 1, {**LIMITS, **recorded})
    assert (done.code, done.complaints) == (0, [])
    assert collections.site.asked == {**dict.fromkeys(cases, 2), **dict.fromkeys(HARMLESS, 1)}
    assert done.err.count("Asking again in") == len(cases)
    again = collections.harvest_again(tmp_path / "warc", tmp_path / "again.db")
    assert (again.code, again.complaints) == (0, [])
    assert content(again.db) == content(done.db)


def fetched(urls: list[str], settings: dict[str, object]) -> list[list[object]]:
    """How fetching each page went: outcome, word for the reason, number of tries, sentence."""
    script = Path(__file__).with_name("fetching.py")
    done = subprocess.run(
        [sys.executable, script, json.dumps({**HASTE, **settings, "LOG_ENABLED": False}), *urls],
        env={
            **os.environ,
            "PYTHONPATH": f"{PROJECT}:{script.parent}",
            "SCRAPY_SETTINGS_MODULE": "harvester.settings",
        },
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_reason_has_its_word_and_its_tries(collections: Collections) -> None:
    words = {**UNREACHABLE, **UNREADABLE}
    for cases, settings in (
        ([case for case in words if case not in SLOW], LIMITS),
        (["silent"], HURRY),
    ):
        collections.site.asked.clear()
        collections.site.faults = EVER
        said = fetched([collections.site.url(case) for case in cases], dict(settings))
        assert {case: (line[1], line[2]) for case, line in zip(cases, said, strict=True)} == {
            case: (words[case], requests(case) if case in UNREACHABLE else 1) for case in cases
        }


def test_untrusted_certificate_is_refused_at_once(
    tmp_path: Path, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Site(FAULTS), self_signed(tmp_path)) as site:
        url = site.url("gzip").replace("http:", "https:")
        done = harvest("-a", f"url={url}", HARVEST_DB=db, **LIMITS)
        assert (done.code, done.run["outcome"]) == (69, "unreachable")
        assert len(done.complaints) == 1
        assert "certificate can't be trusted" in done.complaints[0]
        assert "Traceback" not in done.err
        assert "Asking again" not in done.err
        assert not site.asked
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert harvest("-a", f"url={url}", HARVEST_DB=db, **LIMITS).code == 0
        other = url.replace("127.0.0.1", "localhost")
        ((_, word, tries, sentence),) = fetched([other], dict(LIMITS))
        assert (word, tries) == ("no-answer", 1)
        assert "certificate can't be trusted" in str(sentence)


def test_no_way_to_the_site_is_unreachable(db: Path) -> None:
    """The address is one that no system sends anything to, so that connecting fails at once."""
    url = "http://255.255.255.255/search?search_api_fulltext=Japan"
    done = harvest("-a", f"url={url}", HARVEST_DB=db, **LIMITS)
    assert (done.code, done.run["outcome"], len(done.complaints)) == (69, "unreachable", 1)
    assert "Traceback" not in done.err
