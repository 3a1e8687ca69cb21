"""Appending to streams over HTTP, and reading events."""
