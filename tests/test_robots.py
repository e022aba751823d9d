"""robots.txt that is large, slow, broken or oddly coded does not allow everything (RFC 9309)."""

import gzip
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import brotli
import pytest
from faults import FAULTS
from faulty import Fault, Handler, Site, answer, head, serving
from harvests import Harvest, Row, harvest, rows

from harvester.crawl.robots import LARGEST, rules_in

FORBIDS = b"User-agent: *\nDisallow: /search\n"
ALLOWS = b"User-agent: *\nDisallow: /elsewhere\n"
LINE = b"# %s\n" % (b"x" * 97)


def filled(size: int) -> bytes:
    """Whole lines that say nothing."""
    return LINE * (size // len(LINE))


def sends(body: bytes, *fields: str, status: str = "200 OK") -> Fault:
    return lambda to, _: to.send(answer(body, status, *fields))


def drips(to: Handler, _: bytes) -> None:
    """Sends on and on, and never all, within any time between two pieces."""
    to.send(head(b"", length=100_000))
    while not to.server.done.wait(0.05):
        to.send(b"# slow\n")


def endless(to: Handler, _: bytes) -> None:
    to.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + ALLOWS)
    while True:
        to.send(filled(100_000))


PACKED: list[Callable[[], bytes]] = []
"""What makes the answers that take long to make: not when this is imported, as all processes do."""


def packed(body: Callable[[], bytes], name: str = "gzip") -> Fault:
    pack = {"gzip": gzip.compress, "br": brotli.compress}[name]
    made = cache(lambda: answer(pack(body()), "200 OK", f"Content-Encoding: {name}"))
    PACKED.append(made)
    return lambda to, _: to.send(made())


AT_400_KB = filled(400_000) + FORBIDS
PAST_THE_END = ALLOWS + filled(LARGEST) + b"Disallow: /search\n"
FORBIDDEN = {
    "at 400 KB": sends(AT_400_KB),
    "at 400 KB, then 20 MB": sends(AT_400_KB + filled(20_000_000)),
    "at 400 KB, by gzip": packed(lambda: AT_400_KB),
    "at 400 KB, by br": packed(lambda: AT_400_KB, "br"),
    "at 400 KB, then a bomb": packed(lambda: AT_400_KB + filled(100_000_000)),
    "length absurd": lambda to, _: to.send(answer(AT_400_KB + filled(LARGEST), length=10**12)),
    "old ends of lines": sends(FORBIDS.replace(b"\n", b"\r")),
    "UTF-8 with a mark": sends(b"\xef\xbb\xbf" + FORBIDS),
    "UTF-16 with a mark": sends(FORBIDS.decode().encode("utf-16")),
    "UTF-16 without": sends(FORBIDS.decode().encode("utf-16-le")),
    "UTF-16 without, the other way": sends(FORBIDS.decode().encode("utf-16-be")),
    "UTF-32": sends(FORBIDS.decode().encode("utf-32")),
    "latin-1": sends("# é\n".encode("latin-1") + FORBIDS, "Content-Type: text/plain; charset=x"),
    "said to be a picture": sends(FORBIDS, "Content-Type: image/png"),
}
"""What is read, and forbids."""
ALLOWED = {
    "endless": endless,
    "past 500 KiB": sends(PAST_THE_END),
    "past 500 KiB, by gzip": packed(lambda: PAST_THE_END),
    "a page": sends(b"<html><p>Disallow: /elsewhere</p></html>"),
    "empty": sends(b""),
    "binary": sends(bytes(range(1, 256)) * 9),
    "404 with a body of 20 MB": sends(filled(20_000_000), status="404 Not Found"),
}
"""What is read, or is not there, and forbids nothing."""
UNREAD = {
    "500": sends(ALLOWS, status="500 Internal Server Error"),
    "unknown coding": sends(ALLOWS, "Content-Encoding: snappy"),
    "gzip that is cut": sends(gzip.compress(ALLOWS)[:-9], "Content-Encoding: gzip"),
    "packed twice, a bomb": sends(
        gzip.compress(gzip.compress(ALLOWS + filled(9_000_000), 0)), "Content-Encoding: gzip, gzip"
    ),
    "redirect elsewhere": sends(b"", "Location: http://example.invalid/", status="302 Found"),
    "redirect to nonsense": sends(b"", "Location: http://[::1/", status="302 Found"),
    "redirect to itself": sends(b"", "Location: /robots.txt", status="302 Found"),
}
"""What forbids everything, since nobody can say what it forbids."""
BROKEN = (
    *("silent", "stalls in head", "closes at once", "resets in body", "garbage"),
    *("chunks without end", "length too long", "length no number"),
)
UNREACHED = {
    "header of 40 KB": sends(ALLOWS, f"X-Long: {'x' * 40_000}"),
    "drips": drips,
    **{name: FAULTS[name] for name in BROKEN},
}
"""What was not fetched, so that nothing is."""


def at_second_try(to: Handler, page: bytes) -> None:
    first = to.server.asked[f"/robots.txt of {NAMES['at the second try']}"] == 1
    (FAULTS["resets in head"] if first else sends(ALLOWS))(to, page)


CASES = {
    **FORBIDDEN,
    **ALLOWED,
    **UNREAD,
    **UNREACHED,
    "at the second try": at_second_try,
}
NAMES = {case: number for number, case in enumerate(CASES, start=2)}
"""The last number of the address that a case has to itself: robots.txt is a host's."""


@dataclass
class Tried:
    """What became of the listings on all hosts, by their cases."""

    done: Harvest
    runs: dict[str, Row]
    asked: Counter[str]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """A harvest of all of them."""
    folder = tmp_path_factory.mktemp("robots")
    collections, db = folder / "collections.toml", folder / "harvest.db"
    robots = {name: CASES[case] for case, name in NAMES.items()}
    for make in PACKED:
        make()  # or who asks first would wait for it
    with serving(Site(dict.fromkeys(CASES, FAULTS["gzip"]), robots)) as site:
        tables = (
            f'[host-{name}]\nurl = "{site.url(case, name)}"\n' for case, name in NAMES.items()
        )
        collections.write_text("".join(tables))
        hurry = {"DOWNLOAD_TIMEOUT": 1, "HARVEST_RETRIES": 1}
        done = harvest(HARVEST_DB=db, HARVEST_COLLECTIONS=collections, **hurry)
    runs = rows(
        db, "SELECT name, outcome, reason FROM runs JOIN collections c ON c.id = collection"
    )
    return Tried(done, {row["name"]: row for row in runs}, site.asked)


@pytest.mark.parametrize("case", CASES)
def test_robots_txt_is_read_as_the_standard_says(case: str, tried: Tried) -> None:
    outcome, said = next(
        ending
        for cases, ending in (
            (FORBIDDEN, ("refused", "robots.txt forbids it")),
            (UNREAD, ("refused", "robots.txt can't be read (")),
            (UNREACHED, ("unreachable", "when robots.txt was asked for; try again later")),
            (CASES, ("complete", "")),
        )
        if case in cases
    )
    run = tried.runs[f"host-{NAMES[case]}"]
    assert (run["outcome"], tried.asked[case]) == (outcome, outcome == "complete")
    assert said in (run["reason"] or "")


def test_each_refusal_is_a_sentence(tried: Tried) -> None:
    bad = len(FORBIDDEN) + len(UNREAD) + len(UNREACHED)
    assert (tried.done.code, len(tried.done.complaints)) == (77, bad)
    assert "Traceback" not in tried.done.err


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_line_that_is_cut_forbids_nothing(end: bytes) -> None:
    begun = b"Allow: /" + b"x" * (LARGEST - len(b"Allow: /") - 20) + end
    assert rules_in(begun + b"Disallow: /search/only-this") == begun
    assert rules_in(ALLOWS) == ALLOWS
