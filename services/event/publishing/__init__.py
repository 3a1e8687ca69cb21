"""Carrying sealed events to JetStream, in order."""
