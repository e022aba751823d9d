"""Our hooks of Datasette, which loads this file; they are in harvester/datasette/."""

import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
plugin, cells, facets = (
    import_module(f"harvester.datasette.{name}") for name in ("plugin", "cells", "facets")
)
prepare_connection = plugin.prepare_connection
extra_template_vars = plugin.extra_template_vars
render_cell = cells.render_cell
register_facet_classes = facets.register_facet_classes
filters_from_request = facets.filters_from_request
register_routes = plugin.register_routes
