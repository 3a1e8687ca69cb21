"""Appending what clients propose."""
