"""Gives a citizen a territory role from the operator's side, through auth's own command: `python -m ops.roles`."""
