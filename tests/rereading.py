"""Harvests with their recordings, to be read again as users do."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from archive import Archive
from captured import record
from harvests import Harvest, harvest, scrapy

from harvester.store.history.facts import FIELDS
from harvester.store.index import index
from harvester.warc.headers import digest

FOLLOW = f"""
    UPDATE statements SET ({", ".join(FIELDS)}) = (SELECT {", ".join(FIELDS)} FROM documents
        WHERE statement = statements.id)
    WHERE id IN (SELECT statement FROM documents)"""


@dataclass(frozen=True)
class Harvested:
    """A database and its recordings, and how to read these again."""

    db: Path
    warc: Path

    @classmethod
    def within(cls, folder: Path) -> Self:
        """Both in a folder."""
        return cls(folder / "harvest.db", folder / "warc")

    def copied(self, folder: Path) -> Self:
        """The same in another folder."""
        copy = self.within(folder)
        shutil.copy(self.db, copy.db)
        shutil.copytree(self.warc, copy.warc)
        return copy

    def reparse(self, *arguments: str) -> Harvest:
        settings = (f"-sHARVEST_DB={self.db}", f"-sHARVEST_WARC={self.warc}")
        done = scrapy("reparse", *arguments, *settings)
        assert "Traceback" not in done.stderr
        return Harvest(done.returncode, done.stdout, done.stderr, self.db)

    def crawl(self, archive: Archive, *arguments: str) -> Harvest:
        wanted = ("-a", f"url={archive.url}", "-a", "name=it", *arguments)
        return harvest(*wanted, HARVEST_DB=self.db, HARVEST_WARC=self.warc)

    def as_read_before(self, *statements: str) -> None:
        """Has the database say what an older parser read: in its documents, and in the statements
        from which they follow."""
        with closing(sqlite3.connect(self.db)) as db:
            for sql in statements:
                db.execute(sql)
            db.execute(FOLLOW)
            index(db)
            db.commit()

    def as_recorded(self, page: int, body: bytes) -> None:
        """Has a page be another one, which was recorded and harvested so."""
        with self.file.open("ab") as file:
            place = file.tell()
            file.write(record("https://x.example/", body))
        self.as_read_before(
            f"UPDATE pages SET warc = '{self.file.name}', warc_offset = {place},"
            f" payload_digest = '{digest(body)}' WHERE id = {page}"
        )

    @property
    def file(self) -> Path:
        """The recording."""
        return sorted(self.warc.iterdir())[-1]


def damage(it: Harvested, place: int) -> None:
    """Overwrites bytes within the record at a place."""
    with it.file.open("r+b") as file:
        file.seek(place + 400)
        file.write(b"\0" * 40)
