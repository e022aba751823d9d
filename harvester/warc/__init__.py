"""WARC files, as they are written and read here."""
