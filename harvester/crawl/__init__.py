"""Crawling: what is asked for next, and what an answer means."""
