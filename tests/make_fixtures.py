"""Writes fixtures/ from real pages' words: PYTHONPATH=. python tests/make_fixtures.py

A fixture whose page.json does not say "rendered": true was saved or written by hand; it stays.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import markup_documents
from markup import (
    Entry,
    Listing,
    Portrait,
    linked,
    paragraphs,
    render,
    render_main,
    render_portrait,
)
from markup_documents import Document
from records import DOCUMENTS, RELATED, real_record
from sites import WILSON

from harvester.fixture import record_data
from harvester.record import Record, ScanLink, Term, Transcript

LISTINGS = Path(__file__).with_name("listings")
FIXTURES = Path(__file__).parents[1] / "fixtures"
SITE = "https://digitalarchive.wilsoncenter.org"

REBUILT = "The markup is rebuilt and the links are made from the titles."
AS_SEEN = (
    "The markup of the rows and the frame is that of the site's own pages of January 2025; what "
    "stands around the table is a guess, and the links are made from the titles."
)
SEEN_DOCUMENT = (
    "The markup is that of the site's own pages of January 2025; node and file are made up."
)
SHARED_MEDIA = f"{SITE}/sites/default/files/shared-media"
RIGHTS = (
    "The History and Public Policy Program welcomes reuse of Digital Archive materials for "
    "research and educational purposes."
)
ASSUMED_ON_PAGE_1 = [
    "Memorandum of Conversation between N.S. Khrushchev and [Japanese Minister of Agriculture]",
    "Conversation of Comrades N.A. Bulganin and N.S. Khrushchev with the Japanese Parliamentary",
    "Record of Soviet-Japanese Talks, 9 October 1973",
    "The Japanese Population in Korea and the Korean Population in Manchuria",
    "Conversation between A. Vyshinsky and Mao Zedong, Moscow",
]
ASSUMED_ABOUT_CHINA = [
    "Memorandum of Conversation between Chinese Vice Foreign Minister Zhang Hanfu and Soviet",
    "Cable from the Chinese Embassy in Pakistan, 'Minutes of the Conversation Between the Chinese",
    "Memorandum of Conversation between Chinese Ambassador to Cuba Shen Jian",
    "Meeting Minutes between Zhang Weile and Soviet Deputy Director",
]
LOGIN = """<div class="region region-content"><h1 class="page-header">Log in</h1>
<form class="user-login-form" action="/user/login" method="post" id="user-login-form">
<div class="form-item form-group"><label for="edit-name">Username</label>
<input class="form-text required form-control" type="text" id="edit-name" name="name" /></div>
<div class="form-item form-group"><label for="edit-pass">Password</label>
<input class="form-text required form-control" type="password" id="edit-pass" name="pass" /></div>
<input type="hidden" name="form_id" value="user_login_form" />
<button type="submit" id="edit-submit-login" name="op" value="Log in">Log in</button>
</form>
<p><a href="/user/password">Forgotten your password?</a></p></div>"""


@dataclass(frozen=True)
class Fixture:
    """A page, and what is to be known of it."""

    html: str
    page: Mapping[str, Any]

    @property
    def files(self) -> dict[str, bytes]:
        """The bytes of its files, by name."""
        said = json.dumps(self.page, ensure_ascii=False, indent=1) + "\n"
        return {"page.html": self.html.encode(), "page.json": said.encode()}


def fixtures() -> dict[str, Fixture]:
    """All rendered fixtures, by folder."""
    return {
        "listing/japan-boundaries-soviet-union-page-0": japan_page_0(),
        "listing/japan-boundaries-soviet-union-page-1": japan_page_1(),
        "listing/fishing-japan": fishing_japan(),
        "listing/china-foreign-relations-page-5": china_page_5(),
        "listing/opposition-parties-lebanon": opposition_parties_lebanon(),
        "listing/earlier-site-subject-4213": earlier_site(),
        "document/sato-and-chiang-1967": sato_and_chiang(),
        "document/kohl-and-guterres-1997": kohl_and_guterres(),
        "document/kim-and-zhivkov-1973": kim_and_zhivkov(),
        "document/chekist-anthology-folder-78": chekist_anthology(),
        "document/earlier-site-198181": record_of_talks(),
        "other/login": login(),
        "other/no-results": no_results(),
        "other/popular-documents-people": people(),
        "other/popular-documents-place": place(),
    }


def japan_page_0() -> Fixture:
    return listing("today", Listing.of(read("000")), f"The text is a real page's, whole. {AS_SEEN}")


def japan_page_1() -> Fixture:
    page_0 = read("000")
    entries = [known(title) for title in ASSUMED_ON_PAGE_1]
    page = Listing.of(page_0, url=page_0["url"] + "&page=1", entries=entries, first=11, last=15)
    note = "The five documents are real, but no copy shows this page: their place here is assumed."
    return listing("today", page, f"{note} {AS_SEEN}")


def fishing_japan() -> Fixture:
    return listing("today", Listing.of(read("001")), f"The text is a real page's, whole. {AS_SEEN}")


def china_page_5() -> Fixture:
    data = read("002")
    url = f"{SITE}/search?page=5&search_api_fulltext=China--Foreign+relations"
    entries = [*data["entries"], *map(known, ASSUMED_ABOUT_CHINA)]
    note = (
        "The first six entries are a real page's; the last four are real documents whose place "
        "here is assumed."
    )
    return listing("views", Listing.of(data, url=url, entries=entries), f"{note} {REBUILT}")


def opposition_parties_lebanon() -> Fixture:
    note = "The text is a real page's, whole; the last date is blank there too."
    return listing("today", Listing.of(read("015")), f"{note} {AS_SEEN}")


def earlier_site() -> Fixture:
    note = (
        "The text is a real page's, whole, of the site before today's; the markup is rebuilt and "
        "the numbers in the links are invented."
    )
    return listing("earlier", Listing.of(read("017")), note)


def sato_and_chiang() -> Fixture:
    note = "The labels' values are a real page's, and so is the opening of the text."
    return document("today", known_record("economic-cooperation"), f"{note} {SEEN_DOCUMENT}")


def kohl_and_guterres() -> Fixture:
    note = (
        "The labels' values are a real page's, and so is the opening of the text; the date in the "
        "title is that of the meeting, the page's that of the memorandum."
    )
    return document("today", known_record("portuguese"), f"{note} {SEEN_DOCUMENT}")


def kim_and_zhivkov() -> Fixture:
    """Who took part and who wrote are two runs of one list."""
    title = "Memorandum on the Conversation between Kim Il Sung and Todor Zhivkov"
    record = today_record(
        "memorandum-conversation-between-kim-il-sung-and-todor-zhivkov",
        title,
        "October 30, 1973",
        summary="Todor Zhivkov, First Secretary of the Bulgarian Communist Party, reports on his "
        "meeting with Kim Il Sung.",
        credit="This document was made possible with support from ROK Ministry of Unification",
        source="From the personal collection of former Bulgarian diplomat Georgi Mitov. Translated "
        "by Donna Kovacheva.",
        record_id="114533",
        uploaded="2012-06-22",
        node=90538,
        files=[
            ScanLink(
                f"{SHARED_MEDIA}/imported_document_original_file/"
                "1973_10_30%20Kim%20Il%20Sung%20and%20Todor%20Zhivkov.pdf",
                "Original Scan",
            )
        ],
        transcripts=[
            Transcript(
                "Translation",
                "English",
                "RE: SOME ASPECTS OF MY CONVERSATIONS WITH COMRADE KIM IL SUNG\n\n30 October 1973"
                "\n\nUlan Bator\n\nT. Zhivkov",
            )
        ],
        terms=[
            Term("participant", "Kim, Il Sung"),
            Term("author", "Zhivkov, Todor"),
            Term("place", "China"),
            Term("place", "North Korea"),
            Term("topic", "Inter-Korean Relations"),
            Term("topic", "Demise of Detente in Korea, 1973-1975"),
            Term("subject", "Korean reunification question (1945- )"),
            Term("type", "Memorandum of Conversation"),
            Term("language", "Bulgarian"),
            Term("donor", "ROK Ministry of Unification and Leon Levy Foundation"),
        ],
    )
    note = "The labels' values are a real page's, some left out; of the text, three lines."
    return document("today", record, f"{note} {SEEN_DOCUMENT}")


def chekist_anthology() -> Fixture:
    """Nothing but a PDF, and a main part that ends inside out."""
    record = today_record(
        "about-embassy-folder-78-chekist-anthology",
        "About an Embassy. Folder 78. The Chekist Anthology",
        "June 2007",
        summary="Folder 78 concerns KGB operations against the Syrian embassy in Moscow in the "
        "early 1970’s.",
        source="Contributed to CWIHP by Vasili Mitrokhin.",
        record_id="112849",
        uploaded="2011-11-20",
        node=89149,
        files=[
            ScanLink(
                f"{SHARED_MEDIA}/imported_document_transcript/"
                "Volume%2078-%20About%20an%20Embassy.pdf",
                "Transcript",
            )
        ],
        terms=[
            Term("author", "Mitrokhin, Vasili"),
            Term("place", "Soviet Union"),
            Term("place", "Syria"),
            Term("topic", "Mitrokhin Archive"),
            Term("subject", "Espionage, Soviet"),
            Term("type", "Summary"),
            Term("language", "Russian"),
        ],
    )
    note = "The labels' values are a real page's, some left out; the main part ends inside out."
    return document("today", record, f"{note} {SEEN_DOCUMENT}", resources=True)


def today_record(slug: str, title: str, date: str, **said: Any) -> Record:
    """A record of today's site, with its citation."""
    number, source = said["record_id"], said["source"]
    return Record(
        document=slug,
        link=WILSON.document_url(slug),
        title=title,
        date_text=date,
        rights=RIGHTS,
        citation=f'"{title}", {date}, Wilson Center Digital Archive, {source}',
        citation_url=WILSON.document_url(number),
        aliases=[number],
        related=RELATED,
        **said,
    )


def record_of_talks() -> Fixture:
    """A page of the earlier site of which no more is known than its text says."""
    title = "Record of Soviet-Japanese Talks, 9 October 1973"
    source = (
        "RGANI, fond 80, opis 1, delo 940, listy 26-43. Obtained and translated by Sergey "
        "Radchenko."
    )
    record = Record(
        document="198181",
        link=WILSON.document_url("198181"),
        title=title,
        date_text="October 09, 1973",
        summary=known(title)["summary"],
        source=source,
        citation=f'"{title}," October 09, 1973, History and Public Policy Program Digital Archive, '
        f"{source}",
        transcripts=[Transcript(None, None, "9 October 1973[1]\n\nThe talks were conducted:")],
    )
    note = (
        "Date, summary, citation and the opening of the text are a real page's; the title is taken "
        "from the citation, the markup is rebuilt."
    )
    return document("earlier", record, note, shown=replace(record, source=None))


def login() -> Fixture:
    url = f"{SITE}/user/login?destination=/search"
    html = render_main("today", url=url, title="Log in", main=LOGIN)
    return other(html, url, "not-a-listing", "Not seen: what Drupal usually shows.")


def no_results() -> Fixture:
    page = Listing(url=f"{SITE}/search?search_api_fulltext=Fishing--Antarctica", entries=())
    note = "Not seen: how the site says that nothing was found is a guess."
    return other(render("today", page), page.url, "empty-listing", note)


def people() -> Fixture:
    data = read("037")
    name = "Bulgaria. Communist Party. Central Committee (BCP CC). Politburo"
    page = Portrait(data["url"], name, "The leading body of the party.", data["entries"])
    note = "The four teasers are real, a fifth is left out; name, description and markup are not."
    return other(render_portrait("today", page), page.url, "not-a-listing", note)


def place() -> Fixture:
    page = Portrait(f"{SITE}/places/pusan", "Pusan", "A port.", read("040")["entries"])
    note = "The five teasers are real; description and markup are not."
    return other(render_portrait("today", page), page.url, "not-a-listing", note)


def listing(markup: str, page: Listing, note: str) -> Fixture:
    """A page of a listing, and what it must parse to."""
    entries = [folded(entry) for entry in linked(markup, page.entries)]
    last = page.last or page.first + len(entries) - 1
    ranged = (page.first, last, page.total) if page.total is not None else (None, None, None)
    said = {
        "url": page.url,
        "note": note,
        "rendered": True,
        **dict(zip(("first", "last", "total"), ranged, strict=True)),
        "next": page.next_link and urljoin(page.url, page.next_link),
        "entries": entries,
    }
    return Fixture(render(markup, page), said)


def document(
    markup: str, record: Record, note: str, *, shown: Record | None = None, resources: bool = False
) -> Fixture:
    """A document's page, and the record that it must parse to."""
    page = Document(record.link, shown or record, resources=resources)
    said = {"url": page.url, "note": note, "rendered": True, "record": record_data(record)}
    return Fixture(markup_documents.render(markup, page), said)


def known_record(words: str) -> Record:
    """The record of the real document whose address has these words in it."""
    (path,) = (path for path in DOCUMENTS if words in path.stem)
    return real_record(path, "today")


def other(html: str, url: str, problem: str, note: str) -> Fixture:
    """A page that is no listing, or an empty one."""
    headers = {"Content-Type": "text/html; charset=UTF-8"}
    said = {"url": url, "status": 200, "headers": headers, "note": note, "problem": problem}
    return Fixture(html, {**said, "rendered": True})


def folded(entry: Entry) -> Entry:
    """The entry with white space folded within each paragraph."""
    summary = "\n\n".join(" ".join(part.split()) for part in paragraphs(entry["summary"]))
    fields = {key: entry[key] and " ".join(str(entry[key]).split()) for key in entry}
    ordered = {key: fields[key] for key in ("href", "date_text", "title")}
    return {**ordered, "summary": summary or None}


def read(number: str) -> dict[str, Any]:
    """The file of tests/listings that has this number."""
    (path,) = LISTINGS.glob(f"{number}-*.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def known(title: str) -> Entry:
    """The first document in tests/listings whose title begins so."""
    return next(entry for entry in everything() if str(entry["title"]).startswith(title))


def everything() -> Iterator[Entry]:
    for path in sorted(LISTINGS.glob("*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))["entries"]


def is_rendered(folder: Path) -> bool:
    """Whether a fixture is this script's to write: it is not there yet, or says so itself."""
    page = folder / "page.json"
    return not page.exists() or bool(json.loads(page.read_text(encoding="utf-8")).get("rendered"))


def write(folder: Path, fixture: Fixture) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in fixture.files.items():
        (folder / name).write_bytes(content)


def main() -> None:
    for case, fixture in fixtures().items():
        if is_rendered(FIXTURES / case):
            write(FIXTURES / case, fixture)
        else:
            print(f"left as it is: {case}")


if __name__ == "__main__":
    main()
