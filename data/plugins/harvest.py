"""Our hooks of Datasette, which loads this file; they are in harvester/reading/plugin.py."""

import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
hooks = import_module("harvester.reading.plugin")
render_cell = hooks.render_cell
prepare_connection = hooks.prepare_connection
extra_template_vars = hooks.extra_template_vars
