"""Parked events from the operator's side, through the event service's own commands: `python -m ops.parked`."""
