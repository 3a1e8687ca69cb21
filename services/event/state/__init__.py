"""The state of a stream at a version or a time."""
