"""How `make docs` builds the documentation: MyST's Markdown, in the theme furo."""

import re
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

_package = Path(__file__).parents[1] / "harvester" / "__init__.py"
_version = re.search(r'^__version__ = "(.+)"$', _package.read_text("utf-8"), re.M)
assert _version

project = "Harvester"
author = "The Harvester authors"
copyright = "2026, The Harvester authors"
release = version = _version[1]
extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Harvester {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["tables.css"]
smartquotes = False


def setup(app: Sphinx) -> None:
    """Shows a line of a crontab as it is: there is no lexer for it."""
    app.add_lexer("cron", TextLexer)
