"""The reading room: a harvest in the browser, as a plugin of Datasette.

This package is the plugin's entry point: Datasette takes its hooks and templates. See
https://docs.datasette.io/en/stable/plugins.html.
"""

from importlib.util import find_spec

if find_spec("citeproc"):  # it is of the extra `datasette`: without it, Datasette is left alone
    from harvester.datasette.plugin import (
        extra_css_urls,
        get_metadata,
        menu_links,
        prepare_connection,
        register_routes,
        render_cell,
    )
    from harvester.datasette.public import asgi_wrapper

__all__ = [
    "asgi_wrapper",
    "extra_css_urls",
    "get_metadata",
    "menu_links",
    "prepare_connection",
    "register_routes",
    "render_cell",
]
