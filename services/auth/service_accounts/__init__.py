"""Accounts of programs, which have no password and nobody logs in to."""
