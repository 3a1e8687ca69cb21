"""Versions of a pod in containers: put in place one service at a time, watched, taken back, and kept on record."""
