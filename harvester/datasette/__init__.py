"""The reading room: a harvest in the browser, as a plugin of Datasette.

Its entry point is this package, of which Datasette takes the hooks and the templates. See
https://docs.datasette.io/en/stable/plugins.html.
"""

from harvester.datasette.facets import filters_from_request, register_facet_classes
from harvester.datasette.plugin import (
    extra_template_vars,
    prepare_connection,
    register_routes,
    render_cell,
)
from harvester.datasette.public import asgi_wrapper

__all__ = [
    "asgi_wrapper",
    "extra_template_vars",
    "filters_from_request",
    "prepare_connection",
    "register_facet_classes",
    "register_routes",
    "render_cell",
]
