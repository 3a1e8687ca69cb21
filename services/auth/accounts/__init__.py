"""Opening an account and reading one's own."""
