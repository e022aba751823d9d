"""The tables of the schedule in PostgreSQL, and the statements that read and write them."""

TABLES = """
CREATE TABLE IF NOT EXISTS harvest_collections (
    name text PRIMARY KEY,
    host text NOT NULL,
    every text NOT NULL,
    definition text NOT NULL,
    due timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    slices integer NOT NULL DEFAULT 0,
    held boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 0,
    code integer,
    sentence text,
    ended timestamptz,
    worker text
);
CREATE TABLE IF NOT EXISTS harvest_profiles (name text PRIMARY KEY, profile text NOT NULL);
CREATE TABLE IF NOT EXISTS harvest_hosts (
    host text PRIMARY KEY,
    delay double precision NOT NULL,
    free timestamptz NOT NULL
);
"""
"""A host is left alone until it is `free`: so many seconds of `delay` after its last request."""
HAS_TABLES = "SELECT to_regclass('harvest_hosts') IS NOT NULL AS there"
LOCK = "SELECT pg_advisory_xact_lock(1212306260)"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(1212306260) AS got"
PUT = """
INSERT INTO harvest_collections AS c (name, host, every, definition, due)
VALUES (%(name)s, %(host)s, %(every)s, %(definition)s, coalesce(%(due)s, now()))
ON CONFLICT (name) DO UPDATE SET host = excluded.host, every = excluded.every,
    definition = excluded.definition,
    due = CASE WHEN c.every = excluded.every THEN c.due ELSE excluded.due END
"""
DROP = "DELETE FROM harvest_collections WHERE name <> ALL(%s) RETURNING name"
DROP_PROFILES = "DELETE FROM harvest_profiles"
PUT_PROFILE = "INSERT INTO harvest_profiles (name, profile) VALUES (%s, %s)"
DUE = """
WITH open AS (
    SELECT lock, queueing_lock, status FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
), first AS (
    SELECT DISTINCT ON (host) name, host, due FROM harvest_collections
    WHERE due <= now() AND NOT held
        AND NOT EXISTS (SELECT 1 FROM open WHERE queueing_lock = name)
        AND NOT EXISTS (SELECT 1 FROM open WHERE lock = host AND status = 'todo')
    ORDER BY host, due, name
)
SELECT name, host FROM first ORDER BY due, name
"""
"""A host has one job at most that waits for its turn, of the collection that is due the longest: so
hosts take turns, however many collections each has."""
KEEP = "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = ANY(%s)"
OURS = "SELECT id FROM procrastinate_jobs WHERE id = ANY(%s) AND status = 'doing'"
ONE = """
SELECT c.*, now() AS now,
    greatest(0, coalesce(extract(epoch FROM free - now()), 0))::double precision AS wait
FROM harvest_collections AS c LEFT JOIN harvest_hosts USING (host)
WHERE name = %s AND due <= now() AND NOT held
"""
SPARE = """
INSERT INTO harvest_hosts AS h (host, delay, free)
VALUES (%(host)s, %(delay)s, now() + make_interval(secs => %(delay)s))
ON CONFLICT (host) DO UPDATE SET delay = excluded.delay, free = greatest(h.free, excluded.free)
"""
SPARE_LOST = """
UPDATE harvest_hosts SET free = now() + make_interval(secs => delay) WHERE host = ANY(%s)
"""
PROFILES = "SELECT name, profile FROM harvest_profiles ORDER BY name"
END = """
UPDATE harvest_collections SET due = %(due)s, tries = %(tries)s, slices = %(slices)s,
    held = %(held)s, version = %(version)s, code = %(code)s, sentence = %(sentence)s,
    ended = now(), worker = %(worker)s
WHERE name = %(name)s
    AND EXISTS (SELECT 1 FROM procrastinate_jobs WHERE id = %(job)s AND status = 'doing')
RETURNING name
"""
ISO = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS {0}"
STATUS = f"""
SELECT c.name, c.host, c.every,
    CASE WHEN jobs.status = 'doing' THEN 'running' WHEN jobs.status = 'todo' THEN 'queued'
        WHEN c.held THEN 'held' WHEN c.due <= now() THEN 'due'
        WHEN c.tries > 0 THEN 'again' WHEN c.ended IS NULL THEN 'new' ELSE 'done' END AS state,
    {ISO.format("due")}, c.tries, c.version, c.code, c.sentence, {ISO.format("ended")}, c.worker
FROM harvest_collections AS c
LEFT JOIN LATERAL (SELECT status FROM procrastinate_jobs WHERE queueing_lock = c.name
    AND status IN ('todo', 'doing') ORDER BY status LIMIT 1) AS jobs ON true
ORDER BY c.name
"""
RELEASE = """
UPDATE harvest_collections SET held = false, tries = 0, due = now()
WHERE (%(names)s::text[] IS NULL AND (held OR tries > 0)) OR name = ANY(%(names)s)
RETURNING name
"""
