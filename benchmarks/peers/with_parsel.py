"""httpx, parsel, and the rows of a page at a time."""

import sqlite3
import sys
from urllib.parse import urljoin

import httpx
from parsel import Selector


def main(url: str, database: str) -> None:
    db = sqlite3.connect(database)
    db.execute("CREATE TABLE documents (url TEXT PRIMARY KEY, title TEXT, date TEXT, summary TEXT)")
    with httpx.Client() as client:
        while url:
            page = client.get(url)
            page.raise_for_status()
            selector = Selector(page.text)
            rows = [
                (
                    urljoin(url, row.css("td.document a::attr(href)").get()),
                    row.css("h3 span::text").get(),
                    row.css("td.date p::text").get(),
                    "\n\n".join(row.css("div.text p::text").getall()),
                )
                for row in selector.xpath("//tr[td/@data-history-node-id]")
            ]
            db.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)", rows)
            db.commit()
            following = selector.css(".pager__item--next a::attr(href)").get()
            url = urljoin(url, following) if following else ""
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
