"""Changing a password, and getting in again without it."""
