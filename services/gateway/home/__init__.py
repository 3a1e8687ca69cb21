"""What a citizen's first page shows, in one call."""
