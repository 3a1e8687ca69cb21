"""Keeps a pod's processes alive: starts them in order, restarts what dies, and stops everything cleanly."""
