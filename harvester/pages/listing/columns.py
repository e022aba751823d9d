"""Columns of a table, known by their headers, wherever they stand."""

import re
from collections.abc import Iterable, Mapping

from harvester.pages.elements import Element, all_text
from harvester.pages.markup import Unclear

CELLS = ("td", "th")
ROW, TABLE = "tr", "table"
NO_WORD = re.compile(r"[\W_]+")
MOST = 100
"""So many columns or rows a cell can span; more is a mistake, or a trap."""

Grid = dict[Element, dict[int, Element]]
"""The cells of each row by the number of their column; one that spans several is in all of them."""


def cells_below(
    headers: Mapping[str, str], entries: Iterable[Element]
) -> tuple[dict[str, set[Element]], list[Element]]:
    """The cells of entries below headers, by the names that the headers have here, and the rows
    that have the headers.

    Of an entry of several rows, the first one counts. Raises Unclear if an entry is in no table, if
    its table lacks one of the headers or has it twice, or if a cell there belongs to several rows.
    """
    found: dict[str, set[Element]] = {name: set() for name in headers}
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
            if cell.getparent() is not row:
                raise Unclear(f'a cell below "{headers[name]}" belongs to several rows')
            found[name].add(cell)
    return found, [head for _, head, _ in known.values()]


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
    for row in table.iter(ROW):
        if next(row.iterancestors(TABLE), None) is not table:
            continue
        cells = {column: cell for column, (cell, _) in spanning.items()}
        spanning = {column: (cell, more - 1) for column, (cell, more) in spanning.items() if more}
        column = 0
        for cell in row.iterchildren(*CELLS):
            while column in cells:
                column += 1
            for _ in range(_span(cell, "colspan")):
                cells[column] = cell
                if more := _span(cell, "rowspan") - 1:
                    spanning[column] = cell, more - 1
                column += 1
        grid[row] = cells
    return grid


def _span(cell: Element, name: str) -> int:
    said = cell.get(name, "").strip()
    return min(max(int(said[:4]), 1), MOST) if said.isdecimal() else 1


def _plain(text: str) -> str:
    """The words of a header, as they are compared."""
    return NO_WORD.sub(" ", text).strip().casefold()
