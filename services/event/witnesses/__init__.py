"""Territories that co-sign one another's tree heads."""
