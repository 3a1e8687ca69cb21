"""The keys that sign access tokens from the operator's side, through auth's own commands: `python -m ops.keys`."""
