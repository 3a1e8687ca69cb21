"""From events to the index."""
