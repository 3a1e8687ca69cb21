"""Acting in a citizen's name: for a quarter of an hour, with both on record."""
