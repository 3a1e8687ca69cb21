"""What a service says about itself: logs, metrics, traces, and the request they belong to."""
