"""Which tests look at a module: nearest and quickest first, for the first failure ends a try."""

from fnmatch import fnmatch
from pathlib import Path

PAGES = ("pages_*", "sites", "fixtures")
RELATED = {
    "harvester/crawl/walk.py": ("walk", "history", "crawl", "updates", "past", "network"),
    "harvester/crawl/steps.py": ("batching", "updates", "lost_items"),
    "harvester/crawl/fetch.py": ("retry_after", "network", "crawl"),
    "harvester/crawl/failures.py": ("retry_after", "network"),
    "harvester/crawl/response_meta.py": (
        *("network", "crawl", "retry_after", "clock", "details_failures", "scans"),
        "pages_challenge",
    ),
    "harvester/crawl/download.py": ("scans", "files", "files_*"),
    "harvester/crawl/details.py": ("details", "details_failures"),
    "harvester/crawl/scans.py": ("scans", "files", "files_*"),
    "harvester/crawl/*": ("lost_items", "crawl", "details_failures", "scans", "telling"),
    "harvester/dates/phrases.py": ("phrases", "general_reading"),
    "harvester/dates/*": ("dates", "pages_text", "citations"),
    "harvester/pages/document/*": (
        *("pages_document_today", "real_pages", "pages_document", "pages_document_shapes"),
        *("pages_misplaced", "pages_document_text", "pages_cut", "fixtures"),
    ),
    "harvester/pages/listing/entries.py": ("pages_misplaced", "pages_cut", "pages_listing"),
    "harvester/pages/listing/*entry.py": (
        *("pages_named", "pages_assembled", "words", "other_sites", "pages_listing"),
    ),
    "harvester/pages/listing/listing_reader.py": (
        *("pages_main_part", "words", "totals", "pages_listing", "pages_named", "pages_shapes"),
        *("pages_broken", "pages_misplaced", "pages_cut"),
    ),
    "harvester/pages/address.py": (
        *("pages_named", "sites", "pages_listing", "pages_document_shapes", "pages_pager"),
    ),
    "harvester/pages/selectors.py": ("pages_selectors", "pages_document_today", "real_pages"),
    "harvester/pages/markup.py": ("pages_torn", "pages_misplaced", "pages_cut"),
    "harvester/pages/listing/pager.py": (
        *("pages_pager", "pages_named", "words", "pages_listing"),
        "pages_shapes",
        "pages_broken",
    ),
    "harvester/pages/general/label*": ("general_document", "general_reading"),
    "harvester/pages/general/general_document.py": ("general_document",),
    "harvester/pages/general/*": (
        *("general_reading", "made_listings", "ten_sites", "learn"),
        "inspect",
    ),
    "harvester/pages/*": (
        *("pages_listing", "pages_shapes", "pages_broken", "pages_main_part", "pages_text"),
        *("sites", "pages_cut", "pages_document_shapes", "real_pages", "fixtures"),
    ),
    "harvester/store/migrat*": ("migrations", "database", "datasette", "shape", "kills"),
    "harvester/store/schema.py": ("details", "datasette", "details_read", "snapshot", "shape"),
    "harvester/store/lock.py": ("lock", "database", "telling_faults"),
    "harvester/store/scans.py": ("scans", "files", "files_*", "reparse_details"),
    "harvester/store/canonical_copy.py": ("snapshot",),
    "harvester/store/clock*": ("clock", "clock_property"),
    "harvester/store/history/clock.py": ("history_fold", "clock", "history_fold_property"),
    "harvester/store/history/*": ("history_fold", "history_fold_property"),
    "harvester/store/read/facets.py": ("datasette", "details_read", "reading_room"),
    "harvester/store/read/queries.py": (
        *("search", "snapshot"),
        "datasette",
        "details_read",
        "past",
        "browser",
    ),
    "harvester/store/read/documents.py": (
        "export*",
        "feed_exports",
        "telling",
        "feeds",
        "history",
        "cron",
    ),
    "harvester/store/read/changes.py": ("telling", "history", "past"),
    "harvester/store/read/question.py": ("question", "reading_room", "search"),
    "harvester/store/read/overview.py": ("reading_room", "search"),
    "harvester/store/read/files.py": ("downloads", "citing", "stored_scans", "reading_room"),
    "harvester/store/read/*": ("search", "reading_room", "question"),
    "harvester/store/index.py": ("search", "history_store_property", "details", "reparse"),
    "harvester/store/rebuilding.py": (
        *("history_store_property", "history", "clock", "clock_property", "history_property"),
    ),
    "harvester/store/re*": ("reparse", "reparse_details"),
    "harvester/store/corrections.py": ("reparse", "reparse_details"),
    "harvester/store/aliases.py": ("details_identity", "details_property"),
    "harvester/store/merge.py": ("details_identity", "history_store_property", "history"),
    "harvester/store/missing.py": ("history", "history_property", "past"),
    "harvester/store/said.py": ("details", "details_*"),
    "harvester/store/details.py": (
        "details",
        "details_failures",
        "shape",
        "export*",
        "details_read",
    ),
    "harvester/store/queue.py": (
        *("details", "details_sources", "details_failures", "details_identity", "shape"),
    ),
    "harvester/store/database.py": ("database", "lock", "telling_faults"),
    "harvester/store/pages.py": ("shape", "updates", "past", "crawl", "details", "clock"),
    "harvester/store/*": (
        "history_store_property",
        "shape",
        "history",
        "updates",
        "crawl",
        "past",
        "details",
        "database",
    ),
    "harvester/extensions/feeds.py": ("feeds",),
    "harvester/exports/*": ("export*", "citations", "citation_styles", "planted"),
    "harvester/search/*": ("search", "question", "reading_room"),
    "harvester/snapshot/*": ("snapshot",),
    "harvester/scans/*": ("scans", "files", "files_*"),
    "harvester/datasette/downloads.py": ("downloads", "reading_room"),
    "harvester/datasette/citing.py": ("citing", "browser", "reading_room"),
    "harvester/datasette/public.py": ("public", "reading_room"),
    "harvester/datasette/*": (
        *("reading_room", "question", "search", "datasette", "downloads", "public"),
        *("stored_scans", "browser"),
    ),
    "harvester/reparse/*": ("reparse", "reparse_details", "workers"),
    "harvester/sites/*": PAGES,
    "harvester/sources/*": (
        *("sources", "sources_hostile", "captures", "wayback", "details_sources"),
    ),
    "harvester/warc/*": ("warc", "recording", "sources", "sources_hostile", "captures"),
    "harvester/*": ("retry_after", "crawl", "network", "updates", "telling", "details*"),
}
"""Names of tests (tests/test_NAME.py) by those of modules; the first that fits a module counts."""


def related(project: Path, file: str) -> list[str]:
    """The tests of a module, as paths below the project."""
    names = next(names for pattern, names in RELATED.items() if fnmatch(file, pattern))
    found = [
        path.relative_to(project).as_posix()
        for name in names
        for path in sorted((project / "tests").glob(f"test_{name}.py"))
    ]
    return list(dict.fromkeys(found))
