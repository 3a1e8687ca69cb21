"""Deciding who is let in, where that takes approval."""
