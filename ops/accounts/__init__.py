"""Moves accounts from one pod to another, with what they are logged in to by: `python -m ops.accounts`."""
