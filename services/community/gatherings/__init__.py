"""Gatherings: the calendar of a community."""
