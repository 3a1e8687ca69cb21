"""Tokens in letters: random, good for one use, and only their hashes kept."""

from shared.identity.opaque_tokens import random_token

PREFIX = "upm_"
LONGEST_TOKEN = 100


def new_token() -> str:
    """A fresh token of 256 random bits."""
    return PREFIX + random_token()
