"""Erasing persons."""
