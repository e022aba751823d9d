"""`harvester export`: the harvested documents in a format that other programs read."""

import argparse
from pathlib import Path

from harvester.command import ProjectCommand
from harvester.console import program, shows_output
from harvester.exports import BINARY, FORMATS, PACKED, WITH_TEXTS, output, writer
from harvester.outcomes import BadUsage
from harvester.store.connection import reading
from harvester.store.read.changes import SINCE_FORMS, since_when
from harvester.store.read.documents import beginning, collection_id


class Command(ProjectCommand):
    """Writes the documents to standard output, or into a file."""

    form = "--format FORMAT [options]"
    summary = "Write the harvested documents in a format that other programs read"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the format, the selection and the output file."""
        super().add_options(parser)
        parser.add_argument(
            "--format", metavar="FORMAT", help=f"one of {', '.join((*FORMATS, PACKED))}"
        )
        parser.add_argument("--collection", metavar="NAME", help="only what this collection has")
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help=f"only what is new or changed since {SINCE_FORMS}, or since a run of this number",
        )
        parser.add_argument(
            "-o", "--output", metavar="FILE", type=Path, help="default: standard output"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Writes the export. Exits with 64 or 73, after a sentence on stderr, if it can't."""
        with self.telling_problems():
            self._export(args, opts)

    def _export(self, args: list[str], opts: argparse.Namespace) -> None:
        from harvester.exports.records import records

        if args:
            raise BadUsage(f"{program()} export does not know what {args[0]!r} is: see its --help.")
        if opts.output is None and opts.format in BINARY and shows_output():
            raise BadUsage(f"{opts.format} can't be read on a terminal: name a file with -o FILE.")
        if opts.format == PACKED:
            self._pack(opts)
            return
        write = writer(opts.format)
        since = since_when(opts.since)
        with reading(Path(self.settings["HARVEST_DB"])) as db:
            name = opts.collection
            collection = None if name is None else collection_id(db, name)
            moment = since.moment if since.run is None else beginning(db, since.run)
            with output(opts.output) as out:
                texts = opts.format in WITH_TEXTS
                write(records(db, collection=collection, since=moment, texts=texts), out)

    def _pack(self, opts: argparse.Namespace) -> None:
        from harvester.exports.wacz import recordings, write

        if opts.collection is not None or opts.since is not None:
            raise BadUsage(
                f"{PACKED} packs whole recordings, in which pages of all collections are mixed:"
                " leave out --collection and --since."
            )
        files = recordings(self.settings["HARVEST_WARC"])
        with output(opts.output) as out:
            write(files, out)
