"""Backups of a pod in which nobody's text can be read without the keys of persons, which are kept apart."""
