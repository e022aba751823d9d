"""Many machines: which collection is harvested when and by whom, and where it lies meanwhile."""
