"""Answering searches, with what the viewer may find."""
