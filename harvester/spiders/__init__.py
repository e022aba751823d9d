"""The spiders: `harvester crawl collection` is the one there is."""
