"""How a harvest is kept: one SQLite file, and the only module that writes SQL."""
