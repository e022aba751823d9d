"""What changes between runs, on a site that a test edits: what `changes` and the rows say of it."""

from collections.abc import Callable
from typing import Any

import pytest
from archive import Archive, Entry, html, japan
from harvests import Harvest, rows

Crawl = Callable[..., Harvest]
Change = tuple[str, str | None, str | None, str | None]


def slug(entry: Entry) -> str:
    return str(entry["href"]).removeprefix("/document/")


def changes(done: Harvest) -> set[Change]:
    """The changes of the last run: kind, field, old, new; times as "then"."""
    found = rows(done.db, "SELECT * FROM changes WHERE run = (SELECT max(id) FROM runs)")
    for row in found:
        if row["field"] in ("missing", "removed"):
            row.update({name: row[name] and "then" for name in ("old", "new")})
    return {(row["kind"], row["field"], row["old"], row["new"]) for row in found}


def members(done: Harvest, state: str = "removed IS NULL") -> list[str]:
    sql = f"SELECT document FROM memberships WHERE {state} ORDER BY position"
    return [row["document"] for row in rows(done.db, sql)]


SHOWN = japan()
FIRST = SHOWN[0]
NEW: Entry = {"href": "/document/new", "title": "New", "date_text": "1955", "summary": "It is new."}
MOVED = {**FIRST, "href": "/document/moved", "title": "A corrected title"}
HOME = "https://digitalarchive.wilsoncenter.org"
ALIASES = "SELECT slug AS alias, document FROM addresses"

CASES: dict[str, tuple[list[Entry], set[Change]]] = {
    "nothing": (SHOWN, set()),
    "a title": (
        [{**FIRST, "title": "Corrected"}, *SHOWN[1:]],
        {("changed", "title", FIRST["title"], "Corrected")},
    ),
    "a date": (
        [{**FIRST, "date_text": "August, 1962"}, *SHOWN[1:]],
        {
            ("changed", "date_text", "June 10, 1991", "August, 1962"),
            ("changed", "date_edtf", "1991-06-10", "1962-08"),
            ("changed", "date_earliest", "1991-06-10", "1962-08-01"),
            ("changed", "date_latest", "1991-06-10", "1962-08-31"),
        },
    ),
    "a summary that goes": (
        [{**FIRST, "summary": None}, *SHOWN[1:]],
        {("changed", "summary", FIRST["summary"], None)},
    ),
    "one more": ([NEW, *SHOWN], {("added", None, None, None)}),
    "one less": (SHOWN[1:], {("missing", "missing", None, "then")}),
    "another order": (SHOWN[::-1], set()),
    "another address": (
        [MOVED, *SHOWN[1:]],
        {
            ("renamed", "url", f"{HOME}{FIRST['href']}", f"{HOME}/document/moved"),
            ("renamed", "title", FIRST["title"], "A corrected title"),
        },
    ),
    "another address and other words": (
        [{**MOVED, "summary": "Other words."}, *SHOWN[1:]],
        {("added", None, None, None), ("missing", "missing", None, "then")},
    ),
    "two new ones alike": (
        [MOVED, {**MOVED, "href": "/document/copy"}, *SHOWN[1:]],
        {("added", None, None, None), ("missing", "missing", None, "then")},
    ),
    "alike without a summary": (
        [{**SHOWN[1], "summary": None, "href": "/document/moved"}, *SHOWN[2:], FIRST],
        {("added", None, None, None), ("missing", "missing", None, "then")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_second_run_says_what_changed(case: str, archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries, expected = CASES[case]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"]) == (0, "complete")
    assert changes(done) == expected
    live = members(done, "missing IS NULL")
    listed = [slug(entry) for entry in archive.entries]
    aliases = {row["alias"]: row["document"] for row in rows(done.db, ALIASES)}
    assert live == [aliases.get(name, name) for name in listed]


def test_what_is_missing_twice_is_removed_and_can_come_back(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = SHOWN[1:]
    crawl("-a", f"url={archive.url}")
    done = crawl("-a", f"url={archive.url}")
    assert changes(done) == {("removed", "removed", None, "then")}
    assert members(done, "removed IS NOT NULL") == [slug(FIRST)]
    gone = rows(done.db, "SELECT id FROM documents WHERE removed IS NOT NULL")
    assert gone == [{"id": slug(FIRST)}]
    assert (done.run["missing"], done.run["removed"]) == (0, 1)
    assert changes(crawl("-a", f"url={archive.url}")) == set()
    archive.entries = SHOWN
    back = crawl("-a", f"url={archive.url}")
    assert changes(back) == {
        ("restored", "removed", "then", None),
        ("restored", "missing", "then", None),
    }
    assert (back.run["restored"], len(members(back))) == (1, 15)
    assert rows(back.db, "SELECT id FROM documents WHERE removed IS NOT NULL") == []


def test_document_of_two_collections_is_removed_with_the_last(
    archive: Archive, crawl: Crawl
) -> None:
    one, two = f"url={archive.url}", f"url={archive.url}&f=2"
    crawl("-a", one)
    crawl("-a", two)
    archive.entries = SHOWN[1:]
    for url in (one, one):
        done = crawl("-a", url)
    assert rows(done.db, "SELECT id FROM documents WHERE removed IS NOT NULL") == []
    for url in (two, two):
        done = crawl("-a", url)
    gone = rows(done.db, "SELECT id FROM documents WHERE removed IS NOT NULL")
    assert gone == [{"id": slug(FIRST)}]


@pytest.mark.parametrize("status", [404, 403, 500, 200])
def test_run_that_is_not_complete_counts_for_nothing(
    status: int, archive: Archive, crawl: Crawl
) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = SHOWN[1:]
    archive.answers[1] = lambda _: html("<h1>Sorry</h1>", status)
    done = crawl("-a", f"url={archive.url}", "-a", "full=yes")
    assert done.code != 0
    assert len(members(done, "missing IS NULL")) == 15


def test_renamed_document_keeps_its_id_for_good(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = [MOVED, *SHOWN[1:]]
    run = crawl("-a", f"url={archive.url}").run
    again = crawl("-a", f"url={archive.url}")
    assert (run["renamed"], run["added"], changes(again)) == (1, 0, set())
    (row,) = rows(again.db, "SELECT * FROM documents WHERE id = ?", slug(FIRST))
    assert (row["url"], row["title"]) == (f"{HOME}/document/moved", "A corrected title")
    found = rows(again.db, f"{ALIASES} WHERE document = ?", slug(FIRST))
    assert {(row["alias"], row["document"]) for row in found} == {
        ("moved", slug(FIRST)),
        (slug(FIRST), slug(FIRST)),
    }


@pytest.mark.parametrize("places", [(0, 2), (0, 0)])
def test_documents_that_are_renamed_one_after_the_other_stay_the_same(
    places: tuple[int, int], archive: Archive, crawl: Crawl
) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries, ids = SHOWN, {}
    for number, place in enumerate(places):
        moved = {**archive.entries[place], "href": f"/document/moved-{number}"}
        archive.entries = [*archive.entries[:place], moved, *archive.entries[place + 1 :]]
        ids[slug(moved)] = slug(SHOWN[place])
        done = crawl("-a", f"url={archive.url}")
        assert (done.run["renamed"], done.run["added"], done.run["missing"]) == (1, 0, 0)
    found = rows(done.db, f"{ALIASES} WHERE slug LIKE 'moved-%'")
    assert {row["alias"]: row["document"] for row in found} == ids


@pytest.mark.parametrize("order", [1, -1])
def test_two_addresses_listed_together_are_two_documents(
    order: int, archive: Archive, crawl: Crawl
) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = [MOVED, *SHOWN[1:]]
    crawl("-a", f"url={archive.url}")
    archive.entries = [*[MOVED, FIRST][::order], *SHOWN[1:]]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, len(members(done, "missing IS NULL"))) == (0, 16)
    assert changes(crawl("-a", f"url={archive.url}")) == set()


def test_field_that_vanishes_from_a_page_stops_the_walk(archive: Archive, crawl: Crawl) -> None:
    archive.entries = [{**entry, "summary": entry["summary"] or "S"} for entry in SHOWN]
    crawl("-a", f"url={archive.url}")
    archive.entries = [{**entry, "summary": None} for entry in SHOWN]
    archive.asked.clear()
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"], archive.asked) == (65, "unreadable", [0])
    assert "-a accept=yes" in done.complaints[0]
    assert all(row["summary"] for row in done.entries())
    (failure,) = rows(done.db, "SELECT * FROM failures")
    assert (failure["reason"], failure["detail"]) == ("field-gone", done.run["reason"])
    accepted = crawl("-a", f"url={archive.url}", "-a", "accept=yes")
    assert (accepted.code, accepted.run["changed"]) == (0, 15)
    assert crawl("-a", f"url={archive.url}").code == 0


SUSPECT: dict[str, list[Entry]] = {
    "a part is gone": SHOWN[:9],
    "all is gone": [],
    "most dates are gone": [
        {**SHOWN[0]},
        *({**e, "date_text": None} for e in SHOWN[1:-1]),
        SHOWN[-1],
    ],
}


@pytest.mark.parametrize("case", SUSPECT)
def test_too_much_change_is_suspect_until_accepted(
    case: str, archive: Archive, crawl: Crawl
) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = SUSPECT[case]
    for _ in range(3):
        done = crawl("-a", f"url={archive.url}")
        assert (done.code, done.run["outcome"]) == (65, "suspect")
        assert len(members(done, "missing IS NULL")) == 15
    assert "-a accept=yes" in done.complaints[0]
    accepted = crawl("-a", f"url={archive.url}", "-a", "accept=yes")
    assert accepted.code == 0
    assert len(members(accepted, "missing IS NULL")) == len(archive.entries)


@pytest.mark.parametrize("gone", [5, 6])
def test_few_may_be_missing_however_small_the_collection(
    gone: int, archive: Archive, crawl: Crawl
) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = SHOWN[gone:]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["missing"]) == ((65, 0) if gone > 5 else (0, gone))
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["removed"]) == ((65, 0) if gone > 5 else (0, gone))


def many(number: int, *, dated: int) -> list[Entry]:
    """So many documents, of which the first ones have a date."""
    return [
        {
            "href": f"/document/{n}",
            "title": f"Title {n}",
            "date_text": "1955" if n < dated else None,
            "summary": "It says something.",
        }
        for n in range(number)
    ]


@pytest.mark.parametrize(("gone", "code"), [(6, 0), (7, 65)])
def test_a_fifth_may_be_missing_and_no_more(
    gone: int, code: int, archive: Archive, crawl: Crawl
) -> None:
    archive.entries = many(30, dated=30)
    crawl("-a", f"url={archive.url}")
    archive.entries = archive.entries[gone:]
    assert crawl("-a", f"url={archive.url}").code == code


@pytest.mark.parametrize(("dated", "code"), [(5, 0), (4, 65)])
def test_half_of_the_dates_may_be_gone_and_no_more(
    dated: int, code: int, archive: Archive, crawl: Crawl
) -> None:
    archive.entries = many(10, dated=10)
    crawl("-a", f"url={archive.url}")
    archive.entries = many(10, dated=dated)
    assert crawl("-a", f"url={archive.url}").code == code


def test_field_that_vanishes_from_a_single_document_is_noticed(
    archive: Archive, crawl: Crawl
) -> None:
    archive.entries = many(1, dated=1)
    crawl("-a", f"url={archive.url}")
    archive.entries = many(1, dated=0)
    assert crawl("-a", f"url={archive.url}").code == 65


@pytest.mark.parametrize(("dated", "code"), [(18, 0), (19, 65)])
def test_field_may_be_gone_from_a_page_unless_nearly_all_had_it(
    dated: int, code: int, archive: Archive, crawl: Crawl
) -> None:
    """Nearly all are 95 of 100."""
    archive.entries = many(20, dated=dated)
    crawl("-a", f"url={archive.url}")
    archive.entries = many(20, dated=10)
    assert crawl("-a", f"url={archive.url}").code == code


def test_positions_are_kept_current_without_a_change(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = SHOWN[::-1]
    done = crawl("-a", f"url={archive.url}")
    assert members(done) == [slug(entry) for entry in SHOWN[::-1]]
    assert (done.run["changed"], done.run["unchanged"]) == (0, 15)


def during(archive: Archive, **events: Any) -> None:
    """Makes a site whose listing becomes another when its second page is asked for, n times."""
    states = iter(events["states"])

    def moves(_: object) -> Any:
        archive.entries = next(states, archive.entries)
        return html(archive.page(1))

    archive.answers[1] = moves


MOVING: dict[str, tuple[list[Entry], int]] = {
    "one more at the top": ([NEW, *SHOWN], 4),
    "one less at the top": (SHOWN[1:], 4),
    "one more at the end": ([*SHOWN, NEW], 4),
    "fewer than a page": (SHOWN[:10], 3),
}


@pytest.mark.parametrize("case", MOVING)
def test_listing_that_moves_is_walked_again(case: str, archive: Archive, crawl: Crawl) -> None:
    entries, asked = MOVING[case]
    during(archive, states=[entries])
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"], len(archive.asked)) == (0, "complete", asked)
    assert members(done, "missing IS NULL") == [slug(entry) for entry in entries]
    assert done.run["stated_total"] == done.run["seen"] == len(entries)


def test_listing_that_never_rests_is_incomplete(archive: Archive, crawl: Crawl) -> None:
    during(archive, states=[SHOWN[n:] for n in range(1, 6)])
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"], len(archive.asked)) == (75, "incomplete", 6)
    assert [row["reason"] for row in rows(done.db, "SELECT * FROM failures")] == ["moved"]
    assert len(members(done, "missing IS NULL")) == 15
