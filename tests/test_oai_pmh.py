"""OAI-PMH repositories, harvested from a stand-in that misbehaves in every way."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from harvests import Harvest, begun, harvest, harvester, rows, scrapy
from oai_repository import Item, Repository, error, items, numbers, on_page, xml
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

DAY_BEFORE = "2026-11-19"
"""A day before what the stand-in says the time is."""


@pytest.fixture
def repository(httpserver: HTTPServer) -> Repository:
    it = Repository(items(10))
    it.serve(httpserver)
    return it


@pytest.fixture
def ask(repository: Repository, db: Path) -> Callable[..., Harvest]:
    """Harvests it; the address is that of the list, unless another is given."""

    def run(*arguments: str, **settings: object) -> Harvest:
        wanted = [f"url={repository.url}", f"site={repository.host}", *arguments]
        if any(one.startswith("url=") for one in arguments):
            del wanted[0]
        parts = [part for one in wanted for part in ("-a", one)]
        return harvest(*parts, **{"HARVEST_DB": db, **settings})

    return run


def listed(db: Path, where: str = "removed IS NULL") -> list[str]:
    return sorted(row["id"] for row in rows(db, f"SELECT id FROM documents WHERE {where}"))


def changes(db: Path) -> list[tuple[str, str, str | None]]:
    """What has changed after the first harvest, but for what is told of whole documents."""
    found = rows(
        db,
        "SELECT document, kind, field FROM changes"
        " WHERE kind <> 'added' AND collection IS NOT NULL ORDER BY document, kind, field",
    )
    return [(row["document"], row["kind"], row["field"]) for row in found]


def test_whole_list_is_complete_by_its_size(repository: Repository, ask: Any, db: Path) -> None:
    done = ask()
    assert (done.code, done.complaints) == (0, [])
    run = done.run
    assert (run["outcome"], run["stated_total"], run["seen"], run["pages"]) == (
        "complete",
        10,
        10,
        3,
    )
    assert listed(db) == numbers(repository.items)
    assert [one.get("resumptionToken") for one in repository.pages] == [None, "|||4", "|||8"]
    ranges = [[*one.values()] for one in rows(db, "SELECT first, last FROM pages ORDER BY id")]
    assert ranges == [[1, 4], [5, 8], [9, 10]]
    (first,) = rows(db, "SELECT title, date_edtf, url FROM documents WHERE id = 'letters/1'")
    assert first == {
        "title": "Letter 1",
        "date_edtf": "1901",
        "url": f"http://{repository.host}/letters/1",
    }


def test_names_and_rights_are_where_documents_pages_would_put_them(
    repository: Repository, ask: Any, db: Path
) -> None:
    repository.items[0].more = (
        "<dc:creator>Doe, Jane</dc:creator><dc:subject>Boats</dc:subject>"
        "<dc:language>de</dc:language><dc:rights>Public domain</dc:rights>"
        "<dc:publisher>The Press</dc:publisher>"
    )
    ask()
    wanted = "SELECT authors, subjects, languages, rights FROM records WHERE document = ?"
    (said,) = rows(db, wanted, "letters/1")
    assert [*said.values()] == ['["Doe, Jane"]', '["Boats"]', '["de"]', "Public domain"]
    exported = scrapy("export", "-s", f"HARVEST_DB={db}", "--format", "ris").stdout
    assert "AU  - Doe, Jane" in exported and "KW  - Boats" in exported
    repository.items[0] = replace(repository.items[0], more="", stamp="2026-11-20")
    ask()
    (said,) = rows(db, wanted, "letters/1")
    assert set(said.values()) == {None}
    assert ("letters/1", "changed", "listed_other") in changes(db)


def test_update_asks_for_what_has_changed_and_leaves_the_rest(
    repository: Repository, ask: Any, db: Path
) -> None:
    ask()
    repository.asked.clear()
    repository.now = "2026-11-23T10:00:00Z"
    repository.items[0] = replace(repository.items[0], stamp="2026-11-21", deleted=True)
    repository.items[1] = replace(repository.items[1], stamp="2026-11-21", title="Anew")
    repository.items.append(Item(99, "2026-11-22", "New"))
    done = ask()
    assert (done.code, done.run["since"]) == (0, DAY_BEFORE)
    assert [one.get("from") for one in repository.pages] == [DAY_BEFORE]
    assert f"3 of an unstated number since {DAY_BEFORE} (1 new, 1 changed" in done.out
    assert changes(db) == [
        ("letters/1", "missing", "missing"),
        ("letters/1", "removed", "removed"),
        ("letters/2", "changed", "title"),
    ]
    assert len(listed(db)) == 10
    total = rows(db, "SELECT stated_total FROM collections")
    assert total == [{"stated_total": 10}], "an update says nothing of the whole list"
    repository.asked.clear()
    assert ask().run["since"] == "2026-11-22", "from the last harvest, not the first"
    repository.asked.clear()
    done = ask("full=yes")
    assert (done.run["since"], done.run["outcome"]) == (None, "complete")
    assert "from" not in repository.pages[0]
    assert len(changes(db)) == 3


def test_seconds_are_asked_for_where_they_count(repository: Repository, ask: Any) -> None:
    repository.seconds = True
    ask()
    assert ask().run["since"] == "2026-11-19T10:00:00Z"


def test_deleted_record_is_removed_at_once_and_may_come_back(
    repository: Repository, ask: Any, db: Path
) -> None:
    ask()
    whole = repository.items[2]
    repository.items[2] = replace(whole, deleted=True, stamp="2026-11-20")
    ask("full=yes")
    assert listed(db, "removed IS NOT NULL") == ["letters/3"]
    done = ask("full=yes")
    assert (done.run["missing"], done.run["removed"], done.run["changed"]) == (0, 0, 0)
    repository.items[2] = replace(whole, stamp="2026-11-21")
    assert ask().run["restored"] == 1
    assert listed(db, "removed IS NOT NULL") == []


def test_record_that_was_never_there_is_no_document(
    repository: Repository, ask: Any, db: Path
) -> None:
    repository.items[3].deleted = True
    done = ask()
    assert (done.run["outcome"], done.run["seen"], done.run["added"]) == ("complete", 10, 9)
    assert len(listed(db)) == 9
    done = ask("full=yes")
    assert (done.run["outcome"], done.run["added"]) == ("complete", 0)
    repository.items[3].deleted = False
    assert ask("full=yes").run["added"] == 1


def test_record_that_is_no_longer_listed_is_missing_only_after_a_whole_list(
    repository: Repository, ask: Any, db: Path
) -> None:
    ask()
    del repository.items[4]
    for _ in range(3):
        ask()
    assert changes(db) == []
    ask("full=yes")
    assert changes(db) == [("letters/5", "missing", "missing")]
    ask("full=yes")
    assert listed(db, "removed IS NOT NULL") == ["letters/5"]


def test_without_a_size_a_second_count_proves_that_the_list_was_walked(
    repository: Repository, ask: Any
) -> None:
    repository.states_size = repository.cursor = False
    done = ask()
    assert (done.code, done.run["outcome"], done.run["stated_total"]) == (0, "walked", None)
    assert [one["verb"] for one in repository.asked] == ["ListRecords"] * 3 + [
        "ListIdentifiers"
    ] * 3


def test_second_count_that_differs_proves_nothing(repository: Repository, ask: Any) -> None:
    repository.states_size = False

    def another(request: Request) -> Response | None:
        if request.args.get("verb") != "ListIdentifiers":
            return None
        more = [*repository.items, Item(77, "2026-11-20", "More")]
        return xml(repository.whole(replace(repository, items=more).listed(
            dict(request.args), "ListIdentifiers"
        )))  # fmt: skip

    repository.tampered = another
    done = ask()
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "10 records were met, and 11 are counted in" in done.complaints[0]


def test_list_that_cannot_be_counted_is_incomplete(repository: Repository, ask: Any) -> None:
    repository.states_size = False
    repository.tampered = lambda request: (
        xml(repository.whole(error("badVerb")))
        if request.args.get("verb") == "ListIdentifiers"
        else None
    )
    done = ask()
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "its identifiers can't be counted" in done.complaints[0]


REFUSED_TOKEN = error("badResumptionToken", "expired")


def expiring(repository: Repository, *places: int, status: int = 200) -> Callable[..., Any]:
    """Refuses the token of each of these places once."""
    left = set(places)

    def answer(request: Request) -> Response | None:
        place = int(request.args.get("resumptionToken", "|||0").split("|")[3])
        if request.args.get("verb") != "ListRecords" or place not in left:
            return None
        left.discard(place)
        return xml(repository.whole(REFUSED_TOKEN), status)

    return answer


@pytest.mark.parametrize("status", [200, 400, 422])
def test_expired_token_goes_on_from_the_last_datestamp(
    status: int, repository: Repository, ask: Any, db: Path
) -> None:
    repository.tampered = expiring(repository, 4, status=status)
    done = ask()
    assert (done.code, done.run["outcome"], done.run["stated_total"]) == (0, "complete", 10)
    assert listed(db) == numbers(repository.items)
    asked = [(one.get("from"), one.get("resumptionToken")) for one in repository.pages]
    last = repository.items[3].stamp
    assert asked == [(None, None), (None, "|||4"), (last, None), (None, f"{last}|||4")]


def test_tokens_that_never_work_are_done_without(
    repository: Repository, ask: Any, db: Path
) -> None:
    repository.tampered = lambda request: (
        xml(repository.whole(REFUSED_TOKEN)) if "resumptionToken" in request.args else None
    )
    assert ask().run["outcome"] == "complete"
    assert listed(db) == numbers(repository.items)


def test_expired_token_of_a_list_out_of_order_begins_it_again(
    repository: Repository, ask: Any, db: Path
) -> None:
    stamps = [one.stamp for one in repository.items]
    plain = repository.tampered = expiring(repository, 8)

    def out_of_order(request: Request) -> Response | None:
        if (other := plain(request)) is not None:
            return other
        text = repository.whole(repository.listed(dict(request.args), request.args["verb"]))
        return xml(text.replace(stamps[0], "2026-10-01"))

    repository.tampered = out_of_order
    assert ask().run["outcome"] == "complete"
    assert {one.get("from") for one in repository.pages} == {None}
    assert listed(db) == numbers(repository.items)


def test_token_that_is_refused_without_end_is_a_named_failure(
    repository: Repository, ask: Any, db: Path
) -> None:
    """All of a page have one datestamp, so that asking from there brings nothing new."""
    repository.items = [replace(one, stamp="2026-01-01") for one in repository.items]
    repository.tampered = on_page(4, lambda _: xml(repository.whole(REFUSED_TOKEN)))
    done = ask()
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "does not know its resumption token" in done.complaints[0]
    (failure,) = rows(db, "SELECT reason, url FROM failures")
    assert failure["reason"] == "token" and "resumptionToken=" in failure["url"]
    assert len(listed(db)) == 4


def page_with(repository: Repository, place: int, old: str, new: str) -> Callable[..., Any]:
    """The page at a place, where something is replaced."""

    def answer(request: Request) -> Response:
        text = repository.whole(repository.listed(dict(request.args)))
        assert old in text
        return xml(text.replace(old, new))

    return on_page(place, answer)


BROKEN = {
    # How a page differs: its place, what is replaced; exit code, outcome, reason, sentence.
    "token leads back": (4, "|||8", "|||4", 65, "unreadable", "pager", "leads back to"),
    "token leads to the start": (8, 'cursor="8"></', 'cursor="8">|||4</', 65, "unreadable", "pager",
                                 "leads back to"),
    "cursor leaves some out": (4, 'cursor="4"', 'cursor="5"', 65, "unreadable", "pager",
                               "begins after 5 records, where 4 were met"),
    "size changes": (8, 'Size="10"', 'Size="11"', 75, "incomplete", "moved",
                     "changed from 10 to 11 records"),
    "cut": (4, "</OAI-PMH>", "", 69, "unreachable", "broken-off", "breaks off"),
    "an error": (0, "<ListRecords>", '<error code="badArgument">No.</error><ListRecords>', 65,
                 "unreadable", "protocol", '"badArgument", "No."'),
    "an error later": (4, "<ListRecords>", '<error code="badVerb"/><ListRecords>', 65,
                       "unreadable", "protocol", '"badVerb"'),
    "no metadata": (4, "<metadata>", "<data>", 65, "unreadable", "no-listing", "broken"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_page_that_is_wrong_is_a_named_failure(
    case: str, repository: Repository, ask: Any, db: Path
) -> None:
    place, old, new, code, outcome, reason, sentence = BROKEN[case]
    repository.tampered = page_with(repository, place, old, new)
    done = ask()
    assert (done.code, done.run["outcome"]) == (code, outcome)
    assert sentence in done.complaints[0] and "Traceback" not in done.err
    assert [row["reason"] for row in rows(db, "SELECT reason FROM failures")] == [reason]
    assert set(listed(db)) <= set(numbers(repository.items))


def test_total_that_is_none_is_said_twice_and_may_be_disbelieved(
    repository: Repository, ask: Any
) -> None:
    def wrong(request: Request) -> Response | None:
        text = repository.whole(repository.listed(dict(request.args), request.args["verb"]))
        return xml(text.replace('Size="10"', 'Size="12"'))

    repository.tampered = wrong
    done = ask()
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "states 12 records in all, and 10 were met" in done.complaints[0]
    done = ask("accept=yes")
    assert (done.code, done.run["outcome"]) == (0, "walked")


ENDS = {
    # What a page is after the last record.
    "empty": "<ListRecords/>",
    "empty with an empty token": "<ListRecords><resumptionToken/></ListRecords>",
    "nothing": error("noRecordsMatch"),
}


@pytest.mark.parametrize("case", ENDS)
@pytest.mark.parametrize("states_size", [True, False])
def test_token_may_lead_to_an_empty_end(
    case: str, states_size: bool, repository: Repository, ask: Any, db: Path
) -> None:
    repository.states_size = states_size

    def answer(request: Request) -> Response | None:
        if request.args.get("resumptionToken") == "end":
            part = ENDS[case].replace("ListRecords", request.args["verb"])
            return xml(repository.whole(part))
        if "|||8" in request.args.get("resumptionToken", ""):
            listed = repository.listed(dict(request.args), request.args["verb"])
            return xml(repository.whole(listed.replace("></resump", ">end</resump")))
        return None

    repository.tampered = answer
    done = ask()
    assert (done.code, done.complaints) == (0, [])
    assert done.run["outcome"] == ("complete" if states_size else "walked")
    assert listed(db) == numbers(repository.items)


def test_tokens_that_go_round_end_in_time(repository: Repository, ask: Any) -> None:
    """Each token is another, but the records are always the same."""
    count = iter(range(1000))

    def answer(request: Request) -> Response | None:
        if "resumptionToken" not in request.args:
            return None
        listed = repository.listed({"resumptionToken": "|||4"})
        return xml(repository.whole(listed.replace("|||8", f"|||{next(count)}")))

    repository.tampered = answer
    repository.states_size = repository.cursor = False
    done = ask()
    assert (done.code, done.run["outcome"]) == (65, "unreadable")
    assert "the repository's tokens lead in a circle" in done.complaints[0]
    assert done.run["pages"] < 8


def test_nothing_at_all_is_a_complete_harvest(repository: Repository, ask: Any, db: Path) -> None:
    repository.items = []
    done = ask()
    assert (done.code, done.run["outcome"], done.run["stated_total"]) == (0, "complete", 0)
    repository.items = items(20)
    assert ask("full=yes").run["seen"] == 20
    repository.items = []
    done = ask("full=yes")
    assert (done.code, done.run["outcome"]) == (65, "suspect"), "so much is not believed at once"
    assert len(listed(db)) == 20
    assert ask().run["outcome"] in ("complete", "walked")


def test_sets_are_lists_of_their_own(repository: Repository, ask: Any, db: Path) -> None:
    repository.items = [
        replace(one, sets=("a", "b") if one.number < 4 else ("b",)) for one in repository.items
    ]
    assert ask(f"url={repository.url}&set=a").run["seen"] == 3
    assert ask(f"url={repository.url}&set=b").run["seen"] == 10
    found = rows(
        db,
        "SELECT name, count(*) AS number FROM memberships JOIN collections ON id = collection"
        " GROUP BY name",
    )
    assert found == [{"name": "a", "number": 3}, {"name": "b", "number": 10}]
    assert len(listed(db)) == 10
    (said,) = rows(db, "SELECT listed_other FROM documents WHERE id = 'letters/1'")
    assert '"oai:set": ["a", "b"]' in said["listed_other"]


def test_repositorys_own_address_is_enough(repository: Repository, ask: Any, db: Path) -> None:
    repository.formats = ("marcxml", "oai_dc", "mods")
    done = ask(f"url={repository.base}")
    assert (done.code, done.run["outcome"]) == (0, "complete")
    assert rows(db, "SELECT name, url FROM collections") == [{"name": "oai", "url": repository.url}]
    verbs = [one.get("verb") for one in repository.asked]
    assert verbs[:2] == ["Identify", "ListMetadataFormats"]
    assert ask(f"url={repository.base}").run["since"] == DAY_BEFORE
    assert ask().run["since"] == DAY_BEFORE, "the list's own address is the same collection"


def test_repository_is_known_by_its_answer_wherever_it_is(
    repository: Repository, ask: Any, httpserver: HTTPServer
) -> None:
    """A verb is missing: by some servers that is an error by its status as well."""
    for path, status in (("/services/a", 200), ("/services/b", 400)):
        moved = Repository(repository.items)
        moved.serve(httpserver)
        moved.base = httpserver.url_for(path)
        moved.tampered = lambda request, status=status, own=moved: (
            None if "verb" in request.args else xml(own.whole(error("badVerb")), status)
        )
        httpserver.expect_request(path).respond_with_handler(moved._answer)
        for _ in range(2):
            done = ask(f"url={moved.base}", f"name={path[-1]}")
            assert (done.code, done.complaints) == (0, [])
        assert done.run["since"] == DAY_BEFORE


def test_repository_without_a_format_that_can_be_read_is_named(
    repository: Repository, ask: Any
) -> None:
    repository.formats = ("marcxml", "rdf")
    done = ask(f"url={repository.base}")
    assert (done.code, done.run["outcome"]) == (65, "unreadable")
    assert "offers no format that can be read (marcxml, rdf)" in done.complaints[0]


def test_robots_are_obeyed_and_a_busy_repository_is_waited_for(
    repository: Repository, ask: Any, httpserver: HTTPServer
) -> None:
    tries = iter([Response(status=503, headers={"Retry-After": "0"})])
    repository.tampered = lambda request: (
        next(tries, None) if "resumptionToken" in request.args else None
    )
    assert ask().run["outcome"] == "complete"
    httpserver.clear()
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /oai")
    done = ask("full=yes")
    assert (done.code, done.run["outcome"]) == (77, "refused")


def test_record_has_the_page_that_a_harvest_of_the_site_has_found(
    repository: Repository, ask: Any, db: Path, httpserver: HTTPServer
) -> None:
    """So that both are one document."""
    rows_of = "".join(
        f'<div class="row"><h3><a href="/letters/{n}">A letter on {what} and peace</a></h3>'
        f'<span class="date">{n} May {1900 + n}</span></div>'
        for n, what in enumerate(("boats", "nets", "salt", "war", "maps", "trade"), 1)
    )
    html = f"<html><body><h1>Letters</h1><p>1 - 6 of 6</p>{rows_of}</body></html>"
    httpserver.expect_request("/list").respond_with_data(html, content_type="text/html")
    done = ask(f"url={httpserver.url_for('/list')}")
    assert done.run["seen"] == 6, done.complaints
    ask()
    assert listed(db) == numbers(repository.items)


def test_two_records_of_one_page_stay_two_documents(
    repository: Repository, ask: Any, db: Path
) -> None:
    """Wherever they stand in the list, and whichever is changed."""
    shared = f"<dc:identifier>http://{repository.host}/shared</dc:identifier>"
    for place in (1, 7):
        repository.items[place] = replace(repository.items[place], page=False, more=shared)
    ask()
    both = ["oai:x.example:8", "shared"]
    assert [one for one in listed(db) if "letters" not in one] == both
    repository.items[7] = replace(repository.items[7], title="Anew", stamp="2026-11-20")
    ask()
    assert changes(db) == [("oai:x.example:8", "changed", "title")]
    ask("full=yes")
    assert len(changes(db)) == 1 and len(listed(db)) == 10


def test_alias_leads_to_the_document(repository: Repository, ask: Any, db: Path) -> None:
    ask()
    found = rows(db, "SELECT document FROM addresses WHERE slug = 'oai:x.example:3'")
    assert found == [{"document": "letters/3"}]


def test_killed_walk_goes_on_with_its_token(repository: Repository, ask: Any, db: Path) -> None:
    """And ends as if nothing had been."""
    repository.items = [
        replace(
            one, deleted=one.number % 7 == 0, more=f"<dc:subject>S{one.number % 3}</dc:subject>"
        )
        for one in items(20)
    ]
    arguments = ("-a", f"url={repository.url}", "-a", f"site={repository.host}")
    with begun(*arguments, HARVEST_DB=db) as process:

        def killing(_: Request) -> Response:
            process.signal(SIGKILL)
            return Response()

        repository.tampered = on_page(12, killing)
        process.wait()
    repository.tampered = lambda _: None
    repository.asked.clear()
    done = ask()
    assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "complete", 20), (
        done.complaints
    )
    assert [one.get("resumptionToken") for one in repository.pages] == ["|||12", "|||16"]
    other = db.with_name("other.db")
    ask(HARVEST_DB=other)
    assert stored(db) == stored(other)
    assert ask().run["since"] == DAY_BEFORE


def test_killed_walk_whose_token_expires_goes_on_from_the_last_datestamp(
    repository: Repository, ask: Any, db: Path
) -> None:
    def down(_: Request) -> Response:
        return Response(status=500)

    repository.tampered = on_page(8, down)
    arguments = ("-a", f"url={repository.url}", "-a", f"site={repository.host}")
    with begun(*arguments, HARVEST_DB=db, HARVEST_RETRY_WAIT=60) as process:
        process.until_said("Asking again")
        process.signal(SIGKILL)
    repository.tampered = expiring(repository, 8)
    repository.asked.clear()
    done = ask()
    assert (done.code, done.run["outcome"]) == (0, "complete")
    assert [one.get("from") for one in repository.pages] == [None, repository.items[7].stamp]
    assert listed(db) == numbers(repository.items)


STORED = (
    "SELECT id, url, title, summary, date_text, date_edtf, removed, listed_other FROM documents"
    " ORDER BY id",
    "SELECT document, position, missing, removed FROM memberships ORDER BY document",
    "SELECT document, kind, field, old, new FROM changes ORDER BY document, kind, field",
    "SELECT slug, rank, document FROM addresses ORDER BY slug",
    "SELECT document, subjects FROM records ORDER BY document",
)


def stored(db: Path) -> list[Any]:
    """All that is in a database, but for times and numbers."""
    return [rows(db, sql) for sql in STORED]


@pytest.mark.parametrize("states_size", [True, False])
def test_recording_is_read_again(
    states_size: bool, repository: Repository, ask: Any, db: Path, tmp_path: Path
) -> None:
    """By another harvest, and by `reparse`; the repository is asked for nothing."""
    repository.states_size = states_size
    repository.items[2].deleted = True
    repository.tampered = expiring(repository, 8)
    warc = tmp_path / "warc"
    done = ask(f"url={repository.base}", HARVEST_WARC=warc)
    assert done.code == 0, done.err
    repository.asked.clear()
    other = db.with_name("other.db")
    again = ask(f"url={repository.base}", f"source={warc}", HARVEST_DB=other)
    assert (again.code, again.complaints) == (0, [])
    assert again.run["outcome"] == done.run["outcome"] == ("complete" if states_size else "walked")
    assert stored(other) == stored(db)
    said = scrapy("reparse", "-s", f"HARVEST_DB={db}", "-s", f"HARVEST_WARC={warc}")
    assert said.returncode == 0, said.stderr
    assert "recorded pages read again (0 read otherwise, 0 new)" in said.stdout
    assert repository.asked == []


def test_only_documents_pages_on_the_site_are_asked_for(
    repository: Repository, ask: Any, httpserver: HTTPServer
) -> None:
    page = "<html><body><h1>{0}</h1><dl><dt>Author</dt><dd>Doe</dd></dl></body></html>"
    asked: list[str] = []

    def show(request: Request) -> Response:
        asked.append(request.path)
        return Response(page.format(request.path), content_type="text/html")

    httpserver.expect_request(re.compile("/letters/.*")).respond_with_handler(show)
    elsewhere = "<dc:identifier>http://other.example/1</dc:identifier>"
    repository.items[1] = replace(repository.items[1], page=False)
    repository.items[2] = replace(repository.items[2], page=False, more=elsewhere)
    done = ask("details=yes")
    assert done.run["details_wanted"] == 8
    assert asked == [f"/letters/{n}" for n in (1, *range(4, 11))][: len(asked)] != []


def test_list_is_inspected(repository: Repository, tmp_path: Path) -> None:
    repository.items[1].deleted = True
    said = harvester(tmp_path, "inspect", repository.url, "-s", "DOWNLOAD_DELAY=0")
    assert said.returncode == 0, said.stderr
    assert "Letter 1" in said.stdout
