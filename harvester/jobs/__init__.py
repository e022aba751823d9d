"""Harvests on many machines: which collection is due, who harvests it, and where it is kept."""
