"""What benchmarks of the gateway stand on: pinned processes, a load, a stub behind it."""
