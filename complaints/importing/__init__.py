"""Real complaints come in by file: read, checked, deduplicated and written a batch at a time."""
