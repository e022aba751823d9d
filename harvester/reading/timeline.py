"""The timeline: documents by year, stacked by collection, drawn by the plugin datasette-dashboards.

What it draws is in Vega-Lite, https://vega.github.io/vega-lite/docs/.
"""

from typing import Any

from harvester.store.queries import NOT_IN_A_YEAR, TIMELINE

BARS: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "mark": {"type": "bar", "tooltip": True, "cursor": "pointer"},
    "height": 380,
    "encoding": {
        "x": {
            "field": "year",
            "bin": "binned",
            "type": "quantitative",
            "title": None,
            "axis": {"format": "d", "tickMinStep": 1},
        },
        "x2": {"field": "next"},
        "y": {
            "field": "documents",
            "type": "quantitative",
            "title": "documents",
            "axis": {"tickMinStep": 1},
        },
        "color": {
            "field": "collection",
            "type": "nominal",
            "legend": {"orient": "bottom", "columns": 2, "labelLimit": 400},
        },
        "href": {"field": "page"},
        "tooltip": [
            {"field": name, "type": "nominal"} for name in ("year", "collection", "documents")
        ],
    },
    "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
}


def timeline() -> dict[str, Any]:
    """The page at /-/dashboards/timeline."""
    return {
        "title": "Timeline",
        "description": "A document counts in each collection that has it; a bar leads to its year.",
        "layout": [["years", "years", "years"], ["elsewhere", "elsewhere", "elsewhere"]],
        "charts": {
            "years": {
                "title": "Documents by year",
                "db": "harvest",
                "query": TIMELINE,
                "library": "vega-lite",
                "display": BARS,
            },
            "elsewhere": {
                "title": "Not shown: documents without a date, or with one that is not in one year",
                "db": "harvest",
                "query": NOT_IN_A_YEAR,
                "library": "metric",
                "display": {"field": "documents"},
            },
        },
    }
