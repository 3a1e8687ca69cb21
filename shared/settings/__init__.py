"""Settings: read once from the environment or from files, checked whole, passed down as arguments."""
