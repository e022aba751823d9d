"""Crawling: what to fetch next, and what an answer means."""
