"""Who did what, when and in which request."""
