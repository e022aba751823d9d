"""What every table, view and column is, in `docs/tables.md`: `make metadata` writes it."""

from collections.abc import Iterator
from pathlib import Path

from harvester.descriptions import COLUMNS, TABLES
from harvester.views import VIEW_COLUMNS, VIEWS

FILE = Path(__file__).parents[2] / "docs" / "tables.md"

HEAD = """\
# Tables, views and columns

What a harvest has in its SQLite file, written from `harvester/descriptions.py` and
`harvester/views.py` by `make metadata`. Begin with the view `records`.
"""


def written() -> str:
    """The text of the file."""
    parts = [HEAD]
    for kind, said, columns in (("view", VIEWS, VIEW_COLUMNS), ("table", TABLES, COLUMNS)):
        parts += ["\n".join(_part(kind, name, text, columns[name])) for name, text in said.items()]
    return "\n".join(parts)


def _part(kind: str, name: str, text: str, columns: dict[str, str]) -> Iterator[str]:
    yield from (f"## The {kind} `{name}`", "", text, "", "| column | meaning |", "|---|---|")
    for column, meaning in columns.items():
        yield f"| `{column}` | {meaning.replace('|', chr(92) + '|')} |"
    yield ""


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
