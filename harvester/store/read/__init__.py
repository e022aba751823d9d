"""What readers ask of a database, beside a run that may be going on. Nothing here writes."""
