"""Posts in a community."""
