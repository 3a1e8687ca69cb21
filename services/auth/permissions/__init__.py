"""Showing what somebody may do, and why."""
