"""The cells of tables: the column of each, and which span further rows."""

from collections import defaultdict
from dataclasses import dataclass

from harvester.pages.elements import Element

CELLS = frozenset(("td", "th"))
MOST_TALL = 20
"""Most cells spanning further rows that are tracked at a time in a table."""


@dataclass(slots=True)
class _Tall:
    """A cell that spans further rows, with its columns and the number of rows it still covers."""

    cell: int
    columns: range
    rows: int


class Cells:
    """The cells of a page's tables by their places, in the order in which they are met.

    `columns` are the columns of cells, counted as they are shown: a cell may be several wide, and
    one of a row above may take the place of another. `reaching` are such cells by the row into
    which they reach.
    """

    def __init__(self) -> None:
        self.columns: dict[int, int] = {}
        self.reaching: dict[int, list[int]] = {}
        self._free: dict[int, int] = defaultdict(int)
        self._taken: dict[int, list[range]] = {}
        self._tall: dict[int, list[_Tall]] = defaultdict(list)
        self._table: dict[int, int] = {}

    def open_row(self, row: int, table: int) -> None:
        """Notes a row and the table it is in."""
        self._table[row] = table
        tall = [one for one in self._tall.get(table, ()) if one.rows > 0]
        if not tall:
            return
        self._tall[table] = tall
        self.reaching[row] = [one.cell for one in tall]
        self._taken[row] = [one.columns for one in tall]
        for one in tall:
            one.rows -= 1

    def open(self, cell: int, row: int, element: Element) -> int:
        """The column of a row's next cell."""
        column, taken = self._free[row], self._taken.get(row, ())
        while around := next((one for one in taken if column in one), None):
            column = around.stop
        wide, high = _number(element.get("colspan")), _number(element.get("rowspan"))
        self._free[row] = column + wide
        self.columns[cell] = column
        tall = self._tall[self._table[row]] if high > 1 and row in self._table else None
        if tall is not None and len(tall) < MOST_TALL:
            tall.append(_Tall(cell, range(column, column + wide), high - 1))
        return column


def _number(said: str | None) -> int:
    """The number of columns or rows that a cell spans."""
    return int(said) if said and said.isdecimal() and 0 < len(said) < 4 and int(said) else 1
