"""What pages go through before they are stored or compared: checked, then dated."""

from harvester.dates import read_date, says_undated
from harvester.detail_items import DetailsItem
from harvester.items import Entry, Listing, PageItem
from harvester.outcomes import Reason, Unreadable


def check(listing: Listing) -> None:
    """Raises Unreadable if an entry lacks its title or its link."""
    for number, entry in enumerate(listing.entries, 1):
        for what, value in (("title", entry.title), ("link", entry.link), ("id", entry.document)):
            if not value.strip():
                sentence = f"Entry {number} of {listing.url} has no {what}."
                raise Unreadable(sentence, Reason.NO_LISTING, listing.url)


def date(page: PageItem) -> None:
    """Reads the date of each entry, and counts those that have none or can't be understood."""
    for entry in page.listing.entries:
        _date(entry, page)


def check_record(item: DetailsItem) -> None:
    """Raises Unreadable if a document's own page shows no title."""
    if item.record and not item.record.title.strip():
        sentence = f"The document at {item.url} has no title."
        raise Unreadable(sentence, Reason.NO_DOCUMENT, item.url)


def date_record(item: DetailsItem) -> None:
    """Reads the date that a document's own page gives."""
    if item.record and item.record.date_text:
        date = read_date(item.record.date_text)
        item.date_edtf = date.edtf if date else None


def _date(entry: Entry, page: PageItem) -> None:
    if entry.date_text and (read := read_date(entry.date_text)):
        entry.date_edtf = read.edtf
        entry.date_earliest, entry.date_latest = read.earliest, read.latest
    elif entry.date_text is None or says_undated(entry.date_text):
        page.undated += 1
    else:
        page.not_understood += 1
