"""Checking a territory's whole record against its signed heads, without the services."""
