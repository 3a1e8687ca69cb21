"""Decisions as a public list, kept by a projection."""
