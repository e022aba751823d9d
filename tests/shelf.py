"""Documents' own pages on a loopback archive, in either of the site's generations."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from archive import Archive, Entry, html
from markup_documents import Document, render
from records import DOCUMENTS, real_record
from werkzeug import Request, Response

from harvester.record import Record

Answer = Callable[[Request], Response]


def real_records(markup: str) -> list[Record]:
    """What the eight real pages say in a markup."""
    return [real_record(path, markup) for path in DOCUMENTS]


def entry_of(record: Record, **changes: Any) -> Entry:
    """What a listing says of a document that has this record."""
    said = {"title": record.title, "date_text": record.date_text, "summary": record.summary}
    return {"href": f"/document/{record.document}", **said, **changes}


class Shelf:
    """Shows records at /document/ on an archive's server, and lists them in the archive.

    `answers` replaces single pages, by the last part of their address. `asked` lists the documents
    that were asked for, `answered` the statuses of the answers. With `validators`, it tells what
    has not changed.
    """

    def __init__(self, archive: Archive, markup: str = "today") -> None:
        self.archive = archive
        self.markup = markup
        self.records: dict[str, Record] = {}
        self.answers: dict[str, Answer] = {}
        self.validators = False
        self.asked: list[str] = []
        self.answered: list[int] = []
        archive.logs += [self.asked, self.answered]
        archive.serve_documents(self._answer, self._shown_now)

    def put(self, records: Sequence[Record]) -> None:
        """Shows these documents only."""
        self.records = {record.document: record for record in records}
        self.archive.entries = [entry_of(record) for record in records]

    def change(self, document: str, **changes: Any) -> Record:
        """Makes the page of a document say something else."""
        self.records[document] = replace(self.records[document], **changes)
        return self.records[document]

    def page(self, document: str) -> str:
        """The HTML of a document's page."""
        record = self.records[document]
        return render(self.markup, Document(record.link, record))

    def forget(self) -> None:
        """Forgets what was asked."""
        self.asked.clear()
        self.answered.clear()

    def _shown_now(self) -> tuple[object, ...] | None:
        """All that decides how documents are shown; None if a test has answers of its own."""
        said = repr(self.records)
        return None if self.answers else (self.markup, said, self.validators)

    def _answer(self, request: Request) -> Response:
        document = request.path.rpartition("/")[2]
        self.asked.append(document)
        answer = self.answers.get(document, self._shown)(request)
        if self.validators and answer.status_code == 200:
            answer.add_etag()
            answer.make_conditional(request)
        self.answered.append(answer.status_code)
        return answer

    def _shown(self, request: Request) -> Response:
        document = request.path.rpartition("/")[2]
        if document not in self.records:
            return html("<h1>Not found</h1>", 404)
        return html(self.page(document))
