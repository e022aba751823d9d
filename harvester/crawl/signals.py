"""Signals of a harvest beside Scrapy's own: its runs, and what they do after their listings."""

run_begun = object()
"""A run has begun: `collection`, and the number of the `run`."""
run_ended = object()
"""A run is stored to its end: `ended`, a RunSummary."""
phase_begun = object()
"""A run goes on with `what`, "details" or "scans": its `collection`, and how many are `wanted`."""
phase_failed = object()
"""So many, a `number`, of the pages or scans that are wanted could not be got."""
phase_ended = object()
"""All of that was got or has failed: `ended`, a PhaseSummary."""
