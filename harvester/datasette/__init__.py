"""Reading a harvest in the browser: what Datasette is told of it, and what it lacks by itself."""
