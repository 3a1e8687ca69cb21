"""Giving and taking territory roles."""
