"""What others did that concerns a citizen."""
