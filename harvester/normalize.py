"""Counts, checks and dates what was read in a page, before it is stored or compared."""

from typing import Any

from itemadapter import ItemAdapter

from harvester.dates import Habits, read_date, says_undated
from harvester.items import DetailsItem, Entry, Listing, PageItem
from harvester.outcomes import Reason, Unreadable
from harvester.record import REQUIRED, Record


def page_item(listing: Listing, **said: Any) -> PageItem:
    """Makes the item of a listing's page and counts its entries; `said` are its other fields."""
    return PageItem(
        listing=listing,
        read=len(listing.entries),
        with_date=sum(entry.date_text is not None for entry in listing.entries),
        with_summary=sum(entry.summary is not None for entry in listing.entries),
        **said,
    )


def check(listing: Listing) -> None:
    """Raises Unreadable if an entry lacks its title, its link or its id."""
    for number, entry in enumerate(listing.entries, 1):
        if what := lacking(entry):
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
    if entry.date_text and (read := read_date(entry.date_text, habits)):
        entry.date_edtf = read.edtf
        entry.date_earliest, entry.date_latest = read.earliest, read.latest
        entry.date_convention = read.convention
    elif entry.date_text is None or says_undated(entry.date_text, habits.language):
        page.undated += 1
    else:
        page.not_understood += 1
