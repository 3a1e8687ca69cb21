"""Which territory a request is for."""
