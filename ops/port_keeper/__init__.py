"""Keeps a pod's public ports while the instances that serve them come and go."""
