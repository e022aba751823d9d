"""Which words are the same to a search, what a question means, and what of a text it finds."""
