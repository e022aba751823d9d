"""Our hooks of Datasette, which loads this file; they are in harvester/reading/."""

import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
plugin, cells, narrowing = (
    import_module(f"harvester.reading.{name}") for name in ("plugin", "cells", "narrowing")
)
prepare_connection = plugin.prepare_connection
extra_template_vars = plugin.extra_template_vars
render_cell = cells.render_cell
register_facet_classes = narrowing.register_facet_classes
filters_from_request = narrowing.filters_from_request
register_routes = plugin.register_routes
