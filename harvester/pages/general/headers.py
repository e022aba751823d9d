"""Headers of tables: rows that only name what is below them, or its month."""

from harvester.dates.phrases import find_date, is_date
from harvester.pages.elements import all_text, fold
from harvester.pages.general.cells import CELLS
from harvester.pages.general.groups import Group
from harvester.pages.general.outline import Outline
from harvester.pages.general.parts import Part
from harvester.sites.wording import Words

LONGEST_HEADER = 40


def is_heading(outline: Outline, place: int) -> bool:
    return _is_header(outline, place) or heads_month(outline, place)


def heads_month(outline: Outline, place: int) -> bool:
    """Whether a row has a few wide cells, and the first is a month or a year: the rows below belong
    to it, whatever else is noted there."""
    cells = [one for one in outline.children(place) if outline.tags[one] in CELLS]
    if not any(outline.elements[one].get("colspan") for one in cells):
        return False
    text = outline.text(cells[0])
    found = find_date(text) if is_date(text) else None
    return found is not None and not found.is_whole


def _is_header(outline: Outline, place: int) -> bool:
    cells = [child for child in outline.children(place) if outline.tags[child] in CELLS]
    return bool(cells) and all(outline.tags[cell] == "th" for cell in cells)


def heads_below(parts: list[Part], words: Words) -> bool:
    """Whether a first row only names the columns below it ("Date", "Meeting", "Documents")."""
    return not any(part.href for part in parts) and are_labels([one.text for one in parts], words)


def are_labels(texts: list[str], words: Words) -> bool:
    """Whether these texts only name what is below or after them."""
    said = [text for text in texts if text]
    if not said or any(len(text) >= LONGEST_HEADER or is_date(text) for text in said):
        return False
    return sum(_is_label(text, words) for text in said) >= max(1, len(said) / 2)


def _is_label(text: str, words: Words) -> bool:
    names = (words.titles, words.days, words.others)
    return "#" in text or words.is_kind(text) or any(one.search(text) for one in names)


def headers_of(outline: Outline, group: Group, words: Words) -> tuple[dict[int, str], int | None]:
    """The headers of the rows' table, by column, and the row that has them."""
    table = group[0]
    if outline.tags[table] not in ("tr", "tbody"):
        return {}, None
    while table >= 0 and outline.tags[table] != "table":
        table = outline.parents[table]
    first = next(filter(outline.is_row, outline.within(group[0])), group[0])
    reaching = outline.cells.reaching.get(first, ())
    own = {*_columns(outline, first), *(outline.cells.columns[cell] for cell in reaching)}
    for row in range(table, group[0] + 1) if table >= 0 else ():
        cells = _columns(outline, row) if outline.is_row(row) else {}
        if len(cells) > 1 and cells.keys() == own:
            heads = outline.tags[outline.parents[row]] == "thead" or _is_header(outline, row)
            texts = {column: _said(outline, cell) for column, cell in cells.items()}
            linked = any(map(outline.href, outline.within(row)))
            if heads or (not linked and are_labels(list(texts.values()), words)):
                return texts, row
    return {}, None


def _columns(outline: Outline, row: int) -> dict[int, int]:
    """The cells of a row, by column number."""
    cells = (child for child in outline.children(row) if outline.tags[child] in CELLS)
    return {outline.cells.columns[cell]: cell for cell in cells}


def _said(outline: Outline, cell: int) -> str:
    """The text of a header, which may be on a button for sorting."""
    return outline.text(cell) or fold(all_text(outline.elements[cell]))
