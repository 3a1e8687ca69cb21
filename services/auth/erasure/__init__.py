"""The accounts of erased persons."""
