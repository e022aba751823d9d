"""Commands of `harvester`, which are those of `scrapy` in this project.

Scrapy loads all of them whenever it starts: what only one of them needs, it imports when it runs.
"""
