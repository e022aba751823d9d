"""The spiders: `scrapy crawl collection` is the one there is."""
