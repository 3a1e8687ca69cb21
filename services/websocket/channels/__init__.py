"""What can be subscribed to, and by whom."""
