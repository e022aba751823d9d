"""How far a run has come with what it gets after its listing: documents' own pages, and scans."""

import sqlite3

from harvester.runs import Failure, Phase
from harvester.store.run import Run, put_failures

COLUMN = {Phase.DETAILS: "details", Phase.SCANS: "files"}
"""How the columns of `runs` begin that count a phase."""
PUT_WANTED = "UPDATE runs SET {0}_wanted = ? WHERE id = ?"
ADD_FETCHED = "UPDATE runs SET {0}_fetched = {0}_fetched + 1 WHERE id = ?"
ADD_FAILED = "UPDATE runs SET {0}_failed = {0}_failed + ? WHERE id = ?"
COUNTS = "SELECT {0}_wanted, {0}_fetched, {0}_failed FROM runs WHERE id = ?"


def put_wanted(db: sqlite3.Connection, run: Run, phase: Phase, wanted: int) -> None:
    """Notes how many are to be got."""
    db.execute(PUT_WANTED.format(COLUMN[phase]), [wanted, run.id])


def add_fetched(db: sqlite3.Connection, run: Run, phase: Phase) -> None:
    """Notes that one was got."""
    db.execute(ADD_FETCHED.format(COLUMN[phase]), [run.id])


def fail(db: sqlite3.Connection, run: Run, phase: Phase, failure: Failure, number: int) -> None:
    """Notes why so many could not be got."""
    put_failures(db, run, [failure])
    db.execute(ADD_FAILED.format(COLUMN[phase]), [number, run.id])


def counts(db: sqlite3.Connection, run: Run, phase: Phase) -> tuple[int, int, int]:
    """How many the run wanted, got, and did not get."""
    wanted, fetched, failed = db.execute(COUNTS.format(COLUMN[phase]), [run.id]).fetchone()
    return wanted, fetched, failed
