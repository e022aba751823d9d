"""Facets of the view `records` by names, and the filters to which they lead.

Datasette's own facets of JSON arrays read every row of every document; these read an index. See
https://docs.datasette.io/en/stable/plugin_hooks.html, `register_facet_classes` and
`filters_from_request`.
"""

from typing import Any

from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args
from pluggy import HookimplMarker

from harvester.store.read.facets import DOCUMENTS, NARROWING, counted, narrowed

hookimpl = HookimplMarker("datasette")
VIEW = "records"


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    """Adds facets by names: `{"name": "author"}` in the metadata, or `_facet_name=author`."""
    return [NameFacet]


@hookimpl
def filters_from_request(request: Any, table: str) -> FilterArguments | None:
    """Filters by names: `_author=Satō, Eisaku&_place=Japan` finds documents that have both."""
    if table != VIEW:
        return None
    asked = [(kind, name) for kind in NARROWING for name in request.args.getlist(parameter(kind))]
    return FilterArguments(
        [narrowed(kind, f"name{number}") for number, (kind, _) in enumerate(asked)],
        {f"name{number}": name for number, (_, name) in enumerate(asked)},
        [f'{kind} is "{name}"' for kind, name in asked],
    )


def parameter(kind: str) -> str:
    """The parameter that filters by a kind of name."""
    return f"_{kind}"


class NameFacet(Facet):  # type: ignore[misc]
    """Counts the documents that have each name; one query counts all kinds."""

    type = "name"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The facets that have names, and the kinds whose count took too long."""
        asked = {one["config"]["simple"]: one["source"] for one in self.get_configs()}
        kinds = [kind for kind in NARROWING if kind in asked]
        if not kinds or self.table != VIEW:
            return [], []
        try:
            rows = await self._rows()
        except QueryInterrupted:
            return [], kinds
        of_kinds = {kind: [row for row in rows if row["kind"] == kind] for kind in kinds}
        return [self._facet(kind, asked[kind], some) for kind, some in of_kinds.items() if some], []

    async def _rows(self) -> list[Any]:
        (documents,) = (await self.ds.execute(self.database, DOCUMENTS)).first()
        finds_all = await self.get_row_count() == documents
        sql = counted(self.sql, self.get_facet_size() + 1, finds_all=finds_all)
        limit = self.ds.setting("facet_time_limit_ms")
        results = await self.ds.execute(
            self.database, sql, self.params, truncate=False, custom_time_limit=limit
        )
        return list(results.rows)

    def _facet(self, kind: str, source: str, rows: list[Any]) -> dict[str, Any]:
        """A facet in the form of Datasette's template."""
        size = self.get_facet_size()
        without = path_with_removed_args(self.request, {"_facet_name": kind})
        return {
            "name": kind,
            "type": "column",  # which alone is shown without its type beside it
            "hideable": source != "metadata",
            "toggle_url": self.ds.urls.path(without),
            "results": [self._value(kind, row["name"], row["documents"]) for row in rows[:size]],
            "truncated": len(rows) > size,
        }

    def _value(self, kind: str, name: str, documents: int) -> dict[str, Any]:
        """A name, with the address that sets or lifts its filter."""
        selected = name in self.request.args.getlist(parameter(kind))
        toggled = path_with_removed_args if selected else path_with_added_args
        path = self.ds.urls.path(toggled(self.request, {parameter(kind): name, "_next": None}))
        return {
            "value": name,
            "label": name,
            "count": documents,
            "toggle_url": self.ds.absolute_url(self.request, path),
            "selected": selected,
        }
