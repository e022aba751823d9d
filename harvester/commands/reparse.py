"""`harvester reparse`: reads recorded pages again with today's parser, and shows what differs."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.arguments import check_settings
from harvester.console import tell
from harvester.crawling_command import ScrapysCommand, collect_seldom
from harvester.outcomes import BadUsage
from harvester.store import recorded
from harvester.store.connection import reading
from harvester.store.read.documents import collection_id

if TYPE_CHECKING:
    from harvester.reparse.reparse import Ended, Wanted

MOST = 256


class Command(ScrapysCommand):
    """Shows where recorded pages differ from the database, and writes that if asked to."""

    form = "[options] [--parquet FOLDER SOURCE ...]"
    summary = "Read all recorded pages again, and show or write what differs"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the options on what to read, from where, and whether to write."""
        super().add_options(parser)
        parser.add_argument("--collection", metavar="NAME", help="default: all")
        parser.add_argument(
            "--source",
            metavar="PATH",
            action="append",
            default=[],
            help="where the captures are that -a source named; may be repeated",
        )
        parser.add_argument(
            "--processes", metavar="N", default=str(cores()), help="default: as many as cores"
        )
        parser.add_argument("--write", action="store_true", help="write what differs, too")
        parser.add_argument(
            "--parquet",
            metavar="FOLDER",
            help="write what recordings say there, a file each, and ask no database; each SOURCE is"
            " a file, a folder or s3://",
        )
        parser.add_argument(
            "--site",
            metavar="KEY",
            help="with --parquet: hosts that no profile knows are copies of this site",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads again. Exits as docs/rereading.md says, after a sentence on stderr if not 0."""
        stopped = "say it again to go on" if opts.parquet else "nothing is written"
        with self.telling_problems(f"It was stopped: {stopped}."):
            collect_seldom()
            if opts.parquet:
                self._read_in_bulk(args, opts)
                return
            from harvester.reparse.reparse import reparse

            ended = reparse(self._wanted(args, opts))
            tell(_last_word(ended, opts.write))
            self.exitcode = ended.outcome.exit_code

    def _read_in_bulk(self, sources: list[str], opts: argparse.Namespace) -> None:
        from harvester.reparse.bulk import Work, read_in_bulk

        assert self.settings is not None
        check_settings(self.settings)
        if opts.collection or opts.source or opts.write:
            raise BadUsage("--parquet asks no database: leave out --collection, --source, --write.")
        if not sources:
            raise BadUsage("Name the recordings to read: files, folders, or s3://bucket/prefix.")
        work = Work(opts.parquet, self.settings.getint("DOWNLOAD_MAXSIZE"), opts.site)
        ended = read_in_bulk(sources, work, _number(opts.processes))
        tell(ended.text)
        self.exitcode = ended.code

    def _wanted(self, args: list[str], opts: argparse.Namespace) -> "Wanted":
        from harvester.reparse.reparse import Wanted

        assert self.settings is not None
        if args:
            raise BadUsage(f"{args[0]!r} is no option: see --help.")
        if opts.site:
            raise BadUsage("--site goes with --parquet: a database knows its sites.")
        check_settings(self.settings)
        database = Path(self.settings["HARVEST_DB"])
        with reading(database) as db:
            one = collection_id(db, opts.collection) if opts.collection else None
            collections = list(recorded.collections(db, one))
        return Wanted(
            database,
            collections,
            _places(self.settings["HARVEST_WARC"], opts.source),
            _number(opts.processes),
            write=opts.write,
            largest=self.settings.getint("DOWNLOAD_MAXSIZE"),
            lock_wait=self.settings.getfloat("HARVEST_LOCK_WAIT"),
            removed_after=self.settings.getint("HARVEST_REMOVED_AFTER"),
        )


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _places(recordings: str, sources: list[str]) -> list[Path]:
    for source in sources:
        if not Path(source).exists():
            raise BadUsage(f"There is no file or folder {source!r}: name one with recordings.")
    return [Path(place) for place in (recordings, *sources) if place]


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    if not (is_number and 1 <= int(text) <= MOST):
        raise BadUsage(f"--processes {text!r} is not a number from 1 to {MOST}.")
    return int(text)


def _last_word(ended: "Ended", written: bool) -> str:
    if not ended.differing:
        return ""
    return "It is written." if written else "Nothing of this is written: add --write."
