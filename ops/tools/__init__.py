"""The pod's own tools that log citizens in, from the operator's side: `python -m ops.tools`."""
