"""Neighbours from the command line: what was seen of them, the own key for them, and accepting what they became."""
