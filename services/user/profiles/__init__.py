"""Own and public profiles."""
