"""Settings of the project. Each one that is not Scrapy's default says why."""

import os

from scrapy.settings import default_settings as scrapys

from harvester import __version__, console

BOT_NAME = "harvester"
SPIDER_MODULES = ["harvester.spiders"]
COMMANDS_MODULE = "harvester.commands"
DATABASE = "data/harvest.db"

# --- Ours ---------------------------------------------------------------------------------------

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
# Captures after this time do not count when a harvest reads from a source.
HARVEST_CAPTURED_BEFORE = ""

# The folder that Atom feeds are written into after a harvest, and its address on the web, if it has
# one; empty for none. Searches that get feeds of their own, with commas between them.
HARVEST_FEEDS = ""
HARVEST_FEEDS_URL = ""
HARVEST_FEED_SEARCHES = ""

# --- Politeness ---------------------------------------------------------------------------------

# Default: False.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "harvester"
# Defaults: 8, 0 and False. One request at a time, and slower when the site is slow.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY
# Default: 20. A page that has moved is one or two redirects away.
REDIRECT_MAX_TIMES = 5

# --- Safety -------------------------------------------------------------------------------------

# Default: False.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Defaults: 1 GiB and 3 minutes; a listing page has about 80 KB.
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 4 * 1024 * 1024
DOWNLOAD_TIMEOUT = 60
# Default: handlers for all of these. No page can make us open anything but the web.
DOWNLOAD_HANDLERS: dict[str, str | None] = dict.fromkeys(("data", "file", "ftp", "s3"))

# --- Parts --------------------------------------------------------------------------------------

# Scrapy's own parts that are left out. Each would do harm or nothing here, and is not even loaded:
# taking them out of the defaults is unusual, but a part that is merely turned off is imported, with
# all that it builds upon (a web server, a list of all domains): a quarter of the time of a start.
LEFT_OUT = frozenset(
    (
        # Ports that nobody asked for have no place in a cron job.
        *("TelnetConsole", "RemoteControl"),
        # A listing needs no cookies, and they would let a site know us again.
        "CookiesMiddleware",
        # A challenge page refreshes itself to where it wants to be answered: never follow.
        "MetaRefreshMiddleware",
        # It follows a redirect to any host; ours is below.
        "RedirectMiddleware",
        # It takes a damaged answer for a whole one; ours is below.
        "HttpCompressionMiddleware",
        # The walk itself asks again, after a wait (harvester/crawl/fetch.py).
        "RetryMiddleware",
        # The walk itself sees to it that its pages are of one site, and none asks for a password.
        *("OffsiteMiddleware", "HttpAuthMiddleware"),
        # What it counts of each exchange is in the tables of runs and pages, and in the recording.
        "DownloaderStats",
        # What it exports are items, which are pages; ours, below, gives documents.
        "FeedExporter",
        # The spider itself asks for pages, so that these have only empty steps to look at
        # (harvester/crawl/steps.py). RefererMiddleware stays, for redirects ask it for its policy.
        *("StartSpiderMiddleware", "HttpErrorMiddleware", "UrlLengthMiddleware"),
        *("DepthMiddleware", "MetaCopyDetectionMiddleware"),
    )
)


def _kept(parts: dict[str, int]) -> dict[str, int]:
    return {path: order for path, order in parts.items() if path.split(".")[-1] not in LEFT_OUT}


EXTENSIONS_BASE = _kept(scrapys.EXTENSIONS_BASE)
DOWNLOADER_MIDDLEWARES_BASE = _kept(scrapys.DOWNLOADER_MIDDLEWARES_BASE)
SPIDER_MIDDLEWARES_BASE = _kept(scrapys.SPIDER_MIDDLEWARES_BASE)
# The steps of a harvest are answered before all, then what is recorded, for which not even
# robots.txt need be asked; recording stands closest to the network, where contents are still
# compressed.
DOWNLOADER_MIDDLEWARES = {
    "harvester.crawl.steps.StepMiddleware": 50,
    "harvester.middlewares.RereadMiddleware": 60,
    "harvester.crawl.robots.RobotsMiddleware": 150,
    "harvester.middlewares.GzipMiddleware": 590,
    "harvester.middlewares.SameSiteRedirectMiddleware": 600,
    "harvester.warc.recording.RecordMiddleware": 1000,
}
# Default: 100, as so many tasks begin for each response; a step of a harvest has one item.
CONCURRENT_ITEMS = 1
# Default: "scrapy-default". Where we come from is nobody's business.
REFERRER_POLICY = "no-referrer"
ITEM_PIPELINES = {
    "harvester.pipelines.ValidatePipeline": 100,
    "harvester.pipelines.DatePipeline": 200,
    "harvester.pipelines.DeduplicatePipeline": 300,
    "harvester.pipelines.StorePipeline": 400,
}
EXTENSIONS = {
    "harvester.extensions.report.Report": 200,
    # After the report as well: it says what is in them if that is not all.
    "harvester.extensions.feed_exports.DocumentFeeds": 250,
    # After the report, which sets the exit code that this one may make worse.
    "harvester.extensions.feeds.Feeds": 300,
}
# Files that are written whole or not at all, and XML without characters that XML can't have.
FEED_STORAGES = {
    **dict.fromkeys(("", "file"), "harvester.extensions.feed_exports.FileStorage"),
    "stdout": "harvester.extensions.feed_exports.StdoutStorage",
}
FEED_EXPORTERS = {"xml": "harvester.extensions.feed_exports.PrintableXml"}
# Default: DEBUG. On a terminal the progress bar speaks; elsewhere (cron, a pipe) the log does.
LOG_LEVEL = "INFO"
if console.is_terminal():
    # Before the report, so that what is summed up stands below the bar.
    EXTENSIONS["harvester.extensions.progress.Progress"] = 100
    LOG_LEVEL = "WARNING"
# Default: every item in the log, which here is a whole page.
LOG_FORMATTER = "harvester.extensions.log.OneLinePerPage"
# Default: MemoryStatsCollector, which would count the steps of a harvest as requests.
STATS_CLASS = "harvester.crawl.steps.PageStats"
