"""Where a tool sends a citizen's browser: who asks, for what, and the login by which the citizen agrees."""
