"""Normalises what was read from a page: composes, counts, checks and dates it before it is stored.

All text from pages passes through here. It leaves in NFC (https://www.unicode.org/reports/tr15/),
so that what looks alike is alike; what a page has in another form is kept in `other` as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from itemadapter import ItemAdapter

from harvester.dates import Habits, read_date, says_undated
from harvester.items import DetailsItem, Entry, Listing, PageItem, in_json
from harvester.outcomes import Reason, Unreadable
from harvester.record import AS_WRITTEN, REQUIRED, Fields, Record, Related, ScanLink, Term
from harvester.search.letters import nfc


def page_item(listing: Listing, **said: Any) -> PageItem:
    """Makes the item of a listing's page, composes its entries and counts them; `said` are its
    other fields."""
    for entry in listing.entries:
        _compose_entry(entry)
    return PageItem(
        listing=listing,
        read=len(listing.entries),
        with_date=sum(_has(entry, entry.date_text) for entry in listing.entries),
        with_summary=sum(_has(entry, entry.summary) for entry in listing.entries),
        **said,
    )


def _has(entry: Entry, text: str | None) -> bool:
    """Whether an entry has a text; one that is withdrawn lacks none."""
    return text is not None or entry.withdrawn


NO_TEXTS = ("citation_url", "node")
ENTRY_TEXTS = ("title", "date_text", "summary")
RECORD_TEXTS = (*ENTRY_TEXTS, *(one.name for one in fields(Fields) if one.name not in NO_TEXTS))


def compose_record(record: Record) -> None:
    """Composes a document's own texts and names (NFC). Texts in another form are kept in `other`,
    except transcripts, which the recording has."""
    written = [*_compose(record, RECORD_TEXTS), *_other_forms(one.name for one in record.terms)]
    terms = (Term(kind, nfc(name)) for kind, name in record.terms)
    record.terms = list(dict.fromkeys(terms))
    for text in record.transcripts:
        _compose(text, ("label", "language", "text"))
    record.files = [ScanLink(one.url, one.label and nfc(one.label)) for one in record.files]
    record.related = list(map(_composed_related, record.related))
    record.other = _composed_other(record.other, written)


def _composed_related(one: Related) -> Related:
    title, date_text, summary = (
        text and nfc(text) for text in (one.title, one.date_text, one.summary)
    )
    return replace(one, title=title, date_text=date_text, summary=summary)


def _compose_entry(entry: Entry) -> None:
    written = _compose(entry, ENTRY_TEXTS)
    said = entry.listed_other
    if written or not (said is None or said.isascii()):
        entry.listed_other = in_json(_composed_other(entry.other, written))


def _compose(item: object, names: Iterable[str]) -> list[str]:
    """Composes some texts of an item. Returns those that had another form."""
    texts = {name: said for name in names if (said := getattr(item, name))}
    for name, said in texts.items():
        setattr(item, name, nfc(said))
    return list(_other_forms(texts.values()))


def _composed_other(other: Mapping[str, list[str]], written: list[str]) -> dict[str, list[str]]:
    """The composed labelled values, and the texts that had another form."""
    composed = dict[str, list[str]]()
    for label, values in other.items():
        if label == AS_WRITTEN:
            written += values
        else:
            composed.setdefault(nfc(label), []).extend(map(nfc, values))
            written += _other_forms((label, *values))
    if written:
        composed[AS_WRITTEN] = list(dict.fromkeys(written))
    return composed


def _other_forms(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if nfc(text) != text)


def check(listing: Listing) -> None:
    """Raises Unreadable if an entry lacks its title, its link or its id."""
    for number, entry in enumerate(listing.entries, 1):
        if not entry.withdrawn and (what := lacking(entry)):
            sentence = f"Entry {number} of {listing.url} has no {what}."
            raise Unreadable(sentence, Reason.NO_LISTING, listing.url)


def lacking(item: Entry | Record) -> str | None:
    """The first required text that an item lacks, as a sentence calls it."""
    texts = TEXTS[type(item)].items()
    return next((what for name, what in texts if not getattr(item, name).strip()), None)


def required(kind: type) -> dict[str, str]:
    """The required texts of a kind of item, by field, as a sentence calls them."""
    names = ItemAdapter.get_field_names_from_class(kind) or []
    metas = {name: ItemAdapter.get_field_meta_from_class(kind, name) for name in names}
    return {name: meta[REQUIRED] for name, meta in metas.items() if REQUIRED in meta}


TEXTS: dict[type, dict[str, str]] = {kind: required(kind) for kind in (Entry, Record)}


def date(page: PageItem) -> None:
    """Reads the date of each entry, and counts the dates that are missing or not understood."""
    habits = page.listing.habits.by(page.fetched)
    for entry in page.listing.entries:
        _date(entry, page, habits)


def check_record(item: DetailsItem) -> None:
    """Raises Unreadable if a document's own page has no title."""
    if item.record and (what := lacking(item.record)):
        sentence = f"The document at {item.url} has no {what}."
        raise Unreadable(sentence, Reason.NO_DOCUMENT, item.url)


def date_record(item: DetailsItem) -> None:
    """Reads the date on a document's own page."""
    if item.record and item.record.date_text:
        habits = item.habits.by(item.fetched)
        date = read_date(item.record.date_text, habits)
        item.date_edtf = date.edtf if date else None


def _date(entry: Entry, page: PageItem, habits: Habits) -> None:
    if entry.withdrawn:
        return
    if entry.date_text and (read := read_date(entry.date_text, habits)):
        entry.date_edtf = read.edtf
        entry.date_earliest, entry.date_latest = read.earliest, read.latest
        entry.date_convention = read.convention
    elif entry.date_text is None or says_undated(entry.date_text, habits.language):
        page.undated += 1
    else:
        page.not_understood += 1
