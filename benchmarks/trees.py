"""The least that reading can do: lxml's trees of all pages in a folder, and nothing else."""

import sys
from pathlib import Path

from lxml.etree import HTML, HTMLParser

if __name__ == "__main__":
    for page in Path(sys.argv[1]).glob("*.html"):
        HTML(page.read_bytes(), HTMLParser(encoding="utf-8"))
