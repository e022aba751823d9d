"""requests, BeautifulSoup, and a row at a time."""

import sqlite3
import sys
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup


def main(url: str, database: str) -> None:
    db = sqlite3.connect(database)
    db.execute("CREATE TABLE documents (url TEXT PRIMARY KEY, title TEXT, date TEXT, summary TEXT)")
    session = requests.Session()
    while url:
        page = session.get(url)
        page.raise_for_status()
        soup = BeautifulSoup(page.text, "html.parser")
        for row in soup.select("tr:has(> td.document)"):
            link = row.select_one("td.document a")
            summary = row.select_one("div.text")
            values = (
                urljoin(url, link["href"]),
                link.h3.get_text(strip=True),
                row.select_one("td.date").get_text(strip=True),
                summary.get_text("\n\n", strip=True) if summary else None,
            )
            db.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)", values)
            db.commit()
        following = soup.select_one(".pager__item--next a")
        url = urljoin(url, following["href"]) if following else ""
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
