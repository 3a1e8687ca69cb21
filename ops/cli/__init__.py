"""The `unityplan` command: one module per verb, and what they print."""
