"""Columns of a table, identified by their headers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harvester.pages.elements import Element, all_text
from harvester.pages.markup import Unclear

DATE = "date"
CELLS = ("td", "th")
ROW, TABLE = "tr", "table"
NO_WORD = re.compile(r"[\W_]+")
MOST_COLUMNS, MOST_ROWS = 1000, 65534
"""Most rows and columns that a cell may span:
https://html.spec.whatwg.org/multipage/tables.html."""

MOST_CELLS = 1_000_000

Grid = dict[Element, dict[int, Element]]
"""The cells of each row by the number of their column; one that spans several is in all of them."""


@dataclass(frozen=True, slots=True)
class Below:
    """The `cells` of entries below headers, by the parts of entries that they have, and the rows
    that have the headers, `heads`. `shared` are cells with the dates of entries in whose rows they
    do not begin."""

    cells: dict[str, set[Element]] = field(default_factory=dict)
    heads: list[Element] = field(default_factory=list)
    shared: dict[Element, Element] = field(default_factory=dict)


def cells_below(headers: Mapping[str, str], entries: Iterable[Element]) -> Below:
    """The cells of entries below headers, which are given by the parts of entries.

    For an entry of several rows, the first one counts. Raises Unclear if an entry is in no table,
    if its table lacks one of the headers or has it twice, or if a cell there belongs to several
    rows: only a date can be that of several entries.
    """
    found = Below({name: set() for name in headers})
    known: dict[Element, tuple[Grid, Element, dict[str, int]]] = {}
    for entry in entries:
        row = next(entry.iter(ROW), None)
        table = None if row is None else next(row.iterancestors(TABLE), None)
        if row is None or table is None:
            raise Unclear("an entry is in no table, where the profile names columns")
        if table not in known:
            grid = _grid(table)
            known[table] = grid, *_columns(grid, headers)
        grid, _, columns = known[table]
        for name, column in columns.items():
            if (cell := grid[row].get(column)) is None:
                continue
            if cell.getparent() is row:
                found.cells[name].add(cell)
            elif name == DATE:
                found.shared[entry] = cell
            else:
                raise Unclear(f'a cell below "{headers[name]}" belongs to several rows')
    found.heads.extend(head for _, head, _ in known.values())
    return found


def _columns(grid: Grid, headers: Mapping[str, str]) -> tuple[Element, dict[str, int]]:
    """The first row of a table that has all headers, and the column of each."""
    wanted = {name: _plain(said) for name, said in headers.items()}
    for row, cells in grid.items():
        texts = {column: _plain(all_text(cell)) for column, cell in cells.items()}
        places = {
            name: [at for at, said in texts.items() if said == text]
            for name, text in wanted.items()
        }
        if all(places.values()):
            if twice := [headers[name] for name, at in places.items() if len(at) > 1]:
                raise Unclear(f'several columns are headed "{twice[0]}"')
            return row, {name: at[0] for name, at in places.items()}
    said = '" and "'.join(headers.values())
    raise Unclear(f'a table with entries has no row of headers with "{said}"')


def _grid(table: Element) -> Grid:
    grid: Grid = {}
    spanning: dict[int, tuple[Element, int]] = {}
    group, known = None, 0
    for row in table.iter(ROW):
        if next(row.iterancestors(TABLE), None) is not table:
            continue
        if group is not (group := row.getparent()):
            spanning = {}  # no cell goes on in another body
        cells = {column: cell for column, (cell, _) in spanning.items()}
        spanning = {column: (cell, more - 1) for column, (cell, more) in spanning.items() if more}
        column = 0
        for cell in row.iterchildren(*CELLS):
            while column in cells:
                column += 1
            more = _span(cell, "rowspan", MOST_ROWS) - 1
            for _ in range(_span(cell, "colspan", MOST_COLUMNS)):
                cells[column] = cell
                if more:
                    spanning[column] = cell, more - 1
                column += 1
            if column > MOST_COLUMNS:
                raise Unclear("a table with entries has more columns than a table can have")
        known += len(cells)
        if known > MOST_CELLS:
            raise Unclear(f"a table with entries has more than {MOST_CELLS:,} cells")
        grid[row] = cells
    return grid


def _span(cell: Element, name: str, most: int) -> int:
    """How many rows or columns a cell spans; 0 means all remaining rows."""
    said = cell.get(name, "").strip()
    number = int(said[:6]) if said.isdecimal() else 1
    return min(number or (most if name == "rowspan" else 1), most)


def _plain(text: str) -> str:
    """The words of a header, normalised for comparison."""
    return NO_WORD.sub(" ", text).strip().casefold()
