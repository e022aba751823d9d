"""Scrapy, an item for each document, and a pipeline that upserts it by sqlite-utils.

Its arguments are `url` and `database`.
"""

import scrapy
import sqlite_utils


class DatabasePipeline:
    def __init__(self, crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def open_spider(self):
        self.db = sqlite_utils.Database(self.crawler.spider.database)

    def process_item(self, item):
        self.db["documents"].upsert(item, pk="url")
        return item


class ListingSpider(scrapy.Spider):
    name = "listing"
    custom_settings = {"ITEM_PIPELINES": {DatabasePipeline: 300}}

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        for row in response.xpath("//tr[td/@data-history-node-id]"):
            yield {
                "url": response.urljoin(row.css("td.document a::attr(href)").get()),
                "title": row.css("h3 span::text").get(),
                "date": row.css("td.date p::text").get(),
                "summary": "\n\n".join(row.css("div.text p::text").getall()),
            }
        for following in response.css(".pager__item--next a"):
            yield response.follow(following)
