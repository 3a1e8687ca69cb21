"""What was known of erased persons."""
