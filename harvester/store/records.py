"""What a document's own page says: its fields, its terms, its texts, and what of it is new."""

import json
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from harvester.detail_items import DetailsItem
from harvester.outcomes import Reason, Unreadable
from harvester.record import Record
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.run import Run
from harvester.store.scans import put_addresses

DETAILS = (
    *("credit", "source", "rights", "classification", "uploaded", "record_id", "citation"),
    *("node", "other"),
)
"""The columns of documents that their own pages fill."""

TERMS = """
    SELECT kind, name FROM document_terms JOIN terms ON id = term WHERE document = ?
    ORDER BY position"""
TEXTS = "SELECT * FROM texts WHERE document = ? ORDER BY position"
PUT_DETAILS = f"""
    UPDATE documents SET {", ".join(f"{name} = :{name}" for name in DETAILS)}, details = :page
    WHERE id = :document"""
PUT_TERM = "INSERT INTO terms (kind, name) VALUES (?, ?) ON CONFLICT DO NOTHING"
PUT_DOCUMENT_TERM = """
    INSERT INTO document_terms (document, term, position)
    SELECT ?, id, ? FROM terms WHERE kind = ? AND name = ?"""
PUT_TEXT = """
    INSERT INTO texts (document, position, label, language, text)
    VALUES (:document, :position, :label, :language, :text)
    ON CONFLICT (document, position) DO UPDATE SET label = excluded.label,
        language = excluded.language, text = excluded.text"""
CUT_TEXTS = "DELETE FROM texts WHERE document = ? AND position > ?"
OF_TEXT = ("text", "label", "language")

Row = dict[str, Any]
Said = dict[str, str | None]


def put_record(db: Database, run: Run, row: Row, item: DetailsItem, page: int) -> None:
    """Writes what a page says of the document in `row`, and what of it has changed.

    What is read for the first time is no change. Raises Unreadable if most of what the page said
    before is gone, unless the run accepts that.
    """
    assert item.record is not None
    document, record = row["id"], item.record
    fields = {**_fields(record), "other": _other(row, item)}
    terms = [tuple(term) for term in db.execute(TERMS, [document]).fetchall()]
    texts = list(db.query(TEXTS, [document]))
    if row["details"] is not None:
        old = {**_as_text(row), **_by_kind(terms), **_by_text(texts)}
        new = {**_as_text(fields), **_by_kind(record.terms), **_by_text(_texts(record))}
        if not run.accept:
            _check_fields(old, new, item.url)
        put_changes(db, run, _changes(document, old, new, item.fetched))
    db.execute(PUT_DETAILS, {**fields, "page": page, "document": document})
    put_addresses(db, document, record.files)
    if terms != record.terms:
        _put_terms(db, document, record)
    if [{name: text[name] for name in OF_TEXT} for text in texts] != _texts(record):
        _put_texts(db, document, _texts(record))


def _fields(record: Record) -> Row:
    return {name: getattr(record, name) for name in DETAILS if name != "other"}


def _other(row: Row, item: DetailsItem) -> str | None:
    """The labels that are not known, and where the page says otherwise than the listing: what a
    document says is what its listing says of it."""
    record = item.record
    assert record is not None
    other = {label: list(values) for label, values in record.other.items()}
    said = {
        "Title": None if _is_same_title(row["title"], record.title) else record.title,
        "Date": None if _is_same_date(row, item) else record.date_text,
        "Summary": None if _folded(row["summary"]) == _folded(record.summary) else record.summary,
    }
    for label, value in said.items():
        if value is not None:
            other.setdefault(label, []).append(value)
    return _json(other) if other else None


def _is_same_title(listed: str, shown: str) -> bool:
    """Whether a title is the listing's, or that in capitals, as the earlier site showed it."""
    in_capitals = not any("a" <= letter <= "z" for letter in shown)
    one, two = _folded(listed), _folded(shown)
    return one == two or (in_capitals and one.casefold() == two.casefold())


def _is_same_date(row: Row, item: DetailsItem) -> bool:
    assert item.record is not None
    if item.date_edtf is not None and item.date_edtf == row["date_edtf"]:
        return True
    return _folded(row["date_text"]) == _folded(item.record.date_text)


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())


def _texts(record: Record) -> list[Row]:
    return [{name: getattr(text, name) for name in OF_TEXT} for text in record.transcripts]


def _as_text(fields: Row) -> Said:
    return {name: None if fields[name] is None else str(fields[name]) for name in DETAILS}


def _by_kind(terms: Any) -> Said:
    """The names of each kind, as a list in JSON."""
    kinds: dict[str, list[str]] = {}
    for kind, name in terms:
        kinds.setdefault(kind, []).append(name)
    return {kind: _json(names) for kind, names in kinds.items()}


def _by_text(texts: list[Row]) -> Said:
    """What each text says, by what it is called in `changes`: "text", "text label", "text 2"."""
    said: Said = {}
    for number, text in enumerate(texts, 1):
        begin = "text" if number == 1 else f"text {number}"
        said |= {begin if n == "text" else f"{begin} {n}": text[n] for n in OF_TEXT}
    return said


def _check_fields(old: Said, new: Said, url: str) -> None:
    """Most of what a page says does not vanish from it at once: it will rather be misread."""
    had = [name for name, value in old.items() if value is not None]
    gone = [name for name in had if new.get(name) is None]
    if 2 * len(gone) > len(had):
        raise Unreadable(
            f"{url} lacks {len(gone)} of the {len(had)} things that it said before: the layout may"
            " have changed; if it is true, say -a accept=yes.",
            Reason.FIELD_GONE,
            url,
        )


def _changes(document: str, old: Said, new: Said, at: str) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield Change(document, Kind.CHANGED, at, name, old.get(name), new.get(name))


def _put_terms(db: Database, document: str, record: Record) -> None:
    db.execute("DELETE FROM document_terms WHERE document = ?", [document])
    for position, (kind, name) in enumerate(record.terms, 1):
        db.execute(PUT_TERM, [kind, name])
        db.execute(PUT_DOCUMENT_TERM, [document, position, kind, name])


def _put_texts(db: Database, document: str, texts: list[Row]) -> None:
    for position, text in enumerate(texts, 1):
        db.execute(PUT_TEXT, {**text, "document": document, "position": position})
    db.execute(CUT_TEXTS, [document, len(texts)])


def _json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
