"""The protocol `unityplan.v1`: JSON text frames and close codes."""
