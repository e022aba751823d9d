"""Settings of the project: those of `defaults`, and each that is not Scrapy's default says why."""

from scrapy.commands import ScrapyCommand
from scrapy.settings import default_settings as scrapys

from harvester import console
from harvester.command import PlainCommand
from harvester.defaults import *  # noqa: F403

BOT_NAME = "harvester"
SPIDER_MODULES = ["harvester.spiders"]
COMMANDS_MODULE = "harvester.commands"
# Scrapy takes for commands what it has for a base of them. Ours that only read have another, which
# does not load Scrapy: `harvester runs` starts in an eighth of the time of `scrapy runs`.
ScrapyCommand.register(PlainCommand)

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
        # It allows everything if robots.txt can't be had; ours is below.
        "RobotsTxtMiddleware",
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
    "harvester.crawl.robots.RobotsMiddleware": 100,
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
# On a terminal the progress bar speaks; elsewhere (cron, a pipe) the log does.
if console.is_terminal():
    # Before the report, so that what is summed up stands below the bar.
    EXTENSIONS["harvester.extensions.progress.Progress"] = 100
    LOG_LEVEL = "WARNING"
# Default: every item in the log, which here is a whole page.
LOG_FORMATTER = "harvester.extensions.log.OneLinePerPage"
# Default: MemoryStatsCollector, which would count the steps of a harvest as requests.
STATS_CLASS = "harvester.crawl.steps.PageStats"
