"""The event store as a library: append inside a unit of work, read by position, consume with a checkpoint."""
