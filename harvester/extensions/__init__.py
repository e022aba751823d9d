"""What only watches a harvest: the progress bar and the report at its end."""
