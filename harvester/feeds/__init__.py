"""Atom feeds of what is new in a harvest, as files that need no server of ours."""
