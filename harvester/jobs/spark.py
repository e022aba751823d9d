"""Recordings in bulk by Apache Spark, a task each: this file is given to `spark-submit`.

A task does with a recording what `harvester reparse --parquet` does, so that the same rows come out
of it. Workers need this package and what it depends on, and nothing else.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

from harvester.console import complain, tell
from harvester.exports.bulk import Done, Ended, Wanted, read
from harvester.outcomes import BadUsage, Failed, HarvestProblem
from harvester.settings import DOWNLOAD_MAXSIZE
from harvester.sites import use_profiles
from harvester.sources.storage import Recording, recordings


@dataclass(frozen=True, slots=True)
class Task:
    """Makes the file of a recording, in a Python that Spark has begun. The user's `profiles` are in
    a folder of that name among the files that Spark has brought there."""

    wanted: Wanted
    profiles: str | None

    def __call__(self, recording: Recording) -> Done:
        if self.profiles is not None:
            _use_brought(self.profiles)
        return read(recording, self.wanted)


@cache
def _use_brought(folder: str) -> None:
    from pyspark import SparkFiles

    use_profiles(Path(SparkFiles.get(folder)))


class Words(argparse.ArgumentParser):
    """The words of a command line, of which a wrong one gets a sentence."""

    def error(self, message: str) -> NoReturn:
        """Raises BadUsage."""
        raise BadUsage(f"{message}: see its --help.")


def main(words: Sequence[str]) -> int:
    """Makes the files of all recordings that a command line names. Returns the exit code."""
    try:
        opts = _words().parse_args(words)
        if opts.profiles is not None:
            if not opts.profiles.is_dir():
                raise BadUsage(f"There is no folder {opts.profiles}: name one with profiles.")
            use_profiles(opts.profiles)
        folder = opts.folder if "://" in opts.folder else str(Path(opts.folder).absolute())
        wanted = Wanted(folder, opts.maxsize, opts.site, shared=True)
        found, others = recordings(opts.sources)
        ended = Ended(opts.folder, others)
        for done in _by_spark(found, wanted, opts.profiles):
            ended.add(done)
        tell(ended.text)
    except HarvestProblem as problem:
        complain(str(problem))
        return problem.exit_code
    return ended.code


def _words() -> Words:
    words = Words(prog="spark-submit spark.py", description=__doc__)
    words.add_argument("folder", metavar="FOLDER", help="that all workers write to, or s3://")
    words.add_argument("sources", metavar="SOURCE", nargs="+", help="that all read, or s3://")
    words.add_argument("--site", metavar="KEY", help="as with harvester reparse")
    words.add_argument("--profiles", metavar="FOLDER", type=Path, help="your profiles of sites")
    words.add_argument(
        "--maxsize",
        metavar="BYTES",
        type=int,
        default=DOWNLOAD_MAXSIZE,
        help="that a page may have; default: %(default)s",
    )
    return words


def _by_spark(found: Sequence[Recording], wanted: Wanted, profiles: Path | None) -> list[Done]:
    """What became of each recording. Raises BadUsage without Spark, and Failed if it gives up."""
    try:
        from py4j.protocol import Py4JError
        from pyspark import SparkContext
    except ImportError:
        raise BadUsage(
            'It needs PySpark, which is not installed: pip install "archive-harvester[spark]".'
        ) from None
    context = SparkContext.getOrCreate()
    try:
        if profiles is not None:
            context.addFile(str(profiles.absolute()), recursive=True)
        task = Task(wanted, profiles.name if profiles else None)
        return list(context.parallelize(found, len(found)).map(task).collect())
    except Py4JError as error:
        why = " ".join(str(error).split())[:300]
        raise Failed(f"Spark has given it up ({why}): say it again to go on.") from error
    finally:
        context.stop()


if __name__ == "__main__":
    # Workers find what they are sent by the name of its module, and so it must not be `__main__`.
    from harvester.jobs import spark

    sys.exit(spark.main(sys.argv[1:]))
