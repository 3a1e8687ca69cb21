"""Invitations: for one or for many, for a time, each use on record."""
