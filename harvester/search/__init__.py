"""Searching: which words count as the same, what a question means, and where a text matches it."""
