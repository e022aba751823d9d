"""Gathering the facts of several databases in one, where equal facts get equal numbers.

Row numbers mean nothing outside their database, so each table is numbered anew by the content of
its rows. A run that several databases have, such as a copy and its later self, is taken whole from
the one with the most runs of its collection. So the order of the databases, or giving one twice,
makes no difference.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from harvester.outcomes import BadUsage
from harvester.store.connection import MOST_ROWS, put_rows, reading
from harvester.store.history.facts import FIELDS
from harvester.store.observations import PUT_OBSERVATIONS, PUT_STATEMENTS

TABLES = (
    *("sites", "collections", "runs", "failures", "pages", "addresses", "statements", "readings"),
    *("observations", "joinings", "documents", "files", "changes"),
)
SAID = f"json_array(m.new, {', '.join(f's.{name}' for name in FIELDS)})"
BEFORE_MOVED = "strftime('%Y-%m-%dT%H:%M:%SZ', r.started, -r.clock_moved || ' seconds')"
DIFFERENT = """
    SELECT name, min(url), max(url) FROM all_collections GROUP BY name
    HAVING count(DISTINCT site) > 1 OR count(DISTINCT substr(url, instr(url, '://') + 3)) > 1"""
COLLECTIONS = """
    INSERT INTO collections (id, site, name, url, stated_total, profile)
    SELECT row_number() OVER (ORDER BY name), site, name, url, stated_total, profile FROM (
        SELECT *, row_number() OVER (PARTITION BY name ORDER BY (SELECT max(started) FROM all_runs
                WHERE all_runs.origin = c.origin AND collection = c.id) DESC, c.origin) AS place
        FROM all_collections AS c) WHERE place = 1"""
RUNS = (
    f"""CREATE TEMP TABLE run_keys AS
    SELECT r.origin, r.id AS old, c.name, r.started, r.finished, row_number() OVER (
            PARTITION BY r.origin, c.name, r.source, r.pid, r.version, r.reader, {BEFORE_MOVED}
            ORDER BY r.id) AS nth,
        json_array(c.name, r.source, r.pid, r.version, r.reader, {BEFORE_MOVED}) AS said,
        count(*) OVER (PARTITION BY r.origin, r.collection) AS size
    FROM all_runs AS r JOIN all_collections AS c ON c.origin = r.origin AND c.id = r.collection""",
    """CREATE TEMP TABLE run_numbers AS
    SELECT origin, old, said, nth, row_number() OVER (ORDER BY started, name, old, said) AS new
    FROM (SELECT *, row_number() OVER (PARTITION BY said, nth
        ORDER BY size DESC, finished IS NULL, origin) AS place FROM run_keys) WHERE place = 1""",
    "CREATE INDEX temp.idx_run_numbers ON run_numbers (said, nth)",
    """CREATE TEMP TABLE run_map AS
    SELECT k.origin, k.old, n.new, (k.origin, k.old) = (n.origin, n.old) AS taken
    FROM run_keys AS k JOIN run_numbers AS n USING (said, nth)""",
    "CREATE INDEX temp.idx_run_map ON run_map (origin, old)",
)
PAGES = (
    """CREATE TEMP TABLE page_keys AS
    SELECT p.origin, p.id AS old, m.new AS run, m.taken,
        row_number() OVER (PARTITION BY p.origin, p.run ORDER BY p.id) AS nth
    FROM all_pages AS p JOIN run_map AS m ON m.origin = p.origin AND m.old = p.run""",
    """CREATE TEMP TABLE page_numbers AS
    SELECT run, nth, row_number() OVER (ORDER BY run, nth) AS new FROM page_keys WHERE taken""",
    "CREATE INDEX temp.idx_page_numbers ON page_numbers (run, nth)",
    """CREATE TEMP TABLE page_map AS
    SELECT k.origin, k.old, n.new, k.run, k.taken
    FROM page_keys AS k JOIN page_numbers AS n USING (run, nth)""",
    "CREATE INDEX temp.idx_page_map ON page_map (origin, old)",
)
SAME_BYTES = """
    UPDATE pages SET content = (SELECT min(o.id) FROM pages AS o JOIN runs AS r ON r.id = o.run
        WHERE o.url = pages.url AND o.sha256 = pages.sha256 AND o.content IS NOT NULL
            AND r.collection = (SELECT collection FROM runs WHERE id = pages.run))
    WHERE content IS NOT NULL AND id NOT IN (SELECT m.new FROM all_pages AS p JOIN page_map AS m
        ON m.origin = p.origin AND m.old = p.id WHERE p.document IS NOT NULL)"""
ADDRESSES = (
    """INSERT INTO addresses (id, site, slug, rank)
    SELECT row_number() OVER (ORDER BY site, slug), site, slug, min(rank) FROM all_addresses
    GROUP BY site, slug""",
    """CREATE TEMP TABLE address_map AS SELECT a.origin, a.id AS old, addresses.id AS new
    FROM all_addresses AS a JOIN addresses USING (site, slug)""",
    "CREATE INDEX temp.idx_address_map ON address_map (origin, old)",
)
STATEMENTS = (
    f"""CREATE TEMP TABLE statement_keys AS SELECT s.*, m.new AS at, {SAID} AS said
    FROM all_statements AS s JOIN address_map AS m ON m.origin = s.origin AND m.old = s.address""",
    """CREATE TEMP TABLE statement_numbers AS
    SELECT said, row_number() OVER (ORDER BY at, said) AS new FROM statement_keys GROUP BY said""",
    "CREATE INDEX temp.idx_statement_numbers ON statement_numbers (said)",
    """CREATE TEMP TABLE statement_map AS SELECT k.origin, k.id AS old, n.new
    FROM statement_keys AS k JOIN statement_numbers AS n USING (said)""",
    "CREATE INDEX temp.idx_statement_map ON statement_map (origin, old)",
)
ALL_STATEMENTS = f"""
    SELECT n.new, k.at, {", ".join(f"k.{name}" for name in FIELDS)}
    FROM statement_keys AS k JOIN statement_numbers AS n USING (said) GROUP BY n.new ORDER BY n.new
    """
READINGS = (
    """CREATE TEMP TABLE seen AS SELECT origin, reading, group_concat(said, ' ') AS said FROM (
        SELECT o.origin, o.reading, o.position || ':' || m.new AS said
        FROM all_observations AS o
        JOIN statement_map AS m ON m.origin = o.origin AND m.old = o.statement
        ORDER BY o.origin, o.reading, o.position) GROUP BY origin, reading""",
    "CREATE INDEX temp.idx_seen ON seen (origin, reading)",
    """CREATE TEMP TABLE new_readings AS
    SELECT *, row_number() OVER (ORDER BY run, content, made, reader) AS new FROM (
        SELECT *, lag(said, 1, '-') OVER (PARTITION BY content ORDER BY made, reader, run) AS before
        FROM (SELECT r.origin, r.same_as AS old, r.made, r.reader, rm.new AS run, p.content,
                coalesce(s.said, '') AS said
            FROM all_readings AS r
            JOIN run_map AS rm ON rm.origin = r.origin AND rm.old = r.run AND rm.taken
            JOIN page_map AS pm ON pm.origin = r.origin AND pm.old = r.content
            JOIN pages AS p ON p.id = pm.new
            LEFT JOIN seen AS s ON s.origin = r.origin AND s.reading = r.same_as))
    WHERE said <> before""",
    """INSERT INTO readings (id, content, run, made, reader, same_as)
    SELECT new, content, run, made, reader, CASE said WHEN '' THEN new
        ELSE min(new) OVER (PARTITION BY said) END FROM new_readings""",
)
"""A reading that repeats an earlier one, though made by another database's run, is left out."""
ALL_OBSERVATIONS = """
    SELECT n.new, o.position, m.new FROM new_readings AS n
    JOIN readings ON readings.id = n.new AND readings.same_as = readings.id
    JOIN all_observations AS o ON o.origin = n.origin AND o.reading = n.old
    JOIN statement_map AS m ON m.origin = o.origin AND m.old = o.statement
    ORDER BY n.new, o.position"""
JOININGS = """
    INSERT INTO joinings (one, other, rule, run, at)
    SELECT one, other, rule, run, at FROM (
        SELECT *, row_number() OVER (PARTITION BY one, other, rule ORDER BY at, run) AS place
        FROM (SELECT min(a.new, b.new) AS one, max(a.new, b.new) AS other, j.rule, j.at,
                m.new AS run
            FROM all_joinings AS j
            JOIN address_map AS a ON a.origin = j.origin AND a.old = j.one
            JOIN address_map AS b ON b.origin = j.origin AND b.old = j.other
            JOIN run_map AS m ON m.origin = j.origin AND m.old = j.run)) WHERE place = 1"""
FAILURES = """
    INSERT INTO failures (run, url, reason, detail, attempts)
    SELECT m.new, url, reason, detail, attempts FROM all_failures AS f
    JOIN run_map AS m ON m.origin = f.origin AND m.old = f.run AND m.taken ORDER BY m.new, f.id"""
SITES = """
    INSERT INTO sites (key, name, home, keeper)
    SELECT key, min(name), min(home), min(keeper) FROM all_sites GROUP BY key"""


def gather(db: sqlite3.Connection, paths: Sequence[Path]) -> None:
    """Fills an empty database with the facts of those at some paths, but not with what follows from
    them.

    Raises BadDatabase if one of them can't be read, BadUsage if they call different listings by
    the same name.
    """
    for origin, path in enumerate(paths):
        _read(db, origin, path)
    for name, one, other in db.execute(DIFFERENT):
        raise BadUsage(
            f"The collection {name} is the listing {one} in one of the databases, and {other} in"
            " another: harvest one of them under another name."
        )
    for sql in (SITES, COLLECTIONS, *RUNS):
        db.execute(sql)
    of = "(SELECT id FROM collections WHERE name = json_extract(said, '$[0]'))"
    _put(db, "runs", collection=of)
    for sql in PAGES:
        db.execute(sql)
    same = "(SELECT new FROM page_map WHERE origin = one.origin AND old = one.same_as)"
    content = "iif(content IS NULL, NULL, m.new)"
    _put(db, "pages", run="m.run", content=content, same_as=same, document="NULL")
    for sql in (SAME_BYTES, *ADDRESSES, *STATEMENTS):
        db.execute(sql)
    _put_rows(db, PUT_STATEMENTS, ALL_STATEMENTS)
    for sql in READINGS:
        db.execute(sql)
    _put_rows(db, PUT_OBSERVATIONS, ALL_OBSERVATIONS)
    for sql in (JOININGS, FAILURES):
        db.execute(sql)


def _read(db: sqlite3.Connection, origin: int, path: Path) -> None:
    """Copies the tables of a database, each row with the number of its origin."""
    with reading(path) as one:
        for table in TABLES:
            rows = one.execute(f"SELECT {origin}, * FROM {table}")
            names = ["origin", *(column[0] for column in rows.description[1:])]
            if not origin:
                db.execute(f"CREATE TEMP TABLE all_{table} ({', '.join(names)})")
            marks = ", ".join("?" * len(names))
            sql = f"INSERT INTO all_{table} ({', '.join(names)}) VALUES ({marks})"
            db.executemany(sql, map(tuple, rows))
    if not origin:
        for table in ("runs", "pages", "documents", "observations"):
            key = {"documents": "number", "observations": "reading"}.get(table, "id")
            db.execute(f"CREATE INDEX temp.idx_all_{table} ON all_{table} (origin, {key})")


def _put(db: sqlite3.Connection, table: str, **changed: str) -> None:
    """Inserts the rows of runs or pages under their new numbers; some columns are `changed`."""
    names = [name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", [table])]
    values = {name: f'one."{name}"' for name in names} | {"id": "m.new"} | changed
    numbers = {"runs": "run_numbers", "pages": "page_map"}[table]
    taken = "AND m.taken" if table == "pages" else ""
    db.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values[n] for n in names)}"
        f" FROM all_{table} AS one JOIN {numbers} AS m"
        f" ON m.origin = one.origin AND m.old = one.id {taken} ORDER BY m.new"
    )


def _put_rows(db: sqlite3.Connection, sql: str, rows: str) -> None:
    """Writes rows of facts by the SQL that appends them."""
    found = db.execute(rows)
    while some := found.fetchmany(MOST_ROWS):
        put_rows(db, sql, some)
