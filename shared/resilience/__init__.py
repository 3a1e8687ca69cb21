"""Deadlines, retries with back-off, and a breaker: how waiting for others is bounded."""
