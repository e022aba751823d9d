"""What a document's own page says today, beside what the database has from it."""

import json
import sqlite3
from collections import ChainMap
from collections.abc import Sequence
from typing import Any

from harvester.detail_items import DetailsItem
from harvester.outcomes import Reason, Unreadable
from harvester.store import recorded
from harvester.store.joining import check_same
from harvester.store.recorded import RecordedPage
from harvester.store.records import otherwise
from harvester.store.reread import OwnCorrection, Reread
from harvester.store.said import Said, known, lost, said_by

Row = dict[str, Any]


def compare_own(
    db: sqlite3.Connection, page: RecordedPage, item: DetailsItem, corrected: Row
) -> Reread:
    """What differs between a document's own page as it is read now and what is stored of it.

    A page that a newer one has replaced need only be readable. `corrected` has what the listing
    says of the document, where it was read otherwise. Raises Unreadable if it is another document's
    page, or lacks most of what was read in it before.
    """
    row = recorded.document_of(db, page)
    if row is None:
        return Reread(page, page.entries)
    assert item.record is not None
    check_same(row, item.record, recorded.meant(db, page.site, item.record.document))
    row |= corrected
    listed = [row, *({**row, **before} for before in recorded.listed_before(db, page))]
    old = known(db, row)
    new = said_by(item.record, _otherwise(listed, item, old))
    _check_lost(old, new, item.url)
    correction = OwnCorrection(row, old, new)
    return Reread(page, page.entries, own=correction if correction.differences else None)


def _otherwise(listed: Sequence[Row], item: DetailsItem, old: Said) -> dict[str, str]:
    """What the page says otherwise than its listing, which has said all that is `listed` since the
    page was read, the present first. Where these disagree it was told already, or needed not be."""
    beside = [otherwise(row, item) for row in listed]
    told = json.loads(old.fields["other"] or "{}")
    return {
        label: value
        for label, value in ChainMap(*beside).items()
        if all(label in one for one in beside) or value in told.get(label, ())
    }


def _check_lost(old: Said, new: Said, url: str) -> None:
    if much := lost(old.words, new.words):
        raise Unreadable(
            f"{url} lacks {much} that were read in it before: it is left as it is; if it is true,"
            " harvest it again with -a accept=yes.",
            Reason.FIELD_GONE,
            url,
        )
