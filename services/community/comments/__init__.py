"""Comments on a post."""
