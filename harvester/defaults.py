"""The harvest's own settings, each with its reason.

They are kept apart from Scrapy's settings, which take longer to load than a command that only
reads.
"""

import os

from harvester import __version__

DATABASE = "data/harvest.db"

# All paths are seen from the working folder.

# No output but what there is to say: changes, and what went wrong. For cron's mail.
HARVEST_QUIET = os.environ.get("HARVEST_QUIET", "") not in ("", "0", "no")
# The SQLite file that harvests go into.
HARVEST_DB = os.environ.get("HARVEST_DB", DATABASE)
# How many seconds to wait while another program holds a lock on the database.
HARVEST_LOCK_WAIT = 10.0
# The folder that all exchanges with a site are recorded in, as WARC files; empty for none.
HARVEST_WARC = os.environ.get("HARVEST_WARC", "data/warc")
# A file of recordings that has so many bytes is followed by another.
HARVEST_WARC_SIZE = 1_000_000_000
# The folder that scans of documents are kept in.
HARVEST_FILES = os.environ.get("HARVEST_FILES", "data/files")
# A scan with more bytes is refused (a page may have 16 MB). One that takes more seconds breaks off;
# what came by then is not asked for again if the site can send the rest.
HARVEST_FILE_MAXSIZE = 200_000_000
HARVEST_FILE_TIMEOUT = 600.0
# Which collections there are.
HARVEST_COLLECTIONS = "collections.toml"
# Who runs this: an e-mail or web address, sent to the site with every request.
HARVEST_CONTACT = os.environ.get("HARVEST_CONTACT", "")
# Default: Scrapy's own. The contact is added to it.
USER_AGENT = f"harvester/{__version__}"
# How often a page that fails is asked for again, and the first wait before that in seconds; each
# further wait is twice as long, unless the site names one (Retry-After).
HARVEST_RETRIES = 3
HARVEST_RETRY_WAIT = 5.0
# The longest wait in seconds that a site is granted; if it asks for more, the run ends.
HARVEST_LONGEST_WAIT = 300.0
# No listing is followed beyond this many pages, whatever it says of itself.
HARVEST_MAX_PAGES = 20_000
# How often a listing is walked at most, if it changes meanwhile.
HARVEST_WALKS = 3
# A document is removed after so many complete runs in a row that have not found it.
HARVEST_REMOVED_AFTER = 2
# A run that lacks a larger share of a collection than this is suspect.
HARVEST_MOST_MISSING = 0.2
# Pages that an interrupted run has fetched in the last so many hours are not fetched again.
HARVEST_RESUME_HOURS = 24
# Documents' pages that were read, or found unchanged, in the last so many days are not asked for.
HARVEST_RECHECK_DAYS = 0
# The Wayback Machine, or another service with the same interfaces.
HARVEST_WAYBACK = "https://web.archive.org"
# Common Crawl's indexes, and its files.
HARVEST_COMMONCRAWL = "https://index.commoncrawl.org"
HARVEST_COMMONCRAWL_DATA = "https://data.commoncrawl.org"
# Captures after this time do not count when a harvest reads from a source.
HARVEST_CAPTURED_BEFORE = ""

# The folder that Atom feeds are written into after a harvest, and its address on the web, if it has
# one; empty for none. Searches that get feeds of their own, with commas between them.
HARVEST_FEEDS = ""
HARVEST_FEEDS_URL = ""
HARVEST_FEED_SEARCHES = ""

# Scrapy's default is DEBUG.
LOG_LEVEL = "INFO"

# A file that is told how many seconds robots.txt asks to leave between requests, for whoever
# harvests the host next.
HARVEST_DELAY_NOTE = ""
# Many machines: the address of the PostgreSQL database that has the jobs, and where collections lie
# between them: a folder that all machines see, or s3://bucket/prefix.
HARVEST_JOBS = os.environ.get("HARVEST_JOBS", "")
HARVEST_STORE = os.environ.get("HARVEST_STORE", "")
# A worker that has not been heard of for so many seconds has lost its jobs to others.
HARVEST_JOBS_LEASE = 30.0
# How many seconds a collection that failed waits until it is tried again; twice as many each time.
HARVEST_JOBS_WAIT = 600.0
# A crawl that takes more seconds is broken off and goes on later, so that others have their turn.
HARVEST_JOBS_SLICE = 3600.0
